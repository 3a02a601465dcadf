"""Records sb3-contrib's masked distributions, and one update of its MaskablePPO.

    pip install torch==2.15.0 stable-baselines3==2.9.2 sb3-contrib==2.9.2 'numpy<2'
    python record_masks.py

writes resources/golden/masks/*.golden. Everything is computed in float64 from float32 inputs. A
mask is 1 for a value that is valid.

distribution-*: of random logits and masks, with nvec (multi_binary: bits). sb3-contrib has two
logits for each bit; here they are 0 and the logit of a one. Arrays, B rows:

    logits, old_logits         [B, D]       float32
    masks                      [B, M]       float32
    actions                    [B, A]       float32, valid ones
    weights                    [B]          float32
    log_probs, entropies, kl   [B]          kl is KL(old, new), both masked
    gradients                  [B, D]       of sum(weights * log_probs) + 0.3 * sum(entropies)

update-*: what train() of MaskablePPO makes of a rollout with random observations, masks, rewards
and episode ends, in n_epochs epochs of one minibatch. Settings: hidden, rows, nvec, learning_rate,
eps, n_epochs, clip_range, ent_coef, vf_coef (of the squared error, not of its half), max_grad_norm,
and the means that it logs. Arrays, parameters in the order of NetworkSpec:

    parameters                        [P]        before the update
    observations                      [rows, 3]
    masks                             [rows, M]
    actions                           [rows, A]
    log_probs, advantages, returns    [rows]
    updated                           [P]        float64, after the update
"""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import torch
from gymnasium import spaces
from sb3_contrib import MaskablePPO
from sb3_contrib.common.maskable.distributions import (
    MaskableBernoulliDistribution,
    MaskableMultiCategoricalDistribution,
)
from stable_baselines3.common.logger import Logger
from torch.distributions import kl_divergence

from golden import float32, write
from record_sb3_updates import flat

SEED = 20261126
ROWS = 96
HIDDEN = [16, 16]


def random_masks(rng: np.random.Generator, rows: int, nvec: list[int]) -> Any:
    """Returns masks that leave each component a valid value."""
    masks = rng.random((rows, sum(nvec))) < 0.5
    for row in masks:
        at = 0
        for n in nvec:
            row[at + rng.integers(n)] = True
            at += n
    return masks


