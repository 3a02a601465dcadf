"""Records advantages relative to a group, by the formula of TRL's GRPOTrainer.

    pip install torch==2.15.0
    python record_grpo.py

writes resources/golden/grpo/*.golden. N environments in groups of G play episodes; all of a group
start together, when the last of the episodes before has ended. TRL 1.16 (grpo_trainer.py,
scale_rewards="group") computes, from the sum of rewards of each episode:

    grouped = rewards.view(-1, num_generations)
    advantages = (rewards - grouped.mean(1)) / (grouped.std(1) + 1e-4)

with the sample standard deviation. Settings: num_steps, num_envs, group_size. Arrays:

    rewards       [T, N] float32
    done          [T, N] float32, 1 where an episode ends
    skipped       [T, N] float32, 1 where the environment waits for others of its group
    advantages    [T, N] float64, 0 where skipped
"""

from __future__ import annotations

import numpy as np
import torch

from golden import write

SEED = 20261127


def episodes(done: np.ndarray, group: list[int]) -> list[list[tuple[int, int]]]:
    """Returns the first and the last step, exclusive, of each member's episode in each round."""
    rounds = []
    start = 0
    while start < len(done):
        ends = [
            next((t + 1 for t in range(start, len(done)) if done[t, i]), len(done)) for i in group
        ]
        rounds.append([(start, end) for end in ends])
        start = max(ends)
    return rounds


def record(name: str, steps: int, envs: int, size: int, ends: float) -> None:
    rng = np.random.default_rng(SEED)
    rewards = rng.normal(size=(steps, envs)).astype(np.float32)
    done = rng.random((steps, envs)) < ends
    skipped = np.ones((steps, envs), dtype=bool)
    advantages = torch.zeros((steps, envs), dtype=torch.float64)
    for first in range(0, envs, size):
        group = list(range(first, first + size))
        for spans in episodes(done, group):
            returns = torch.tensor(
                [
                    rewards[a:b, i].astype(np.float64).sum()
                    for i, (a, b) in zip(group, spans, strict=True)
                ]
            )
            grouped = returns.view(-1, size)
            mean = grouped.mean(dim=1).repeat_interleave(size)
            std = grouped.std(dim=1).repeat_interleave(size)
            relative = (returns - mean) / (std + 1e-4)
            for k, (i, (a, b)) in enumerate(zip(group, spans, strict=True)):
                advantages[a:b, i] = relative[k]
                skipped[a:b, i] = False
    write(
        f"grpo/{name}.golden",
        "record_grpo.py",
        SEED,
        {"num_steps": steps, "num_envs": envs, "group_size": size},
        {
            "rewards": rewards,
            "done": done.astype(np.float32),
            "skipped": skipped.astype(np.float32),
            "advantages": advantages,
        },
    )


if __name__ == "__main__":
    record("episodes", 40, 8, 4, 0.2)
    record("one_cut_episode", 12, 3, 3, 0.0)
    record("pairs", 31, 6, 2, 0.4)
