"""The actor that Ray runs on a node: it starts a JVM, and passes orders to it and replies back.

Ray sends this module by value, so a node needs Ray and a JDK, and Gymnasium if environments are in
Python. The JVM's jars come through Ray's object store, once for each node.
"""

from __future__ import annotations

import contextlib
import glob
import hashlib
import io
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import zipfile
from collections import deque
from threading import Thread
from typing import IO, Any, BinaryIO, cast

from ppo4j_bridge.frames import Frames

JAVA = 25
"""The oldest version of Java that runs ppo4j."""

KEPT_LINES = 5


class JavaEnded(Exception):  # noqa: N818 - an event
    """The JVM of an actor has ended."""


class Actor:
    """One JVM, which collects slices of rollouts.

    What raises here ends the actor for its learner, which starts another one.
    """

    def __init__(self, jars: bytes, options: list[str], main: str) -> None:
        self._published = -1
        self._errors: deque[str] = deque(maxlen=KEPT_LINES)
        java = find_java()
        class_path = unpack(jars)
        environment = dict(os.environ)
        environment.setdefault("PPO4J_PYTHON", sys.executable)  # the node's own, or Ray's
        environment.setdefault("OMP_NUM_THREADS", "1")
        self._process = subprocess.Popen(
            [java, *options, "-cp", class_path, main],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
        )
        streams = self._process
        self._frames = Frames(cast(BinaryIO, streams.stdout), cast(BinaryIO, streams.stdin))
        self._error_reader = Thread(target=self._keep_errors, daemon=True)
        self._error_reader.start()
        self._hello, _ = self._receive()

    def _keep_errors(self) -> None:
        for line in cast(IO[bytes], self._process.stderr):
            text = line.decode(errors="replace").rstrip()
            if not text.startswith(("WARNING: ", "SLF4J")):  # what every JVM says here
                self._errors.append(text)

    def describe(self) -> dict[str, Any]:
        """Returns where this actor runs, and on what."""
        import ray

        return {
            "node": f"{socket.gethostname()} ({ray.util.get_node_ip_address()})",
            "pid": os.getpid(),
            "java_pid": self._process.pid,
            "python": sys.version.split()[0],
            "java": self._hello["java"],
            "ppo4j": self._hello["ppo4j"],
        }

    def collect(
        self, collection: int, common: bytes, message: dict[str, Any], order: bytes
    ) -> tuple[dict[str, Any], bytes]:
        """Passes an order to the JVM, after what all actors need for it, and returns its reply."""
        try:
            if collection != self._published:
                self._frames.send({"op": "common", "collection": collection}, common)
                self._published = collection
            self._frames.send(message, order)
        except OSError as error:
            raise self._ended() from error
        return self._receive()

    def _receive(self) -> tuple[dict[str, Any], bytes]:
        try:
            return self._frames.receive()
        except (EOFError, OSError) as error:
            raise self._ended() from error

    def _ended(self) -> JavaEnded:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        self._error_reader.join(5)  # what the JVM said last may not be read yet
        code = self._process.returncode
        said = " / ".join(self._errors)
        return JavaEnded(f"its JVM ended with code {code}" + (f": {said}" if said else ""))


def find_java() -> str:
    """Returns the command of a Java that is new enough."""
    on_path = shutil.which("java")
    homes = [os.environ.get("PPO4J_JAVA_HOME"), os.environ.get("JAVA_HOME")]
    homes += [os.path.dirname(os.path.dirname(os.path.realpath(on_path)))] if on_path else []
    homes += sorted(glob.glob("/usr/lib/jvm/*")) + sorted(glob.glob("/opt/*"))
    for home in homes:
        if home and _version(home) >= JAVA:
            return os.path.join(home, "bin", "java")
    raise FileNotFoundError(
        f"there is no JDK {JAVA} or newer on this node; install one and set JAVA_HOME to its folder"
        " before ray start"
    )


def _version(home: str) -> int:
    with contextlib.suppress(OSError), open(os.path.join(home, "release")) as release:
        found = re.search(r'^JAVA_VERSION="(\d+)', release.read(), re.MULTILINE)
        return int(found[1]) if found else 0
    return 0


def unpack(jars: bytes) -> str:
    """Unpacks a zip file of jars, unless this node has it; returns the class path.

    The folder belongs to this user alone, and its name is the content's hash.
    """
    root = os.path.join(tempfile.gettempdir(), f"ppo4j-ray-{os.getuid()}")
    os.makedirs(root, mode=0o700, exist_ok=True)
    status = os.lstat(root)
    if status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise PermissionError(f"{root} is not a folder of mode 0700 of this user; remove it")
    folder = os.path.join(root, hashlib.sha256(jars).hexdigest())
    if not os.path.isdir(folder):
        made = tempfile.mkdtemp(dir=root)
        with zipfile.ZipFile(io.BytesIO(jars)) as archive:
            archive.extractall(made)
        try:
            os.rename(made, folder)
        except OSError:  # another actor was faster
            shutil.rmtree(made)
    with zipfile.ZipFile(io.BytesIO(jars)) as archive:
        return os.pathsep.join(os.path.join(folder, name) for name in archive.namelist())
