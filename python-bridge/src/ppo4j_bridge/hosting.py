"""Single environments, stepped one after the other and written into the map in place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gymnasium
import numpy as np

from ppo4j_bridge import masking, wrapping
from ppo4j_bridge.failures import EnvFailure
from ppo4j_bridge.fitting import FLAGS, FLOATS, Array, Fit, MisfitError, flag, number
from ppo4j_bridge.host import DEFAULT_FPS, Sections
from ppo4j_bridge.seeding import seed_globals
from ppo4j_bridge.spaces import Rows, action_rows, asymmetric_rows, observation_rows


class EnvHost:
    """K single environments with ``SAME_STEP`` autoreset.

    Gymnasium's ``SyncVectorEnv`` takes 40% more time for a step: it copies every observation twice
    and merges infos, which are not used here.
    """

    def __init__(
        self, env_id: str, count: int, kwargs: dict[str, Any], masks: str = masking.AUTO
    ) -> None:
        self._env_id = env_id
        self._masks = masks
        self._kwargs = dict(kwargs)
        self._wrappers = self._kwargs.pop(wrapping.OPTIONS, {})
        self.gives_progress = wrapping.reports_episodes(self._wrappers)
        self._envs: list[gymnasium.Env[Any, Any]] = []
        self._raw: list[wrapping.RawEpisodes] = []
        self._step: Callable[[], None] | None = None
        self._reset: Callable[[list[int]], None] | None = None
        self._seeds: memoryview | None = None
        self._grow(count)
        first = self._envs[0]
        key = self._wrappers.get("critic_observation")
        self.observation = (
            asymmetric_rows(first.observation_space, key)
            if key
            else observation_rows(first.observation_space)
        )
        self.action = action_rows(first.action_space)
        is_masked = isinstance(first, masking.MaskedEnv)
        self.mask_size = masking.mask_size(first.action_space) if is_masked else 0
        spec = first.spec
        self.max_episode_steps = (spec.max_episode_steps or 0) if spec is not None else 0

    def grown(self, count: int) -> EnvHost:
        """Makes the environments that are missing."""
        self._grow(count)
        return self

    def _grow(self, count: int) -> None:
        for i in range(len(self._envs), count):
            with EnvFailure.naming("make", i):
                env = gymnasium.make(self._env_id, **self._kwargs)
                if self.gives_progress:
                    env = wrapping.RawEpisodes(env)
                    self._raw.append(env)
                self._envs.append(wrapping.wrap(env, self._wrappers, self._masks))
        first = self._envs[0]
        for i, env in enumerate(self._envs):
            with EnvFailure.naming("make", i):
                _require_same("observation", env.observation_space, first.observation_space)
                _require_same("action", env.action_space, first.action_space)
        self.count = count
        self._step = self._reset = self._seeds = None

    def attach(self, memory: memoryview) -> None:
        """Binds the host to the map."""
        sections = Sections(memory, self)
        for env, row in zip(self._envs, sections.masks, strict=True):
            if isinstance(env, masking.MaskedEnv):
                env.row = row
        episodes = _Episodes([0.0] * self.count, [0] * self.count, [1] * self.count)
        self._step = self._stepper(sections, episodes)
        self._reset = self._resetter(sections, episodes)
        self._seeds = sections.seeds

    def reset(self, seed: int) -> None:
        """Starts new episodes."""
        assert self._reset is not None
        self._reset(list(range(seed, seed + self.count)))

    def reset_some(self) -> None:
        """Starts new episodes where the seed in the map is not negative."""
        assert self._reset is not None
        assert self._seeds is not None
        seeds = self._seeds.tolist()
        given = [seed for seed in seeds if seed >= 0]
        if given:
            seed_globals(given[0])
        self._reset(seeds)

    @property
    def step(self) -> Callable[[], None]:
        """Returns a function that steps every environment once, with all it uses bound to it."""
        assert self._step is not None
        return self._step

    def render(self) -> Any:
        """Returns what the first environment renders."""
        with EnvFailure.naming("render", 0):
            return self._envs[0].render()

    @property
    def render_fps(self) -> int:
        """The frames per second that the first environment asks for."""
        return int(self._envs[0].metadata.get("render_fps") or DEFAULT_FPS)

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

    def _resetter(self, sections: Sections, episodes: _Episodes) -> Callable[[list[int]], None]:
        fit = self._fit()
        hints = self._masks == masking.AUTO and self.mask_size == 0
        bound = list(zip(self._envs, _rows(sections.observations, self.observation), strict=True))

        def reset(seeds: list[int]) -> None:
            for i, (env, row) in enumerate(bound):
                if seeds[i] < 0:
                    continue
                episodes.totals[i], episodes.lengths[i], episodes.numbers[i] = 0.0, 0, 1
                try:
                    observation, info = env.reset(seed=seeds[i])
                    if self._raw:
                        self._raw[i].take()
                    if hints:
                        masking.hint(env, info)
                    row.array[...] = fit(observation)
                except MisfitError as misfit:
                    raise EnvFailure("give", i) from misfit.at(episodes.time(i))
                except BaseException as error:
                    raise EnvFailure("reset", i) from error

        return reset

    def _fit(self) -> Fit:
        fit = self.observation.fit
        assert fit is not None
        return fit

    def _stepper(self, sections: Sections, episodes: _Episodes) -> Callable[[], None]:
        fit = self._fit()
        decode = self.action.decode
        native, to_native = self.action.native_dtype, self.action.native
        carried = native == self.action.dtype
        actions = sections.actions
        rewards, terminations, truncations = (
            sections.rewards,
            sections.terminated,
            sections.truncated,
        )
        returns, steps = sections.episode_returns, sections.episode_lengths
        totals, lengths, numbers = episodes.totals, episodes.lengths, episodes.numbers
        # One tuple for each environment: unpacking it is cheaper than indexing the lists.
        rows = _rows(sections.observations, self.observation)
        final_rows = _rows(sections.final_observations, self.observation)
        bound = [
            (i, env.step, env.reset, rows[i].exact, rows[i].key, rows[i].array, final_rows[i].array)
            for i, env in enumerate(self._envs)
        ]
        floats, flags, raw = FLOATS, FLAGS, self._raw

        def step() -> None:
            i = 0
            # A copy, because an environment may keep its action; the map is overwritten.
            fresh = actions.astype(native) if carried else to_native(actions)
            try:
                for i, env_step, env_reset, exact, key, row, final_row in bound:
                    action = fresh[i] if decode is None else decode(fresh[i])
                    observation, reward, terminated, truncated, _ = env_step(action)
                    lengths[i] += 1
                    if reward.__class__ is not float:
                        reward = float(reward) if reward.__class__ in floats else number(reward)
                    rewards[i] = reward
                    totals[i] += reward
                    if terminated is False and truncated is False:
                        terminations[i] = truncations[i] = False
                        if raw:
                            returns[i], steps[i] = raw[i].so_far()
                    else:
                        if terminated.__class__ not in flags:
                            terminated = flag("terminated", terminated)
                        if truncated.__class__ not in flags:
                            truncated = flag("truncated", truncated)
                        terminations[i] = terminated
                        truncations[i] = truncated
                        if terminated or truncated:
                            final_row[...] = fit(observation)
                            returns[i], totals[i] = totals[i], 0.0
                            steps[i], lengths[i] = lengths[i], 0
                            numbers[i] += 1
                            observation, _ = env_reset()
                            if raw:
                                returns[i], steps[i] = raw[i].take()  # 0 where only a life ended
                        elif raw:
                            returns[i], steps[i] = raw[i].so_far()
                    try:
                        exact[key] = observation
                    except Exception:
                        row[...] = fit(observation)
            except MisfitError as misfit:
                raise EnvFailure("give", i) from misfit.at(episodes.time(i))
            except BaseException as error:
                raise EnvFailure("step", i) from error

        return step


@dataclass(frozen=True)
class _Episodes:
    """The returns, lengths and numbers, from 1 on, of the episodes in progress."""

    totals: list[float]
    lengths: list[int]
    numbers: list[int]

    def time(self, i: int) -> str:
        """Returns when environment ``i`` gave its last observation."""
        number, length = self.numbers[i], self.lengths[i]
        where = f"at step {length} of" if length > 0 else "at the start of"
        return f"{where} episode {number}"


@dataclass(frozen=True)
class _Row:
    """A row of the map.

    Attributes:
        array: the row, which numpy broadcasts and casts to.
        exact: the row as an object whose item ``key`` can be set only to an observation of exactly
            the map's dtype and shape; anything else raises an exception.

    """

    array: Array
    exact: Any
    key: Any


class _Exact:
    """Sets a row to arrays of one dtype and shape."""

    def __init__(self, row: Array, dtype: np.dtype) -> None:
        self._row, self._dtype, self._shape = row, dtype, row.shape

    def __setitem__(self, _: None, observation: Any) -> None:
        if (
            observation.__class__ is not np.ndarray
            or observation.dtype is not self._dtype
            or observation.shape != self._shape
        ):
            raise ValueError("not an array of that dtype and shape")
        self._row[...] = observation


def _rows(section: Array, rows: Rows) -> list[_Row]:
    """Returns the rows of a section of the map.

    A memoryview compares the format and length of what is assigned in the time of the copy, and its
    integers refuse floats. It cannot do so for several dimensions, for single floats, and where the
    map's dtype is not the space's.
    """
    made = []
    for i in range(len(section)):
        row = section[i : i + 1].reshape(rows.shape)
        numbers = row.reshape(-1).data
        element: Any = numbers.format
        view = numbers.cast("B").cast(element)
        same = rows.dtype == rows.native_dtype and not rows.flattens
        if same and len(rows.shape) == 1:
            made.append(_Row(row, view, slice(None)))
        elif same and rows.shape == () and rows.dtype.kind in "iu":
            made.append(_Row(row, view, 0))
        elif rows.flattens:
            made.append(_Row(row, None, None))
        else:
            made.append(_Row(row, _Exact(row, rows.native_dtype), None))
    return made


def _require_same(what: str, space: Any, first: Any) -> None:
    if space != first:
        raise ValueError(
            f"its {what} space is {space}, but that of the first environment is {first}"
        )
