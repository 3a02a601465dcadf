"""Records steps of torch.optim.AdamW and of Stable-Baselines3's RMSpropTFLike.

    pip install torch==2.15.0 stable-baselines3==2.9.2 'numpy<2'
    python record_optimizers.py

writes resources/golden/optimizers/{adamw,rmsprop}.golden, and with two groups of parameters, the
actor's and the critic's, {adam,adamw,rmsprop}-critic.golden. Gradients are clipped by
torch.nn.utils.clip_grad_norm_ first, all together. Settings: steps, eps, max_grad_norm,
weight_decay; critic_offset, where the second group begins, and critic_factor, its learning rate
divided by that of the first. Arrays, the inputs float32, the results float64; n is the number of
parameters:

    initial          [n]         the parameters before the first step
    gradients        [steps, n]  unclipped
    learning_rates   [steps]     float64
    parameters       [steps, n]  after each step
"""

from __future__ import annotations

from typing import Any

import torch
from stable_baselines3.common.sb2_compat.rmsprop_tf_like import RMSpropTFLike

from golden import float32, write

SEED = 20261128
COUNT = 37
STEPS = 8
EPS = 1e-5
MAX_GRAD_NORM = 0.5
WEIGHT_DECAY = 0.1
NORMS = [3.0, 0.1, 0.4999, 0.5001, 0.0, 40.0, 0.01, 1.0]


def optimizer_of(name: str, groups: list[dict[str, Any]]) -> torch.optim.Optimizer:
    if name == "adam":
        return torch.optim.Adam(groups, eps=EPS)
    if name == "adamw":
        return torch.optim.AdamW(groups, eps=EPS, weight_decay=WEIGHT_DECAY)
    return RMSpropTFLike(groups, alpha=0.99, eps=EPS)


def record(name: str, seed: int, critic_offset: int = COUNT, critic_factor: float = 1) -> None:
    torch.manual_seed(seed)
    initial = float32(torch.randn(COUNT))
    parts = [part.clone().requires_grad_() for part in initial.split(critic_offset)]
    optimizer = optimizer_of(name, [{"params": [part]} for part in parts])
    directions = torch.randn(STEPS, COUNT, dtype=torch.float64)
    scales = torch.tensor(NORMS, dtype=torch.float64) / directions.norm(dim=1)
    gradients = float32(directions * scales[:, None])
    rates = torch.tensor([3e-2 * (1 - i / STEPS) for i in range(STEPS)], dtype=torch.float64)
    trajectory = []
    for step in range(STEPS):
        for group, factor in zip(optimizer.param_groups, (1, critic_factor), strict=False):
            group["lr"] = factor * rates[step].item()
        for part, gradient in zip(parts, gradients[step].split(critic_offset), strict=True):
            part.grad = gradient.clone()
        torch.nn.utils.clip_grad_norm_(parts, MAX_GRAD_NORM)
        optimizer.step()
        trajectory.append(torch.cat(parts).detach().clone())
    critic = {"critic_offset": critic_offset, "critic_factor": critic_factor}
    write(
        f"optimizers/{name}{'-critic' if len(parts) > 1 else ''}.golden",
        "record_optimizers.py",
        seed,
        {
            "steps": STEPS,
            "eps": EPS,
            "max_grad_norm": MAX_GRAD_NORM,
            "weight_decay": WEIGHT_DECAY if name == "adamw" else 0.0,
        }
        | (critic if len(parts) > 1 else {}),
        {
            "initial": initial.to(torch.float32),
            "gradients": gradients.to(torch.float32),
            "learning_rates": rates,
            "parameters": torch.stack(trajectory),
        },
    )


if __name__ == "__main__":
    record("adamw", SEED)
    record("rmsprop", SEED + 1)
    record("adam", SEED + 2, critic_offset=20, critic_factor=3)
    record("adamw", SEED + 3, critic_offset=20, critic_factor=3)
    record("rmsprop", SEED + 4, critic_offset=20, critic_factor=0.25)
