"""Gymnasium's warnings, marked so that Java shows them to the user."""

from __future__ import annotations

import re
import sys
import warnings
from typing import Any, TextIO

MARK = "ppo4j-warning: "
"""Starts a line of standard error with a warning of Gymnasium's; the rest is its text."""

GYMNASIUM = re.compile(r"(?:\x1b\[[0-9;]*m)?(?:WARN|ERROR): (.*?)(?:\x1b\[0m)?\s*", re.DOTALL)
"""The form that ``gymnasium.logger`` gives to its messages."""

LONGEST = 1000
"""The number of characters of a warning that are reported."""

MOST = 100
"""The number of different warnings of a worker that are reported."""


def report_warnings() -> None:
    """Writes Gymnasium's warnings as lines that start with ``MARK``, each text once."""
    show = warnings.showwarning
    reported: set[str] = set()

    def report(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> Any:
        match = GYMNASIUM.fullmatch(str(message))
        if match is None or file is not None:
            return show(message, category, filename, lineno, file, line)
        text = " ".join(match.group(1).split())[:LONGEST]
        if text not in reported and len(reported) < MOST:
            reported.add(text)
            print(MARK + text, file=sys.stderr)

    warnings.showwarning = report
