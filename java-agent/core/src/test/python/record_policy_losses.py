"""Records the losses of PPO's relatives, their gradients, KL divergences and Fisher products.

    pip install torch==2.15.0 stable-baselines3==2.9.2 'numpy<2'
    python record_policy_losses.py

writes resources/golden/policy-losses/*.golden, one per distribution, by PyTorch's autograd and
torch.distributions. r is the ratio of the new and the old probability, A the advantage as it is:

    plain    -mean(A log pi)                                  A2C (Mnih et al. 2016; SB3's a2c.py)
    spo      -mean(A r - |A| / (2 clip_coef) (r - 1)^2)       SPO (Xie et al. 2024, equation 7)
    penalty  -mean(A r) + beta mean(KL(old, new))             PPO (Schulman et al. 2017, equation 8)

Settings: distribution, latents, nvec, clip_coef, beta; the results plain, spo, penalty, each a
loss. Arrays, the inputs float32, the results float64; P outputs of the policy, A components of an
action:

    policy_outputs, old_policy_outputs           [rows, P]
    log_std, old_log_std                         [A], gsde's [L, A]; empty unless parameters
    actions                                      [rows, A]
    old_log_probs, advantages                    [rows]
    kl                                           [rows]     KL(old, new)
    d_<loss>_policy_outputs, d_<loss>_log_std    d loss / d outputs, d loss / d log_std
    tangents, log_std_tangents                   [rows, P], [A]  a direction v
    fisher, log_std_fisher                       [rows, P], [A]  H v, with H the Hessian of
                                                 mean(KL(fixed, new)) at new = fixed = policy_outputs
"""

from __future__ import annotations

import torch
from torch.distributions import Bernoulli, Categorical, kl_divergence

from golden import float32, write
from record_loss import (
    LOG_STD_BOUNDS,
    Settings,
    beta_of,
    log_prob_and_entropy,
    normal_of,
)

SEED = 20261126
BETA = 1.5
CLIP_COEF = 0.2
ROWS = 33
NORMALS = (
    "gaussian",
    "squashed",
    "state_dependent",
    "state_dependent_squashed",
    "gsde",
    "gsde_squashed",
)


def kl(settings: Settings, old: torch.Tensor, old_log_std: torch.Tensor, new: torch.Tensor,
       log_std: torch.Tensor) -> torch.Tensor:
    """Returns KL(old, new) of each row; tanh changes both in the same way and leaves it as it is."""
    if settings.distribution in NORMALS:
        before = normal_of(settings, old, old_log_std)
        after = normal_of(settings, new, log_std)
        return kl_divergence(before, after).sum(1)
    if settings.distribution == "beta":
        return kl_divergence(beta_of(old), beta_of(new)).sum(1)
    if settings.distribution == "bernoulli":
        return kl_divergence(Bernoulli(logits=old), Bernoulli(logits=new)).sum(1)
    parts = zip(
        torch.split(old, settings.nvec, dim=1), torch.split(new, settings.nvec, dim=1), strict=True
    )
    return torch.stack(
        [kl_divergence(Categorical(logits=a), Categorical(logits=b)) for a, b in parts]
    ).sum(0)


