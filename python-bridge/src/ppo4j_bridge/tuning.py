"""``python -m ppo4j_bridge.tuning``: a search by Optuna that Java started and controls.

Java asks for trials and tells their results, by the calls of :class:`Calls` through Py4J. The
process ends when Java closes its lifeline, and with it.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ppo4j_bridge import process

if TYPE_CHECKING:
    from ppo4j_bridge.optuna_study import OptunaStudy

LISTENING_SECONDS = 10
"""The time limit for the start of Py4J's server thread."""


class Calls:
    """Py4J's entry point. Arguments and replies are JSON; a reply may be an error's sentence."""

    def __init__(self, study: OptunaStudy) -> None:
        self._study = study

    def open(self, request: str) -> str:
        """Opens or makes a study; replies with how many trials were interrupted."""
        return _reply(lambda: self._study.open(json.loads(request)))

    def ask(self) -> str:
        """Begins a trial; replies with its number and its parameters."""
        return _reply(self._study.ask)

    def report(self, number: int, step: int, value: float) -> str:
        """Records a figure of a running trial; replies with whether to prune it."""
        return _reply(lambda: self._study.report(number, step, value))

    def tell(self, number: int, outcome: str) -> str:
        """Ends a trial."""
        return _reply(lambda: self._study.tell(number, json.loads(outcome)))

    def trials(self) -> str:
        """Replies with all trials."""
        return _reply(self._study.trials)

    def importance(self) -> str:
        """Replies with the importance of each parameter."""
        return _reply(self._study.importance)


def _reply(call: Callable[[], Any]) -> str:
    try:
        return json.dumps(call())
    except Exception as error:
        from ppo4j_bridge.optuna_study import sentence

        return json.dumps({"error": sentence(error)})


def _ignore_signals() -> None:
    """Leaves signals to Java: a terminal sends Ctrl-C to this process too."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)


def _announce(descriptor: int, text: str) -> None:
    os.write(descriptor, f"ppo4j-bridge {text}\n".encode())
    os.close(descriptor)


def main() -> None:
    """Serves calls until Java closes the lifeline."""
    _ignore_signals()
    lifeline, announcement = process.take_streams()
    token = process.read_line(lifeline)
    process.end_with(lifeline)
    try:
        from py4j.clientserver import ClientServer, JavaParameters, PythonParameters
        from py4j.java_gateway import server_started

        from ppo4j_bridge.optuna_study import OptunaStudy
    except ModuleNotFoundError as missing:
        _announce(announcement, f"missing {missing.name}")
        return
    listening = threading.Event()
    server_started.connect(lambda **_: listening.set())
    gateway = ClientServer(
        JavaParameters(auth_token=token),
        PythonParameters(port=0, auth_token=token, daemonize=True, daemonize_connections=True),
        python_server_entry_point=Calls(OptunaStudy()),
    )
    if not listening.wait(LISTENING_SECONDS):
        raise TimeoutError(f"Py4J's server did not start to listen within {LISTENING_SECONDS} s")
    _announce(announcement, str(gateway.get_callback_server().get_listening_port()))
    with contextlib.suppress(OSError):
        process.wait_for_end(lifeline)


if __name__ == "__main__":
    main()
