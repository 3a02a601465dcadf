"""Wrappers around single environments, as the user asks for them.

The order, from the environment outwards: the user's own wrappers, the mask in a Dict, the parts of
a Dict, then those of CleanRL's ``ppo_atari.py``: no-op starts, frame skip, episodic life, fire at
reset, sign of the reward, size, grey, stack. What writes masks is outside of all, and what records
raw episodes inside.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from gymnasium.wrappers import FrameStackObservation, TransformObservation, TransformReward

from ppo4j_bridge import masking
from ppo4j_bridge.atari import EpisodicLife, FireReset, NoopReset, action_meanings
from ppo4j_bridge.fitting import number, observation_fit, require_keys

OPTIONS = "ppo4j.wrappers"
"""The name of these options among an environment's arguments; it cannot be one of Python's."""

RESIZED = ("uint8", "uint16", "int16", "float32", "float64")
"""The dtypes of images that OpenCV scales by areas."""

GREY = ("uint8", "uint16", "float32")
"""The dtypes of images that OpenCV makes grey."""

Env = gymnasium.Env[Any, Any]


class WrapperError(ValueError):
    """A wrapper that cannot be put around an environment."""


class FrameSkip(gymnasium.Wrapper[Any, Any, Any, Any]):
    """Repeats each action and adds the rewards, until the episode ends.

    With ``maximum``, the observation is the maximum of the last two frames of the step. Gymnasium's
    ``MaxAndSkipObservation`` and SB3's ``MaxAndSkipEnv`` give older frames where an episode ends.
    """

    def __init__(self, env: Env, skip: int, maximum: bool = False) -> None:
        super().__init__(env)
        self._skip = skip
        self._maximum = maximum

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """Steps up to ``skip`` times."""
        total = 0.0
        before = None
        for i in range(self._skip):
            observation, reward, terminated, truncated, info = self.env.step(action)
            total += number(reward)
            if terminated or truncated or i == self._skip - 1:
                break
            if self._maximum:
                before = observation.copy()  # the environment may write the next one over it
        if before is not None:
            observation = np.maximum(before, observation)
        return observation, total, terminated, truncated, info


class RawEpisodes(gymnasium.Wrapper[Any, Any, Any, Any]):
    """Adds up the rewards and steps of an environment's own episodes, inside all other wrappers.

    An episode counts once it is followed by a reset, so that a wrapper outside may end it too.
    """

    def __init__(self, env: Env) -> None:
        super().__init__(env)
        self._total, self._length = 0.0, 0
        self._ended = (0.0, 0)

    def reset(self, **kwargs: Any) -> tuple[Any, dict[str, Any]]:
        """Starts an episode."""
        self._ended = self.so_far()
        self._total, self._length = 0.0, 0
        return self.env.reset(**kwargs)

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """Steps once."""
        result = self.env.step(action)
        self._total += number(result[1])
        self._length += 1
        return result

    def so_far(self) -> tuple[float, int]:
        """Returns the return and length of what is in progress, with what ended before it."""
        total, length = self._ended
        return total + self._total, length + self._length

    def take(self) -> tuple[float, int]:
        """Returns the return and length of what has ended since the last call; 0 if nothing has."""
        ended, self._ended = self._ended, (0.0, 0)
        return ended


def reports_episodes(options: dict[str, Any]) -> bool:
    """Whether episodes and rewards are not the environment's own, which are reported."""
    changes = ("noop_max", "frame_skip", "episodic_life", "reward_sign")
    return any(options.get(name) for name in changes)


def wrap(env: Env, options: dict[str, Any], masks: str = masking.NONE) -> Env:
    """Returns ``env`` with the wrappers of ``options``, and with masks from there, if any."""
    for name in options.get("wrappers", []):
        env = _users(env, name)
    env = masking.with_observed_masks(env, masks)
    keys = options.get("observation_keys")
    if keys and not (isinstance(env, masking.ObservedMask) and keys == [env.only]):
        env = _parts(env, keys)
    _require_game(env, options)
    if _changes_arrays(options) and isinstance(env.observation_space, spaces.Box):
        fit = observation_fit(env.observation_space)
        env = TransformObservation(env, fit, env.observation_space)
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
        env = FrameSkip(env, skip, bool(options.get("frame_max")))
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
        _require_chosen_actions(env, options)
    return made


def _changes_arrays(options: dict[str, Any]) -> bool:
    """Whether observations are copied, compared or scaled, which must not change their numbers."""
    changes = ("frame_max", "resize", "grayscale")
    return any(options.get(name) for name in changes) or options.get("frame_stack", 1) > 1


