"""A process that Java starts and calls through Py4J, for what is not an environment."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable

from ppo4j_bridge import process

LISTENING_SECONDS = 10
"""The time limit for the start of Py4J's server thread."""


def serve(calls: Callable[[], object]) -> None:
    """Serves calls until Java closes the lifeline, with which the process ends too.

    Args:
        calls: Makes Py4J's entry point. A module that it imports and does not find is reported to
            Java.
    """
    _ignore_signals()
    lifeline, announcement = process.take_streams()
    token = process.read_line(lifeline)
    process.end_with(lifeline)
    try:
        from py4j.clientserver import ClientServer, JavaParameters, PythonParameters
        from py4j.java_gateway import server_started

        entry_point = calls()
    except ModuleNotFoundError as missing:
        _announce(announcement, f"missing {missing.name}")
        return
    listening = threading.Event()
    server_started.connect(lambda **_: listening.set())
    gateway = ClientServer(
        JavaParameters(auth_token=token),
        PythonParameters(port=0, auth_token=token, daemonize=True, daemonize_connections=True),
        python_server_entry_point=entry_point,
    )
    if not listening.wait(LISTENING_SECONDS):
        raise TimeoutError(f"Py4J's server did not start to listen within {LISTENING_SECONDS} s")
    _announce(announcement, str(gateway.get_callback_server().get_listening_port()))
    with contextlib.suppress(OSError):
        process.wait_for_end(lifeline)


def _ignore_signals() -> None:
    """Leaves signals to Java: a terminal sends Ctrl-C to this process too."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)


def _announce(descriptor: int, text: str) -> None:
    os.write(descriptor, f"ppo4j-bridge {text}\n".encode())
    os.close(descriptor)
