"""Environments of the tests, also of Java's, which make them as ``bridge_test_envs:Id``."""

from __future__ import annotations

import atexit
import copy
import ctypes
import os
import random
import signal
import subprocess
import sys
import time
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from gymnasium.vector import VectorEnv
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Counting(gymnasium.Env[Floats, np.int64]):
    """The counting environment of Java's ``ContractSubjects``, which defines it."""

    def __init__(
        self, terminate_at: int = 0, truncate_at: int = 0, spread: int = 0, fail_at: int = 0
    ) -> None:
        self.observation_space = spaces.Box(0, np.inf, (3,), np.float64)
        self.action_space = spaces.Discrete(2)
        self._terminate_at = terminate_at
        self._truncate_at = truncate_at
        self._spread = spread
        self._fail_at = fail_at
        self._episode = -1
        self._step = 0
        self._draw = 0.0

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Floats, dict[str, Any]]:
        """Starts an episode and draws its number."""
        super().reset(seed=seed)
        self._episode += 1
        self._step = 0
        self._draw = float(self.np_random.random())
        return self._observation(), {}

    def step(self, action: np.int64) -> tuple[Floats, float, bool, bool, dict[str, Any]]:
        """Counts."""
        self._step += 1
        if self._step == self._fail_at:
            raise RuntimeError("the spring broke")
        end = self._terminate_at + int(self._draw * self._spread)
        terminated = self._terminate_at > 0 and self._step >= end
        truncated = self._truncate_at > 0 and self._step >= self._truncate_at
        return self._observation(), float(self._step), terminated, truncated, {}

    def _observation(self) -> Floats:
        return np.array([self._episode, self._step, self._draw])


ACTION_SPACES: dict[str, spaces.Space[Any]] = {
    "box": spaces.Box(-1, 1, (2,), np.float32),
    "discrete": spaces.Discrete(3, start=-1),
    "multi_discrete": spaces.MultiDiscrete([3, 2], start=[0, 5]),
    "multi_binary": spaces.MultiBinary(3),
    "box_2d": spaces.Box(-1, 1, (2, 2), np.float64),
    "box_int16": spaces.Box(-9, 9, (2,), np.int16),
    "box_uint32": spaces.Box(0, 2**32 - 1, (2,), np.uint32),
    "discrete_dict": spaces.Dict(
        {
            "a": spaces.Discrete(3, start=1),
            "b": spaces.Tuple([spaces.MultiBinary(2), spaces.MultiDiscrete([4, 5])]),
        }
    ),
    "box_tuple": spaces.Tuple([spaces.Box(-1, 1, (2,), np.float32), spaces.Box(0, 2, (1, 1))]),
    "boxes": spaces.Tuple(
        [
            spaces.Box(-1, 1, (2,), np.int8),
            spaces.Box(0, 3, (1,), np.uint8),
            spaces.Box(-1, 1, (1,), np.float32),
        ]
    ),
    "mixed": spaces.Dict(
        {
            "jump": spaces.Discrete(2, start=1),
            "move": spaces.Tuple([spaces.Box(-1, 1, (2,), np.float32), spaces.MultiBinary(2)]),
        }
    ),
    "text": spaces.Text(5),
}


class Echo(gymnasium.Env[Floats, Any]):
    """The echo environment of Java's ``ContractSubjects``, with more spaces.

    It requires actions as Gymnasium would pass them: values of the action space, in its dtype and
    shape; those of a Box may exceed the bounds.
    """

    def __init__(self, space: str = "box") -> None:
        self.action_space = ACTION_SPACES[space]
        numbers = [] if space == "text" else _numbers(self.action_space.sample())
        self.observation_space = spaces.Box(-np.inf, np.inf, (len(numbers),), np.float64)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Floats, dict[str, Any]]:
        """Returns zeros."""
        super().reset(seed=seed)
        return np.zeros(self.observation_space.shape or ()), {}

    def step(self, action: Any) -> tuple[Floats, float, bool, bool, dict[str, Any]]:
        """Returns the action as the observation."""
        space = self.action_space
        if isinstance(space, spaces.Box):
            assert isinstance(action, np.ndarray)
            assert (action.dtype, action.shape) == (space.dtype, space.shape)
        else:
            assert space.contains(action), f"{action!r} is not in {space}"
        numbers = np.array(_numbers(action))
        return numbers, float(numbers.sum()), False, False, {}


