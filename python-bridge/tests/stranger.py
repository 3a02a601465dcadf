"""Another user of the machine, who attacks a worker.

``stranger.py UID PORT OLD_TOKEN SECONDS PID...`` becomes the user UID and, for SECONDS, connects to
PORT without the token, guesses it, replays that of another worker and floods; then it tries to
read, signal and trace the processes PID. It prints a line for each thing that it got, then how
often it connected.
"""

from __future__ import annotations

import contextlib
import ctypes
import encodings.idna  # noqa: F401 - before the user may no longer read Python's library
import os
import signal
import socket
import struct
import sys
import time
from pathlib import Path

CALLS = b"c\nt\nmake\ns{}\ne\nc\nt\nclose\ne\n"
"""What Java would send: calls of the worker's entry point."""

PTRACE_ATTACH = 16
HELD = 200
"""The connections that a flood holds open at a time."""


def _connect(port: int) -> socket.socket | None:
    stranger = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        stranger.settimeout(0.5)
        stranger.connect(("127.0.0.1", port))
        return stranger
    except OSError:
        stranger.close()
        return None


def ask(port: int, message: bytes) -> bool:
    """Sends ``message``; returns whether anything but a refusal came back."""
    stranger = _connect(port)
    if stranger is None:
        return False
    with stranger, contextlib.suppress(OSError):
        stranger.sendall(message)
        return stranger.recv(1000).startswith(b"!y")
    return False


def flood(port: int, seconds: float) -> int:
    """Connects as often as it can: silent, with garbage, or gone at once."""
    held: list[socket.socket] = []
    connected = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        stranger = _connect(port)
        if stranger is None:
            time.sleep(0.01)
            continue
        connected += 1
        with contextlib.suppress(OSError):
            if connected % 3 == 0:
                stranger.sendall(b"\xff\x00" * 1000)
            if connected % 3 == 1:
                stranger.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                stranger.sendall(b"A\nguess\ne\n")
                stranger.close()
        held.append(stranger)
        if len(held) > HELD:
            held.pop(0).close()
    return connected


def peek(pid: int, libc: ctypes.CDLL) -> list[str]:
    """Returns what of the process was open to this user."""
    got = []
    for name in ("environ", "mem", "maps"):
        with contextlib.suppress(OSError), Path(f"/proc/{pid}/{name}").open("rb") as file:
            file.read(1)
            got.append(name)
    for name in ("fd", "map_files"):
        with contextlib.suppress(OSError):
            for link in Path(f"/proc/{pid}/{name}").iterdir():
                link.open("rb").close()
                got.append(str(link))
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGTERM)
        got.append("SIGTERM")
    if libc.ptrace(PTRACE_ATTACH, pid, None, None) == 0:
        got.append("ptrace")
    return [f"process {pid}: {what}" for what in got]


def maps() -> list[str]:
    """Returns which files of maps this user can open."""
    got = []
    for file in Path("/dev/shm").glob("ppo4j-*"):
        with contextlib.suppress(OSError):
            file.open("rb").close()
            got.append(str(file))
    return got


def main() -> None:
    """Attacks."""
    uid, port, old, seconds = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], float(sys.argv[4])
    libc = ctypes.CDLL(None)
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    print("ready", flush=True)
    guesses = ["", "token", "A", "0" * 43, old, old[:-1], old + "A", "\x00" * 43]
    for guess in guesses:
        for message in (CALLS, b"A\n" + guess.encode() + b"\ne\n" + CALLS):
            if ask(port, message):
                print(f"the worker answered {message!r}")
    connected = flood(port, seconds)
    got = maps()
    for pid in sys.argv[5:]:
        got += peek(int(pid), libc)
    print(*got, f"done after {connected} connections", sep="\n")


if __name__ == "__main__":
    main()
