"""Single environments, stepped one after the other and written into the map in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np

from ppo4j_bridge.failures import EnvFailure
from ppo4j_bridge.host import Sections
from ppo4j_bridge.spaces import action_rows, observation_rows


class EnvHost:
    """K single environments with ``SAME_STEP`` autoreset.

    Gymnasium's ``SyncVectorEnv`` takes 40% more time for a step: it copies every observation twice
    and merges infos, which are not used here.
    """

    def __init__(self, env_id: str, count: int, kwargs: dict[str, Any]) -> None:
        self.count = count
        self._envs: list[gymnasium.Env[Any, Any]] = []
        for i in range(count):
            with EnvFailure.naming("make", i):
                self._envs.append(gymnasium.make(env_id, **kwargs))
        first = self._envs[0]
        self.observation = observation_rows(first.observation_space)
        self.action = action_rows(first.action_space)
        spec = first.spec
        self.max_episode_steps = (spec.max_episode_steps or 0) if spec is not None else 0
        for i, env in enumerate(self._envs):
            with EnvFailure.naming("make", i):
                _require_same("observation", env.observation_space, first.observation_space)
                _require_same("action", env.action_space, first.action_space)
        self._step: Callable[[], None] | None = None
        self._reset: Callable[[list[int]], None] | None = None
        self._seeds: memoryview | None = None

    def attach(self, memory: memoryview) -> None:
        """Binds the host to the map."""
        sections = Sections(memory, self)
        totals = [0.0] * self.count
        lengths = [0] * self.count
        self._step = self._stepper(sections, totals, lengths)
        self._reset = self._resetter(sections, totals, lengths)
        self._seeds = sections.seeds

    def reset(self, seed: int) -> None:
        """Starts new episodes."""
        assert self._reset is not None
        self._reset(list(range(seed, seed + self.count)))

    def reset_some(self) -> None:
        """Starts new episodes where the seed in the map is not negative."""
        assert self._reset is not None
        assert self._seeds is not None
        self._reset(self._seeds.tolist())

    @property
    def step(self) -> Callable[[], None]:
        """Returns a function that steps every environment once, with all it uses bound to it."""
        assert self._step is not None
        return self._step

    def close(self) -> None:
        """Closes every environment, even if some of them fail to close."""
        failures = []
        for i, env in enumerate(self._envs):
            try:
                with EnvFailure.naming("close", i):
                    env.close()
            except EnvFailure as failure:
                failures.append(failure)
        if failures:
            raise failures[0]

    def _resetter(
        self, sections: Sections, totals: list[float], lengths: list[int]
    ) -> Callable[[list[int]], None]:
        shape = self.observation.shape
        encode = self.observation.encode
        dtype = self.observation.dtype
        rows = [sections.observations[i : i + 1].reshape(shape) for i in range(self.count)]

        def reset(seeds: list[int]) -> None:
            for i, env in enumerate(self._envs):
                if seeds[i] < 0:
                    continue
                with EnvFailure.naming("reset", i):
                    observation, _ = env.reset(seed=seeds[i])
                    if encode is not None:
                        observation = encode(observation)
                    _require_fit(observation, shape, dtype)
                    rows[i][...] = observation
                totals[i] = 0.0
                lengths[i] = 0

        return reset

    def _stepper(
        self, sections: Sections, totals: list[float], lengths: list[int]
    ) -> Callable[[], None]:
        shape = self.observation.shape
        encode = self.observation.encode
        decode = self.action.decode
        native = self.action.native_dtype
        actions = sections.actions
        rewards, terminations, truncations = (
            sections.rewards,
            sections.terminated,
            sections.truncated,
        )
        returns, steps = sections.episode_returns, sections.episode_lengths
        # One tuple for each environment: unpacking it is cheaper than indexing five lists.
        bound = [
            (
                i,
                env.step,
                env.reset,
                sections.observations[i : i + 1].reshape(shape),
                sections.final_observations[i : i + 1].reshape(shape),
            )
            for i, env in enumerate(self._envs)
        ]

        def step() -> None:
            i = 0
            # A copy, because an environment may keep its action; the map is overwritten.
            fresh = actions.astype(native)
            try:
                for i, env_step, env_reset, row, final_row in bound:
                    action = fresh[i] if decode is None else decode(fresh[i])
                    observation, reward, terminated, truncated, _ = env_step(action)
                    if encode is not None:
                        observation = encode(observation)
                    reward = float(reward)
                    rewards[i] = reward
                    terminations[i] = terminated
                    truncations[i] = truncated
                    totals[i] += reward
                    lengths[i] += 1
                    if terminated or truncated:
                        final_row[...] = observation
                        returns[i], totals[i] = totals[i], 0.0
                        steps[i], lengths[i] = lengths[i], 0
                        observation, _ = env_reset()
                        if encode is not None:
                            observation = encode(observation)
                    row[...] = observation
            except BaseException as error:
                raise EnvFailure("step", i) from error

        return step


def _require_same(what: str, space: Any, first: Any) -> None:
    if space != first:
        raise ValueError(
            f"its {what} space is {space}, but that of the first environment is {first}"
        )


def _require_fit(observation: Any, shape: tuple[int, ...], dtype: np.dtype) -> None:
    """Checks an observation of a reset; those of steps are assumed to be of the same kind."""
    array = np.asarray(observation)
    if array.shape != shape:
        raise ValueError(f"its observation has shape {array.shape}, but its space has {shape}")
    if not np.can_cast(array.dtype, dtype, "same_kind"):
        raise ValueError(f"its observation has dtype {array.dtype}, but its space has {dtype}")
