"""Ending a cluster, without Ray."""

import subprocess
import time

from ppo4j_bridge.ray_local import LocalCluster, _is_dead, _of_session, protect


def _cluster(*nodes: subprocess.Popen[bytes]) -> LocalCluster:
    cluster = LocalCluster.__new__(LocalCluster)
    cluster.nodes = list(nodes)
    return cluster


def test_a_node_is_killed_with_all_that_it_started() -> None:
    command = ["sh", "-c", "sleep 100 & sleep 100 & wait"]
    node = subprocess.Popen(command, start_new_session=True)
    while len(_of_session(node.pid)) < 3:
        time.sleep(0.01)
    members = _of_session(node.pid)
    cluster = _cluster(node)
    cluster.kill(0)
    assert node.returncode == -9
    assert all(_is_dead(each) for each in members)
    cluster.kill(0)  # has no effect


def test_tokens_differ() -> None:
    assert protect() != protect()
    assert protect()["RAY_AUTH_MODE"] == "token"
