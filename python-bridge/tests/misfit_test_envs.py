"""Environments that give what their spaces do not say."""

from __future__ import annotations

import decimal
import fractions
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from gymnasium.vector import VectorEnv

SPACES: dict[str, spaces.Space[Any]] = {
    "float32": spaces.Box(-1, 1, (3,), np.float32),
    "float16": spaces.Box(-1, 1, (3,), np.float16),
    "float64": spaces.Box(-1, 1, (3,), np.float64),
    "image": spaces.Box(0, 255, (2, 2), np.uint8),
    "uint8": spaces.Box(0, 255, (3,), np.uint8),
    "int8": spaces.Box(-128, 127, (3,), np.int8),
    "bool": spaces.Box(0, 1, (3,), np.bool_),
    "scalar": spaces.Box(-1, 1, (), np.float32),
    "discrete": spaces.Discrete(4, start=-1),
    "multi_discrete": spaces.MultiDiscrete([3, 4]),
    "multi_binary": spaces.MultiBinary(3),
    "dict": spaces.Dict(
        {
            "place": spaces.Box(-1, 1, (2,), np.float32),
            "kind": spaces.Discrete(3, start=1),
            "more": spaces.Tuple([spaces.MultiBinary(2), spaces.Box(0, 9, (1,), np.uint8)]),
        }
    ),
}

PART = np.zeros(2, np.float32)
MORE = (np.zeros(2, np.int8), np.zeros(1, np.uint8))
RIGHT: dict[str, Any] = {
    name: np.zeros(space.shape or (), space.dtype) for name, space in SPACES.items() if space.shape
}
RIGHT["scalar"] = np.zeros((), np.float32)
RIGHT["discrete"] = 0
RIGHT["dict"] = {"place": PART, "kind": 1, "more": MORE}

SAME: list[tuple[str, Any, list[float]]] = [
    ("float32", [0.5, 0.25, 1], [0.5, 0.25, 1]),
    ("float32", (0.5, 0.25, 1), [0.5, 0.25, 1]),
    ("float32", np.array([0.5, 0.25, 1]), [0.5, 0.25, 1]),
    ("float32", np.array([1, 0, -1]), [1, 0, -1]),
    ("float32", np.array([0.5, 0, 0.25, 0, 1], np.float32)[::2], [0.5, 0.25, 1]),
    ("float32", np.array([0.5, 0.25, 1], ">f4"), [0.5, 0.25, 1]),
    ("float64", np.array([0.5, 0.25, 1], np.float32), [0.5, 0.25, 1]),
    ("float16", np.array([0.5, 0.25, 1]), [0.5, 0.25, 1]),
    ("uint8", np.array([0.0, 7.0, 255.0]), [0, 7, 255]),
    ("uint8", [0, 7, 255], [0, 7, 255]),
    ("int8", np.array([-128, 0, 127]), [-128, 0, 127]),
    ("image", np.array([[0, 1], [2, 255]]), [0, 1, 2, 255]),
    ("image", np.array([[0, 2], [1, 255]], np.uint8).T, [0, 1, 2, 255]),
    ("bool", [1, 0, 1], [1, 0, 1]),
    ("scalar", 0.5, [0.5]),
    ("scalar", np.float64(0.5), [0.5]),
    ("discrete", 2, [2]),
    ("discrete", np.int32(2), [2]),
    ("discrete", np.array(2), [2]),
    ("discrete", 2.0, [2]),
    ("multi_discrete", [2, 3], [2, 3]),
    ("multi_binary", np.array([True, False, True]), [1, 0, 1]),
    (
        "dict",
        {"place": [0.5, 1], "kind": np.int64(3), "more": [[1, 0], np.array([7.0])]},
        [0, 0, 1, 1, 0, 7, 0.5, 1],
    ),
]
"""The same numbers in another form: space, observation, what arrives."""