class Masked(gymnasium.Env[Any, Any]):
    """Says which actions are valid, and requires that only these are taken.

    In each step one value of each discrete number is invalid, the next one in the next step. The
    observation has the number of the step.
    """

    def __init__(
        self, space: str = "discrete", source: str = "info", fault: str = "", fault_at: int = 2
    ) -> None:
        self.action_space = ACTION_SPACES[space]
        self._counts = _choices(self.action_space)
        self._source = source
        self._fault = fault
        self._fault_at = fault_at
        self._steps = 0
        if source == "method":
            self.action_masks = self._mask  # as in sb3-contrib
        seen = spaces.Box(0, np.inf, (1,), np.float64)
        self.observation_space: spaces.Space[Any] = seen
        if source == "observation":
            flags = spaces.Box(0, 1, (sum(self._counts),), np.int8)
            self.observation_space = spaces.Dict({"observation": seen, "action_mask": flags})

    def _mask(self) -> Any:
        mask = np.concatenate(
            [np.arange(count) != self._steps % count for count in self._counts]
        ).astype(np.int8)
        if self._steps != self._fault_at:
            return mask
        return {
            "": mask,
            "length": mask[1:],
            "dtype": mask.astype(str),
            "values": 2 * mask,
            "empty": 0 * mask,
            "none": None,
        }[self._fault]

    def _result(self) -> tuple[Any, dict[str, Any]]:
        seen = np.array([float(self._steps)])
        if self._fault == "missing" and self._steps == self._fault_at:
            return ({"observation": seen} if self._source == "observation" else seen), {}
        if self._source == "observation":
            return {"observation": seen, "action_mask": self._mask()}, {}
        return seen, {"action_mask": self._mask()} if self._source == "info" else {}

    def reset(self, *, seed: int | None = None, options: Any = None) -> Any:
        """Starts an episode."""
        super().reset(seed=seed)
        self._steps = 0
        return self._result()

    def step(self, action: Any) -> Any:
        """Requires a valid action, whose last value would be the reward."""
        assert self.action_space.contains(action), f"{action!r} is not in {self.action_space}"
        chosen = _flat_choices(self.action_space, action)
        for count, choice in zip(self._counts, chosen, strict=True):
            assert choice != self._steps % count, f"{action!r} is invalid in step {self._steps}"
        self._steps += 1
        observation, info = self._result()
        return observation, float(sum(chosen)), self._steps == 5, False, info


def _choices(space: spaces.Space[Any]) -> list[int]:
    """Returns the number of values of each discrete number."""
    if isinstance(space, spaces.Dict):
        return [count for part in space.spaces.values() for count in _choices(part)]
    if isinstance(space, spaces.Tuple):
        return [count for part in space.spaces for count in _choices(part)]
    if isinstance(space, spaces.Discrete):
        return [int(space.n)]
    if isinstance(space, spaces.MultiDiscrete):
        return [int(n) for n in space.nvec.ravel()]
    return [2] * int(np.prod(space.shape or ())) if isinstance(space, spaces.MultiBinary) else []


def _flat_choices(space: spaces.Space[Any], action: Any) -> list[int]:
    """Returns each discrete number, counted from 0."""
    if isinstance(space, spaces.Dict):
        parts = [(space.spaces[key], action[key]) for key in space.spaces]
        return [number for part, value in parts for number in _flat_choices(part, value)]
    if isinstance(space, spaces.Tuple):
        pairs = zip(space.spaces, action, strict=True)
        return [number for part, value in pairs for number in _flat_choices(part, value)]
    if isinstance(space, spaces.Discrete):
        return [int(action) - int(space.start)]
    if isinstance(space, spaces.MultiDiscrete):
        return [int(number) for number in (action - space.start).ravel()]
    return [int(n) for n in action.ravel()] if isinstance(space, spaces.MultiBinary) else []


class View(gymnasium.Env[Any, Any]):
    """Observes an image, a choice and numbers together."""

    def __init__(self) -> None:
        self.observation_space = spaces.Dict(
            {
                "kind": spaces.Discrete(3),
                "view": spaces.Box(0, 255, (40, 44, 3), np.uint8),
                "where": spaces.Box(-1, 1, (2,), np.float32),
            }
        )
        self.action_space = spaces.Discrete(2)

    def reset(self, *, seed: int | None = None, options: Any = None) -> Any:
        """Starts an episode."""
        super().reset(seed=seed)
        self.observation_space.seed(seed)
        return self.observation_space.sample(), {}

    def step(self, action: Any) -> Any:
        """Draws the next observation."""
        return self.observation_space.sample(), 1.0, False, False, {}


