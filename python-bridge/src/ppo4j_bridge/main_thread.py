"""Calls of other threads, carried out on the main thread.

Signal handlers, asyncio's default loop, GUIs and some simulators need the main thread, so
environments are made, stepped and closed there; Py4J serves from another thread.
"""

from __future__ import annotations

import queue
from collections import deque
from collections.abc import Callable

from ppo4j_bridge.failures import failure_json

Call = tuple[Callable[[], str], "queue.SimpleQueue[str]"]


class MainThread:
    """A queue of calls; replies are strings."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque()
        self._wakeups: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._ended = False

    def call(self, function: Callable[[], str]) -> str:
        """Has the main thread call ``function`` and returns its reply."""
        reply: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._calls.append((function, reply))
        self._wakeups.put(None)
        return reply.get()

    def end(self) -> None:
        """Makes :meth:`serve` return, after the calls that were made before."""
        self._ended = True
        self._wakeups.put(None)

    def serve(self) -> None:
        """Carries out calls until :meth:`end`.

        A signal handler of an environment may raise while no call is made, a watchdog's for
        example. The next call, whose environment it is, then fails with that exception.
        """
        raised: BaseException | None = None
        while True:
            try:
                while not self._calls:
                    if self._ended:
                        return
                    self._wakeups.get()
                if raised is None:
                    function, reply = self._calls[0]  # stays until it has its reply
                    answer = function()
                else:
                    reply, answer = self._calls[0][1], failure_json(raised, "step")
                self._calls.popleft()
                raised = None
            except BaseException as error:
                raised = error
                continue
            reply.put(answer)
