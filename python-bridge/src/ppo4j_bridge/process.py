"""A worker's process: its streams, its signals, and its end when Java ends."""

from __future__ import annotations

import fcntl
import os
import signal


def take_streams() -> tuple[int, int]:
    """Takes standard input and output away from the environments.

    Environments read nothing, and their output goes to standard error, native code included.

    Returns:
        The descriptors of the former standard input, Java's lifeline, and standard output.

    """
    lifeline = os.dup(0)
    announcement = os.dup(1)
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    return lifeline, announcement


def leave_signals_to_java() -> None:
    """Leaves the reaction to Ctrl-C, a closed terminal or the end of the whole job to Java.

    Java gets these signals too. A separate process group keeps away signals to Java's group, such
    as SIGTERM from ``timeout``. Signals to each process are ignored, except SIGTERM, which children
    of this process would then ignore too. The process stays in Java's session: Linux shares the
    processors between sessions first, so workers of another session would wait for their turn
    while Java, yielding, waits for them.
    """
    os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


def read_line(descriptor: int) -> str:
    """Reads up to the end of the line, and not one byte more."""
    line = bytearray()
    while (byte := os.read(descriptor, 1)) not in (b"", b"\n"):
        line += byte
    return line.decode()


def end_with(lifeline: int) -> None:
    """Lets the kernel end this process as soon as the other end of ``lifeline`` is closed.

    A thread that waits for the end of the file cannot act while native code holds the
    interpreter lock; a terminating signal can.
    """
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGIO})
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)


def outlive(lifeline: int) -> None:
    """Undoes :func:`end_with`, so that the process can end in order."""
    fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) & ~os.O_ASYNC)


def wait_for_end(lifeline: int) -> None:
    """Returns when the other end of ``lifeline`` is closed."""
    while os.read(lifeline, 4096):
        pass
