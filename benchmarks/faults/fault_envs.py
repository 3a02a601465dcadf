"""The environment of benchmarks/faults/workers, which fails as it is told."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import time
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

Floats = NDArray[np.float64]

EPISODE = 5
"""The steps of an episode."""


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _stop() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def _crash() -> None:
    ctypes.string_at(0)


def _abort() -> None:
    ctypes.CDLL(None).abort()


def _raise() -> None:
    raise RuntimeError("the spring broke")


def _hang() -> None:
    time.sleep(3600)


def _exit() -> None:
    os._exit(3)


def _close_sockets() -> None:
    """Ends the connections to Java and closes its pipe, as code that closes all files does."""
    for descriptor in range(3, 256):
        with (
            contextlib.suppress(OSError),  # not a connected socket
            socket.socket(fileno=os.dup(descriptor)) as connection,
        ):
            connection.shutdown(socket.SHUT_RDWR)
    os.closerange(3, 256)


FAULTS = {
    "kill": _kill,
    "stop": _stop,
    "crash": _crash,
    "raise": _raise,
    "hang": _hang,
    "exit": _exit,
    "close_pipe": _close_sockets,
    "abort": _abort,
}


class Fault(gymnasium.Env[Floats, np.int64]):
    """Fails once, in the worker that is first to do what ``phase`` names.

    Args:
        fault: a key of ``FAULTS``, or empty.
        phase: ``start``, ``reset`` (the second one, at the end of an episode), ``step`` (the
            eighth) or ``close``.
        mark: a file that the worker that fails creates; the others find it, and do not fail.
        spawn: whether to start a process, which must end with the worker.

    An action above 0 commits the fault of that place in ``FAULTS``.

    """

    def __init__(
        self, fault: str = "", phase: str = "", mark: str = "", spawn: bool = False
    ) -> None:
        self.observation_space = spaces.Box(-np.inf, np.inf, (3,), np.float64)
        self.action_space = spaces.Discrete(1 + len(FAULTS))
        self._fault, self._phase, self._mark = fault, phase, mark
        self._resets = self._steps = 0
        if spawn:
            subprocess.Popen(["sleep", "3600"])
        self._fail("start")

    def _fail(self, phase: str) -> None:
        if self._fault and phase == self._phase:
            try:
                os.close(os.open(self._mark, os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                return
            FAULTS[self._fault]()

    def _observation(self) -> Floats:
        return np.array([self._resets, self._steps, os.getpid()], np.float64)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Floats, dict[str, Any]]:
        """Starts an episode."""
        super().reset(seed=seed)
        self._resets += 1
        if self._resets == 2:
            self._fail("reset")
        return self._observation(), {}

    def step(self, action: np.int64) -> tuple[Floats, float, bool, bool, dict[str, Any]]:
        """Steps, or fails."""
        self._steps += 1
        if self._steps == 8:
            self._fail("step")
        if action > 0:
            list(FAULTS.values())[int(action) - 1]()
        return self._observation(), 1.0, False, self._steps % EPISODE == 0, {}

    def close(self) -> None:
        """Closes, or fails."""
        self._fail("close")


gymnasium.register("ppo4j/Fault-v0", entry_point=f"{__name__}:Fault")
