"""Records steps of torch.optim.AdamW and of Stable-Baselines3's RMSpropTFLike.

    pip install torch==2.15.0 stable-baselines3==2.9.2 'numpy<2'
    python record_optimizers.py

writes resources/golden/optimizers/{adamw,rmsprop}.golden. Gradients are clipped by
torch.nn.utils.clip_grad_norm_ first. Settings: steps, eps, max_grad_norm, weight_decay. Arrays, the
inputs float32, the results float64; n is the number of parameters:

    initial          [n]         the parameters before the first step
    gradients        [steps, n]  unclipped
    learning_rates   [steps]     float64
    parameters       [steps, n]  after each step
"""

from __future__ import annotations

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


def record(name: str, seed: int) -> None:
    torch.manual_seed(seed)
    initial = float32(torch.randn(COUNT))
    parameters = initial.clone().requires_grad_()
    optimizer: torch.optim.Optimizer = (
        torch.optim.AdamW([parameters], eps=EPS, weight_decay=WEIGHT_DECAY)
        if name == "adamw"
        else RMSpropTFLike([parameters], alpha=0.99, eps=EPS)
    )
    directions = torch.randn(STEPS, COUNT, dtype=torch.float64)
    scales = torch.tensor(NORMS, dtype=torch.float64) / directions.norm(dim=1)
    gradients = float32(directions * scales[:, None])
    rates = torch.tensor([3e-2 * (1 - i / STEPS) for i in range(STEPS)], dtype=torch.float64)
    trajectory = []
    for step in range(STEPS):
        optimizer.param_groups[0]["lr"] = rates[step].item()
        parameters.grad = gradients[step].clone()
        torch.nn.utils.clip_grad_norm_([parameters], MAX_GRAD_NORM)
        optimizer.step()
        trajectory.append(parameters.detach().clone())
    write(
        f"optimizers/{name}.golden",
        "record_optimizers.py",
        seed,
        {
            "steps": STEPS,
            "eps": EPS,
            "max_grad_norm": MAX_GRAD_NORM,
            "weight_decay": WEIGHT_DECAY if name == "adamw" else 0.0,
        },
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