class Aim(gymnasium.Env[Any, Any]):
    """Needs both parts of its actions: a choice between two targets, and the number of the one.

    The observation is one-hot the target and then its number; the reward is 1 minus the distance,
    0 for the other target. An episode has 8 steps, each with another target.
    """

    def __init__(self) -> None:
        self.observation_space = spaces.Box(-1, 1, (3,), np.float32)
        self.action_space = spaces.Dict(
            {"target": spaces.Discrete(2), "where": spaces.Box(-1, 1, (1,), np.float32)}
        )
        self._steps = 0
        self._target = 0
        self._number = 0.0

    def _next(self) -> Any:
        self._target = int(self.np_random.integers(2))
        self._number = float(self.np_random.uniform(-0.8, 0.8))
        shown = np.zeros(3, np.float32)
        shown[self._target] = 1
        shown[2] = self._number
        return shown

    def reset(self, *, seed: int | None = None, options: Any = None) -> Any:
        """Starts an episode."""
        super().reset(seed=seed)
        self._steps = 0
        return self._next(), {}

    def step(self, action: Any) -> Any:
        """Scores the action and shows the next target."""
        distance = abs(float(action["where"][0]) - self._number)
        reward = max(0.0, 1 - distance) if int(action["target"]) == self._target else 0.0
        self._steps += 1
        return self._next(), reward, False, self._steps == 8, {}


def _numbers(action: Any) -> list[float]:
    if isinstance(action, dict):
        return [number for part in action.values() for number in _numbers(part)]
    if isinstance(action, tuple):
        return [number for part in action for number in _numbers(part)]
    return [float(number) for number in np.ravel(action)]


class Keep(gymnasium.Env[Floats, Floats]):
    """Keeps its action and returns the one of the previous step."""

    def __init__(self) -> None:
        self.action_space = spaces.Box(-1, 1, (1,), np.float64)
        self.observation_space = spaces.Box(-1, 1, (1,), np.float64)
        self._last = np.zeros(1)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Floats, dict[str, Any]]:
        """Clears the action."""
        super().reset(seed=seed)
        self._last = np.zeros(1)
        return self._last.copy(), {}

    def step(self, action: Floats) -> tuple[Floats, float, bool, bool, dict[str, Any]]:
        """Keeps the array itself, as environments that reward smoothness do."""
        before, self._last = self._last, action
        return before.copy(), 0.0, False, False, {}


OBSERVATION_SPACES: dict[str, spaces.Space[Any]] = {
    "uint8": spaces.Box(0, 255, (2, 3, 1), np.uint8),
    "float16": spaces.Box(-1, 1, (3,), np.float16),
    "float32": spaces.Box(-1, 1, (3,), np.float32),
    "int64": spaces.Box(-(2**60), 2**60, (2,), np.int64),
    "int32": spaces.Box(-(2**31), 2**31 - 1, (2,), np.int32),
    "int16": spaces.Box(-(2**15), 2**15 - 1, (2,), np.int16),
    "int8": spaces.Box(-128, 127, (2,), np.int8),
    "uint32": spaces.Box(0, 2**32 - 1, (2,), np.uint32),
    "uint16": spaces.Box(0, 2**16 - 1, (2,), np.uint16),
    "bool": spaces.Box(0, 1, (4,), np.bool_),
    "discrete": spaces.Discrete(5, start=-2),
    "multi_discrete": spaces.MultiDiscrete([3, 4], start=[1, -1]),
    "multi_binary": spaces.MultiBinary(4),
    "scalar": spaces.Box(-1, 1, (), np.float64),
    "dict": spaces.Dict({"place": spaces.Box(-1, 1, (2,), np.float32), "kind": spaces.Discrete(3)}),
    "odd image": spaces.Dict({"image": spaces.Box(0, 255, (3, 1, 3), np.uint8)}),
    "odd floats": spaces.Dict({"image": spaces.Box(0, 1, (3, 1, 1), np.float32)}),
    "images": spaces.Dict(
        {
            "far": spaces.Box(-1, 1, (3,), np.float32),
            "kind": spaces.Discrete(3),
            "row": spaces.Box(0, 255, (5,), np.uint8),
            "view": spaces.Box(0, 255, (2, 3, 1), np.uint8),
            "where": spaces.Box(-(2**53), 2**53, (1,), np.int64),
        }
    ),
    "uint64": spaces.Box(0, 2**63, (1,), np.uint64),
    "text": spaces.Text(3),
}


