"""The environments of a worker, made by id."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import gymnasium

from ppo4j_bridge import atari, masking, wrapping
from ppo4j_bridge.host import Host
from ppo4j_bridge.hosting import EnvHost
from ppo4j_bridge.rendering import choose_headless_renderer, with_camera
from ppo4j_bridge.vector_hosting import VectorHost


def make_host(env_id: str, count: int, kwargs: dict[str, Any], masks: str = masking.AUTO) -> Host:
    """Makes ``count`` environments of ``env_id``, which may have the form ``module:Id``."""
    choose_headless_renderer(kwargs)
    module, _, name = env_id.rpartition(":")
    if module:
        _import(module)
    atari.register(name)
    spec = gymnasium.registry.get(name)
    if spec is None:
        _require_registered(name, module)
    elif spec.entry_point is None and spec.vector_entry_point is not None:
        if wrapping.OPTIONS in kwargs:
            raise wrapping.WrapperError(
                f"{name} is a vector environment only, which wrappers of single environments do "
                "not fit; leave them out"
            )
        if masks not in (masking.AUTO, masking.NONE):
            raise masking.MaskError(
                f"--action-masks {masks} is for single environments, but {name} is a vector "
                "environment only; leave it out"
            )
        return VectorHost(name, count, kwargs, masks)
    if spec is not None:
        kwargs = with_camera(kwargs, spec.entry_point)
    return EnvHost(env_id, count, kwargs, masks)


def _import(module: str) -> None:
    try:
        importlib.import_module(module)
    except ModuleNotFoundError as error:
        by = "" if error.name is None or f"{module}.".startswith(f"{error.name}.") else module
        raise ModuleNotFoundError(
            f"{error}{f', which {by} imports' if by else ''}: expected it in the current folder, "
            f"which is {_current_folder()}, in a folder that PYTHONPATH names, or installed for "
            f"{sys.executable}",
            name=error.name,
        ) from None


def _require_registered(name: str, module: str) -> None:
    """Says what to do if nothing has registered ``name``, in any version."""
    try:
        gymnasium.spec(name)
    except (gymnasium.error.NameNotFound, gymnasium.error.NamespaceNotFound) as error:
        if module:
            remedy = (
                f"The module {module} was imported, but registers no {name}: call "
                f'gymnasium.register(id="{name}", entry_point=...) in it.'
            )
        elif "Did you mean" in str(error):
            raise
        else:
            remedy = f"If a package registers it, name that first: package:{name}."
        raise type(error)(f"{error} {remedy}") from None
    except gymnasium.error.Error:
        pass  # gymnasium.make knows the newest version


def _current_folder() -> str:
    try:
        return os.getcwd()
    except FileNotFoundError:
        return "deleted"
