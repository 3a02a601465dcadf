"""Trains Stable-Baselines3's PPO, or SBX's, with CleanRL's hyperparameters.

    python peer_sb3.py ENV STEPS SEED FOLDER [EVALUATION_EPISODES EVALUATION_SEED]
        [--sbx] [--envs N --rollout STEPS] [--warm-up STEPS] [--stop-at-return R]

Writes episodes.csv (global_step, episodic_return, episodic_length, seconds; raw rewards) and, if
requested, evaluation.json (returns of deterministic episodes with a frozen normaliser) into FOLDER.
Prints the line `SPS: N`, the environment steps per second of `learn`, without start-up and
warm-up. If the mean of the last 100 episodes reaches R, prints `solved_at=STEP` and ends. Run by
`./ppo4j compare` and `./ppo4j bench`.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections import deque
from pathlib import Path
from typing import Any

import gymnasium
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.vec_env import VecEnv, VecNormalize

DISCRETE: dict[str, Any] = {
    "batch_size": 128,
    "n_epochs": 4,
    "ent_coef": 0.01,
    "learning_rate": lambda remaining: 2.5e-4 * remaining,
}
CONTINUOUS: dict[str, Any] = {
    "batch_size": 64,
    "n_epochs": 10,
    "ent_coef": 0.0,
    "learning_rate": lambda remaining: 3e-4 * remaining,
}


class EpisodeLog(BaseCallback):
    """Writes each episode when it ends, with Monitor's returns, which are not normalised."""

    def __init__(self, file: Path, stop_at_return: float | None = None) -> None:
        super().__init__()
        self.bar = stop_at_return
        self.returns: deque[float] = deque(maxlen=100)
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
                self.returns.append(episode["r"])
        return not self.solved()

    def solved(self) -> bool:
        full = len(self.returns) == 100
        return self.bar is not None and full and sum(self.returns) / 100 >= self.bar

    def _on_training_end(self) -> None:
        self.out.close()


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("task")
    parser.add_argument("steps", type=int)
    parser.add_argument("seed", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("evaluation", type=int, nargs="*")
    parser.add_argument("--sbx", action="store_true")
    parser.add_argument("--envs", type=int)
    parser.add_argument("--rollout", type=int)
    parser.add_argument("--warm-up", type=int, default=0)
    parser.add_argument("--stop-at-return", type=float)
    return parser.parse_args()


def make_model(given: argparse.Namespace) -> Any:
    with gymnasium.make(given.task) as probe:
        continuous = isinstance(probe.action_space, gymnasium.spaces.Box)
    envs = given.envs or (1 if continuous else 4)
    env: VecEnv = make_vec_env(given.task, n_envs=envs, seed=given.seed)
    if continuous:
        env = VecNormalize(env)
    shared: dict[str, Any] = {
        "seed": given.seed,
        "n_steps": given.rollout or (2048 if continuous else 128),
        **(CONTINUOUS if continuous else DISCRETE),
    }
    if given.sbx:
        import sbx

        return sbx.PPO("MlpPolicy", env, **shared)  # it has no clipping of values
    return PPO("MlpPolicy", env, device="cpu", clip_range_vf=0.2, **shared)


def main() -> None:
    given = options()
    model = make_model(given)
    log = EpisodeLog(given.folder / "episodes.csv", given.stop_at_return)
    if given.warm_up:
        model.learn(given.warm_up)
    before = model.num_timesteps
    start = time.perf_counter()
    model.learn(given.steps, callback=log, reset_num_timesteps=before == 0)
    steps = model.num_timesteps - before
    print(f"SPS: {steps / (time.perf_counter() - start):.0f}")
    if log.solved():
        print(f"solved_at={model.num_timesteps}")
    if given.evaluation:
        evaluation = evaluate(model, model.get_env(), given.task, *given.evaluation)
        (given.folder / "evaluation.json").write_text(json.dumps(evaluation))


def evaluate(model: PPO, env: VecEnv, task: str, episodes: int, seed: int) -> dict[str, Any]:
    """Returns of deterministic episodes with a frozen normaliser."""
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