WRONG: list[tuple[str, Any, str]] = [
    ("float32", np.array([0.5], np.float32), r"shape \(1,\).* float32\) has shape \(3,\)"),
    ("float32", np.float32(0.5), r"shape \(\).* has shape \(3,\)"),
    ("float32", 0.5, r"shape \(\)"),
    ("float32", np.zeros((1, 3), np.float32), r"shape \(1, 3\)"),
    ("float32", np.zeros((3, 1), np.float32), r"shape \(3, 1\)"),
    ("float32", np.zeros(4, np.float32), r"shape \(4,\)"),
    ("float32", np.zeros(0, np.float32), r"shape \(0,\)"),
    ("float32", [[1, 2], [3]], "no array of numbers"),
    ("float32", None, "that is None"),
    ("float32", [None] * 3, "dtype object"),
    ("float32", ["0.1", "0.2", "0.3"], "dtype <U3"),
    ("float32", np.zeros(3, np.complex128), "dtype complex128"),
    ("float32", np.zeros(3, "M8[s]"), "dtype datetime64"),
    ("float32", {"a": 1}, "dtype object"),
    (
        "float32",
        np.array([0, 1e39, 0]),
        r"1e\+39 at index 1 .* float32 holds numbers up to 3.4e\+38",
    ),
    ("float16", np.array([0, 0, 7e4]), "70000.0 at index 2"),
    ("uint8", np.array([0.4, 0.9, 254.7]), "dtype float64 with 0.4 at index 0"),
    ("uint8", np.array([300, -5, 2]), "300 at index 0 .* whole numbers from 0 to 255"),
    ("uint8", np.array([3, -5, 2], np.int8), "-5 at index 1"),
    ("uint8", np.array([np.nan, 1, 2]), "nan at index 0"),
    ("uint8", np.array([np.inf, 1, 2]), "inf at index 0"),
    ("int8", np.array([0, 0, 128], np.uint64), "128 at index 2"),
    ("image", np.zeros((2, 2, 1), np.uint8), r"shape \(2, 2, 1\)"),
    ("image", np.zeros(4, np.uint8), r"shape \(4,\)"),
    ("image", np.full((2, 2), -1), "-1 at index 0, 0"),
    ("bool", [0, 2, 1], "2 at index 1"),
    ("scalar", [0.5], r"shape \(1,\)"),
    ("discrete", np.array([1]), r"shape \(1,\)"),
    ("discrete", 1.5, "with 1.5"),
    ("discrete", "1", "dtype <U1"),
    ("discrete", None, "that is None"),
    ("multi_discrete", [0, 1, 2], r"shape \(3,\)"),
    ("multi_binary", [0.5, 0, 1], "0.5 at index 0"),
    (
        "dict",
        {"place": PART, "kind": 1},
        r"parts \['place', 'kind'\].* \['kind', 'more', 'place'\]",
    ),
    ("dict", {"place": PART, "kind": 1, "more": MORE, "x": 1}, "with the parts .*'x'"),
    ("dict", {"place": PART, "kind": 1, "mere": MORE}, "with the parts .*'mere'"),
    ("dict", [PART, 1, MORE], "an observation that is"),
    ("dict", {"place": PART, "kind": 0, "more": MORE}, r"an observation\['kind'\] of 0"),
    ("dict", {"place": PART, "kind": 4, "more": MORE}, r"an observation\['kind'\] of 4"),
    ("dict", {"place": PART, "kind": -1, "more": MORE}, r"an observation\['kind'\] of -1"),
    ("dict", {"place": PART[:1], "kind": 1, "more": MORE}, r"\['place'\] of shape \(1,\)"),
    ("dict", {"place": PART, "kind": 1, "more": MORE[:1]}, r"\['more'\] that is .* 2 parts"),
    ("dict", {"place": PART, "kind": 1, "more": ([0, 2], [1])}, r"\['more'\]\[0\] of \[0 2\]"),
    ("dict", {"place": PART, "kind": 1, "more": ([0, 1], [256])}, r"\['more'\]\[1\] .* 256"),
]
"""Space, observation, a pattern of the message."""

REWARDS: dict[str, Any] = {
    "float": 1.0,
    "float32": np.float32(1),
    "float64": np.float64(1),
    "int": 1,
    "int64": np.int64(1),
    "bool": True,
    "array0": np.array(1.0),
    "array1": np.array([1.0], np.float32),
    "array11": np.array([[1]]),
    "fraction": fractions.Fraction(1),
    "decimal": decimal.Decimal(1),
}

