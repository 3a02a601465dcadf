"""The environments of a worker as seen by its sessions, and the map as arrays."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from ppo4j_bridge.layout import Layout, layout
from ppo4j_bridge.spaces import Rows

DEFAULT_FPS = 30
"""The frames per second of environments that do not say; Gymnasium's ``RecordVideo`` has it."""


class Host(Protocol):
    """The K environments of a worker, each with a row in the map."""

    count: int
    observation: Rows
    action: Rows
    mask_size: int
    """The flags of a mask of actions; 0 if there are none."""
    gives_progress: bool
    """Whether steps that end no episode write its return and length so far."""
    max_episode_steps: int

    @property
    def render_fps(self) -> int:
        """The frames per second that the environments ask for."""

    def grown(self, count: int) -> Host:
        """Returns a host of ``count`` environments, which takes over those of this one."""

    def attach(self, memory: memoryview) -> None:
        """Binds the host to the map, which :func:`host_layout` describes."""

    def reset(self, seed: int) -> None:
        """Starts new episodes; environment i is seeded with ``seed + i``."""

    def reset_some(self) -> None:
        """Starts new episodes in the environments whose seed in the map is not negative."""

    def step(self) -> None:
        """Steps every environment once, with the actions in the map."""

    def render(self) -> Any:
        """Returns what the first environment renders."""

    def close(self) -> None:
        """Closes every environment."""


def host_layout(host: Host) -> Layout:
    """Returns the layout of the map of ``host``."""
    return layout(
        host.count,
        host.action.size,
        host.action.dtype,
        host.observation.size,
        host.observation.dtype,
        host.mask_size,
    )


class Sections:
    """The map of K environments as arrays and views.

    A row has the shape of :attr:`Rows.shape`. Scalars are memoryviews, whose items are read and
    written in a third of the time of a numpy array's.
    """

    def __init__(self, memory: memoryview, host: Host) -> None:
        at = host_layout(host)
        count = host.count
        self.actions = _array(memory, at.actions, count, host.action)
        self.observations = _array(memory, at.observations, count, host.observation)
        self.final_observations = _array(memory, at.final_observations, count, host.observation)
        self.rewards = memory[at.rewards :][: 8 * count].cast("d")
        self.episode_returns = memory[at.episode_returns :][: 8 * count].cast("d")
        self.episode_lengths = memory[at.episode_lengths :][: 8 * count].cast("q")
        self.terminated = memory[at.terminated :][:count].cast("?")
        self.truncated = memory[at.truncated :][:count].cast("?")
        masks = memory[at.masks :][: count * host.mask_size]
        self.masks = np.frombuffer(masks, np.uint8).reshape((count, host.mask_size))
        self.seeds = memory[at.seeds :][: 8 * count].cast("q")


def _array(memory: memoryview, offset: int, count: int, rows: Rows) -> np.ndarray[Any, Any]:
    flat = np.frombuffer(memory, dtype=rows.dtype, count=count * rows.size, offset=offset)
    return flat.reshape((count, *rows.shape))
