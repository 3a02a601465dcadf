"""Records observations and rewards as CleanRL's wrappers normalise them, one chain per environment.

    pip install gymnasium==0.29.1 torch==2.15.0 'numpy<2'
    python record_normalizers.py

writes resources/golden/normalizers/cleanrl.golden. The wrappers are those of
ppo_continuous_action.py of CleanRL 1.2.0 in its order: NormalizeObservation, clip to [-10, 10],
NormalizeReward(gamma), clip to [-10, 10]; Gymnasium 0.29's vector environment, for which they were
written, resets in the step that ends an episode. Settings: envs N, steps T, size O, gamma.
Arrays, all float64, S = T + 1 with index 0 the reset:

    observations, normalized_observations              [S, N, O]
    final_observations, normalized_final_observations  [S, N, O]  zeros where an episode did not end
    rewards, normalized_rewards                        [S, N]
    terminated, truncated                              [S, N]
"""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import numpy.typing as npt

from golden import write

SEED = 20261125
ENVS = 3
STEPS = 80
SIZE = 4
GAMMA = 0.97

Array = npt.NDArray[np.float64]


class Noise(gym.Env[Array, Array]):
    """Emits noise of very different scales; ends episodes both ways, at times both at once."""

    observation_space = gym.spaces.Box(-np.inf, np.inf, (SIZE,), np.float64)
    action_space = gym.spaces.Box(-1, 1, (1,), np.float32)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Array, dict[str, Any]]:
        super().reset(seed=seed)
        self.raw = self.observe()
        return self.raw, {}

    def step(self, action: Array) -> tuple[Array, float, bool, bool, dict[str, Any]]:
        self.raw = self.observe()
        self.reward = float(self.np_random.normal(3, 20))
        terminated, truncated = self.np_random.random(2) < 0.1
        return self.raw, self.reward, bool(terminated), bool(truncated), {"raw": self.raw}

    def observe(self) -> Array:
        return self.np_random.normal([0, 100, -1e4, 0], [1e-3, 5, 2, 1])


def make(index: int) -> gym.Env[Any, Any]:
    env: gym.Env[Any, Any] = Noise()
    env = gym.wrappers.NormalizeObservation(env)
    env = gym.wrappers.TransformObservation(env, lambda obs: np.clip(obs, -10, 10))
    env = gym.wrappers.NormalizeReward(env, gamma=GAMMA)
    return gym.wrappers.TransformReward(env, lambda reward: float(np.clip(reward, -10, 10)))


def main() -> None:
    rows: dict[str, Array] = {
        name: np.zeros((STEPS + 1, ENVS, SIZE)) for name in ("observations", "final_observations")
    }
    rows |= {f"normalized_{name}": array.copy() for name, array in rows.items()}
    rows |= {
        name: np.zeros((STEPS + 1, ENVS))
        for name in ("rewards", "normalized_rewards", "terminated", "truncated")
    }
    for index in range(ENVS):
        env = make(index)
        noise = env.unwrapped
        assert isinstance(noise, Noise)
        rows["normalized_observations"][0, index], _ = env.reset(seed=SEED + index)
        rows["observations"][0, index] = noise.raw
        for step in range(1, STEPS + 1):
            normalized, reward, terminated, truncated, info = env.step(np.zeros(1, np.float32))
            rows["rewards"][step, index] = noise.reward
            rows["normalized_rewards"][step, index] = reward
            rows["terminated"][step, index] = terminated
            rows["truncated"][step, index] = truncated
            if terminated or truncated:
                rows["final_observations"][step, index] = info["raw"]
                rows["normalized_final_observations"][step, index] = normalized
                normalized, _ = env.reset()
            rows["observations"][step, index] = noise.raw
            rows["normalized_observations"][step, index] = normalized
    settings = {"envs": ENVS, "steps": STEPS, "size": SIZE, "gamma": GAMMA}
    settings["gymnasium"] = gym.__version__
    write("normalizers/cleanrl.golden", "record_normalizers.py", SEED, settings, rows)


if __name__ == "__main__":
    main()
