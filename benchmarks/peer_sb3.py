"""Times Stable-Baselines3's PPO at CleanRL's sizes; run by speed.py.

    python peer_sb3.py TASK STEPS SEED

prints one line, `SPS: N`, environment steps per second of `learn` alone, without start-up.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from stable_baselines3 import PPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import VecEnv, VecNormalize

DISCRETE: dict[str, Any] = {
    "n_envs": 4,
    "n_steps": 128,
    "batch_size": 128,
    "n_epochs": 4,
    "ent_coef": 0.01,
    "learning_rate": 2.5e-4,
}
CONTINUOUS: dict[str, Any] = {
    "n_envs": 1,
    "n_steps": 2048,
    "batch_size": 64,
    "n_epochs": 10,
    "ent_coef": 0.0,
    "learning_rate": 3e-4,
}


def main() -> None:
    task, steps, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    sizes = dict(DISCRETE if task.startswith("CartPole") else CONTINUOUS)
    env: VecEnv = make_vec_env(task, n_envs=sizes.pop("n_envs"), seed=seed)
    if not task.startswith("CartPole"):
        env = VecNormalize(env)
    model = PPO("MlpPolicy", env, seed=seed, device="cpu", clip_range_vf=0.2, **sizes)
    start = time.perf_counter()
    model.learn(steps)
    print(f"SPS: {model.num_timesteps / (time.perf_counter() - start):.0f}")


if __name__ == "__main__":
    main()
