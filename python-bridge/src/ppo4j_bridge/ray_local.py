"""A cluster of Ray on this machine, with its own ports, token and folder.

One node listens on the loopback interface alone. Several nodes, for measurements, listen on all
interfaces, as Ray's nodes do, and nobody without the token can use them.

``python -m ppo4j_bridge.ray_local --nodes 3 --cpus 11`` starts one for tests and measurements,
prints its address, and ends it, and nothing else, when its standard input is closed.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

STARTING_SECONDS = 60
ENDING_SECONDS = 10


LOOPBACK = "127.0.0.1"
"""Ray listens on this address alone for a node that has it, and on all interfaces for any other."""

ALONE = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}
"""Keeps Ray from replacing the loopback address by one that other machines can reach."""


def host(index: int, nodes: int) -> str:
    """Returns the address of a node; several need different ones."""
    return LOOPBACK if nodes == 1 else f"127.0.0.{index + 2}"


def protect() -> dict[str, str]:
    """Returns variables with which only processes of this cluster can use it: a fresh token."""
    return {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}


class LocalCluster:
    """Raylets on this machine, each a node with as many CPUs as it is told to have."""

    def __init__(self, nodes: int, cpus: int, memory: int = 512 << 20) -> None:
        # Short, because the names of Unix sockets, which are in it, have 107 bytes at most.
        self._folder = tempfile.mkdtemp(prefix="ppo4j-ray-")
        self._cpus = cpus
        self._planned = nodes
        self._memory = memory
        self.nodes: list[subprocess.Popen[bytes]] = []
        self.variables = {
            **protect(),
            **(ALONE if nodes == 1 else {}),
            "RAY_USAGE_STATS_ENABLED": "0",
            "RAY_DISABLE_IMPORT_WARNING": "1",
            "RAY_enable_metrics_collection": "0",
            "RAY_worker_niceness": "0",  # actors do the work of this machine, as workers do
        }
        (port,) = _free_ports(1)
        self.address = f"{host(0, nodes)}:{port}"
        try:
            self._start("--head", f"--port={port}", "--include-dashboard=false")
            for _ in range(nodes - 1):
                self.add()
        except BaseException:
            self.close()
            raise

    def add(self) -> None:
        """Starts another node."""
        self._start(f"--address={self.address}")

    def _start(self, *role: str) -> None:
        ports = _free_ports(6)
        names = ["object-manager", "node-manager", "runtime-env-agent", "dashboard-agent-grpc"]
        names += ["dashboard-agent-listen", "metrics-export"]
        arguments = [f"--{name}-port={port}" for name, port in zip(names, ports, strict=True)]
        if "--head" in role:
            arguments.append(f"--temp-dir={self._folder}")
        command = [sys.executable, "-m", "ray.scripts.scripts", "start", *role, *arguments]
        command += [
            f"--node-ip-address={host(len(self.nodes), self._planned)}",
            f"--num-cpus={self._cpus}",
            "--num-gpus=0",
        ]
        command += [f"--object-store-memory={self._memory}", "--disable-usage-stats", "--block"]
        log = Path(self._folder) / f"node-{len(self.nodes)}.log"
        with log.open("wb") as out:
            node = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.variables},
                start_new_session=True,
            )
        self.nodes.append(node)
        limit = time.monotonic() + STARTING_SECONDS
        while "Ray runtime started" not in log.read_text(errors="replace"):
            if node.poll() is not None or time.monotonic() > limit:
                last = log.read_text(errors="replace").strip().splitlines()[-3:]
                raise TimeoutError(f"ray start failed: {' / '.join(last)}")
            time.sleep(0.05)

    def kill(self, index: int) -> None:
        """Kills a node with all that runs on it, as if the machine was lost.

        Its first process is waited for last: until then its number, which is that of the session,
        cannot be another's.
        """
        node = self.nodes[index]
        if node.returncode is None:
            while others := [each for each in _of_session(node.pid) if not _is_dead(each)]:
                for each in others:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(each, signal.SIGKILL)
                time.sleep(0.01)
            node.wait()

    def close(self) -> None:
        """Ends the nodes, the head last, and deletes their folder."""
        for node in reversed(self.nodes):
            if node.returncode is None:
                os.kill(node.pid, signal.SIGTERM)
        limit = time.monotonic() + ENDING_SECONDS
        for index, node in reversed(list(enumerate(self.nodes))):
            while node.returncode is None and not _is_dead(node.pid) and time.monotonic() < limit:
                time.sleep(0.05)
            self.kill(index)
        shutil.rmtree(self._folder, ignore_errors=True)


def _of_session(session: int) -> list[int]:
    """Returns the processes of the session that a node's first process began."""
    members = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ProcessLookupError):
                if os.getsid(int(entry.name)) == session:
                    members.append(int(entry.name))
    return members


def _is_dead(process: int) -> bool:
    """Returns whether a process has ended, but was not waited for."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return True
    return status.rpartition(")")[2].split()[0] in ("Z", "X")


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind((LOOPBACK, 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def main() -> None:
    """Starts a cluster, prints how to reach it, and ends it with standard input."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=1)
    parser.add_argument("--cpus", type=int, default=os.cpu_count() or 1, help="of each node")
    options = parser.parse_args()
    cluster = LocalCluster(options.nodes, options.cpus)
    try:
        for name, value in cluster.variables.items():
            print(f"export {name}={value}")
        print(f"address {cluster.address}", flush=True)
        while sys.stdin.read(4096):
            pass
    finally:
        cluster.close()


if __name__ == "__main__":
    main()
