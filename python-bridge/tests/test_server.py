"""The calls and the sessions of a worker, in this process and in a separate one."""

import io
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any

import pytest
from py4j.java_gateway import do_client_auth, server_connection_started
from py4j.protocol import Py4JAuthenticationError

from attached import MapFile
from ppo4j_bridge.layout import RESET, STEP
from ppo4j_bridge.server import PROTOCOL, Token, Worker, _send_at_once

COUNTING = "bridge_test_envs:ppo4j/Counting-v0"
FOREVER = 10**9


def _worker(path: Path, env_id: str = COUNTING, **kwargs: Any) -> tuple[Worker, MapFile]:
    worker = Worker(lambda: None)
    made = json.loads(
        worker.make(
            json.dumps(
                {"id": env_id, "count": 2, "kwargs": kwargs, "action_masks": "auto", "seed": 1}
            )
        )
    )
    shared = MapFile(path / "map", made["map_size"])
    assert worker.attach(str(shared.path)) == ""
    return worker, shared


def test_make_describes() -> None:
    request = {"id": "CartPole-v1", "count": 2, "kwargs": {}, "action_masks": "auto", "seed": 1}
    made = json.loads(Worker(lambda: None).make(json.dumps(request)))
    assert made["action_space"] == {"type": "discrete", "n": 2, "start": 0}
    assert made["observation_space"]["dtype"] == "float32"
    assert made["max_episode_steps"] == 500
    assert made["map_size"] == 704
    assert {"python", "gymnasium", "numpy", "py4j", "ppo4j_bridge"} <= set(made["versions"])


@pytest.mark.parametrize(
    ("env_id", "kwargs", "error"),
    [
        ("CartPol-v1", {}, "Did you mean: `CartPole`"),
        ("Unregistered-v0", {}, "name that first: package:Unregistered-v0."),
        ("no_such_module:X-v0", {}, "No module named 'no_such_module'"),
        (
            "json:X-v0",
            {},
            'json was imported, but registers no X-v0: call gymnasium.register(id="X',
        ),
        ("CartPole-v1", {"gravity": 3}, "unexpected keyword argument 'gravity'"),
    ],
)
def test_make_reports_what_is_wrong(env_id: str, kwargs: dict[str, Any], error: str) -> None:
    request = {"id": env_id, "count": 1, "kwargs": kwargs, "action_masks": "auto", "seed": 1}
    answer = json.loads(Worker(lambda: None).make(json.dumps(request)))
    assert answer["operation"] == "make"
    assert error in answer["error"]


def test_a_session_ends_without_requests(tmp_path: Path) -> None:
    worker, shared = _worker(tmp_path)
    before = time.monotonic()
    assert worker.run(FOREVER, 20_000) == ""
    assert 0.02 <= time.monotonic() - before < 2
    assert shared.acknowledged == 0


def test_a_session_ends_after_its_limit(tmp_path: Path) -> None:
    worker, shared = _worker(tmp_path)
    shared.post(RESET, 1)
    assert worker.run(1, FOREVER) == ""
    assert shared.acknowledged == 1


def test_a_request_between_sessions_waits_for_the_next(tmp_path: Path) -> None:
    worker, shared = _worker(tmp_path)
    shared.post(RESET, 1)
    assert worker.run(FOREVER, 1000) == ""
    assert shared.acknowledged == 1
    shared.post(STEP)
    assert shared.acknowledged == 1
    assert worker.run(FOREVER, 1000) == ""
    assert worker.run(FOREVER, 1000) == ""
    assert shared.acknowledged == 2


def test_requests_are_carried_out_once_each(tmp_path: Path) -> None:
    worker, shared = _worker(tmp_path)
    answers: list[str] = []
    session = threading.Thread(target=lambda: answers.append(worker.run(101, FOREVER)))
    session.start()
    for request in range(101):
        shared.post(STEP if request > 0 else RESET)
        while shared.acknowledged <= request:
            time.sleep(0)
    session.join()
    assert answers == [""]
    assert shared.acknowledged == 101


def test_a_failure_ends_the_session(tmp_path: Path) -> None:
    worker, shared = _worker(tmp_path, fail_at=1)
    shared.post(RESET)
    assert worker.run(1, 0) == ""
    shared.post(STEP)
    failure = json.loads(worker.run(1, 0))
    assert (failure["operation"], failure["env"]) == ("step", 0)
    assert failure["error"] == "RuntimeError: the spring broke"
    assert "bridge_test_envs.py" in failure["traceback"]
    assert shared.acknowledged == 1


