"""The worker: the methods that Java calls, and the stepping session in shared memory."""

from __future__ import annotations

import contextlib
import hmac
import importlib.metadata
import json
import logging
import os
import platform
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from py4j.clientserver import ClientServer, JavaParameters, PythonParameters
from py4j.java_gateway import (
    server_connection_error,
    server_connection_started,
    server_started,
)

from ppo4j_bridge import __version__, process, reports
from ppo4j_bridge.failures import failure_json
from ppo4j_bridge.host import Host, host_layout
from ppo4j_bridge.layout import ACKNOWLEDGED, OPERATION, REQUEST, RESET, SEED, STEP
from ppo4j_bridge.main_thread import MainThread
from ppo4j_bridge.making import make_host
from ppo4j_bridge.rendering import frame
from ppo4j_bridge.seeding import seed_globals

PROTOCOL = 6
"""The version of docs/bridge-protocol.md; Java refuses any other."""

POLLS = 300
"""The number of reads of the request counter, 50 ns each, before the processor is yielded."""

LISTENING_SECONDS = 10
"""The time limit for the start of Py4J's server thread."""

BACKLOG = 128
"""The connections that may wait to be accepted; Py4J's own 5 are soon used up by strangers."""

SILENT_SECONDS = 10
"""The time that a connection has for its first call before it is closed."""


