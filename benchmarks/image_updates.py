"""Times CleanRL's Atari agent: one update, and acting on 8 frames, in PyTorch, ppo4j and DL4J.

    python -m venv /tmp/peers && /tmp/peers/bin/pip install torch==2.15.0 'numpy<2'
    JAVA_HOME=<jdk 25> /tmp/peers/bin/python benchmarks/image_updates.py [ROUNDS] > images.md

Random frames of 4 x 84 x 84 bytes, 8 times 128 transitions, minibatches of 256, 4 epochs, NatureCNN
with a shared trunk. PyTorch runs with one thread and with two, with its usual layout and with
channels last; DL4J's engine on as many threads as OMP_NUM_THREADS says. Rounds alternate; the table
has medians, of wall-clock time and of processor time, which other programs on the machine do not
change, and the share of the machine's peak, which PeakTiming measures, that the update reaches.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import torch
from torch import nn
from torch.distributions import Categorical

ENVS, STEPS, ROWS, EPOCHS, ACTIONS = 8, 128, 256, 4, 6
UPDATES, ACTS = 4, 100
# Multiply-adds of a row, by layer: positions x patch x channels. Backward are those of weights and,
# except for the first layer, of inputs.
LAYERS = (400 * 256 * 32, 81 * 512 * 64, 49 * 576 * 64, 3136 * 512, 512 * (ACTIONS + 1))
GFLOP = 2e-9 * (3 * sum(LAYERS) - LAYERS[0]) * ENVS * STEPS * EPOCHS
HERE = Path(__file__).parent


def layer(module: nn.Module, gain: float = 2**0.5) -> nn.Module:
    nn.init.orthogonal_(module.weight, gain)
    nn.init.constant_(module.bias, 0)
    return module


class Agent(nn.Module):
    """The agent of ppo_atari.py."""

    def __init__(self) -> None:
        super().__init__()
        self.network = nn.Sequential(
            layer(nn.Conv2d(4, 32, 8, stride=4)),
            nn.ReLU(),
            layer(nn.Conv2d(32, 64, 4, stride=2)),
            nn.ReLU(),
            layer(nn.Conv2d(64, 64, 3, stride=1)),
            nn.ReLU(),
            nn.Flatten(),
            layer(nn.Linear(64 * 7 * 7, 512)),
            nn.ReLU(),
        )
        self.actor = layer(nn.Linear(512, ACTIONS), 0.01)
        self.critic = layer(nn.Linear(512, 1), 1)


def pytorch(threads: int, last: bool) -> None:
    """Prints the milliseconds of updates and of acting, as ImageTiming does."""
    torch.set_num_threads(threads)
    agent = Agent()
    if last:
        agent = agent.to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(agent.parameters(), lr=2.5e-4, eps=1e-5)
    batch = ENVS * STEPS
    frames = torch.randint(0, 256, (batch, 4, 84, 84), dtype=torch.uint8).float()
    actions = torch.randint(0, ACTIONS, (batch,))
    advantages, returns = torch.rand(batch) * 2 - 1, torch.rand(batch) * 2 - 1
    log_probs, values = torch.full((batch,), -1.79), torch.zeros(batch)

    def features(rows: torch.Tensor) -> torch.Tensor:
        x = rows / 255.0
        return agent.network(
            x.contiguous(memory_format=torch.channels_last) if last else x
        )

    def minibatch(i: torch.Tensor) -> None:
        hidden = features(frames[i])
        policy = Categorical(logits=agent.actor(hidden))
        value = agent.critic(hidden).view(-1)
        ratio = (policy.log_prob(actions[i]) - log_probs[i]).exp()
        a = advantages[i]
        a = (a - a.mean()) / (a.std() + 1e-8)
        policy_loss = torch.max(-a * ratio, -a * torch.clamp(ratio, 0.9, 1.1)).mean()
        clipped = values[i] + torch.clamp(value - values[i], -0.1, 0.1)
        value_loss = (
            torch.max((value - returns[i]) ** 2, (clipped - returns[i]) ** 2).mean() / 2
        )
        loss = policy_loss - 0.01 * policy.entropy().mean() + 0.5 * value_loss
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(agent.parameters(), 0.5)
        optimizer.step()

    for _ in range(UPDATES):
        start, cpu = time.perf_counter(), time.process_time()
        for _ in range(EPOCHS):
            for rows in torch.randperm(batch).split(ROWS):
                minibatch(rows)
        print(
            "update",
            (time.perf_counter() - start) * 1e3,
            (time.process_time() - cpu) * 1e3,
        )
    with torch.no_grad():
        for _ in range(3):
            start, cpu = time.perf_counter(), time.process_time()
            for _ in range(ACTS):
                agent.actor(features(frames[:ENVS]))
            wall, used = time.perf_counter() - start, time.process_time() - cpu
            print("act", wall * 1e3 / ACTS, used * 1e3 / ACTS)


def run(
    command: list[str], variables: dict[str, str]
) -> dict[str, list[tuple[float, float]]]:
    environment = {**os.environ, "OMP_WAIT_POLICY": "passive", **variables}
    output = subprocess.run(
        command, check=True, text=True, stdout=subprocess.PIPE, env=environment
    ).stdout
    times: dict[str, list[tuple[float, float]]] = {"update": [], "act": []}
    for line in output.splitlines():
        kind, wall, cpu = line.split()
        times[kind].append((float(wall), float(cpu)))
    # the first ones are not compiled yet
    return {"update": times["update"][2:], "act": times["act"][1:]}


def main(rounds: int) -> None:
    """Prints the table."""
    this = [sys.executable, __file__, "pytorch"]
    java = [str(HERE / "java"), "org.ppo4j.benchmarks.ImageTiming"]
    sides: dict[str, tuple[list[str], dict[str, str]]] = {}
    for threads in ("1", "2"):
        for last in (0, 1):
            name = f"PyTorch {torch.__version__}, {threads} threads"
            sides[name + ", channels last" * last] = ([*this, threads, str(last)], {})
    for threads in ("1", "2"):
        sides[f"ppo4j, {threads} threads"] = (
            [*java, "simd", threads, str(UPDATES)],
            {},
        )
    for threads in ("1", "2"):
        sides[f"ppo4j on DL4J's engine, {threads} threads"] = (
            [*java, "dl4j", threads, str(UPDATES)],
            {"OMP_NUM_THREADS": threads},
        )
    results: dict[str, dict[str, list[tuple[float, float]]]] = {}
    for _ in range(rounds):
        for side, (command, variables) in sides.items():
            for kind, times in run(command, variables).items():
                results.setdefault(side, {}).setdefault(kind, []).extend(times)
    peak = float(
        subprocess.check_output(
            [str(HERE / "java"), "org.ppo4j.benchmarks.PeakTiming"], text=True
        ).split()[1]
    )
    print(
        f"An update is {GFLOP:.0f} billion operations; the peak of one thread is {peak:.0f} billion a second.\n"
    )
    print(
        "| | update, ms | processor, ms | share of peak | acting on 8 frames, ms | processor, ms |"
    )
    print("| --- | --: | --: | --: | --: | --: |")
    for side, kinds in results.items():
        cells = [
            f"{statistics.median(times[i] for times in kinds[kind]):.{digits}f}"
            for kind, digits in (("update", 0), ("act", 2))
            for i in (0, 1)
        ]
        busy = statistics.median(cpu for _, cpu in kinds["update"]) / 1e3
        cells.insert(2, f"{GFLOP / busy / peak:.0%}")
        print(f"| {side} | {' | '.join(cells)} |")


if __name__ == "__main__":
    if sys.argv[1:2] == ["pytorch"]:
        pytorch(int(sys.argv[2]), sys.argv[3] == "1")
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
