"""Times one update of each algorithm and of the implementation that it was checked against.

    python -m venv /tmp/peers && /tmp/peers/bin/pip install torch==2.15.0 \
        stable-baselines3==2.9.2 sb3-contrib==2.9.2 'numpy<2'
    JAVA_HOME=<jdk 25> /tmp/peers/bin/python benchmarks/family_updates.py [ROUNDS] > updates.md

17 observations, 6 continuous actions, two hidden layers of 64 each for actor and critic, random
data, the sizes of each algorithm's defaults (docs/algorithms.md). Rounds alternate between Java and
Python; the table has medians. a2c is SB3's, trpo sb3-contrib's; the loops of the others are
CleanRL's ppo_continuous_action.py with another loss, and its ppg_procgen.py with these networks.
PyTorch runs with one thread and with two; the better median counts.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import torch
from gymnasium import spaces
from sb3_contrib import TRPO
from stable_baselines3 import A2C
from stable_baselines3.common.logger import Logger
from torch import nn, optim
from torch.distributions import Normal, kl_divergence

OBSERVATIONS, ACTIONS, WIDTH, ROWS = 17, 6, 64, 2048
RATE = 1e-9
SECONDS = 1.5
HERE = Path(__file__).parent


class Nothing(gym.Env[Any, Any]):
    """An environment for its spaces; it is never stepped."""

    observation_space = spaces.Box(-5, 5, (OBSERVATIONS,), np.float32)
    action_space = spaces.Box(-1, 1, (ACTIONS,), np.float32)

    def reset(self, **_: Any) -> tuple[Any, dict[str, Any]]:
        return np.zeros(OBSERVATIONS, np.float32), {}


def milliseconds(once: Callable[[], None]) -> float:
    """Returns the mean time of a call, over SECONDS of calls."""
    start, runs = time.perf_counter(), 0
    while time.perf_counter() - start < SECONDS:
        once()
        runs += 1
    return (time.perf_counter() - start) * 1e3 / runs


def sb3(kind: type[Any], rows: int, envs: int, **options: Any) -> Callable[[], None]:
    """Returns a call of SB3's own train() on a full buffer."""
    from stable_baselines3.common.vec_env import DummyVecEnv

    model = kind("MlpPolicy", DummyVecEnv([Nothing] * envs), n_steps=rows, device="cpu", **options)
    model.set_logger(Logger(None, []))
    buffer, policy = model.rollout_buffer, model.policy
    for _ in range(rows):
        seen = np.random.uniform(-1, 1, (envs, OBSERVATIONS)).astype(np.float32)
        with torch.no_grad():
            action, value, log_prob = policy(torch.as_tensor(seen))
        rewards = np.random.uniform(-1, 1, envs)
        buffer.add(seen, action.numpy(), rewards, np.zeros(envs), value.flatten(), log_prob)
    buffer.compute_returns_and_advantage(torch.zeros(envs), np.ones(envs))
    start = {name: value.clone() for name, value in policy.state_dict().items()}

    def once() -> None:
        policy.load_state_dict(start)
        model.train()

    return once


def mlp(outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(OBSERVATIONS, WIDTH), nn.Tanh(), nn.Linear(WIDTH, WIDTH), nn.Tanh(),
        nn.Linear(WIDTH, outputs),
    )