class Show(gymnasium.Env[Any, np.int64]):
    """Shows samples of an observation space, the same ones for the same seed."""

    def __init__(self, space: str = "uint8", length: int = 2) -> None:
        self.observation_space = copy.deepcopy(OBSERVATION_SPACES[space])
        self.action_space = spaces.Discrete(2)
        self._length = length
        self._step = 0

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Shows the first sample."""
        super().reset(seed=seed)
        if seed is not None:
            self.observation_space.seed(seed)
        self._step = 0
        return self.observation_space.sample(), {}

    def step(self, action: np.int64) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Shows the next sample."""
        self._step += 1
        truncated = self._step >= self._length
        return self.observation_space.sample(), 0.5, False, truncated, {}


class Slow(Counting):
    """A counting environment that takes ``make`` seconds to be made."""

    def __init__(self, make: float = 0) -> None:
        super().__init__()
        time.sleep(make)


class Unrepeatable(Counting):
    """A counting environment with rewards, or masks, from the operating system's generator."""

    def __init__(self, masks: bool = False) -> None:
        super().__init__()
        if masks:
            self.action_masks = lambda: np.array([True, os.urandom(1)[0] % 2 == 0])

    def step(self, action: np.int64) -> tuple[Floats, float, bool, bool, dict[str, Any]]:
        """Counts, and draws the reward if the masks are not drawn."""
        observation, reward, terminated, truncated, infos = super().step(action)
        if not hasattr(self, "action_masks"):
            reward = float.fromhex(os.urandom(6).hex())
        return observation, reward, terminated, truncated, infos


class Made(Counting):
    """A counting environment that notes in the file ``note`` that it was made."""

    def __init__(self, note: str, once: bool = False) -> None:
        super().__init__()
        if once and os.path.exists(note):
            raise RuntimeError("there can be only one")
        with open(note, "a") as file:
            file.write(f"made in {os.getpid()}\n")


class Chance(gymnasium.Env[Floats, np.int64]):
    """Shows numbers from the global generators, of its making and its reset, and a hash."""

    def __init__(self) -> None:
        self.observation_space = spaces.Box(-np.inf, np.inf, (4,), np.float64)
        self.action_space = spaces.Discrete(2)
        self._made = random.random()

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Floats, dict[str, Any]]:
        """Draws."""
        super().reset(seed=seed)
        draws = [float(np.random.rand()), random.random(), self._made, float(hash("a") % 2**40)]
        return np.array(draws), {}

    def step(self, action: np.int64) -> tuple[Floats, float, bool, bool, dict[str, Any]]:
        """Does nothing."""
        return np.zeros(4), 0.0, False, False, {}


def _hang(_self: Faulty) -> None:
    time.sleep(3600)


def _hang_in_native_code(_self: Faulty) -> None:
    ctypes.PyDLL(None).sleep(3600)  # PyDLL keeps the interpreter lock


def _die(_self: Faulty) -> None:
    os.kill(os.getpid(), 9)


def _stop(_self: Faulty) -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def _exit(_self: Faulty) -> None:
    sys.exit("no more")


def _print(_self: Faulty) -> None:
    print("printed by the environment", flush=True)
    os.write(1, b"printed by native code\n")


def _print_endlessly(_self: Faulty) -> None:
    for _ in range(200):
        os.write(1, b"." * 100_000)
    os._exit(3)


def _complain(_self: Faulty) -> None:
    print("the wheels squeak", file=sys.stderr, flush=True)
    os._exit(3)


def _raise(_self: Faulty) -> None:
    raise ValueError("the spring broke")


def _spawn(_self: Faulty) -> None:
    subprocess.Popen(["sleep", "600"])


def _wrong_shape(self: Faulty) -> None:
    self.observation = np.zeros(3)


def _wrong_dtype(self: Faulty) -> None:
    self.observation = np.zeros(1, dtype=np.complex128)


FAULTS = {
    "hang": _hang,
    "hang_in_native_code": _hang_in_native_code,
    "die": _die,
    "stop": _stop,
    "exit": _exit,
    "print": _print,
    "complain": _complain,
    "print_endlessly": _print_endlessly,
    "raise": _raise,
    "spawn": _spawn,
    "wrong_shape": _wrong_shape,
    "wrong_dtype": _wrong_dtype,
}