def record(settings: Settings, seed: int) -> None:
    torch.manual_seed(seed)
    nvec = settings.nvec
    log_std = old_log_std = torch.empty(0, dtype=torch.float64)
    if settings.distribution in ("gaussian", "squashed"):
        outputs = float32(torch.randn(ROWS, len(nvec)))
        old_outputs = float32(outputs + 0.2 * torch.randn(ROWS, len(nvec)))
        log_std = float32(torch.linspace(-1, 0.5, len(nvec)))
        old_log_std = float32(log_std + 0.1 * torch.randn(len(nvec)))
        noise = torch.randn(ROWS, len(nvec), dtype=torch.float64)
        actions = float32(old_outputs + torch.exp(old_log_std) * noise)
    elif settings.distribution.startswith("gsde"):
        actions_and_latents = len(nvec) + settings.latents
        outputs = float32(torch.randn(ROWS, actions_and_latents))
        old_outputs = float32(outputs + 0.2 * torch.randn_like(outputs))
        log_std = float32(torch.randn(settings.latents * len(nvec)) * 0.5 - 1)
        old_log_std = float32(log_std + 0.1 * torch.randn_like(log_std))
        normal = normal_of(settings, old_outputs, old_log_std)
        actions = float32(normal.mean + normal.stddev * torch.randn(ROWS, len(nvec)))
    elif settings.distribution in NORMALS:
        log_stds = torch.randn(ROWS, len(nvec)) * 0.5 - 0.5
        log_stds[-4:, 0] = torch.tensor(LOG_STD_BOUNDS)
        log_stds[-4:-2, 1:] = 1.75  # so that log probabilities stay small
        outputs = torch.cat([torch.randn(ROWS, len(nvec)), log_stds], 1)
        noise = torch.randn_like(outputs)
        noise[-4:-2] = 0  # a deviation of e^-20 allows no other mean
        outputs = float32(outputs)
        old_outputs = float32(outputs + 0.2 * noise)
        normal = normal_of(settings, old_outputs, old_log_std)
        sample = normal.mean + normal.stddev * torch.randn(ROWS, len(nvec), dtype=torch.float64)
        actions = float32(sample)
        actions[-4:-2, 0] = normal.mean[-4:-2, 0]
    elif settings.distribution == "beta":
        outputs = float32(torch.randn(ROWS, 2 * len(nvec)) * 2)
        old_outputs = float32(outputs + 0.3 * torch.randn_like(outputs))
        actions = float32(beta_of(old_outputs).sample()).clamp(2**-24, 1 - 2**-24)
    else:
        size = len(nvec) if settings.distribution == "bernoulli" else sum(nvec)
        outputs = float32(torch.randn(ROWS, size))
        old_outputs = float32(outputs + 0.3 * torch.randn(ROWS, size))
        if settings.distribution == "bernoulli":
            actions = Bernoulli(logits=old_outputs).sample()
        else:
            groups = torch.split(old_outputs, nvec, dim=1)
            actions = torch.stack([Categorical(logits=g).sample() for g in groups], 1).double()
    old_log_probs, _ = log_prob_and_entropy(settings, old_outputs, old_log_std, actions)
    old_log_probs = float32(old_log_probs)
    advantages = float32(torch.randn(ROWS) * 2 + 0.3)

    results: dict[str, float] = {}
    arrays: dict[str, torch.Tensor] = {}
    for name in ("plain", "spo", "penalty"):
        new = outputs.clone().requires_grad_()
        new_log_std = log_std.clone().requires_grad_()
        log_prob, _ = log_prob_and_entropy(settings, new, new_log_std, actions)
        ratio = (log_prob - old_log_probs).exp()
        if name == "plain":
            loss = -(advantages * log_prob).mean()
        elif name == "spo":
            slack = advantages.abs() / (2 * CLIP_COEF) * (ratio - 1) ** 2
            loss = -(advantages * ratio - slack).mean()
        else:
            divergence = kl(settings, old_outputs, old_log_std, new, new_log_std)
            loss = -(advantages * ratio).mean() + BETA * divergence.mean()
            arrays["kl"] = divergence
        loss.backward()
        results[name] = loss.item()
        assert new.grad is not None
        arrays[f"d_{name}_policy_outputs"] = new.grad
        arrays[f"d_{name}_log_std"] = (
            torch.zeros_like(log_std) if new_log_std.grad is None else new_log_std.grad
        )

    tangents = float32(torch.randn_like(outputs))
    log_std_tangents = float32(torch.randn_like(log_std))

    def mean_kl(new: torch.Tensor, new_log_std: torch.Tensor) -> torch.Tensor:
        return kl(settings, outputs, log_std, new, new_log_std).mean()

    _, (fisher, log_std_fisher) = torch.autograd.functional.vhp(
        mean_kl, (outputs, log_std), (tangents, log_std_tangents)
    )
    inputs = {
        "policy_outputs": outputs,
        "old_policy_outputs": old_outputs,
        "log_std": log_std,
        "old_log_std": old_log_std,
        "actions": actions,
        "old_log_probs": old_log_probs,
        "advantages": advantages,
        "tangents": tangents,
        "log_std_tangents": log_std_tangents,
    }
    write(
        f"policy-losses/{settings.distribution.replace('_', '-')}.golden",
        "record_policy_losses.py",
        seed,
        {
            "distribution": settings.distribution,
            "latents": settings.latents,
            "nvec": nvec,
            "clip_coef": CLIP_COEF,
            "beta": BETA,
        }
        | results,
        {name: tensor.to(torch.float32) for name, tensor in inputs.items()}
        | arrays
        | {"fisher": fisher, "log_std_fisher": log_std_fisher},
    )


if __name__ == "__main__":
    for index, case in enumerate(
        [
            Settings("categorical", [4], ROWS),
            Settings("multi_discrete", [3, 2, 5], ROWS),
            Settings("bernoulli", [2] * 4, ROWS),
            Settings("gaussian", [1] * 3, ROWS),
            Settings("squashed", [1] * 3, ROWS),
            Settings("state_dependent", [1] * 3, ROWS),
            Settings("state_dependent_squashed", [1] * 3, ROWS),
            Settings("beta", [1] * 3, ROWS),
            Settings("gsde", [1] * 3, ROWS, latents=5),
            Settings("gsde_squashed", [1] * 2, ROWS, latents=4),
        ]
    ):
        record(case, SEED + index)
