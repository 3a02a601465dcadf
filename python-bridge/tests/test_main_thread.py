"""Calls that another thread makes and the main thread carries out."""

import json
import signal
import threading
import time
from functools import partial

import pytest

from ppo4j_bridge.main_thread import MainThread


def _name_thread(call: str) -> str:
    return f"{call} on {threading.current_thread().name}"


def _served(*calls: str) -> list[str]:
    """Serves on this thread, the main one, what another thread calls; returns the replies."""
    thread = MainThread()
    replies: list[str] = []

    def make_calls() -> None:
        for call in calls:
            if call == "wait":
                time.sleep(0.3)
            else:
                replies.append(thread.call(partial(_name_thread, call)))
        thread.end()

    caller = threading.Thread(target=make_calls)
    caller.start()
    thread.serve()
    caller.join()
    return replies


def test_calls_are_carried_out_on_the_serving_thread() -> None:
    assert _served("a", "b") == ["a on MainThread", "b on MainThread"]


def test_a_call_that_raises_is_a_failure_and_serving_continues() -> None:
    thread = MainThread()
    replies: list[str] = []

    def fail() -> str:
        raise KeyboardInterrupt("stop")

    def make_calls() -> None:
        replies.append(thread.call(fail))
        replies.append(thread.call(lambda: "fine"))
        thread.end()

    caller = threading.Thread(target=make_calls)
    caller.start()
    thread.serve()
    caller.join()
    assert json.loads(replies[0])["error"] == "KeyboardInterrupt: stop"
    assert replies[1] == "fine"


def test_what_a_signal_handler_raises_between_calls_fails_the_next_one() -> None:
    def late(_number: int, _frame: object) -> None:
        raise TimeoutError("the simulator hangs")

    before = signal.signal(signal.SIGALRM, late)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        first, second = _served("wait", "a", "b")
    finally:
        signal.signal(signal.SIGALRM, before)
    assert json.loads(first)["error"] == "TimeoutError: the simulator hangs"
    assert second == "b on MainThread"


@pytest.mark.parametrize("calls", [0, 1000])
def test_serving_ends_after_the_calls_that_were_made(calls: int) -> None:
    assert len(_served(*["x"] * calls)) == calls
