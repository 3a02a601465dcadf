"""A second user of the machine while a worker starts; the Java tests have one while it steps."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

STRANGER = Path(__file__).parent / "stranger.py"
NOBODY = 65534


def _answer(java: socket.socket) -> bytes:
    answer = b""
    while not answer.endswith(b"\n"):
        received = java.recv(1 << 16)
        assert received, "the worker closed Java's connection"
        answer += received
    return answer


@pytest.mark.skipif(
    sys.platform != "linux" or os.getuid() != 0, reason="only root can become another user"
)
def test_another_user_gets_nothing_and_does_not_stop_a_worker_from_starting() -> None:
    token, proof = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    worker = subprocess.Popen(
        [sys.executable, "-m", "ppo4j_bridge"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write(f"{token}\n{proof}\n".encode())
    worker.stdin.flush()
    port = int(worker.stdout.readline().split()[2])
    arguments = [NOBODY, port, secrets.token_urlsafe(32), 5, worker.pid, os.getpid()]
    stranger = subprocess.Popen(
        [sys.executable, str(STRANGER), *map(str, arguments)], stdout=subprocess.PIPE, text=True
    )
    assert stranger.stdout is not None
    assert stranger.stdout.readline() == "ready\n"
    time.sleep(1)  # Java comes in the middle of the flood
    try:
        with socket.create_connection(("127.0.0.1", port), 60) as java:
            java.sendall(f"A\n{token}\ne\n".encode())
            assert _answer(java) == b"!yv\n"
            java.sendall(b"c\nt\nhello\ne\n")
            assert _answer(java) == f"!ys{proof}\n".encode()
            request = (
                '{"id": "CartPole-v1", "count": 1, "kwargs": {}, "action_masks": "auto", "seed": 1}'
            )
            java.sendall(f"c\nt\nmake\ns{request}\ne\n".encode())
            assert b"observation_space" in _answer(java)
            output = stranger.communicate(timeout=120)[0].splitlines()
            assert len(output) == 1, output
            assert output[0].startswith("done after ")
            java.sendall(b"c\nt\nattach\ns/nowhere\ne\n")
            assert b"No such file" in _answer(java)
    finally:
        stranger.kill()
        worker.stdin.close()
        assert worker.wait(20) == -signal.SIGIO
        worker.stdout.close()
