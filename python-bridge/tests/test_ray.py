"""What the way to a Ray cluster consists of, without Ray."""

import contextlib
import io
import os
import socket
import ssl
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from ppo4j_bridge import ray_actor, ray_driver
from ppo4j_bridge.frames import Frames
from ppo4j_bridge.ray_actor import Actor, JavaEnded


def test_frames_carry_text_and_bytes() -> None:
    pipe = io.BytesIO()
    frames = Frames(pipe, pipe)
    frames.send({"op": "a", "text": "ä"}, b"\x00\x01")
    frames.send({"op": "b"})
    text = '{"op": "a", "text": "ä"}'.encode()
    assert pipe.getvalue().startswith(bytes([len(text), 0, 0, 0, 2, *7 * [0]]) + text + b"\x00\x01")
    pipe.seek(0)
    assert frames.receive() == ({"op": "a", "text": "ä"}, b"\x00\x01")
    assert frames.receive() == ({"op": "b"}, b"")
    with pytest.raises(EOFError):
        frames.receive()


def _zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("00-a.jar", "a")
        archive.writestr("01-b.jar", "b")
    return file.getvalue()


def test_jars_are_unpacked_once_into_a_folder_of_this_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    first = ray_actor.unpack(_zip())
    names = [Path(each) for each in first.split(os.pathsep)]
    assert [each.read_text() for each in names] == ["a", "b"]
    assert ray_actor.unpack(_zip()) == first
    root = tmp_path / f"ppo4j-ray-{os.getuid()}"
    assert len(list(root.iterdir())) == 1
    root.chmod(0o755)
    with pytest.raises(PermissionError, match="not a folder of mode 0700"):
        ray_actor.unpack(_zip())


def _jdk(folder: Path, version: str) -> Path:
    folder.mkdir()
    (folder / "release").write_text(f'JAVA_VERSION="{version}"\n')
    return folder


def test_the_first_jdk_that_is_new_enough_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("glob.glob", lambda _: [])
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PPO4J_JAVA_HOME", str(_jdk(tmp_path / "old", "17.0.1")))
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "none"))
    with pytest.raises(FileNotFoundError, match="no JDK 25 or newer on this node"):
        ray_actor.find_java()
    monkeypatch.setenv("JAVA_HOME", str(_jdk(tmp_path / "new", "25.0.3")))
    assert ray_actor.find_java() == str(tmp_path / "new/bin/java")


JVM = """
import sys
from ppo4j_bridge.frames import Frames
frames = Frames(sys.stdin.buffer, sys.stdout.buffer)
frames.send({"op": "hello", "java": "25", "ppo4j": "1"})
common = None
while True:
    message, payload = frames.receive()
    if message["op"] == "common":
        common = payload
    elif payload == b"die":
        sys.exit("no memory")
    else:
        frames.send({"op": "reply"}, common + payload)
"""


def test_an_actor_passes_on_orders_and_says_how_its_jvm_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(ray_actor, "find_java", lambda: sys.executable)
    started = subprocess.Popen
    monkeypatch.setattr(
        subprocess, "Popen", lambda _, **others: started([sys.executable, "-c", JVM], **others)
    )
    actor = Actor(_zip(), [], "Main")
    assert actor.collect(1, b"common ", {"op": "collect"}, b"a") == ({"op": "reply"}, b"common a")
    assert actor.collect(1, b"unread", {"op": "collect"}, b"b")[1] == b"common b"
    assert actor.collect(2, b"other ", {"op": "collect"}, b"c")[1] == b"other c"
    with pytest.raises(JavaEnded, match="its JVM ended with code 1: no memory"):
        actor.collect(2, b"other ", {"op": "collect"}, b"die")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one\ntwo", "one"),
        (
            "ray::Actor.collect() failed\n  at x\nppo4j_bridge.ray_actor.JavaEnded: its JVM ended",
            "its JVM ended",
        ),
        (
            "Version mismatch: The cluster was started with:\n    Ray: 2.49.0\n    Python: 3.12.1\n"
            "This process on node 10.0.0.1 was started with:\n    Ray: 2.60.0\n    Python: 3.11.7",
            "the cluster runs Ray 2.49.0 on Python 3.12.1, but this machine has Ray 2.60.0 on"
            " Python 3.11.7; use the same versions",
        ),
        (
            "Failed to set up runtime environment.\n[Node 10.0.0.2] Traceback:\n  x\n"
            "RuntimeError: Please install virtualenv",
            "Ray cannot make the actors' environment (--actor-pip, --actor-module): Please install"
            " virtualenv",
        ),
    ],
)
def test_errors_become_a_sentence(text: str, expected: str) -> None:
    assert ray_driver.sentence(RuntimeError(text)) == expected


def test_a_cluster_that_is_not_there_is_found_out_at_once() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(ConnectionError, match="nothing answers there"):
        ray_driver._knock(address)


@contextlib.contextmanager
def _server(*, tls: bool) -> Iterator[str]:
    """Answers one client, with TLS or with what a server without it sends."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Path(__file__).parent / "data" / "tls.pem")

    def answer() -> None:
        with contextlib.suppress(OSError):
            connection = listening.accept()[0]
            if tls:
                context.wrap_socket(connection, server_side=True).close()
            else:
                connection.sendall(bytes([0, 0, 18, 4, 0, 0, 0, 0, 0]))  # gRPC's first frame
                connection.recv(1024)
                connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=answer, daemon=True)
        thread.start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        thread.join(10)


@pytest.mark.parametrize("tls", [False, True])
def test_tls_on_one_side_only_is_found_out_at_once(
    monkeypatch: pytest.MonkeyPatch, tls: bool
) -> None:
    monkeypatch.setenv("RAY_USE_TLS", "1" if tls else "0")
    with _server(tls=tls) as address:
        ray_driver._knock(address)
    monkeypatch.setenv("RAY_USE_TLS", "0" if tls else "1")
    expected = "the cluster uses TLS" if tls else "the cluster does not use TLS"
    with _server(tls=tls) as address, pytest.raises(ConnectionError, match=expected):
        ray_driver._knock(address)
