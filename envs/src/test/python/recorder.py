"""Records what Gymnasium's classic control tasks do, for the tests of their Java counterparts.

    python record_cartpole.py > ../resources/org/ppo4j/env/classic/cartpole.txt

and likewise for the other record_*.py of a task. A recording is lines of words:

    make ID MAX_EPISODE_STEPS [NAME=VALUE ...]       a new environment with these arguments
    reset SEED STATE OBSERVATION                     reset(seed=SEED), or reset() where SEED is -
    from STATE                                       the state is set
    step ACTION REWARD TERMINATED TRUNCATED STATE OBSERVATION

STATE is the numbers that the Java class's state() returns, each the 16 hex digits of its float64
bits; OBSERVATION is float32 numbers of 8 hex digits. Actions and rewards are decimal and exact.
"""

import datetime
import math
import platform
import struct
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np

Policy = Callable[[np.ndarray], float]


def print_origin(script: str) -> None:
    print(
        f"# gymnasium {gym.__version__}, numpy {np.__version__}, Python {platform.python_version()}"
    )
    print(f"# recorded {datetime.date.today()} by {Path(script).name}")


def neighbours(value: float) -> tuple[float, float, float]:
    """Returns a number with the next one below and the next one above."""
    return math.nextafter(value, -math.inf), value, math.nextafter(value, math.inf)


class Recorder:
    """One environment; whatever is done with it is printed."""

    state_dtype: type = np.float64

    def __init__(self, env_id: str, max_episode_steps: int, **kwargs: Any) -> None:
        arguments = [f"{name}={value}".lower() for name, value in kwargs.items()]
        print(" ".join(["make", env_id, str(max_episode_steps), *arguments]))
        self.env = gym.make(env_id, max_episode_steps=max_episode_steps, **kwargs)
        self.is_discrete = isinstance(self.env.action_space, gym.spaces.Discrete)

    def state(self) -> np.ndarray:
        return np.asarray(self.env.unwrapped.state)  # type: ignore[attr-defined]

    def state_numbers(self) -> Iterable[float]:
        return self.state()

    def words(self, observation: np.ndarray) -> str:
        assert observation.dtype == np.float32
        words = [struct.pack(">d", number).hex() for number in self.state_numbers()]
        words += [struct.pack(">f", number).hex() for number in observation]
        return " ".join(words)

    def reset(self, seed: int | None) -> None:
        observation, _ = self.env.reset(seed=seed)
        print(f"reset {'-' if seed is None else seed} {self.words(observation)}")

    def step(self, action: float) -> bool:
        """Takes one step; a continuous action is rounded to float32 first."""
        given = int(action) if self.is_discrete else np.array([action], np.float32)
        observation, reward, terminated, truncated, _ = self.env.step(given)
        written = given if isinstance(given, int) else float(given[0])
        print(
            f"step {written} {float(reward)} {int(terminated)} {int(truncated)}"
            f" {self.words(observation)}"
        )
        return terminated or truncated

    def place(self, *state: float) -> None:
        self.env.reset(seed=0)
        self.env.unwrapped.state = np.array(state, self.state_dtype)  # type: ignore[attr-defined]
        print(f"from {self.words(np.empty(0, np.float32))}")

    def episodes(self, seed: int, count: int, policy: Policy) -> None:
        """Records whole episodes, those after the first without a new seed."""
        for i in range(count):
            self.reset(seed if i == 0 else None)
            while not self.step(policy(self.state())):
                pass


def random_discrete(n: int, seed: int) -> Policy:
    rng = np.random.default_rng(1000 + seed)
    return lambda state: int(rng.integers(n))


def random_continuous(limit: float, seed: int) -> Policy:
    rng = np.random.default_rng(1000 + seed)
    return lambda state: float(rng.uniform(-limit, limit))
