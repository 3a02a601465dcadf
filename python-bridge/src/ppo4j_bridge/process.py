"""The process of a worker: its streams, its signals, and its end when Java ends."""

from __future__ import annotations

import fcntl
import os
import signal


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
    return lifeline, announcement


def leave_signals_to_java() -> None:
    """Ignores Ctrl-C, a closed terminal and the end of the whole job, to which Java reacts.

    Signals to Java's process group, such as SIGTERM from ``timeout``, do not reach a separate
    group. SIGINT and SIGHUP to this process are ignored; SIGTERM is not, because children of this
    process would then ignore it too. The process stays in Java's session: Linux shares the
    processors between sessions first, so workers of another session would not run
    while Java, yielding, waits for them.
    """
    os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


def read_line(descriptor: int) -> str:
    """Reads a line, and no byte after its end."""
    line = bytearray()
    while (byte := os.read(descriptor, 1)) not in (b"", b"\n"):
        line += byte
    return line.decode()


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
