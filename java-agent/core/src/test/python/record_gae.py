"""Records advantages, returns and the explained variance as CleanRL's own loop computes them.

    pip install torch==2.15.0 'numpy<2'
    python record_gae.py

writes resources/golden/gae/*.golden. The loop is that of ppo.py of CleanRL 1.2.0. Settings: steps
T, envs N, gamma, gae_lambda, and the result explained_variance. Arrays, the inputs float32, the
results float64:

    rewards, values  [T, N]
    dones            [T, N]  1 where step t starts a new episode: the flag that step t - 1 returned
    next_values      [N]     the critic's outputs for the observations after the last step
    next_dones       [N]     1 where the last step ended an episode
    advantages, returns  [T, N]
"""

from __future__ import annotations

import numpy as np
import torch

from golden import float32, write

SEED = 20261124


def gae(
    rewards: torch.Tensor,
    dones: torch.Tensor,
    values: torch.Tensor,
    next_value: torch.Tensor,
    next_done: torch.Tensor,
    gamma: float,
    gae_lambda: float,
) -> torch.Tensor:
    num_steps = rewards.shape[0]
    advantages = torch.zeros_like(rewards)
    lastgaelam = torch.zeros_like(next_value)
    for t in reversed(range(num_steps)):
        if t == num_steps - 1:
            nextnonterminal = 1.0 - next_done
            nextvalues = next_value
        else:
            nextnonterminal = 1.0 - dones[t + 1]
            nextvalues = values[t + 1]
        delta = rewards[t] + gamma * nextvalues * nextnonterminal - values[t]
        lastgaelam = delta + gamma * gae_lambda * nextnonterminal * lastgaelam
        advantages[t] = lastgaelam
    return advantages


def record(steps: int, envs: int, gamma: float, gae_lambda: float, seed: int) -> None:
    torch.manual_seed(seed)
    rewards = float32(torch.randn(steps, envs))
    values = float32(torch.randn(steps, envs) * 2)
    dones = (torch.rand(steps, envs) < 0.2).double()
    next_values = float32(torch.randn(envs))
    next_dones = (torch.arange(envs) % 2 == 1).double()
    advantages = gae(rewards, dones, values, next_values, next_dones, gamma, gae_lambda)
    returns = advantages + values
    y_pred, y_true = values.numpy().reshape(-1), returns.numpy().reshape(-1)
    explained_variance = float(1 - np.var(y_true - y_pred) / np.var(y_true))
    write(
        f"gae/{steps}x{envs}.golden",
        "record_gae.py",
        seed,
        {
            "steps": steps,
            "envs": envs,
            "gamma": gamma,
            "gae_lambda": gae_lambda,
            "explained_variance": explained_variance,
        },
        {
            "rewards": rewards.to(torch.float32),
            "dones": dones.to(torch.float32),
            "values": values.to(torch.float32),
            "next_values": next_values.to(torch.float32),
            "next_dones": next_dones.to(torch.float32),
            "advantages": advantages,
            "returns": returns,
        },
    )


if __name__ == "__main__":
    record(128, 4, 0.99, 0.95, SEED)
    record(33, 1, 0.9, 1.0, SEED + 1)
    record(17, 5, 0.999, 0.0, SEED + 2)
