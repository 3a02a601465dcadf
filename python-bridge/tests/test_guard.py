"""The guard: what a worker started ends with it, however it ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

CHILD = """
import os, signal, subprocess, sys, time
from ppo4j_bridge import guard
guard.split()
children = [
    subprocess.Popen(["sleep", "600"]),
    subprocess.Popen(["sleep", "600"], start_new_session=True),
]
pids = [os.getpid(), *(child.pid for child in children)]
if os.fork() == 0:  # a daemon: the child of a child that has ended
    os.setsid()
    if os.fork() == 0:
        print(os.getpid(), *pids, flush=True)
        time.sleep(600)
    os._exit(0)
os.wait()
time.sleep(0.2)
{end}
"""


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def _becomes_true(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 20
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


@pytest.mark.skipif(sys.platform != "linux", reason="orphans are adopted on Linux only")
@pytest.mark.parametrize(
    ("end", "status"),
    [
        ("sys.exit(3)", 3),
        ("os.kill(os.getpid(), 9)", -signal.SIGKILL),
        ("os.abort()", -signal.SIGABRT),
        ("os.kill(os.getpid(), signal.SIGSEGV)", -signal.SIGSEGV),
        ("time.sleep(600)", -signal.SIGTERM),
    ],
)
def test_all_that_a_worker_started_ends_with_it(end: str, status: int) -> None:
    guard = subprocess.Popen(
        [sys.executable, "-c", CHILD.format(end=end)], stdout=subprocess.PIPE, text=True
    )
    with guard:
        assert guard.stdout is not None
        pids = [int(word) for word in guard.stdout.readline().split()]
        assert len(pids) == 4
        if status == -signal.SIGTERM:
            assert all(_alive(pid) for pid in pids)
            guard.send_signal(signal.SIGTERM)
        assert guard.wait(20) == status
        assert not any(_alive(pid) for pid in pids)


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux's")
def test_a_worker_ends_with_its_guard() -> None:
    guard = subprocess.Popen(
        [sys.executable, "-c", CHILD.format(end="time.sleep(600)")],
        stdout=subprocess.PIPE,
        text=True,
    )
    with guard:
        assert guard.stdout is not None
        daemon, worker, *children = (int(word) for word in guard.stdout.readline().split())
        guard.kill()
        guard.wait(20)
        assert _becomes_true(lambda: not _alive(worker))
        for pid in [daemon, *children]:
            os.kill(pid, signal.SIGKILL)


TOLD_LATE = """
import os, signal
from ppo4j_bridge import guard
wait = guard._wait_for

def told_late(worker):
    status = wait(worker)
    os.kill(os.getpid(), signal.SIGTERM)
    return status

guard._wait_for = told_late
"""


@pytest.mark.skipif(sys.platform != "linux", reason="orphans are adopted on Linux only")
def test_a_guard_that_is_told_when_the_worker_has_just_ended_kills_what_remains() -> None:
    guard = subprocess.Popen(
        [sys.executable, "-c", TOLD_LATE + CHILD.format(end="sys.exit(3)")],
        stdout=subprocess.PIPE,
        text=True,
    )
    with guard:
        assert guard.stdout is not None
        pids = [int(word) for word in guard.stdout.readline().split()]
        assert guard.wait(20) == -signal.SIGTERM
        assert not any(_alive(pid) for pid in pids)
