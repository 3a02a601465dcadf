"""The environments of a worker, made by id."""

from __future__ import annotations

import importlib
from typing import Any

import gymnasium

from ppo4j_bridge.host import Host
from ppo4j_bridge.hosting import EnvHost
from ppo4j_bridge.vector_hosting import VectorHost


def make_host(env_id: str, count: int, kwargs: dict[str, Any]) -> Host:
    """Makes ``count`` environments of ``env_id``, which may have the form ``module:Id``."""
    module, _, name = env_id.rpartition(":")
    if module:
        importlib.import_module(module)
    spec = gymnasium.registry.get(name)
    if spec is not None and spec.entry_point is None and spec.vector_entry_point is not None:
        return VectorHost(name, count, kwargs)
    return EnvHost(env_id, count, kwargs)
