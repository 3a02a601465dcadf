"""Gymnasium environments for a Java program: Py4J for control, shared memory for data."""

__version__ = "0.2.0"
