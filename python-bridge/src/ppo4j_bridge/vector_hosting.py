"""Environments that exist as a ``gymnasium.vector.VectorEnv`` only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gymnasium
import numpy as np

from ppo4j_bridge import masking
from ppo4j_bridge.failures import EnvFailure
from ppo4j_bridge.fitting import Array, MisfitError, vector_flags, vector_numbers, vector_row
from ppo4j_bridge.host import DEFAULT_FPS, Sections
from ppo4j_bridge.spaces import UnsupportedSpaceError, action_rows, observation_rows

SAME_STEP = "SameStep"
"""The value of Gymnasium's ``AutoresetMode.SAME_STEP``; Gymnasium 1.0 lacks that class."""


class VectorHost:
    """One vector environment of K sub-environments, which must reset itself ``SAME_STEP``."""

    mask_size = 0
    gives_progress = False

    def __init__(self, env_id: str, count: int, kwargs: dict[str, Any], masks: str) -> None:
        self._env_id, self._kwargs, self._masks = env_id, kwargs, masks
        self.count = count
        with EnvFailure.naming("make", -1):
            self._env = gymnasium.make_vec(
                env_id, num_envs=count, vectorization_mode="vector_entry_point", **kwargs
            )
            mode = self._env.metadata.get("autoreset_mode")
            if getattr(mode, "value", mode) != SAME_STEP:
                raise ValueError(
                    f"{env_id} has only a vector entry point, and its autoreset mode is {mode}: "
                    f"expected AutoresetMode.SAME_STEP, or its value '{SAME_STEP}', in its metadata"
                )
            self.observation = observation_rows(self._env.single_observation_space)
            self.action = action_rows(self._env.single_action_space)
            if self.action.decode is not None:
                raise UnsupportedSpaceError(
                    f"the action space {self._env.single_action_space} of a vector environment is "
                    "not supported: expected Box, Discrete, MultiDiscrete or MultiBinary"
                )
        spec = self._env.spec
        registered = spec.max_episode_steps if spec is not None else None
        self.max_episode_steps = int(kwargs.get("max_episode_steps") or registered or 0)
        self._returns = np.zeros(count)
        self._lengths = np.zeros(count, dtype=np.int64)
        self._steps = 0
        self._sections: Sections | None = None

    def grown(self, count: int) -> VectorHost:
        """Closes the vector environment and makes another one, unless the number is the same."""
        if count == self.count:
            return self
        self.close()
        return VectorHost(self._env_id, count, self._kwargs, self._masks)

    def attach(self, memory: memoryview) -> None:
        """Binds the host to the map."""
        self._sections = Sections(memory, self)

    def reset(self, seed: int) -> None:
        """Starts new episodes."""
        sections = self._attached()
        self._steps = 0
        with EnvFailure.naming("reset", -1):
            observations, infos = self._env.reset(seed=seed)
            if self._masks == masking.AUTO:
                masking.vector_hint(self._env_id, infos, self._env.single_action_space)
        with self._naming_misfits():
            self._write(observations, sections)
        self._returns[:] = 0
        self._lengths[:] = 0

    def reset_some(self) -> None:
        """Refuses: the interface of vector environments has no such reset with autoreset."""
        with EnvFailure.naming("reset", -1):
            raise ValueError(
                "a vector environment cannot reset single sub-environments: register it with an "
                "entry_point, or use an algorithm without groups of episodes"
            )

    def step(self) -> None:
        """Steps every sub-environment once."""
        sections = self._attached()
        with EnvFailure.naming("step", -1):
            actions = self.action.native(sections.actions)
            observations, rewards, terminated, truncated, infos = self._env.step(actions)
        self._steps += 1
        with self._naming_misfits():
            rewards = vector_numbers(rewards, self.count)
            terminated = vector_flags("terminated", terminated, self.count)
            truncated = vector_flags("truncated", truncated, self.count)
            self._returns += rewards
            self._lengths += 1
            for i in range(self.count):
                sections.rewards[i] = rewards[i]
                sections.terminated[i] = terminated[i]
                sections.truncated[i] = truncated[i]
                if terminated[i] or truncated[i]:
                    sections.final_observations[i] = self._final(infos, i)
                    sections.episode_returns[i] = float(self._returns[i])
                    sections.episode_lengths[i] = int(self._lengths[i])
                    self._returns[i] = 0
                    self._lengths[i] = 0
            self._write(observations, sections)

    def render(self) -> Any:
        """Returns what the first sub-environment renders."""
        with EnvFailure.naming("render", 0):
            frames = self._env.render()
            return None if frames is None else frames[0]

    @property
    def render_fps(self) -> int:
        """The frames per second that the vector environment asks for."""
        return int(self._env.metadata.get("render_fps") or DEFAULT_FPS)

    def close(self) -> None:
        """Closes the vector environment."""
        with EnvFailure.naming("close", -1):
            self._env.close()

    def _write(self, observations: Any, sections: Sections) -> None:
        written = sections.observations
        if (
            observations.__class__ is np.ndarray
            and observations.dtype == self.observation.native_dtype
            and observations.shape == written.shape
            and not self.observation.flattens
        ):
            written[...] = observations
            return
        for i in range(self.count):
            row = vector_row(self._env.single_observation_space, observations, i, self.count)
            written[i] = self._fitted(row, i)

    def _final(self, infos: Any, i: int) -> Array:
        try:
            final = infos["final_obs"][i]
        except (KeyError, IndexError, TypeError):
            raise MisfitError(
                "no final_obs in its infos", f"the episode of sub-environment {i} ended"
            ) from None
        return self._fitted(final, i)

    def _fitted(self, observation: Any, i: int) -> Array:
        assert self.observation.fit is not None
        try:
            return self.observation.fit(observation)
        except MisfitError as misfit:
            misfit.env = i
            raise

    @contextmanager
    def _naming_misfits(self) -> Iterator[None]:
        try:
            yield
        except MisfitError as misfit:
            raise EnvFailure("give", misfit.env) from misfit.at(f"at step {self._steps}")
        except BaseException as error:
            raise EnvFailure("step", -1) from error

    def _attached(self) -> Sections:
        assert self._sections is not None
        return self._sections
