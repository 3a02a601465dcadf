"""Which actions are valid, as environments say it, and as bytes for Java.

A mask is one flag for each value of each discrete number of an action, in the order of
sb3-contrib's ``MaskablePPO``: ``n`` flags of a Discrete, the sum of ``nvec`` of a MultiDiscrete,
two for each bit of a MultiBinary, and those of the parts of a Dict or Tuple one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces

from ppo4j_bridge.fitting import Array, MisfitError, brief

AUTO = "auto"
NONE = "none"
INFO = "info"
METHOD = "method"
OBSERVATION = "observation"

KEY = "action_mask"
"""The key of infos and of Dict observations."""

METHOD_NAME = "action_masks"
"""The method, as in sb3-contrib."""

GIVING_INFOS = frozenset({"Taxi"})
"""The tasks of Gymnasium that give masks in infos; others are known after the first reset only."""

Env = gymnasium.Env[Any, Any]


class MaskError(ValueError):
    """Masks that an environment was asked for and does not have."""


def mask_size(space: spaces.Space[Any]) -> int:
    """Returns the number of flags of a mask of actions of ``space``."""
    if isinstance(space, spaces.Dict):
        return sum(mask_size(part) for part in space.spaces.values())
    if isinstance(space, spaces.Tuple):
        return sum(mask_size(part) for part in space.spaces)
    if isinstance(space, spaces.Discrete):
        return int(space.n)
    if isinstance(space, spaces.MultiDiscrete):
        return int(space.nvec.sum())
    if isinstance(space, spaces.MultiBinary):
        return 2 * int(np.prod(space.shape, dtype=np.int64))
    return 0


class ObservedMask(gymnasium.Wrapper[Any, Any, Any, Any]):
    """Moves the mask from a Dict observation to the info; of two parts, one is left as it is.

    Attributes:
        only: the key of the part that is left as it is; None if several are left, in a Dict.

    """

    def __init__(self, env: Env) -> None:
        super().__init__(env)
        parts = dict(env.observation_space.spaces)  # type: ignore[attr-defined]
        del parts[KEY]
        self.only: str | None = next(iter(parts)) if len(parts) == 1 else None
        self.observation_space = parts[self.only] if self.only else spaces.Dict(parts)

    def reset(self, **arguments: Any) -> tuple[Any, dict[str, Any]]:
        """Starts an episode."""
        observation, info = self.env.reset(**arguments)
        return self._moved(observation, info)

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """Steps once."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        rest, info = self._moved(observation, info)
        return rest, reward, terminated, truncated, info

    def _moved(self, observation: Any, info: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        try:
            rest = dict(observation)
            mask = rest.pop(KEY)
        except (TypeError, ValueError, KeyError):
            raise MisfitError(
                f"an observation without {KEY}", "its masks of actions are there"
            ) from None
        return rest[self.only] if self.only else rest, {**info, KEY: mask}


class MaskedEnv(gymnasium.Wrapper[Any, Any, Any, Any]):
    """Writes the mask of the current state to :attr:`row` after each reset and step."""

    def __init__(self, env: Env, read: Callable[[Env, dict[str, Any]], Any]) -> None:
        super().__init__(env)
        self._read = read
        self._size = mask_size(env.action_space)
        self.row: Array = np.zeros(self._size, np.uint8)
        self._episode = 0
        self._steps = 0

    def reset(self, **arguments: Any) -> tuple[Any, dict[str, Any]]:
        """Starts an episode."""
        self._episode = 1 if "seed" in arguments else self._episode + 1
        self._steps = 0
        try:
            observation, info = self.env.reset(**arguments)
            self._write(info)
        except MisfitError as misfit:
            raise misfit.at(f"at the start of episode {self._episode}") from None
        return observation, info

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """Steps once; the mask of an episode's last state is not needed."""
        self._steps += 1
        try:
            result = self.env.step(action)
            if not (result[2] or result[3]):
                self._write(result[4])
        except MisfitError as misfit:  # hosts count a step when it has ended
            raise misfit.at(f"at step {self._steps} of episode {self._episode}") from None
        return result

    def _write(self, info: dict[str, Any]) -> None:
        mask = self._read(self.env, info)
        if (
            mask.__class__ is np.ndarray
            and mask.shape == (self._size,)
            and (mask.dtype == np.bool_ or mask.dtype.kind in "iu")
        ):
            flags = mask
        else:
            flags = _flags(mask, self.env.action_space)
        if flags.shape != (self._size,):
            raise MisfitError(
                f"a mask of {flags.size} actions",
                f"actions {brief(self.env.action_space)} need {self._size} flags",
            )
        if flags.dtype != np.bool_ and not ((flags == 0) | (flags == 1)).all():
            wrong = flags[(flags != 0) & (flags != 1)][0]
            raise MisfitError(
                f"a mask of actions with {wrong}", "its flags must be 0 or 1, or booleans"
            )
        self.row[...] = flags


def with_observed_masks(env: Env, source: str) -> Env:
    """Takes masks out of Dict observations, before other wrappers see these."""
    space = env.observation_space
    has = isinstance(space, spaces.Dict) and KEY in space.spaces
    if source == OBSERVATION and not has:
        raise MaskError(
            f"--action-masks observation needs Dict observations with the key {KEY}, but they are "
            f"{brief(space)}"
        )
    if not has or source not in (OBSERVATION, AUTO):
        return env
    assert isinstance(space, spaces.Dict)
    size = int(np.prod(space.spaces[KEY].shape or (), dtype=np.int64))
    if len(space.spaces) == 1 or size != mask_size(env.action_space):
        if source == AUTO:
            gymnasium.logger.warn(
                f"observations have the part {KEY}, {brief(space.spaces[KEY])}, which is not used "
                f"as a mask: actions {brief(env.action_space)} need "
                f"{mask_size(env.action_space)} flags; --action-masks none leaves this warning out"
            )
            return env  # something else of that name
        raise MaskError(
            f"the part {KEY} of the observations is {brief(space.spaces[KEY])}, but actions "
            f"{brief(env.action_space)} need {mask_size(env.action_space)} flags"
        )
    return ObservedMask(env)


def masked(env: Env, source: str) -> Env:
    """Returns ``env`` with masks from ``source``; ``env`` itself if it has none there."""
    if source == NONE or mask_size(env.action_space) == 0:
        if source in (NONE, AUTO):
            return env
        raise MaskError(
            f"--action-masks {source} is for discrete actions, but they are "
            f"{brief(env.action_space)}; leave it out"
        )
    observed = _has_observed_mask(env)
    if source == OBSERVATION or (source == AUTO and observed):
        return MaskedEnv(env, _from_info)
    if source == METHOD or (source == AUTO and env.has_wrapper_attr(METHOD_NAME)):
        if not env.has_wrapper_attr(METHOD_NAME):
            raise MaskError(
                f"--action-masks method needs an environment with the method {METHOD_NAME}(), "
                f"which {_name(env)} and its wrappers do not have"
            )
        return MaskedEnv(env, _from_method)
    spec = env.spec
    if source == INFO or (spec is not None and spec.name in GIVING_INFOS and not spec.namespace):
        return MaskedEnv(env, _from_info)
    return env


def hint(env: Env, info: dict[str, Any]) -> None:
    """Warns of a mask in ``info`` that is not used."""
    if KEY in info and mask_size(env.action_space) > 0:
        gymnasium.logger.warn(
            f"infos have the key {KEY}, which is not used: --action-masks info masks invalid "
            "actions, and --action-masks none leaves this warning out"
        )


def vector_hint(name: str, infos: dict[str, Any], actions: spaces.Space[Any]) -> None:
    """Warns of masks in ``infos`` of a vector environment, which has none."""
    if KEY in infos and mask_size(actions) > 0:
        gymnasium.logger.warn(
            f"infos have the key {KEY}, which is not used, because {name} is a vector environment "
            "only: register it with an entry_point for masks; --action-masks none leaves this "
            "warning out"
        )


def _has_observed_mask(env: Env) -> bool:
    inner: Any = env
    while isinstance(inner, gymnasium.Wrapper):
        if isinstance(inner, ObservedMask):
            return True
        inner = inner.env
    return False


def _from_info(_: Env, info: dict[str, Any]) -> Any:
    try:
        return info[KEY]
    except (KeyError, TypeError):
        raise MisfitError(
            f"an info without {KEY}", "its masks of actions are there in every reset and step"
        ) from None


def _from_method(env: Env, _: dict[str, Any]) -> Any:
    return env.get_wrapper_attr(METHOD_NAME)()


def _flags(mask: Any, space: spaces.Space[Any]) -> Array:
    """Returns a mask as one row of flags; masks of parts may be nested as the space is."""
    parts = _parts(mask, space)
    if parts is not None:
        rows = [_part(name, part, inner) for name, part, inner in parts if mask_size(inner) > 0]
        return np.concatenate(rows) if rows else np.zeros(0, np.bool_)
    try:
        array = np.asarray(mask)
    except Exception:
        array = np.asarray(None)
    if array.dtype.kind not in "biuf":
        what = "that is None" if mask is None else f"of dtype {array.dtype}"
        raise MisfitError(f"a mask of actions {what}", "it must be an array of booleans, 0 or 1")
    return array.reshape(-1)


def _part(name: str, mask: Any, space: spaces.Space[Any]) -> Array:
    flags = _flags(mask, space)
    if flags.size != mask_size(space):
        raise MisfitError(
            f"a mask of actions whose part {name} has {flags.size} flags",
            f"its actions {brief(space)} need {mask_size(space)}",
        )
    return flags


def _parts(mask: Any, space: spaces.Space[Any]) -> list[tuple[str, Any, spaces.Space[Any]]] | None:
    """Returns the parts of ``space``, their names and masks; None if the mask is one array."""
    if isinstance(space, spaces.Dict) and isinstance(mask, dict):
        missing = [
            key for key, part in space.spaces.items() if mask_size(part) > 0 and key not in mask
        ]
        if missing:
            raise MisfitError(
                f"a mask of actions without the part {missing[0]}",
                f"actions are {brief(space)}",
            )
        return [(str(key), mask.get(key), part) for key, part in space.spaces.items()]
    if isinstance(space, spaces.Tuple) and (isinstance(mask, tuple) or _is_nested(mask)):
        if len(mask) != len(space.spaces):
            raise MisfitError(
                f"a mask of actions of {len(mask)} parts", f"actions are {brief(space)}"
            )
        return _numbered(mask, space.spaces)
    if isinstance(space, spaces.MultiDiscrete) and _is_nested(mask):
        if len(mask) == space.nvec.size:
            return _numbered(mask, [spaces.Discrete(int(n)) for n in space.nvec.ravel()])
        if len(mask) == len(space.nvec):
            return _numbered(mask, [spaces.MultiDiscrete(row) for row in space.nvec])
    return None


def _is_nested(mask: Any) -> bool:
    """Whether a tuple or list has a mask for each part, in place of flags."""
    return isinstance(mask, tuple | list) and any(
        isinstance(part, tuple | list | dict) or np.ndim(part) > 0 for part in mask
    )


def _numbered(
    masks: Sequence[Any], parts: Sequence[spaces.Space[Any]]
) -> list[tuple[str, Any, spaces.Space[Any]]]:
    return [
        (str(number), mask, part)
        for number, (mask, part) in enumerate(zip(masks, parts, strict=True))
    ]


def _name(env: Env) -> str:
    return env.spec.id if env.spec is not None else type(env.unwrapped).__name__
