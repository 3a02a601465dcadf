"""Records V-trace as RLlib computes it.

    pip install torch==2.15.0 'ray[rllib]==2.49.0' 'numpy<2'
    python record_vtrace.py

writes resources/golden/vtrace/<steps>x<envs>.golden. Settings: gamma. Arrays, T steps of N
environments, the inputs float32, the results float64:

    rewards, values, log_rhos, dones   [T, N]  log_rhos: log of the ratio of target and behaviour
    last_values                        [N]
    vs, pg_advantages                  [T, N]
"""

from __future__ import annotations

import torch
from ray.rllib.algorithms.impala.torch.vtrace_torch_v2 import vtrace_torch

from golden import float32, write

SEED = 20261129
GAMMA = 0.97


def record(steps: int, envs: int, seed: int) -> None:
    torch.manual_seed(seed)
    rewards = float32(torch.randn(steps, envs))
    values = float32(torch.randn(steps, envs))
    log_rhos = float32(torch.randn(steps, envs) * 0.5)
    dones = (torch.rand(steps, envs) < 0.1).double()
    last_values = float32(torch.randn(envs))
    vs, pg_advantages = vtrace_torch(
        target_action_log_probs=log_rhos,
        behaviour_action_log_probs=torch.zeros_like(log_rhos),
        discounts=GAMMA * (1 - dones),
        rewards=rewards,
        values=values,
        bootstrap_values=last_values,
    )
    inputs = {
        "rewards": rewards,
        "values": values,
        "log_rhos": log_rhos,
        "dones": dones,
        "last_values": last_values,
    }
    write(
        f"vtrace/{steps}x{envs}.golden",
        "record_vtrace.py",
        seed,
        {"gamma": GAMMA, "steps": steps, "envs": envs},
        {name: tensor.to(torch.float32) for name, tensor in inputs.items()}
        | {"vs": vs, "pg_advantages": pg_advantages},
    )


if __name__ == "__main__":
    record(16, 4, SEED)
    record(33, 1, SEED + 1)
