"""Wrappers around single environments, as the user asks for them.

The order, from the environment outwards: the recording of raw episodes, the user's own wrappers,
the mask in a Dict, the parts of a Dict, then those of CleanRL's ``ppo_atari.py``: no-op starts,
frame skip, episodic life, fire at reset, sign of the reward, size, grey, stack. What writes masks
is outside of all.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from gymnasium.wrappers import (
    FilterObservation,
    FrameStackObservation,
    MaxAndSkipObservation,
    RecordEpisodeStatistics,
    TransformObservation,
    TransformReward,
)

from ppo4j_bridge import masking
from ppo4j_bridge.atari import EpisodicLife, FireReset, NoopReset, action_meanings

OPTIONS = "ppo4j.wrappers"
"""The name of these options among an environment's arguments; it cannot be one of Python's."""

Env = gymnasium.Env[Any, Any]


class WrapperError(ValueError):
    """A wrapper that cannot be put around an environment."""


class FrameSkip(gymnasium.Wrapper[Any, Any, Any, Any]):
    """Repeats each action and adds the rewards, until the episode ends."""

    def __init__(self, env: Env, skip: int) -> None:
        super().__init__(env)
        self._skip = skip

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """Steps up to ``skip`` times."""
        total = 0.0
        for _ in range(self._skip):
            observation, reward, terminated, truncated, info = self.env.step(action)
            total += float(reward)
            if terminated or truncated:
                break
        return observation, total, terminated, truncated, info


def reports_episodes(options: dict[str, Any]) -> bool:
    """Whether infos have the raw return and length of an episode that really ended."""
    changes = ("noop_max", "frame_skip", "episodic_life", "reward_sign")
    return any(options.get(name) for name in changes)


def wrap(env: Env, options: dict[str, Any], masks: str = masking.NONE) -> Env:
    """Returns ``env`` with the wrappers of ``options``, and with masks from there, if any."""
    if reports_episodes(options):
        env = RecordEpisodeStatistics(env)
    for name in options.get("wrappers", []):
        env = _users(env, name)
    env = masking.with_observed_masks(env, masks)
    if options.get("observation_keys"):
        env = _parts(env, options["observation_keys"])
    _require_game(env, options)
    if options.get("noop_max"):
        env = NoopReset(env, options["noop_max"])
    if options.get("frame_skip", 1) > 1:
        skip = options["frame_skip"]
        if options.get("frame_max") and not isinstance(env.observation_space, spaces.Box):
            raise WrapperError(
                f"--frame-max needs observations that are a Box, but they are "
                f"{env.observation_space}; leave it out, or pick one of a Dict with "
                "--observation-keys"
            )
        env = MaxAndSkipObservation(env, skip) if options.get("frame_max") else FrameSkip(env, skip)
    if options.get("episodic_life"):
        env = EpisodicLife(env)
    if options.get("fire_reset") and FireReset.applies_to(env):
        env = FireReset(env)
    if options.get("reward_sign"):
        env = TransformReward(env, lambda reward: float(np.sign(float(reward))))
    if options.get("resize"):
        env = _resized(env, *options["resize"])
    if options.get("grayscale"):
        env = _grey(env)
    if options.get("frame_stack", 1) > 1:
        env = _stacked(env, options["frame_stack"])
    made = masking.masked(env, masks)
    if isinstance(made, masking.MaskedEnv):
        _require_no_repeats(options)
    return made


def _require_game(env: Env, options: dict[str, Any]) -> None:
    for option in ("noop_max", "episodic_life", "fire_reset"):
        if options.get(option) and action_meanings(env)[:1] != ["NOOP"]:
            raise WrapperError(
                f"--{option.replace('_', '-')} is for Atari games, whose first action is NOOP; "
                "leave it out"
            )


def _require_no_repeats(options: dict[str, Any]) -> None:
    """Refuses wrappers that send actions below the masks, which may not allow them."""
    for option, least in (("frame_skip", 1), ("noop_max", 0)):
        if options.get(option, least) > least:
            raise WrapperError(
                f"--{option.replace('_', '-')} repeats actions without a look at the masks of "
                "actions, which may not allow them; leave it out, or give --action-masks none"
            )


def _users(env: Env, name: str) -> Env:
    module, colon, function = name.partition(":")
    if not colon or not module or not function:
        raise WrapperError(
            f"--wrapper {name} is not module:function, such as my_package:my_wrapper"
        )
    try:
        made = getattr(importlib.import_module(module), function)
    except AttributeError:
        raise WrapperError(
            f"--wrapper {name}: the module {module} has no {function}; name a function or class "
            "that takes an environment and returns one"
        ) from None
    wrapped = made(env)
    if not isinstance(wrapped, gymnasium.Env):
        raise WrapperError(
            f"--wrapper {name} returned {type(wrapped).__name__}: expected a gymnasium.Env"
        )
    return wrapped


def _parts(env: Env, keys: list[str]) -> Env:
    space = env.observation_space
    if not isinstance(space, spaces.Dict):
        raise WrapperError(f"--observation-keys needs Dict observations, but they are {space}")
    missing = [key for key in keys if key not in space.spaces]
    if missing:
        raise WrapperError(
            f"--observation-keys {missing[0]} is not among the parts of the observations, which "
            f"are {', '.join(space.spaces)}"
        )
    if len(keys) == 1:
        key = keys[0]
        return TransformObservation(env, lambda parts: parts[key], space.spaces[key])
    return FilterObservation(env, keys)


def _image(env: Env, option: str) -> spaces.Box:
    space = env.observation_space
    if not isinstance(space, spaces.Box) or len(space.shape) not in (2, 3):
        raise WrapperError(
            f"{option} needs observations that are an image, a Box of 2 or 3 dimensions, but they "
            f"are {space}; --observation-keys picks one of a Dict"
        )
    if _has_channels_first(space.shape):
        raise WrapperError(f"{option} needs images with channels last, but they are {space}")
    return space


def _like(space: spaces.Box, shape: tuple[int, ...]) -> spaces.Box:
    low, high = space.low.min(), space.high.max()
    return spaces.Box(low, high, shape, space.dtype.type)


def _cv2(option: str) -> Any:
    try:
        return importlib.import_module("cv2")
    except ModuleNotFoundError:
        raise WrapperError(
            f"{option} needs OpenCV: run {sys.executable} -m pip install opencv-python-headless"
        ) from None


def _resized(env: Env, height: int, width: int) -> Env:
    cv2 = _cv2("--resize")
    space = _image(env, "--resize")
    shape = (height, width, *space.shape[2:])

    def resize(image: Any) -> Any:
        small = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
        return small.reshape(shape)

    return TransformObservation(env, resize, _like(space, shape))


def _grey(env: Env) -> Env:
    cv2 = _cv2("--grayscale")
    space = _image(env, "--grayscale")
    if len(space.shape) != 3 or space.shape[2] != 3:
        raise WrapperError(f"--grayscale needs images of 3 channels, but they are {space}")
    return TransformObservation(
        env,
        lambda image: cv2.cvtColor(image, cv2.COLOR_RGB2GRAY),
        _like(space, space.shape[:2]),
    )


def _has_channels_first(shape: tuple[int, ...]) -> bool:
    """Whether the first dimension of an image has its channels, by the rule that Java has too."""
    return len(shape) == 3 and shape[0] < shape[2]


def _stacked(env: Env, count: int) -> Env:
    if not isinstance(env.observation_space, spaces.Box):
        raise WrapperError(
            f"--frame-stack needs observations that are a Box, but they are "
            f"{env.observation_space}; --observation-keys picks one of a Dict"
        )
    stacked: Env = FrameStackObservation(env, count)
    shape = env.observation_space.shape
    if len(shape) != 3:
        return stacked
    came_first = _has_channels_first(shape)
    channels, height, width = shape if came_first else (shape[2], *shape[:2])
    first = (count * channels, height, width)
    last = (height, width, count * channels)
    joined: tuple[int, ...]
    if _has_channels_first(first):
        joined, to = first, 1
    elif not _has_channels_first(last):
        joined, to = last, 3
    else:  # more channels than pixels in a row or column: no shape of an image says where they are
        joined, to = (count * channels * height * width,), 1

    def join(frames: Any) -> Any:
        ordered = np.moveaxis(frames, 1 if came_first else 3, to)
        return (np.moveaxis(ordered, 0, 2) if to == 3 else ordered).reshape(joined)

    return TransformObservation(stacked, join, _like(env.observation_space, joined))
