"""``python -m ppo4j_bridge.ray_driver``: the way from Java to the actors on a Ray cluster.

Java starts it and sends frames over its standard input; replies go to its standard output. It ends
when its input does, and with it Ray ends the actors, which belong to it. Ray's own process on this
machine is left alone, except for a cluster that this process has started itself.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import signal
import socket
import ssl
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from ppo4j_bridge import process
from ppo4j_bridge.frames import Frames

LOCAL = "local"
ENDING_SECONDS = 15
KNOCK_SECONDS = 10


class Driver:
    """The operations; each handles a message and its bytes."""

    def __init__(self, frames: Frames) -> None:
        self._frames = frames
        self._cluster: Any = None
        self._jars: Any = None
        self._actors: dict[int, Any] = {}
        self._nodes: dict[int, str] = {}
        self._common: dict[int, Any] = {}
        self._settings: dict[str, Any] = {}

    def connect(self, message: dict[str, Any], jars: bytes) -> None:
        """Connects to the cluster, or starts one."""
        address = message["address"]
        # Where several raylets of a cluster share this machine, the one to join.
        node = os.environ.get("PPO4J_RAY_NODE")
        found = {"_node_ip_address": node} if node else {}
        if address == LOCAL:
            from ppo4j_bridge.ray_local import LocalCluster

            self._cluster = LocalCluster(1, message["local_cpus"])
            os.environ.update(self._cluster.variables)
            address = self._cluster.address
            found = {"_node_ip_address": address.partition(":")[0]}
        _knock(address)
        wanted = {"pip": message["pip"], "py_modules": message["modules"]}
        import ray

        ray.init(
            address=address,
            log_to_driver=False,
            configure_logging=False,
            include_dashboard=False,
            runtime_env={name: value for name, value in wanted.items() if value},
            **found,
        )
        from ppo4j_bridge import frames, ray_actor

        for module in (frames, ray_actor):
            ray.cloudpickle.register_pickle_by_value(module)
        self._settings = message
        self._jars = ray.put(jars)
        self._frames.send({"op": "connected", **_cluster()})

    def start(self, message: dict[str, Any], _payload: bytes) -> None:
        """Starts an actor; replies when its JVM runs, or why it does not."""
        import ray

        from ppo4j_bridge.ray_actor import Actor

        number = message["actor"]
        settings = self._settings
        actor = (
            ray.remote(Actor)
            .options(
                num_cpus=settings["cpus"],
                max_restarts=0,
                scheduling_strategy="SPREAD",
            )
            .remote(self._jars, settings["options"], settings["main"])
        )
        self._actors[number] = actor

        def started(future: Future[Any]) -> None:
            reply: dict[str, Any] = {"op": "started", "actor": number}
            try:
                description = future.result()
                self._nodes[number] = description["node"]
                reply |= description
            except BaseException as error:
                reply |= {"failure": sentence(error), "lost": _is_lost(error)}
            self._frames.send(reply)

        actor.describe.remote().future().add_done_callback(started)

    def common(self, message: dict[str, Any], payload: bytes) -> None:
        """Puts what all actors need into the object store; keeps the last two."""
        import ray

        number = message["collection"]
        self._common[number] = ray.put(payload)
        for old in [each for each in self._common if each < number - 1]:
            del self._common[old]

    def collect(self, message: dict[str, Any], order: bytes) -> None:
        """Has an actor carry out an order; replies when it has, or was lost."""
        call, number = message["call"], message["actor"]
        actor = self._actors.get(number)
        if actor is None:
            self._frames.send(
                {"op": "reply", "call": call, "lost": True, "failure": "it has ended"}
            )
            return

        def collected(future: Future[Any]) -> None:
            reply: dict[str, Any] = {"op": "reply", "call": call}
            payload = b""
            try:
                answer, payload = future.result()
                reply |= answer
            except BaseException as error:
                reply |= {"failure": sentence(error), "lost": True}
            self._frames.send(reply, payload)

        collection = message["collection"]
        passed = {name: message[name] for name in ("op", "collection", "task")}
        reference = actor.collect.remote(collection, self._common[collection], passed, order)
        reference.future().add_done_callback(collected)

    def end(self, message: dict[str, Any], _payload: bytes) -> None:
        """Ends an actor."""
        import ray

        actor = self._actors.pop(message["actor"], None)
        if actor is not None:
            with contextlib.suppress(Exception):
                ray.kill(actor)

    def nodes(self, message: dict[str, Any], _payload: bytes) -> None:
        """Replies with what the cluster has."""
        self._frames.send({"op": "nodes", "call": message["call"], **_cluster()})

    def close(self) -> None:
        """Ends the actors, leaves the cluster, and ends it if this process started it."""
        ray = sys.modules.get("ray")
        with contextlib.suppress(Exception):
            if ray is not None and ray.is_initialized():
                for actor in self._actors.values():
                    ray.kill(actor)
                ray.shutdown()
        if self._cluster is not None:
            self._cluster.close()


def _knock(address: str) -> None:
    """Fails at once if nothing listens there, or with TLS on one side only; Ray would try on."""
    host, _, port = address.rpartition(":")
    try:
        connection = socket.create_connection((host, int(port)), KNOCK_SECONDS)
    except OSError as error:
        raise ConnectionError(
            f"nothing answers there ({error.strerror or error}); start the cluster, or give the"
            " address that ray start printed"
        ) from error
    with connection:
        speaks = _speaks_tls(connection)
    demands = os.environ.get("RAY_USE_TLS", "0").lower() in ("1", "true")
    if speaks and not demands:
        raise ConnectionError(
            "the cluster uses TLS, but RAY_USE_TLS is not 1 here; set it and Ray's RAY_TLS_*"
            " variables as for ray start"
        )
    if demands and not speaks:
        raise ConnectionError(
            "the cluster does not use TLS, but RAY_USE_TLS is set here; set it for ray start too,"
            " or unset it"
        )


def _speaks_tls(connection: socket.socket) -> bool:
    """Returns whether what listens answers a TLS client; Ray checks certificates later."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        context.wrap_socket(connection).close()
    except OSError:
        return False
    return True


