"""Failures of environments, described so that Java can report them to the user."""

from __future__ import annotations

import json
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from ppo4j_bridge.fitting import MisfitError

FRAMES = 3
"""The number of innermost frames of the traceback that are reported."""

CAUSES = 3
"""The number of causes of an error that are reported."""

LONGEST = 4000
"""The number of characters of an error's text that are reported."""


class EnvFailure(Exception):  # noqa: N818 - an error of the environment, not of the bridge
    """An exception that an environment raised, which is this one's cause.

    Attributes:
        operation: ``make``, ``reset``, ``step`` or ``close``; ``give`` for a value that is not what
            its space says.
        env: the environment's index in this worker; -1 if the failure concerns all.

    """

    def __init__(self, operation: str, env: int) -> None:
        super().__init__(operation, env)
        self.operation = operation
        self.env = env

    @staticmethod
    @contextmanager
    def naming(operation: str, env: int) -> Iterator[None]:
        """Raises an :class:`EnvFailure` for any exception inside, ``SystemExit`` too."""
        try:
            yield
        except BaseException as error:
            raise EnvFailure(operation, env) from error


def failure_json(error: BaseException, operation: str) -> str:
    """Returns ``error`` as JSON: operation, env, error, traceback and by_bridge.

    The last is whether this package raised it, because of what the environment returned.
    """
    env = -1
    if isinstance(error, EnvFailure) and error.__cause__ is not None:
        operation, env, error = error.operation, error.env, error.__cause__
    given = isinstance(error, MisfitError)
    return json.dumps(
        {
            "operation": operation,
            "env": env,
            "error": (str(error) if given else _text(error))[:LONGEST],
            "traceback": "" if given else _last_frames(error.__traceback__),
            "by_bridge": _is_by_bridge(error.__traceback__),
        }
    )


def _text(error: BaseException) -> str:
    """Returns the type and the message of ``error``, all lines of it, and its explicit causes.

    Errors of this package are told without their type, which users do not know.
    """
    if isinstance(error, SyntaxError) and error.filename:
        # Python's own text starts with the source and ends with the reason.
        text = f"{type(error).__name__}: {error.msg} in line {error.lineno} of {error.filename}"
    elif _is_ours(type(error).__module__):
        text = str(error)
    else:
        text = "".join(traceback.format_exception_only(error)).strip()
    causes: list[str] = []
    cause = error.__cause__
    while cause is not None and len(causes) < CAUSES:
        causes.append("".join(traceback.format_exception_only(cause)).strip())
        cause = cause.__cause__
    return text + "".join(f" (caused by {each})" for each in causes)


def _is_by_bridge(start: TracebackType | None) -> bool:
    module = ""
    for frame, _ in traceback.walk_tb(start):
        module = frame.f_globals.get("__name__", "")
    return _is_ours(module)


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] == "ppo4j_bridge"


def _last_frames(start: TracebackType | None) -> str:
    frames = traceback.extract_tb(start)
    return "".join(traceback.format_list(frames[-FRAMES:])).rstrip()
