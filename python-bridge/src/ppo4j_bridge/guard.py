"""The guard of a worker: its parent process, which ends all that the worker started.

An environment may start processes, which outlive a worker that crashes or is killed. The guard
waits for the end of the worker, whatever caused it, kills what the worker left and ends in the
same way. On Linux it adopts orphans too, so that daemons are found.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

KILLING_SECONDS = 5.0
"""The time that killed processes have to end."""


def split() -> None:
    """Makes this process the guard of a new one, the worker; returns in the worker only.

    Must be called while there is one thread. Both have a process group in Java's session, so
    that signals to Java's group, such as SIGTERM from ``timeout``, do not reach them; Ctrl-C and
    the end of the terminal are left to Java too. SIGTERM to the guard ends the worker.
    """
    os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    _control(PR_SET_CHILD_SUBREAPER, 1)
    guard = os.getpid()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    worker = os.fork()
    if worker == 0:
        os.setpgid(0, 0)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        _control(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != guard:  # it ended before this process asked for the signal
            os._exit(1)
        return
    _guard(worker)


def _guard(worker: int) -> None:
    with contextlib.suppress(OSError):  # the worker was faster, or has ended
        os.setpgid(worker, worker)
    told: list[int] = []

    def end(number: int, _frame: object) -> None:
        told.append(number)
        with contextlib.suppress(ProcessLookupError):  # it has ended, and was waited for
            os.kill(worker, signal.SIGKILL)

    signal.signal(signal.SIGTERM, end)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    with open(os.devnull, "r+b") as nothing:  # the streams are the worker's
        for stream in range(3):
            os.dup2(nothing.fileno(), stream)
    status = _wait_for(worker)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    _kill_what_remains(worker)
    _end_as(signal.SIGTERM if told else status)


def _wait_for(worker: int) -> int:
    """Returns the wait status of the worker; adopted orphans that end are forgotten."""
    while True:
        pid, status = os.waitpid(-1, 0)
        if pid == worker:
            return status


def _kill_what_remains(worker: int) -> None:
    """Kills the worker's process group and, on Linux, every process that this one adopted."""
    with contextlib.suppress(OSError):
        os.killpg(worker, signal.SIGKILL)
    deadline = time.monotonic() + KILLING_SECONDS
    while time.monotonic() < deadline:
        for child in _children():
            with contextlib.suppress(OSError):
                os.kill(child, signal.SIGKILL)
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.002)
        except ChildProcessError:
            return


def _children() -> list[int]:
    """Returns the children of this process; none where there is no ``/proc``."""
    pid = os.getpid()
    with contextlib.suppress(OSError):  # a kernel may be built without this file
        return list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))
    parent = str(pid)
    children = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended
            # pid (name) state parent ...; a name may contain anything, brackets too.
            if (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()[1] == parent:
                children.append(int(entry.name))
    return children


def _end_as(status: int) -> None:
    """Ends this process as one with this wait status ended, by the same signal or exit code."""
    if not os.WIFSIGNALED(status):
        os._exit(os.waitstatus_to_exitcode(status))
    number = os.WTERMSIG(status)
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # the worker's core is the one of interest
    with contextlib.suppress(OSError):  # SIGKILL cannot be changed
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {number})
    os.kill(os.getpid(), number)
    os._exit(128 + number)


def _control(option: int, value: int) -> None:
    """Calls Linux's ``prctl``; the guard does without where there is none."""
    if sys.platform == "linux":
        with contextlib.suppress(ImportError, AttributeError, OSError):
            import ctypes

            ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
