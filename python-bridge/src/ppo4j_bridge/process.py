"""The process of a worker: its streams, its signals, and its end when Java ends."""

from __future__ import annotations

import contextlib
import fcntl
import io
import mmap
import os
import signal
import stat
import sys


def take_streams() -> tuple[int, int]:
    """Replaces standard input and output, for native code too.

    Environments read an empty input, and their output goes to standard error.

    Returns:
        The descriptors of the former standard input, Java's lifeline, and standard output.

    """
    lifeline = os.dup(0)
    announcement = os.dup(1)
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # What an environment prints is seen at once, and whatever it prints can be written.
            stream.reconfigure(line_buffering=True, errors="backslashreplace")
    return lifeline, announcement


def find_users_modules() -> None:
    """Adds the current folder to the end of the module path.

    Java starts Python without it (``PYTHONSAFEPATH``), so that a file ``random.py`` there does not
    hide Python's own module. Processes that an environment starts are not told to do the same.
    """
    if os.environ.get("PYTHONSAFEPATH") == "ppo4j":
        del os.environ["PYTHONSAFEPATH"]
    with contextlib.suppress(FileNotFoundError):  # the folder was deleted
        sys.path.append(os.getcwd())


def read_line(descriptor: int) -> str:
    """Reads a line, and no byte after its end."""
    line = bytearray()
    while (byte := os.read(descriptor, 1)) not in (b"", b"\n"):
        line += byte
    return line.decode()


def map_file(path: str, size: int) -> mmap.mmap:
    """Maps a file that Java has made: of this user, readable by nobody else, and no link."""
    descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        status = os.fstat(descriptor)
        if (
            not stat.S_ISREG(status.st_mode)
            or status.st_uid != os.geteuid()
            or stat.S_IMODE(status.st_mode) & 0o077
        ):
            raise PermissionError(f"{path} is not a file of mode 0600 of this user")
        return mmap.mmap(descriptor, size)
    finally:
        os.close(descriptor)


def end_with(lifeline: int) -> None:
    """Has the kernel end this process as soon as the other end of ``lifeline`` is closed.

    A thread that waits for the end of the file cannot act while native code holds the
    interpreter lock; a terminating signal can.
    """
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGIO})
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)


def outlive(lifeline: int) -> None:
    """Undoes :func:`end_with`, so that the process can end in order."""
    fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) & ~os.O_ASYNC)


def wait_for_end(lifeline: int) -> None:
    """Returns when the other end of ``lifeline`` is closed."""
    while os.read(lifeline, 4096):
        pass
