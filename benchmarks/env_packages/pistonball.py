"""PettingZoo's Pistonball as a vector environment: SuperSuit gives each piston a sub-environment.

    PYTHONPATH=benchmarks/env_packages ./ppo4j train pistonball:Pistonball-v6 --num-envs 8 --num-workers 1

All agents share one policy. The number of sub-environments is a multiple of the number of pistons.
"""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
import supersuit
from gymnasium.vector import VectorEnv
from pettingzoo.butterfly import pistonball_v6

PISTONS = 4


class Pistons(VectorEnv[Any, Any, Any]):
    """SuperSuit's vector environment, with the final observations under Gymnasium's name."""

    metadata = {"autoreset_mode": "SameStep"}  # noqa: RUF012

    def __init__(self, num_envs: int, **kwargs: Any) -> None:
        if num_envs % PISTONS:
            raise ValueError(f"num_envs is {num_envs}, but must be a multiple of {PISTONS}")
        game = pistonball_v6.parallel_env(n_pistons=PISTONS, **kwargs)
        game = supersuit.resize_v1(supersuit.color_reduction_v0(game, mode="B"), 84, 84)
        vectors = supersuit.pettingzoo_env_to_vec_env_v1(supersuit.frame_stack_v1(game, 3))
        self._envs = supersuit.concat_vec_envs_v1(
            vectors, num_envs // PISTONS, num_cpus=0, base_class="gymnasium"
        )
        self.num_envs = num_envs
        self.single_observation_space = vectors.observation_space
        self.single_action_space = vectors.action_space
        self.observation_space = gymnasium.vector.utils.batch_space(
            self.single_observation_space, num_envs
        )
        self.action_space = gymnasium.vector.utils.batch_space(self.single_action_space, num_envs)

    def reset(self, *, seed: Any = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        """Starts all games."""
        observations, _ = self._envs.reset(seed=seed, options=options)
        return observations, {}

    def step(self, actions: Any) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        """Steps all games, and resets those that ended."""
        observations, rewards, terminated, truncated, infos = self._envs.step(actions)
        done = np.asarray(terminated) | np.asarray(truncated)
        finals = np.empty(self.num_envs, dtype=object)
        for i in np.flatnonzero(done):
            finals[i] = infos[i]["terminal_observation"]
        return observations, rewards, terminated, truncated, {"final_obs": finals}

    def close(self, **kwargs: Any) -> None:
        """Closes the games."""
        self._envs.close()


gymnasium.register("Pistonball-v6", vector_entry_point=Pistons)