class Agent(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.actor, self.critic, self.aux_critic = mlp(ACTIONS), mlp(1), nn.Linear(WIDTH, 1)
        self.log_std = nn.Parameter(torch.zeros(ACTIONS))

    def policy(self, x: torch.Tensor) -> Normal:
        return Normal(self.actor(x), self.log_std.exp().expand(len(x), -1))


def cleanrl(algorithm: str) -> Callable[[], None]:
    """Returns CleanRL's update loop: 10 epochs of 32 minibatches of 64 rows."""
    agent = Agent()
    optimizer = optim.Adam(agent.parameters(), lr=RATE, eps=1e-5)
    auxiliary = optim.Adam(agent.parameters(), lr=RATE, eps=1e-5)
    obs = torch.rand(ROWS, OBSERVATIONS) * 2 - 1
    returns, advantages = torch.rand(ROWS) * 2 - 1, torch.rand(ROWS) * 2 - 1
    with torch.no_grad():
        old = agent.policy(obs)
        actions = old.sample()
        logprobs, values = old.log_prob(actions).sum(1), agent.critic(obs).flatten()
        means, stds = old.loc.clone(), old.scale.clone()

    def pg_loss(new: Normal, ratio: torch.Tensor, adv: torch.Tensor, rows: Any) -> torch.Tensor:
        if algorithm == "ppo-penalty":
            kl = kl_divergence(Normal(means[rows], stds[rows]), new).sum(1)
            return (-adv * ratio).mean() + kl.mean()
        if algorithm == "spo":
            return (adv.abs() / (2 * 0.2) * (ratio - 1) ** 2 - adv * ratio).mean()
        return torch.max(-adv * ratio, -adv * torch.clamp(ratio, 0.8, 1.2)).mean()

    def step(loss: torch.Tensor, by: optim.Optimizer) -> None:
        by.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(agent.parameters(), 0.5)
        by.step()

    def once() -> None:
        inds = np.arange(ROWS)
        for _ in range(10):
            np.random.shuffle(inds)
            for start in range(0, ROWS, 64):
                rows = inds[start : start + 64]
                new = agent.policy(obs[rows])
                if algorithm == "rpo":
                    new = Normal(new.loc + torch.empty_like(new.loc).uniform_(-0.01, 0.01), new.scale)
                ratio = (new.log_prob(actions[rows]).sum(1) - logprobs[rows]).exp()
                adv = advantages[rows]
                adv = (adv - adv.mean()) / (adv.std() + 1e-8)
                value = agent.critic(obs[rows]).flatten()
                v_loss = (value - returns[rows]) ** 2
                if algorithm != "ppo-penalty":
                    clipped = values[rows] + torch.clamp(value - values[rows], -0.2, 0.2)
                    v_loss = torch.max(v_loss, (clipped - returns[rows]) ** 2)
                loss = pg_loss(new, ratio, adv, rows) - 0.0 * new.entropy().sum(1).mean()
                step(loss + 0.5 * 0.5 * v_loss.mean(), optimizer)
        if algorithm != "ppg":
            return
        for _ in range(6):
            np.random.shuffle(inds)
            for start in range(0, ROWS, ROWS // 16):
                rows = inds[start : start + ROWS // 16]
                hidden = agent.actor[:4](obs[rows])
                new = Normal(agent.actor[4](hidden), agent.log_std.exp())
                kl = kl_divergence(Normal(means[rows], stds[rows]), new).sum(1).mean()
                aux = 0.5 * ((agent.aux_critic(hidden).flatten() - returns[rows]) ** 2).mean()
                real = 0.5 * ((agent.critic(obs[rows]).flatten() - returns[rows]) ** 2).mean()
                step(aux + kl + real, auxiliary)

    return once


PEERS: dict[str, Callable[[], Callable[[], None]]] = {
    "ppo": lambda: cleanrl("ppo"),
    "ppo-penalty": lambda: cleanrl("ppo-penalty"),
    "a2c": lambda: sb3(A2C, 5, 8, learning_rate=RATE),
    "trpo": lambda: sb3(TRPO, ROWS, 1, learning_rate=RATE),
    "ppg": lambda: cleanrl("ppg"),
    "spo": lambda: cleanrl("spo"),
    "rpo": lambda: cleanrl("rpo"),
}


def java(class_path: str, algorithm: str) -> float:
    """Returns the time in Java, on the JDK 25 that JAVA_HOME names."""
    command = [
        f"{os.environ['JAVA_HOME']}/bin/java",
        f"@{HERE.parent / 'java-agent' / 'jvm-options'}",
        "-cp",
        class_path,
        "org.ppo4j.benchmarks.FamilyTiming",
        algorithm,
        str(SECONDS),
    ]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    torch.manual_seed(1)
    class_path = subprocess.run(
        [HERE / "class-path"], check=True, capture_output=True, text=True
    ).stdout.strip()
    updates = {name: make() for name, make in PEERS.items()}
    ours: dict[str, list[float]] = {name: [] for name in PEERS}
    theirs: dict[tuple[str, int], list[float]] = {}
    for round_ in range(rounds):
        for name, once in updates.items():
            ours[name].append(java(class_path, name))
            for threads in (1, 2):
                torch.set_num_threads(threads)
                once()
                theirs.setdefault((name, threads), []).append(milliseconds(once))
        print(f"round {round_ + 1} of {rounds}", file=sys.stderr)
    print("| algorithm | ppo4j, ms | reference, ms | ratio |\n| --- | ---: | ---: | ---: |")
    for name in PEERS:
        mine = statistics.median(ours[name])
        best = min(statistics.median(theirs[name, threads]) for threads in (1, 2))
        print(f"| `{name}` | {mine:.2f} | {best:.1f} | {best / mine:.1f} |")


if __name__ == "__main__":
    main()