def test_more_environments_are_made_in_addition(tmp_path: Path) -> None:
    note = tmp_path / "note"
    worker = Worker(lambda: None)

    def make(count: int) -> dict[str, Any]:
        request = {
            "id": "bridge_test_envs:ppo4j/Made-v0",
            "count": count,
            "kwargs": {"note": str(note)},
            "action_masks": "auto",
            "seed": 1,
        }
        made: dict[str, Any] = json.loads(worker.make(json.dumps(request)))
        return made

    for count in (1, 3):
        shared = MapFile(tmp_path / f"map{count}", make(count)["map_size"])
        assert worker.attach(str(shared.path)) == ""
    shared.post(RESET, 1)
    assert worker.run(1, FOREVER) == ""
    assert shared.acknowledged == 1
    assert len(note.read_text().splitlines()) == 3


@pytest.mark.parametrize("fault", ["link", "readable", "missing"])
def test_only_a_private_file_is_mapped(tmp_path: Path, fault: str) -> None:
    worker = Worker(lambda: None)
    request = {"id": COUNTING, "count": 2, "kwargs": {}, "action_masks": "auto", "seed": 1}
    made = json.loads(worker.make(json.dumps(request)))
    path = MapFile(tmp_path / "map", made["map_size"]).path
    if fault == "link":
        path = tmp_path / "link"
        path.symlink_to(tmp_path / "map")
    elif fault == "readable":
        path.chmod(0o640)
    else:
        path.unlink()
    failure = json.loads(worker.attach(str(path)))
    assert failure["operation"] == "attach"


def test_py4j_compares_tokens_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []

    def compare(first: bytes, second: bytes) -> bool:
        compared.append((first, second))
        return first == second

    monkeypatch.setattr("ppo4j_bridge.server.hmac.compare_digest", compare)
    connected = SimpleNamespace(sendall=lambda _: None)
    assert do_client_auth("A", io.BytesIO("tökén\ne\n".encode()), connected, Token("tökén"))
    with pytest.raises(Py4JAuthenticationError):
        do_client_auth("A", io.BytesIO(b"guess\ne\n"), connected, Token("tökén"))
    assert compared == [("tökén".encode(), "tökén".encode()), ("tökén".encode(), b"guess")]
    assert Token("a") != "b"
    assert Token("a") != 1


def test_answers_are_sent_at_once() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as connected:
        connection = SimpleNamespace(socket=connected)
        server_connection_started.connect(_send_at_once)
        server_connection_started.send(None, connection=connection)
        server_connection_started.disconnect(_send_at_once)
        assert connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


def _start() -> tuple[subprocess.Popen[bytes], IO[bytes], IO[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "ppo4j_bridge"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"token\nanswer\n")
    process.stdin.flush()
    return process, process.stdin, process.stdout


def test_strangers_neither_end_the_server_nor_come_in() -> None:
    process, lifeline, output = _start()
    with process:
        port = int(output.readline().split()[2])
        address = ("127.0.0.1", port)
        for _ in range(100):  # refused and gone before the server has looked at them
            stranger = socket.create_connection(address, 20)
            stranger.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            stranger.sendall(b"A\nguess\ne\n")
            stranger.close()
        silent = [socket.create_connection(address, 20) for _ in range(50)]
        with socket.create_connection(address, 20) as java:
            java.sendall(b"A\ntoken\ne\n")
            assert java.recv(100) == b"!yv\n"
            java.sendall(b"c\nt\nhello\ne\n")
            assert java.recv(100) == b"!ysanswer\n"
        for stranger in silent:
            stranger.close()
        lifeline.close()
        assert process.wait(20) == -signal.SIGIO


def test_process_announces_itself_leaves_signals_to_java_and_ends_with_its_lifeline() -> None:
    process, lifeline, output = _start()
    with process:
        assert select.select([output], [], [], 20)[0], "the worker announces itself"
        words = output.readline().split()
        assert words[:2] == [b"ppo4j-bridge", str(PROTOCOL).encode()]
        assert 0 < int(words[2]) < 65536
        assert select.select([output], [], [], 5)[0], "standard output is closed"
        assert output.read() == b""
        assert os.getpgid(process.pid) == process.pid, "signals to Java's group do not reach it"
        for ignored in (signal.SIGINT, signal.SIGHUP):
            os.kill(process.pid, ignored)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.3)
        lifeline.close()
        assert process.wait(5) == -signal.SIGIO