def _require_game(env: Env, options: dict[str, Any]) -> None:
    for option in ("noop_max", "episodic_life", "fire_reset"):
        if not options.get(option):
            continue
        name = f"--{option.replace('_', '-')}"
        if action_meanings(env)[:1] != ["NOOP"]:
            raise WrapperError(
                f"{name} is for Atari games, whose first action is NOOP; leave it out"
            )
        if not isinstance(env.action_space, spaces.Discrete):
            raise WrapperError(
                f"{name} sends discrete actions, but those of the game are {env.action_space}; "
                "switch it off"
            )


def _require_chosen_actions(env: Env, options: dict[str, Any]) -> None:
    """Refuses wrappers that send actions below the masks, which may not allow them."""
    sends = {
        "frame-skip": options.get("frame_skip", 1) > 1,
        "noop-max": bool(options.get("noop_max")),
        "episodic-life": bool(options.get("episodic_life")),
        "fire-reset": bool(options.get("fire_reset")) and FireReset.applies_to(env),
    }
    for option, is_used in sends.items():
        if is_used:
            raise WrapperError(
                f"--{option} sends actions without a look at the masks of actions, which may not "
                "allow them; switch it off, or give --action-masks none"
            )


def _users(env: Env, name: str) -> Env:
    module, colon, function = name.partition(":")
    if not colon or not module or not function:
        raise WrapperError(
            f"--wrapper {name} is not module:function, such as my_package:my_wrapper"
        )
    names = importlib.import_module(module)
    try:
        made = getattr(names, function)
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
            f"are {', '.join(map(str, space.spaces))}"
        )

    def pick(parts: Any) -> Any:
        try:
            return parts[keys[0]] if len(keys) == 1 else {key: parts[key] for key in keys}
        except (KeyError, TypeError):
            require_keys(space, parts, "")
            raise

    picked = {key: space.spaces[key] for key in keys}
    return TransformObservation(
        env, pick, picked[keys[0]] if len(keys) == 1 else spaces.Dict(picked)
    )


def _image(env: Env, option: str, dtypes: tuple[str, ...]) -> spaces.Box:
    space = env.observation_space
    if not isinstance(space, spaces.Box) or len(space.shape) not in (2, 3):
        raise WrapperError(
            f"{option} needs observations that are an image, a Box of 2 or 3 dimensions, but they "
            f"are {space}; --observation-keys picks one of a Dict"
        )
    if _has_channels_first(space.shape):
        raise WrapperError(f"{option} needs images with channels last, but they are {space}")
    if space.dtype.name not in dtypes:
        raise WrapperError(
            f"{option} needs images of dtype {', '.join(dtypes[:-1])} or {dtypes[-1]}, but they "
            f"are {space}"
        )
    return space


def _like(space: spaces.Box, shape: tuple[int, ...]) -> spaces.Box:
    dtype = space.dtype
    low, high = np.full(shape, space.low.min(), dtype), np.full(shape, space.high.max(), dtype)
    return spaces.Box(low, high, shape, dtype.type)


def _cv2(option: str) -> Any:
    try:
        return importlib.import_module("cv2")
    except ModuleNotFoundError:
        raise WrapperError(
            f"{option} needs OpenCV: run {sys.executable} -m pip install opencv-python-headless"
        ) from None


def _resized(env: Env, height: int, width: int) -> Env:
    cv2 = _cv2("--resize")
    space = _image(env, "--resize", RESIZED)
    shape = (height, width, *space.shape[2:])

    def resize(image: Any) -> Any:
        small = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
        return small.reshape(shape)

    return TransformObservation(env, resize, _like(space, shape))


def _grey(env: Env) -> Env:
    cv2 = _cv2("--grayscale")
    space = _image(env, "--grayscale", GREY)
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
    space = env.observation_space
    # A copy, because the environment may write the next observation over it.
    own = TransformObservation(env, np.copy, space)
    stacked: Env = FrameStackObservation(own, count)
    is_flat = len(space.shape) == 2 and space.dtype == np.uint8  # an image of one channel
    if len(space.shape) != 3 and not is_flat:
        return stacked
    shape = (*space.shape, 1) if is_flat else space.shape
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
        images = frames[..., np.newaxis] if is_flat else frames
        ordered = np.moveaxis(images, 1 if came_first else 3, to)
        return (np.moveaxis(ordered, 0, 2) if to == 3 else ordered).reshape(joined)

    return TransformObservation(stacked, join, _like(space, joined))