class Faulty(gymnasium.Env[Floats, np.int64]):
    """Commits ``fault`` in every ``at``-th operation ``where``.

    Writes to the file ``note`` what it is about to do, a line each: ``step fails``, ``close`` and,
    when the interpreter ends in order, ``exit``.
    """

    observation = np.zeros(1)

    def __init__(
        self, fault: str = "print", where: str = "step", at: int = 1, note: str = ""
    ) -> None:
        self.observation_space = spaces.Box(-np.inf, np.inf, (1,), np.float64)
        self.action_space = spaces.Discrete(2)
        self._fault = fault
        self._where = where
        self._at = at
        self._times = 0
        self._notes = note
        atexit.register(self._note, "exit")
        self._maybe("make")

    def _maybe(self, where: str) -> None:
        if where == self._where:
            self._times += 1
            if self._times % self._at == 0:
                self._note(f"{where} fails")
                FAULTS[self._fault](self)

    def _note(self, line: str) -> None:
        if self._notes:
            with open(self._notes, "a") as file:
                file.write(line + "\n")

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Floats, dict[str, Any]]:
        """Resets, unless that is where the fault is."""
        super().reset(seed=seed)
        self._maybe("reset")
        return self.observation, {}

    def step(self, action: np.int64) -> tuple[Floats, float, bool, bool, dict[str, Any]]:
        """Steps, unless that or action 1 is where the fault is."""
        self._maybe("step")
        if action == 1:
            self._maybe("action")
        return self.observation, 1.0, False, False, {}

    def close(self) -> None:
        """Closes, and adds a line to the file that ``PPO4J_TEST_CLOSED`` names, if any."""
        note = os.environ.get("PPO4J_TEST_CLOSED")
        if note:
            with open(note, "a") as file:
                file.write("closed\n")
        self._note("close")
        self._maybe("close")


def _autoreset_mode(value: str) -> Any:
    """Returns Gymnasium's ``AutoresetMode`` of a value, or the value if it has no such class."""
    modes = getattr(gymnasium.vector, "AutoresetMode", None)
    return value if modes is None else modes(value)


class CountingVector(VectorEnv[Floats, NDArray[np.int64], Any]):
    """Counting environments that exist as one vector environment only."""

    def __init__(
        self, num_envs: int, mode: str = "SameStep", terminate_at: int = 3, masks: bool = False
    ) -> None:
        self.metadata = {"autoreset_mode": _autoreset_mode(mode)}
        self.num_envs = num_envs
        self.single_observation_space = spaces.Box(0, np.inf, (2,), np.float64)
        self.single_action_space = spaces.Discrete(2)
        self.observation_space = spaces.Box(0, np.inf, (num_envs, 2), np.float64)
        self.action_space = spaces.MultiDiscrete([2] * num_envs)
        self._terminate_at = terminate_at
        self._infos = {"action_mask": np.ones((num_envs, 2), np.int8)} if masks else {}
        self._seeds = np.zeros(num_envs)
        self._steps = np.zeros(num_envs)

    def reset(
        self, *, seed: int | list[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Floats, dict[str, Any]]:
        """Starts all episodes; the first number is the sub-environment's seed."""
        assert isinstance(seed, int)
        self._seeds = seed + np.arange(self.num_envs, dtype=np.float64)
        self._steps[:] = 0
        return self._observations(), self._infos

    def step(self, actions: NDArray[np.int64]) -> tuple[Floats, Any, Any, Any, dict[str, Any]]:
        """Counts; a sub-environment whose action is 1 counts twice."""
        self._steps += 1 + actions
        terminated = self._steps >= self._terminate_at
        final = self._observations()
        rewards = self._steps.copy()
        self._steps[terminated] = 0
        infos = {"final_obs": np.empty(self.num_envs, dtype=object)}
        for i in np.flatnonzero(terminated):
            infos["final_obs"][i] = final[i]
        return self._observations(), rewards, terminated, np.zeros_like(terminated), infos

    def _observations(self) -> Floats:
        return np.stack([self._seeds, self._steps], axis=1)


for _name in [
    "Chance",
    "Counting",
    "Made",
    "Slow",
    "Unrepeatable",
    "Echo",
    "Keep",
    "Show",
    "Faulty",
    "Masked",
    "Aim",
    "View",
]:
    gymnasium.register(f"ppo4j/{_name}-v0", entry_point=f"{__name__}:{_name}")
gymnasium.register("ppo4j/Limited-v0", entry_point=f"{__name__}:Counting", max_episode_steps=4)
gymnasium.register("ppo4j/CountingVector-v0", vector_entry_point=f"{__name__}:CountingVector")
