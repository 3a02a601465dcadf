"""An environment whose step costs nothing, of HalfCheetah's sizes: what remains is overhead."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


class Noop(gymnasium.Env[Array, Array]):
    """Gives the same observation at every step and never ends an episode."""

    def __init__(self) -> None:
        self.observation_space = gymnasium.spaces.Box(-np.inf, np.inf, (17,), np.float64)
        self.action_space = gymnasium.spaces.Box(-1.0, 1.0, (6,), np.float64)
        self._result = (np.zeros(17), 0.0, False, False, dict[str, Any]())

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Array, dict[str, Any]]:
        return self._result[0], {}

    def step(self, action: Array) -> tuple[Array, float, bool, bool, dict[str, Any]]:
        return self._result


gymnasium.register("Noop-v0", "noop_env:Noop", disable_env_checker=True, order_enforce=False)