WRONG_REWARDS: list[tuple[Any, str]] = [
    (None, "a reward that is None"),
    ("1.0", "a reward that is '1.0'"),
    (b"1", "a reward that is b'1'"),
    (np.array([1.0, 2.0]), r"a reward of shape \(2,\)"),
    (np.zeros(0), r"a reward of shape \(0,\)"),
    (1j, "a reward that is 1j"),
    (np.complex128(1), "a reward that is .*1\\+0j"),
    ({"x": 1.0}, "a reward that is {'x': 1.0}"),
    (10**400, "a reward of more than 1.8e308"),
]

FLAGS: list[Any] = [True, np.True_, 1, np.int64(1), 1.0, np.array([True]), np.array(1)]

WRONG_FLAGS: list[tuple[Any, str]] = [
    (None, "flag 'terminated' that is None"),
    ("False", "flag 'terminated' that is 'False'"),
    (2, "flag 'terminated' that is 2"),
    (np.array([True, False]), r"flag 'terminated' of shape \(2,\)"),
]


class Misfit(gymnasium.Env[Any, np.int64]):
    """Gives ``wrong`` from call ``at`` of ``where`` on; episodes have ``length`` steps."""

    def __init__(
        self,
        space: str = "float32",
        where: str = "step",
        at: int = 1,
        length: int = 5,
        **wrong: Any,
    ) -> None:
        self.observation_space = SPACES[space]
        self.action_space = spaces.Discrete(2)
        self._right = RIGHT[space]
        self._wrong = wrong
        self._where, self._at, self._length = where, at, length
        self._calls = {"step": 0, "reset": 0}
        self._steps = 0

    def _given(self, call: str, name: str, right: Any) -> Any:
        due = call == self._where and self._calls[call] >= self._at
        return self._wrong.get(name, right) if due else right

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Starts an episode."""
        super().reset(seed=seed)
        self._calls["reset"] += 1
        self._steps = 0
        return self._given("reset", "observation", self._right), {}

    def step(self, action: np.int64) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        """Steps."""
        self._calls["step"] += 1
        self._steps += 1
        return (
            self._given("step", "observation", self._right),
            self._given("step", "reward", 1.0),
            self._given("step", "terminated", self._steps >= self._length),
            self._given("step", "truncated", False),
            {},
        )


class MisfitVector(VectorEnv[Any, Any, Any]):
    """Two sub-environments in one; every step ends the episode of the second."""

    def __init__(self, num_envs: int, space: str = "float32", **wrong: Any) -> None:
        self.metadata = {"autoreset_mode": "SameStep"}
        self.num_envs = num_envs
        self.single_observation_space = SPACES[space]
        self.single_action_space = spaces.Discrete(2)
        self.action_space = spaces.MultiDiscrete([2] * num_envs)
        self._right = (
            {"place": np.stack([PART] * 2), "kind": [1, 2], "more": ([[0, 1]] * 2, [[3], [4]])}
            if space == "dict"
            else np.stack([RIGHT[space]] * num_envs)
        )
        self._final = RIGHT[space]
        self._wrong = wrong

    def reset(
        self, *, seed: Any = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Starts all episodes."""
        return self._right, {}

    def step(self, actions: Any) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        """Gives what is wrong in place of what is right."""
        final = np.empty(2, dtype=object)
        final[1] = self._wrong.get("final", self._final)
        return (
            self._wrong.get("observations", self._right),
            self._wrong.get("rewards", np.ones(2)),
            self._wrong.get("terminated", np.array([False, True])),
            self._wrong.get("truncated", np.array([False, False])),
            self._wrong.get("infos", {"final_obs": final}),
        )


# Gymnasium's own checker would fail on some of these before the worker sees them.
gymnasium.register("ppo4j/Misfit-v0", entry_point=f"{__name__}:Misfit", disable_env_checker=True)
gymnasium.register("ppo4j/MisfitVector-v0", vector_entry_point=f"{__name__}:MisfitVector")
