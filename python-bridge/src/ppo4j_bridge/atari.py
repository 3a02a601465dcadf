"""The wrappers of Atari games that Gymnasium lacks, as in SB3's ``atari_wrappers.py``.

CleanRL's ``ppo_atari.py`` uses those; they are details 14, 16 and 17 of the 37.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

import gymnasium

Env = gymnasium.Env[Any, Any]
Step = tuple[Any, Any, bool, bool, dict[str, Any]]


def register(name: str) -> None:
    """Imports ale-py, which registers the games, if ``name`` is the id of one."""
    if not is_game(name):
        return
    try:
        importlib.import_module("ale_py")
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            f"{name} needs the package ale-py, which has the games too: run "
            f"{sys.executable} -m pip install ale-py opencv-python-headless",
            name="ale_py",
        ) from None


def is_game(name: str) -> bool:
    """Whether ``name`` is the id of an Atari game."""
    return name.startswith("ALE/") or name.endswith(("NoFrameskip-v4", "NoFrameskip-v0"))


def action_meanings(env: Env) -> list[str]:
    """Returns the names of a game's actions, of which the first is NOOP; none of other tasks."""
    meanings: list[str] = getattr(env.unwrapped, "get_action_meanings", list)()
    return meanings


class NoopReset(gymnasium.Wrapper[Any, Any, Any, Any]):
    """Does nothing for 1 to ``noop_max`` steps at the start of an episode."""

    def __init__(self, env: Env, noop_max: int) -> None:
        super().__init__(env)
        self._noop_max = noop_max

    def reset(self, **kwargs: Any) -> tuple[Any, dict[str, Any]]:
        """Starts an episode."""
        observation, info = self.env.reset(**kwargs)
        random = self.unwrapped.np_random
        for _ in range(int(random.integers(1, self._noop_max + 1))):
            observation, _, terminated, truncated, info = self.env.step(0)
            if terminated or truncated:
                observation, info = self.env.reset()
        return observation, info


class EpisodicLife(gymnasium.Wrapper[Any, Any, Any, Any]):
    """Ends an episode when a life is lost; the game continues in the next one."""

    def __init__(self, env: Env) -> None:
        super().__init__(env)
        self._lives = 0
        self._is_over = True

    def _left(self) -> int:
        return int(self.unwrapped.ale.lives())  # type: ignore[attr-defined]

    def step(self, action: Any) -> Step:
        """Steps once."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        self._is_over = terminated or truncated
        lives = self._left()
        if 0 < lives < self._lives:
            terminated = True
        self._lives = lives
        return observation, reward, terminated, truncated, info

    def reset(self, **kwargs: Any) -> tuple[Any, dict[str, Any]]:
        """Starts a game if the last one is over or a seed is given, otherwise its next life."""
        if self._is_over or kwargs.get("seed") is not None:
            observation, info = self.env.reset(**kwargs)
        else:
            observation, _, terminated, truncated, info = self.env.step(0)
            if terminated or truncated:
                observation, info = self.env.reset(**kwargs)
        self._is_over = False
        self._lives = self._left()
        return observation, info


class FireReset(gymnasium.Wrapper[Any, Any, Any, Any]):
    """Fires at the start of an episode, which some games wait for."""

    @staticmethod
    def applies_to(env: Env) -> bool:
        """Whether the game has the action."""
        meanings = action_meanings(env)
        return len(meanings) >= 3 and meanings[1] == "FIRE"

    def reset(self, **kwargs: Any) -> tuple[Any, dict[str, Any]]:
        """Starts an episode."""
        self.env.reset(**kwargs)
        observation, _, terminated, truncated, info = self.env.step(1)
        if terminated or truncated:
            self.env.reset(**kwargs)
        observation, _, terminated, truncated, info = self.env.step(2)
        if terminated or truncated:
            observation, info = self.env.reset(**kwargs)
        return observation, info
