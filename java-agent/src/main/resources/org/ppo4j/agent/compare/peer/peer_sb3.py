"""Trains Stable-Baselines3's PPO with CleanRL's hyperparameters.

    python peer_sb3.py ENV STEPS SEED FOLDER [EVALUATION_EPISODES EVALUATION_SEED]

writes episodes.csv (global_step, episodic_return, episodic_length, seconds; raw rewards) and, if
asked for, evaluation.json (returns of deterministic episodes, the normaliser frozen) into FOLDER.
Prints one line, `SPS: N`, environment steps per second of `learn` alone, without start-up. Run by
`./ppo4j compare`, and by benchmarks/speed.py.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from pathlib import Path
from typing import Any

import gymnasium
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.vec_env import VecEnv, VecNormalize

DISCRETE: dict[str, Any] = {
    "n_steps": 128,
    "batch_size": 128,
    "n_epochs": 4,
    "ent_coef": 0.01,
    "learning_rate": lambda left: 2.5e-4 * left,
}
CONTINUOUS: dict[str, Any] = {
    "n_steps": 2048,
    "batch_size": 64,
    "n_epochs": 10,
    "ent_coef": 0.0,
    "learning_rate": lambda left: 3e-4 * left,
}


class EpisodeLog(BaseCallback):
    """Writes each episode as it ends, with the returns that Monitor took before VecNormalize."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.out = file.open("w", newline="")
        self.rows = csv.writer(self.out)
        self.rows.writerow(["global_step", "episodic_return", "episodic_length", "seconds"])
        self.start = time.perf_counter()

    def _on_step(self) -> bool:
        for info in self.locals["infos"]:
            if "episode" in info:
                episode = info["episode"]
                seconds = round(time.perf_counter() - self.start, 4)
                self.rows.writerow([self.num_timesteps, episode["r"], episode["l"], seconds])
        return True

    def _on_training_end(self) -> None:
        self.out.close()


def main() -> None:
    task, steps, seed, folder = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    with gymnasium.make(task) as probe:
        continuous = isinstance(probe.action_space, gymnasium.spaces.Box)
    env: VecEnv = make_vec_env(task, n_envs=1 if continuous else 4, seed=seed)
    if continuous:
        env = VecNormalize(env)
    model = PPO(
        "MlpPolicy",
        env,
        seed=seed,
        device="cpu",
        clip_range_vf=0.2,
        **(CONTINUOUS if continuous else DISCRETE),
    )
    start = time.perf_counter()
    model.learn(steps, callback=EpisodeLog(folder / "episodes.csv"))
    print(f"SPS: {model.num_timesteps / (time.perf_counter() - start):.0f}")
    if len(sys.argv) > 5:
        evaluation = evaluate(model, env, task, int(sys.argv[5]), int(sys.argv[6]))
        (folder / "evaluation.json").write_text(json.dumps(evaluation))


def evaluate(model: PPO, env: VecEnv, task: str, episodes: int, seed: int) -> dict[str, Any]:
    """Returns of deterministic episodes, the normaliser frozen."""
    frozen: VecEnv = make_vec_env(task, n_envs=1, seed=seed)
    if isinstance(env, VecNormalize):
        frozen = VecNormalize(frozen, training=False, norm_reward=False)
        frozen.obs_rms = env.obs_rms
    returns, _ = evaluate_policy(
        model, frozen, n_eval_episodes=episodes, deterministic=True, return_episode_rewards=True
    )
    return {"policy": "final", "seed": seed, "returns": returns}


if __name__ == "__main__":
    main()