def _cluster() -> dict[str, Any]:
    """Returns the cluster's live nodes and CPUs."""
    import ray

    live = [node for node in ray.nodes() if node["Alive"]]
    return {
        "ray": ray.__version__,
        "python": sys.version.split()[0],
        "nodes": [
            {
                "name": node["NodeManagerHostname"],
                "address": node["NodeManagerAddress"],
                "cpus": node["Resources"].get("CPU", 0),
            }
            for node in live
        ],
        "cpus": ray.cluster_resources().get("CPU", 0),
        "free_cpus": ray.available_resources().get("CPU", 0),
    }


def _is_lost(error: BaseException) -> bool:
    """Returns whether another actor need not meet the same fault."""
    from ray import exceptions

    died = isinstance(error, exceptions.RayActorError)
    constructor = "creation task failed" in str(error) or "__init__" in str(error)
    return died and not constructor


def sentence(error: BaseException) -> str:
    """Returns the last line that says what happened, without a stack trace."""
    cause = getattr(error, "cause", None)
    text = str(cause if isinstance(cause, BaseException) else error)
    mismatch = re.search(
        r"Version mismatch.*?Ray: (\S+)\s+Python: (\S+).*?Ray: (\S+)\s+Python: (\S+)", text, re.S
    )
    if mismatch:
        theirs, ours = mismatch.group(1, 2), mismatch.group(3, 4)
        return (
            f"the cluster runs Ray {theirs[0]} on Python {theirs[1]}, but this machine has Ray"
            f" {ours[0]} on Python {ours[1]}; use the same versions"
        )
    if "Failed to set up runtime environment" in text:
        reasons = re.findall(r"^(?:\w+\.)*(?:\w*Error|ERROR): (.*)$", text, re.M)
        reason = reasons[-1] if reasons else "see the logs of Ray on the nodes"
        return f"Ray cannot make the actors' environment (--actor-pip, --actor-module): {reason}"
    raised = re.findall(
        r"^(?:\w+\.)*(?:JavaEnded|FileNotFoundError|PermissionError): (.*)$", text, re.M
    )
    if raised:
        return str(raised[-1])
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    return lines[0].rstrip(".") if lines else type(error).__name__


def serve(frames: Frames, driver: Driver) -> None:
    """Handles messages until the input ends."""
    operations: dict[str, Callable[[dict[str, Any], bytes], None]] = {
        name: getattr(driver, name)
        for name in ("connect", "start", "common", "collect", "end", "nodes")
    }
    while True:
        try:
            message, payload = frames.receive()
        except EOFError:
            return
        try:
            operations[message["op"]](message, payload)
        except BaseException as error:
            failure = sentence(error)
            frames.send({"op": "failed", "during": message["op"], "failure": failure})


def main() -> None:
    """Serves Java until it closes standard input."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)  # a terminal sends Ctrl-C to this process too
    lifeline, announcement = process.take_streams()
    frames = Frames(os.fdopen(lifeline, "rb"), os.fdopen(announcement, "wb"))
    if importlib.util.find_spec("ray") is None:
        frames.send({"op": "missing", "module": "ray"})
        return
    frames.send({"op": "ready"})  # Ray is imported later, because it reads its variables then
    driver = Driver(frames)
    try:
        serve(frames, driver)
    finally:
        timer = threading.Timer(ENDING_SECONDS, lambda: os._exit(1))
        timer.daemon = True
        timer.start()
        driver.close()
        os._exit(0)


if __name__ == "__main__":
    main()
