"""The layout of the map that a worker shares with Java; the twin of ``BridgeLayout.java``."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

LINE = 64
"""The bytes of a cache line: the flags of each side, and every section, start on a new one."""

REQUEST = 0
"""int64, written by Java: the number of requests made."""

OPERATION = 8
"""int64, written by Java before the request: ``STEP``, ``RESET`` or ``RESET_SOME``."""

SEED = 16
"""int64, written by Java before the request: the seed of the worker's first environment."""

ACKNOWLEDGED = LINE
"""int64, written by the worker: the number of requests carried out."""

HEADER = 2 * LINE
"""The offset of the first section."""

STEP = 0
RESET = 1
RESET_SOME = 2


@dataclass(frozen=True)
class Layout:
    """The offset of each section of the map, in bytes, for K environments.

    Attributes:
        actions: ``[K, A]`` in the action space's dtype, written by Java.
        observations: ``[K, O]`` in the observation space's dtype.
        final_observations: ``[K, O]``; a row is valid if its episode just ended.
        rewards: ``[K]`` float64.
        episode_returns: ``[K]`` float64; valid if the episode just ended, or if the host gives
            progress.
        episode_lengths: ``[K]`` int64; valid as the returns are.
        terminated: ``[K]`` bool.
        truncated: ``[K]`` bool.
        masks: ``[K, M]`` bytes, 1 for each value of an action that is valid; M may be 0.
        seeds: ``[K]`` int64, written by Java; of ``RESET_SOME``, a negative one leaves its
            environment as it is.
        size: the length of the whole map.

    """

    actions: int
    observations: int
    final_observations: int
    rewards: int
    episode_returns: int
    episode_lengths: int
    terminated: int
    truncated: int
    masks: int
    seeds: int
    size: int


def layout(
    num_envs: int,
    action_size: int,
    action_dtype: np.dtype,
    observation_size: int,
    observation_dtype: np.dtype,
    mask_size: int = 0,
) -> Layout:
    """Places the sections of a worker that hosts ``num_envs`` environments, one after the other."""
    observations = num_envs * observation_size * observation_dtype.itemsize
    lengths = [
        num_envs * action_size * action_dtype.itemsize,
        observations,
        observations,
        8 * num_envs,
        8 * num_envs,
        8 * num_envs,
        num_envs,
        num_envs,
        num_envs * mask_size,
        8 * num_envs,
    ]
    offsets = [HEADER]
    for length in lengths:
        offsets.append(offsets[-1] + math.ceil(length / LINE) * LINE)
    return Layout(*offsets)