def record_distribution(kind: str, nvec: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = 64
    binary = kind == "multi_binary"
    width = len(nvec) if binary else sum(nvec)
    masks = random_masks(rng, rows, nvec)

    def masked(logits: torch.Tensor) -> Any:
        made = (
            MaskableBernoulliDistribution(len(nvec))
            if binary
            else MaskableMultiCategoricalDistribution(nvec)
        )
        if binary:
            logits = torch.stack([torch.zeros_like(logits), logits], -1).flatten(1)
        made.proba_distribution(logits)
        made.apply_masking(masks)
        return made

    logits = float32(torch.as_tensor(rng.normal(0, 2, (rows, width)))).requires_grad_()
    old_logits = float32(torch.as_tensor(rng.normal(0, 2, (rows, width))))
    new, old = masked(logits), masked(old_logits)
    torch.manual_seed(seed)
    actions = new.sample()
    weights = float32(torch.as_tensor(rng.normal(0, 1, rows)))
    log_probs, entropies = new.log_prob(actions), new.entropy()
    kl = sum(kl_divergence(a, b) for a, b in zip(old.distributions, new.distributions, strict=True))
    assert isinstance(kl, torch.Tensor)
    ((weights * log_probs).sum() + 0.3 * entropies.sum()).backward()
    gradients = logits.grad
    assert gradients is not None
    write(
        f"masks/distribution-{kind}.golden",
        "record_masks.py",
        seed,
        {"kind": kind, "nvec": nvec},
        {
            "logits": logits.detach().to(torch.float32),
            "old_logits": old_logits.to(torch.float32),
            "masks": masks.astype(np.float32),
            "actions": actions.to(torch.float32),
            "weights": weights.to(torch.float32),
            "log_probs": log_probs.detach(),
            "entropies": entropies.detach(),
            "kl": kl.detach(),
            "gradients": gradients,
        },
    )


class Nothing(gym.Env[Any, Any]):
    """An environment for its spaces; it is never stepped."""

    observation_space = spaces.Box(-5, 5, (3,), np.float32)

    def __init__(self, nvec: list[int]) -> None:
        self.action_space = (
            spaces.Discrete(nvec[0]) if len(nvec) == 1 else spaces.MultiDiscrete(nvec)
        )

    def action_masks(self) -> Any:
        raise AssertionError("never stepped")


def record_update(nvec: list[int], seed: int) -> None:
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    model = MaskablePPO(
        "MlpPolicy",
        Nothing(nvec),
        n_steps=ROWS,
        batch_size=ROWS,
        n_epochs=4,
        ent_coef=0.01,
        learning_rate=6e-3,
        policy_kwargs={"net_arch": HIDDEN},
        device="cpu",
    )
    model.set_logger(Logger(None, []))
    policy = model.policy
    with torch.no_grad():
        for parameter in policy.parameters():
            noise = torch.as_tensor(rng.normal(0, 0.2, parameter.shape))
            parameter.copy_((parameter + noise).to(torch.float32).to(torch.float64))
    before = flat(policy, False)
    buffer = model.rollout_buffer
    buffer.reset()
    for mask in random_masks(rng, ROWS, nvec):
        observation = rng.normal(0, 1, (1, 3)).astype(np.float32)
        with torch.no_grad():
            action, value, log_prob = policy(torch.as_tensor(observation), action_masks=mask[None])
        buffer.add(
            observation,
            action.numpy(),
            np.array([rng.normal()]),
            np.array([rng.random() < 0.1]),
            value.flatten(),
            log_prob.flatten(),
            action_masks=mask[None],
        )
    buffer.compute_returns_and_advantage(torch.zeros(1), np.array([True]))
    arrays = {
        "parameters": before.to(torch.float32),
        "observations": buffer.observations.reshape(ROWS, 3).astype(np.float32),
        "masks": buffer.action_masks.reshape(ROWS, -1).astype(np.float32),
        "actions": buffer.actions.reshape(ROWS, -1).astype(np.float32),
        "log_probs": buffer.log_probs.flatten().astype(np.float32),
        "advantages": buffer.advantages.flatten().astype(np.float32),
        "returns": buffer.returns.flatten().astype(np.float32),
    }
    logged: dict[str, Any] = {}
    model.logger.record = lambda key, value, exclude=None: logged.update({key: value})
    model.train()
    defaults = policy.optimizer.defaults
    settings = {
        "nvec": nvec,
        "hidden": HIDDEN,
        "rows": ROWS,
        "learning_rate": defaults["lr"],
        "eps": defaults["eps"],
        "n_epochs": model.n_epochs,
        "clip_range": float(model.clip_range(1)),
        "ent_coef": model.ent_coef,
        "vf_coef": model.vf_coef,
        "max_grad_norm": model.max_grad_norm,
        "entropy_loss": float(logged["train/entropy_loss"]),
        "clip_fraction": float(logged["train/clip_fraction"]),
    }
    name = "discrete" if len(nvec) == 1 else "multi_discrete"
    print(name, settings)
    write(
        f"masks/update-{name}.golden",
        "record_masks.py",
        seed,
        settings,
        arrays | {"updated": flat(policy, False)},
    )


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    torch.Tensor.float = torch.Tensor.double  # SB3 casts observations with it
    record_distribution("discrete", [6], SEED)
    record_distribution("multi_discrete", [3, 5, 2], SEED + 1)
    record_distribution("multi_binary", [2, 2, 2, 2], SEED + 2)
    record_update([5], SEED + 3)
    record_update([3, 4], SEED + 4)
