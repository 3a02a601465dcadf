"""Trains Stable-Baselines3's PPO with RL Baselines3 Zoo's own hyperparameters, for `compare`.

    .peers/.venv-sb3/bin/python benchmarks/zoo_sb3.py TASK STEPS SEED...
    ./ppo4j compare TASK --preset zoo --steps STEPS --seeds N --eval-episodes 20 --against zoo-sb3/TASK

`compare --against sb3` and `bench` make that virtual environment (SB3 2.9.2, Gymnasium 1.4.0).
Writes zoo-sb3/<task>/seed_<n>.csv, which `compare --against` reads, and prints the return of 20
deterministic episodes of the final policy. The numbers are those of hyperparams/ppo.yml at commit
22e3ff24, in its words; "normalize" is VecNormalize with the training's gamma, as in the Zoo. What
is finished is kept.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from pathlib import Path
from typing import Any

from stable_baselines3 import PPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import VecEnv, VecNormalize
from torch import nn

HOME = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOME / "java-agent/lab/src/main/resources/org/ppo4j/lab/peer"))
from peer_sb3 import EpisodeLog, evaluate

WIDE = {
    "log_std_init": -2,
    "ortho_init": False,
    "activation_fn": nn.ReLU,
    "net_arch": {"pi": [256, 256], "vf": [256, 256]},
}
ZOO: dict[str, dict[str, Any]] = {
    "HalfCheetah": {
        "normalize": True,
        "n_envs": 1,
        "batch_size": 64,
        "n_steps": 512,
        "gamma": 0.98,
        "learning_rate": 2.0633e-05,
        "ent_coef": 0.000401762,
        "clip_range": 0.1,
        "n_epochs": 20,
        "gae_lambda": 0.92,
        "max_grad_norm": 0.8,
        "vf_coef": 0.58096,
        "policy_kwargs": WIDE,
    },
    "Hopper": {
        "normalize": True,
        "n_envs": 1,
        "batch_size": 32,
        "n_steps": 512,
        "gamma": 0.999,
        "learning_rate": 9.80828e-05,
        "ent_coef": 0.00229519,
        "clip_range": 0.2,
        "n_epochs": 5,
        "gae_lambda": 0.99,
        "max_grad_norm": 0.7,
        "vf_coef": 0.835671,
        "policy_kwargs": WIDE,
    },
    "LunarLander": {
        "n_envs": 16,
        "n_steps": 1024,
        "batch_size": 64,
        "gae_lambda": 0.98,
        "gamma": 0.999,
        "n_epochs": 4,
        "ent_coef": 0.01,
    },
    "MountainCarContinuous": {
        "normalize": True,
        "n_envs": 1,
        "batch_size": 256,
        "n_steps": 8,
        "gamma": 0.9999,
        "learning_rate": 7.77e-05,
        "ent_coef": 0.00429,
        "clip_range": 0.1,
        "n_epochs": 10,
        "gae_lambda": 0.9,
        "max_grad_norm": 5,
        "vf_coef": 0.19,
        "use_sde": True,
        "policy_kwargs": {"log_std_init": -3.29, "ortho_init": False},
    },
    "Pendulum": {
        "n_envs": 4,
        "n_steps": 1024,
        "gamma": 0.9,
        "learning_rate": 1e-3,
        "use_sde": True,
        "sde_sample_freq": 4,
    },
}


def train(task: str, steps: int, seed: int, file: Path) -> float:
    """Trains one seed into a CSV file; returns the mean of 20 deterministic episodes."""
    numbers = dict(ZOO[task.rsplit("-", 1)[0]])
    normalize = numbers.pop("normalize", False)
    env: VecEnv = make_vec_env(task, n_envs=numbers.pop("n_envs"), seed=seed)
    if normalize:
        env = VecNormalize(env, gamma=numbers["gamma"])
    unfinished = file.with_suffix(".part")
    model = PPO("MlpPolicy", env, device="cpu", seed=seed, **numbers)
    model.learn(steps, callback=EpisodeLog(unfinished))
    unfinished.rename(file)
    return statistics.mean(evaluate(model, env, task, 20, 2_000_000)["returns"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("task")
    parser.add_argument("steps", type=int)
    parser.add_argument("seeds", type=int, nargs="+")
    given = parser.parse_args()
    folder = Path("zoo-sb3") / given.task
    folder.mkdir(parents=True, exist_ok=True)
    for seed in given.seeds:
        file = folder / f"seed_{seed}.csv"
        if not file.exists():
            mean = train(given.task, given.steps, seed, file)
            print(f"{given.task} seed {seed}: {mean:.1f}", flush=True)


if __name__ == "__main__":
    main()
