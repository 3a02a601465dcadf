"""What a service that keeps the numbers of trainings has to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

Row = tuple[int, int, Mapping[str, float]]
"""An environment step, its time in milliseconds since 1970, and the numbers by name."""


class Tracker(Protocol):
    """A run of such a service."""

    def open(self, request: Mapping[str, Any]) -> dict[str, str]:
        """Begins a run, or continues the one whose ``id`` is given; returns ``id`` and ``at``."""

    def log(self, rows: Sequence[Row]) -> None:
        """Adds rows."""

    def close(self, summary: Mapping[str, Any], succeeded: bool) -> None:
        """Ends the run."""
