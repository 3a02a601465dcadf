"""Records one update of Stable-Baselines3's A2C and of sb3-contrib's TRPO.

    pip install torch==2.15.0 stable-baselines3==2.9.2 sb3-contrib==2.9.2 'numpy<2'
    python record_sb3_updates.py

writes resources/golden/sb3/*.golden: what their own train() makes of a rollout with random
observations, rewards and episode ends. Everything is computed in float64 from float32 inputs. A2C
uses RMSpropTFLike. Two things of TRPO are changed: its conjugate gradient starts from zeros, where
sb3-contrib draws a vector of about 1e-4; and its divergence is that of the joint distribution of
the components of an action, where sb3-contrib takes the mean of those of the components.
Settings: algorithm, box (whether actions are continuous), sde (whether with gSDE), hidden, rows,
learning_rate, eps, ent_coef, vf_coef, max_grad_norm; TRPO's target_kl, cg_max_steps, cg_damping,
line_search_shrinking_factor, line_search_max_iter, n_critic_updates, each critic update being on
all rows; and the results policy_loss (A2C) or policy_objective, kl and line_search_success (TRPO).
Arrays, float32, parameters in the order of NetworkSpec, P of them:

    parameters                        [P]        before the update
    observations                      [rows, 3]
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
from sb3_contrib import TRPO
from sb3_contrib.common import utils
from sb3_contrib.trpo import trpo
from stable_baselines3 import A2C
from stable_baselines3.common.logger import Logger
from stable_baselines3.common.sb2_compat.rmsprop_tf_like import RMSpropTFLike

from golden import write

SEED = 20261127
ROWS = 96
HIDDEN = [16, 16]


class Nothing(gym.Env[Any, Any]):
    """An environment for its spaces; it is never stepped."""

    observation_space = spaces.Box(-5, 5, (3,), np.float32)

    def __init__(self, box: bool) -> None:
        self.action_space = spaces.Box(-1, 1, (2,), np.float32) if box else spaces.Discrete(3)


def flat(policy: Any, box: bool) -> torch.Tensor:
    """Returns the parameters in our order; weights [in, out]."""
    actor = [policy.mlp_extractor.policy_net[0], policy.mlp_extractor.policy_net[2]]
    critic = [policy.mlp_extractor.value_net[0], policy.mlp_extractor.value_net[2]]
    parts: list[torch.Tensor] = []
    for layer in [*actor, policy.action_net]:
        parts += [layer.weight.T.flatten(), layer.bias]
    if box:
        parts.append(policy.log_std.flatten())
    for layer in [*critic, policy.value_net]:
        parts += [layer.weight.T.flatten(), layer.bias]
    return torch.cat([part.detach() for part in parts]).clone()


def record(algorithm: str, box: bool, seed: int, sde: bool = False, **options: Any) -> None:
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    kind = {"a2c": A2C, "trpo": TRPO}[algorithm]
    kwargs: dict[str, Any] = {"net_arch": HIDDEN}
    if algorithm == "a2c":
        kwargs |= {
            "optimizer_class": RMSpropTFLike,
            "optimizer_kwargs": {"alpha": 0.99, "eps": 1e-5, "weight_decay": 0},
        }
    model = kind(
        "MlpPolicy",
        Nothing(box),
        n_steps=ROWS,
        use_sde=sde,
        policy_kwargs=kwargs,
        device="cpu",
        **options,
    )
    model.set_logger(Logger(None, []))
    policy = model.policy
    with torch.no_grad():
        for parameter in policy.parameters():
            # Away from the small gains of the start, and exactly float32.
            noise = torch.as_tensor(rng.normal(0, 0.2, parameter.shape))
            parameter.copy_((parameter + noise).to(torch.float32).to(torch.float64))
    if sde:
        policy.reset_noise()
    before = flat(policy, box)

    buffer = model.rollout_buffer
    buffer.reset()
    for _ in range(ROWS):
        observation = rng.normal(0, 1, (1, 3)).astype(np.float32)
        with torch.no_grad():
            action, value, log_prob = policy(torch.as_tensor(observation))
        buffer.add(
            observation,
            action.numpy().astype(np.float32),
            np.array([rng.normal()]),
            np.array([rng.random() < 0.1]),
            value.flatten(),
            log_prob.flatten(),
        )
    buffer.compute_returns_and_advantage(torch.zeros(1), np.array([True]))
    data = next(iter(buffer.get(None)))
    # The order of buffer.get is random; the rows are recorded in its own order.
    observations = buffer.observations.reshape(ROWS, 3)
    arrays = {
        "parameters": before.to(torch.float32),
        "observations": observations,
        "actions": buffer.actions.reshape(ROWS, -1).astype(np.float32),
        "log_probs": buffer.log_probs.flatten().astype(np.float32),
        "advantages": buffer.advantages.flatten().astype(np.float32),
        "returns": buffer.returns.flatten().astype(np.float32),
    }
    assert data.observations.shape == (ROWS, 3)
    logged: dict[str, Any] = {}
    model.logger.record = lambda key, value, exclude=None: logged.update({key: value})
    model.train()

    defaults = policy.optimizer.defaults
    settings = {
        "algorithm": algorithm,
        "box": box,
        "sde": sde,
        "hidden": HIDDEN,
        "rows": ROWS,
        "learning_rate": defaults["lr"],
        "eps": defaults["eps"],
    }
    if algorithm == "a2c":
        settings |= {
            "ent_coef": model.ent_coef,
            "vf_coef": model.vf_coef,
            "max_grad_norm": model.max_grad_norm,
            "policy_loss": float(logged["train/policy_loss"]),
        }
    else:
        settings |= {
            "target_kl": model.target_kl,
            "cg_max_steps": model.cg_max_steps,
            "cg_damping": model.cg_damping,
            "line_search_shrinking_factor": model.line_search_shrinking_factor,
            "line_search_max_iter": model.line_search_max_iter,
            "n_critic_updates": model.n_critic_updates,
            "policy_objective": float(logged["train/policy_objective"]),
            "kl": float(logged["train/kl_divergence_loss"]),
            "line_search_success": float(logged["train/is_line_search_success"]),
        }
    name = f"{algorithm}-{'gsde' if sde else 'box' if box else 'discrete'}"
    print(name, settings)
    write(
        f"sb3/{name}.golden",
        "record_sb3_updates.py",
        seed,
        settings,
        arrays | {"updated": flat(policy, box)},
    )


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    torch.Tensor.float = torch.Tensor.double  # SB3 casts observations with it
    utils.th.randn_like = torch.zeros_like
    kl_divergence = trpo.kl_divergence
    trpo.kl_divergence = lambda a, b: kl_divergence(a, b).reshape(ROWS, -1).sum(1)
    record("a2c", True, SEED)
    record("a2c", False, SEED + 1, ent_coef=0.01)
    record("trpo", True, SEED + 2, batch_size=ROWS)
    record("trpo", False, SEED + 3, batch_size=ROWS)
    record("a2c", True, SEED + 4, sde=True, ent_coef=0.01)
    record("trpo", True, SEED + 5, sde=True, batch_size=ROWS)
