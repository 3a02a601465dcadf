"""Records steps of torch.optim.Adam after torch.nn.utils.clip_grad_norm_, as in CleanRL.

    pip install torch==2.15.0 'numpy<2'
    python record_adam.py

writes resources/golden/adam/*.golden, one per number of parameters n. Settings: parameters, steps,
eps, beta1, beta2, max_grad_norm. Arrays, the inputs float32, the results float64:

    initial          [n]         the parameters before the first step
    gradients        [steps, n]  unclipped; norms above and below the bound, and one of zeros
    learning_rates   [steps]     float64, one per step
    norms            [steps]     the gradient's norm before clipping
    parameters       [steps, n]  after each step
    exp_avg          [n]         Adam's first moment after the last step
    exp_avg_sq       [n]         Adam's second moment after the last step
"""

from __future__ import annotations

import torch

from golden import float32, write

SEED = 20261123
STEPS = 8
EPS = 1e-5
MAX_GRAD_NORM = 0.5
NORMS = [3.0, 0.1, 0.4999, 0.5001, 0.0, 40.0, 0.01, 1.0]


def record(count: int, seed: int) -> None:
    torch.manual_seed(seed)
    initial = float32(torch.randn(count))
    parameters = initial.clone().requires_grad_()
    optimizer = torch.optim.Adam([parameters], lr=3e-4, eps=EPS)
    directions = torch.randn(STEPS, count, dtype=torch.float64)
    scales = torch.tensor(NORMS, dtype=torch.float64) / directions.norm(dim=1)
    gradients = float32(directions * scales[:, None])
    rates = torch.tensor([3e-3 * (1 - i / STEPS) for i in range(STEPS)], dtype=torch.float64)
    norms = []
    trajectory = []
    for step in range(STEPS):
        optimizer.param_groups[0]["lr"] = rates[step].item()
        parameters.grad = gradients[step].clone()
        norms.append(torch.nn.utils.clip_grad_norm_([parameters], MAX_GRAD_NORM))
        optimizer.step()
        trajectory.append(parameters.detach().clone())
    state = optimizer.state[parameters]
    write(
        f"adam/{count}.golden",
        "record_adam.py",
        seed,
        {
            "parameters": count,
            "steps": STEPS,
            "eps": EPS,
            "beta1": 0.9,
            "beta2": 0.999,
            "max_grad_norm": MAX_GRAD_NORM,
        },
        {
            "initial": initial.to(torch.float32),
            "gradients": gradients.to(torch.float32),
            "learning_rates": rates,
            "norms": torch.stack(norms),
            "parameters": torch.stack(trajectory),
            "exp_avg": state["exp_avg"],
            "exp_avg_sq": state["exp_avg_sq"],
        },
    )


if __name__ == "__main__":
    for index, size in enumerate([1, 37, 256]):
        record(size, SEED + index)