class Worker:
    """The calls of Java, on the main thread; replies are strings, empty for success.

    ``make`` and ``attach`` are called in this order, then ``run`` as often as needed. They may be
    called again before the first ``run``, for more environments.
    """

    def __init__(self, before_close: Callable[[], None]) -> None:
        self.closed = False
        self._before_close = before_close
        self._host: Host | None = None
        self._flags: memoryview | None = None

    def make(self, request: str) -> str:
        """Makes the environments that are missing; replies with their description or the failure.

        Those that exist are kept where that is possible, as if all had been made at once.
        """
        try:
            parsed = json.loads(request)
            if self._host is None:
                seed_globals(parsed["seed"])
                self._host = make_host(
                    parsed["id"], parsed["count"], parsed["kwargs"], parsed["action_masks"]
                )
            else:
                self._host = self._host.grown(parsed["count"])
            return json.dumps(_description(self._host))
        except BaseException as error:
            return failure_json(error, "make")

    def attach(self, path: str) -> str:
        """Maps the file at ``path``, which Java deletes."""
        try:
            assert self._host is not None
            memory = memoryview(process.map_file(path, host_layout(self._host).size))
            self._host.attach(memory)
            self._flags = memory[: 8 * (len(memory) // 8)].cast("q")
            return ""
        except BaseException as error:
            return failure_json(error, "attach")

    def run(self, limit: int, idle_micros: int) -> str:
        """Carries out requests: a stepping session.

        Returns after ``limit`` requests, or after ``idle_micros`` without one. A request is the
        value of a counter, so that one that is too late for this session waits for the next, and
        a call that Py4J repeats carries out nothing twice.
        """
        host, flags = self._host, self._flags
        assert host is not None
        assert flags is not None
        request, acknowledged = REQUEST // 8, ACKNOWLEDGED // 8
        operation, seed = OPERATION // 8, SEED // 8
        step, yield_processor = host.step, os.sched_yield
        done = flags[acknowledged]
        try:
            for _ in range(limit):
                polls = 0
                while flags[request] == done:
                    polls += 1
                    if polls > POLLS:
                        now = time.monotonic_ns()
                        if polls == POLLS + 1:
                            deadline = now + 1000 * idle_micros
                        elif now > deadline:
                            return ""
                        yield_processor()
                if flags[operation] == STEP:
                    step()
                elif flags[operation] == RESET:
                    seed_globals(flags[seed])
                    host.reset(flags[seed])
                else:
                    host.reset_some()
                done += 1
                flags[acknowledged] = done
            return ""
        except BaseException as error:
            return failure_json(error, "step")

    def render(self) -> str:
        """Replies with what the first environment shows: its size and base64 of its RGB bytes."""
        try:
            assert self._host is not None
            return json.dumps(frame(self._host.render()))
        except BaseException as error:
            return failure_json(error, "render")

    def close(self) -> str:
        """Closes the environments; the process ends when Java closes its lifeline."""
        self.closed = True
        self._before_close()
        try:
            if self._host is not None:
                self._host.close()
            return ""
        except BaseException as error:
            return failure_json(error, "close")


def _description(host: Host) -> dict[str, Any]:
    return {
        "observation_space": host.observation.description,
        "action_space": host.action.description,
        "max_episode_steps": host.max_episode_steps,
        "render_fps": host.render_fps,
        "map_size": host_layout(host).size,
        "mask_size": host.mask_size,
        "gives_progress": host.gives_progress,
        "critic_only": host.observation.critic_only,
        "parts": [
            *(f"observation {part}" for part in host.observation.parts),
            *(f"action {part}" for part in host.action.parts),
        ],
        "versions": _versions(),
    }


def _versions() -> dict[str, str]:
    """Returns the versions of the loaded packages that can change a trajectory."""
    versions = {"python": platform.python_version(), "ppo4j_bridge": __version__}
    modules = {"gymnasium": "gymnasium", "numpy": "numpy", "mujoco": "mujoco", "Box2D": "Box2D"}
    modules |= {"ale_py": "ale-py", "cv2": "opencv-python-headless"}
    for module, distribution in modules.items():
        if module in sys.modules:
            versions[module] = importlib.metadata.version(distribution)
    versions["py4j"] = importlib.metadata.version("py4j")
    return versions


class EntryPoint:
    """Py4J's entry point: has the main thread carry out each call of a :class:`Worker`."""

    def __init__(
        self, worker: Worker, thread: MainThread, admitted: Callable[[], None], token: str
    ) -> None:
        self._worker = worker
        self._thread = thread
        self._admitted = admitted
        self._token = token

    def hello(self) -> str:
        """Proves to the caller, who has proved to be Java, that this is the worker."""
        self._admitted()
        return self._token

    def make(self, request: str) -> str:
        """As :meth:`Worker.make`."""
        return self._thread.call(lambda: self._worker.make(request))

    def attach(self, path: str) -> str:
        """As :meth:`Worker.attach`."""
        return self._thread.call(lambda: self._worker.attach(path))

    def run(self, limit: int, idle_micros: int) -> str:
        """As :meth:`Worker.run`."""
        return self._thread.call(lambda: self._worker.run(limit, idle_micros))

    def render(self) -> str:
        """As :meth:`Worker.render`."""
        return self._thread.call(self._worker.render)

    def close(self) -> str:
        """As :meth:`Worker.close`."""
        return self._thread.call(self._worker.close)


def _send_at_once(connection: Any, **_others: Any) -> None:
    """Switches off Nagle's algorithm, which can delay a reply by 40 ms.

    A connection without the token may be closed already; its error must not end Py4J's server.
    """
    with contextlib.suppress(OSError, AttributeError):
        connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class Token(str):
    """A token that Py4J, too, compares in a time that does not depend on how much is right."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        """Returns whether ``other`` is the same text."""
        return isinstance(other, str) and hmac.compare_digest(self.encode(), other.encode())

    def __ne__(self, other: object) -> bool:
        """Returns whether ``other`` is something else."""
        return not self == other


class Door:
    """The listening socket, open until Java has come in.

    Every user of the machine can connect to a port of the loopback interface. Strangers lack the
    token; here they are also kept from using up what the start of a worker needs.
    """

    def __init__(self) -> None:
        self._server: Any = None
        self._listening = threading.Event()
        self._is_open = True

    def opened(self, server: Any, **_others: Any) -> None:
        """Receives Py4J's server when it listens."""
        self._server = server
        with contextlib.suppress(OSError):
            server.server_socket.listen(BACKLOG)
        self._listening.set()

    def failed(self, **_others: Any) -> None:
        """Opens again when Py4J's server ended, out of descriptors for example."""
        if self._is_open:
            time.sleep(0.05)
            threading.Thread(target=self._server.run, daemon=True).start()

    def wait(self) -> bool:
        """Waits until the port is known and can be connected to; returns whether it can."""
        return self._listening.wait(LISTENING_SECONDS)

    def close(self) -> None:
        """Admits nobody else; the connections that exist have no limit from now on."""
        if not self._is_open:
            return
        self._is_open = False
        server = self._server
        with server.lock:
            server.is_shutdown = True
            for connection in server.connections:
                with contextlib.suppress(OSError, AttributeError):
                    connection.socket.settimeout(None)
        with contextlib.suppress(OSError):
            server.server_socket.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(OSError):
            server.server_socket.close()


def main() -> None:
    """Runs a worker until Java closes it or ends."""
    lifeline, announcement = process.take_streams()
    token = Token(process.read_line(lifeline))
    answer = process.read_line(lifeline)
    process.end_with(lifeline)
    process.find_users_modules()
    reports.report_warnings()
    logging.getLogger("py4j").addHandler(logging.NullHandler())  # strangers are no news
    worker = Worker(lambda: process.outlive(lifeline))
    thread = MainThread()
    door = Door()
    server_connection_started.connect(_send_at_once)
    server_started.connect(door.opened)
    server_connection_error.connect(door.failed)
    parameters = PythonParameters(
        port=0, daemonize=True, daemonize_connections=True, read_timeout=SILENT_SECONDS
    )
    parameters.auth_token = token  # the constructor would copy it to a plain string
    gateway = ClientServer(
        JavaParameters(),
        parameters,
        python_server_entry_point=EntryPoint(worker, thread, door.close, answer),
    )
    if not door.wait():
        raise TimeoutError(f"Py4J's server did not start to listen within {LISTENING_SECONDS} s")
    port = gateway.get_callback_server().get_listening_port()
    os.write(announcement, f"ppo4j-bridge {PROTOCOL} {port} {os.getpid()}\n".encode())
    os.close(announcement)

    def follow_java() -> None:
        process.wait_for_end(lifeline)
        if not worker.closed:
            os._exit(1)
        thread.end()

    threading.Thread(target=follow_java, name="lifeline", daemon=True).start()
    thread.serve()
