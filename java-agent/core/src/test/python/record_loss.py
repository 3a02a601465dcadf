"""Records PPO's loss and its gradients as CleanRL's expression gives them under PyTorch's autograd.

    pip install torch==2.15.0 stable-baselines3==2.9.2 'numpy<2'
    python record_loss.py

writes resources/golden/loss/*.golden. `ppo_loss` is the expression of ppo.py and
ppo_continuous_action.py of CleanRL 1.2.0. Settings: distribution (categorical, gaussian,
multi_discrete, bernoulli, squashed, state_dependent, state_dependent_squashed, beta, gsde,
gsde_squashed), latents (the number L of latent features, for gsde only), nvec (the categories of
each action), clip_coef, ent_coef, vf_coef, norm_adv, clip_vloss; and the results pg_loss, v_loss,
entropy, loss, old_approx_kl, approx_kl, clipfrac, where loss = pg_loss - ent_coef * entropy +
vf_coef * v_loss. Arrays, the inputs float32, the results float64; P outputs of the policy, A
components of an action:

    policy_outputs   [rows, P]  logits, one group after the other, or means; of state_dependent...
                                the means, then the log standard deviations; of beta the alphas,
                                then the betas, before softplus(output) + 1; of gsde the means,
                                then the latent features
    log_std          [A]        state-independent; [L, A] of gsde; empty for other distributions
    actions          [rows, A]  from 0 for discrete actions
    values           [rows]     the critic's current outputs
    old_log_probs, old_values, advantages, returns   [rows]
    log_probs, entropies                             [rows]
    d_policy_outputs [rows, P]  d loss / d policy_outputs
    d_log_std        [A]        d loss / d log_std
    d_values         [rows]     d loss / d values

state_dependent... has log standard deviations clamped to -20..2, as SB3's sac/policies.py has them;
the last rows have some on and outside the bounds.

gsde is SB3's StateDependentNoiseDistribution with its defaults.

squashed is a normal under tanh, as is every ..._squashed: actions are those of the normal, before
tanh; log_probs are of the density of tanh(action), by torch.distributions; entropies are the
normal's plus log |d tanh(u) / du| at the action u = mean + std * z, with gradients along that path,
z being constant.

Each file except ties.golden has rows of all six cases (ratio below, in and above the clip range;
both signs of the advantage) and of both branches of the clipped value loss, none so close to a kink
that float32 could put it on the other side. In ties.golden every number is a dyadic fraction and
the kinks are hit: advantages of 0, v - v_old = +-clip_coef, and clipped and unclipped value errors
equal with v outside the clip range, where PyTorch's max hands each branch half of the gradient.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from stable_baselines3.common.distributions import StateDependentNoiseDistribution
from torch.distributions import Bernoulli, Beta, Categorical, Normal, TransformedDistribution
from torch.distributions.transforms import TanhTransform
from torch.nn import functional

from golden import float32, write

SEED = 20261122
LOG_STD_MIN = -20
LOG_STD_MAX = 2
LOG_STD_BOUNDS = [LOG_STD_MIN - 1, LOG_STD_MIN, LOG_STD_MAX, LOG_STD_MAX + 1]


class Settings(NamedTuple):
    distribution: str
    nvec: list[int]
    rows: int
    ent_coef: float = 0.01
    norm_adv: bool = True
    clip_vloss: bool = True
    clip_coef: float = 0.2
    vf_coef: float = 0.5
    latents: int = 0


class Batch(NamedTuple):
    policy_outputs: torch.Tensor
    log_std: torch.Tensor
    actions: torch.Tensor
    values: torch.Tensor
    old_log_probs: torch.Tensor
    old_values: torch.Tensor
    advantages: torch.Tensor
    returns: torch.Tensor


def normal_of(settings: Settings, outputs: torch.Tensor, log_std: torch.Tensor) -> Normal:
    if settings.distribution.startswith("state_dependent"):
        means, log_stds = torch.chunk(outputs, 2, dim=1)
        return Normal(means, torch.exp(torch.clamp(log_stds, LOG_STD_MIN, LOG_STD_MAX)))
    if settings.distribution.startswith("gsde"):
        actions = len(settings.nvec)
        exploration = StateDependentNoiseDistribution(actions)
        exploration.latent_sde_dim = settings.latents
        exploration.proba_distribution(
            outputs[:, :actions], log_std.view(settings.latents, actions), outputs[:, actions:]
        )
        return exploration.distribution
    return Normal(outputs, torch.exp(log_std.expand_as(outputs)))


def beta_of(outputs: torch.Tensor) -> Beta:
    alphas, betas = torch.chunk(functional.softplus(outputs) + 1, 2, dim=1)
    return Beta(alphas, betas)


def log_prob_and_entropy(
    settings: Settings, policy_outputs: torch.Tensor, log_std: torch.Tensor, actions: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    if settings.distribution in ("gaussian", "state_dependent", "gsde"):
        normal = normal_of(settings, policy_outputs, log_std)
        return normal.log_prob(actions).sum(1), normal.entropy().sum(1)
    if settings.distribution.endswith("squashed"):
        normal = normal_of(settings, policy_outputs, log_std)
        tanh = TanhTransform(cache_size=1)
        squashed = TransformedDistribution(normal, tanh, validate_args=False)
        path = normal.mean + normal.stddev * ((actions - normal.mean) / normal.stddev).detach()
        log_slopes = tanh.log_abs_det_jacobian(path, torch.tanh(path))
        # The transform caches its results, so that it does not have to invert tanh.
        return squashed.log_prob(tanh(actions)).sum(1), (normal.entropy() + log_slopes).sum(1)
    if settings.distribution == "beta":
        beta = beta_of(policy_outputs)
        return beta.log_prob(actions).sum(1), beta.entropy().sum(1)
    if settings.distribution == "bernoulli":
        coins = Bernoulli(logits=policy_outputs)
        return coins.log_prob(actions).sum(1), coins.entropy().sum(1)
    parts = [
        Categorical(logits=logits) for logits in torch.split(policy_outputs, settings.nvec, dim=1)
    ]
    log_probs = [part.log_prob(action) for part, action in zip(parts, actions.T, strict=True)]
    return torch.stack(log_probs).sum(0), torch.stack([part.entropy() for part in parts]).sum(0)


def ppo_loss(
    settings: Settings, batch: Batch
) -> tuple[dict[str, torch.Tensor], torch.Tensor, torch.Tensor]:
    """Returns CleanRL's loss and diagnostics, the rows' log-probabilities and their entropies."""
    newlogprob, entropy = log_prob_and_entropy(
        settings, batch.policy_outputs, batch.log_std, batch.actions
    )
    logratio = newlogprob - batch.old_log_probs
    ratio = logratio.exp()

    with torch.no_grad():
        old_approx_kl = (-logratio).mean()
        approx_kl = ((ratio - 1) - logratio).mean()
        clipfrac = ((ratio - 1.0).abs() > settings.clip_coef).double().mean()

    mb_advantages = batch.advantages
    if settings.norm_adv:
        mb_advantages = (mb_advantages - mb_advantages.mean()) / (mb_advantages.std() + 1e-8)

    pg_loss1 = -mb_advantages * ratio
    pg_loss2 = -mb_advantages * torch.clamp(ratio, 1 - settings.clip_coef, 1 + settings.clip_coef)
    pg_loss = torch.max(pg_loss1, pg_loss2).mean()

    if settings.clip_vloss:
        v_loss_unclipped = (batch.values - batch.returns) ** 2
        v_clipped = batch.old_values + torch.clamp(
            batch.values - batch.old_values, -settings.clip_coef, settings.clip_coef
        )
        v_loss_clipped = (v_clipped - batch.returns) ** 2
        v_loss = 0.5 * torch.max(v_loss_unclipped, v_loss_clipped).mean()
    else:
        v_loss = 0.5 * ((batch.values - batch.returns) ** 2).mean()

    entropy_loss = entropy.mean()
    loss = pg_loss - settings.ent_coef * entropy_loss + v_loss * settings.vf_coef
    results = {
        "pg_loss": pg_loss,
        "v_loss": v_loss,
        "entropy": entropy_loss,
        "loss": loss,
        "old_approx_kl": old_approx_kl,
        "approx_kl": approx_kl,
        "clipfrac": clipfrac,
    }
    return results, newlogprob, entropy


def random_batch(settings: Settings, scale: float) -> Batch:
    """Draws a batch whose rows meet every case of the two clipped losses."""
    rows, nvec = settings.rows, settings.nvec
    log_std = torch.empty(0, dtype=torch.float64)
    if settings.distribution in ("gaussian", "squashed"):
        outputs = float32(torch.randn(rows, len(nvec)) * scale)
        log_std = float32(torch.linspace(-1.5, 0.75, len(nvec)) * scale)
        actions = float32(outputs + torch.exp(log_std) * torch.randn(rows, len(nvec)))
    elif settings.distribution.startswith("state_dependent"):
        means = torch.randn(rows, len(nvec))
        log_stds = torch.randn(rows, len(nvec)) * 0.5 - 0.5
        log_stds[-4:, 0] = torch.tensor(LOG_STD_BOUNDS)
        outputs = float32(torch.cat([means, log_stds], 1))
        normal = normal_of(settings, outputs, log_std)
        actions = float32(normal.mean + normal.stddev * torch.randn(rows, len(nvec)))
        # With so small a deviation only the mean itself is a float32 that a sample rounds to.
        actions[-4:-2, 0] = normal.mean[-4:-2, 0]
    elif settings.distribution.startswith("gsde"):
        outputs = float32(torch.randn(rows, len(nvec) + settings.latents))
        outputs[:, len(nvec) :] = float32(torch.tanh(outputs[:, len(nvec) :]))
        outputs[0, len(nvec) :] = 0  # leaves SB3's epsilon as the variance
        log_std = float32(torch.randn(settings.latents * len(nvec)) - 1)
        normal = normal_of(settings, outputs, log_std)
        actions = float32(normal.mean + normal.stddev * torch.randn(rows, len(nvec)))
        actions[0] = normal.mean[0]
    elif settings.distribution == "beta":
        outputs = float32(torch.randn(rows, 2 * len(nvec)) * scale)
        actions = float32(beta_of(outputs).sample()).clamp(2**-24, 1 - 2**-24)
    elif settings.distribution == "bernoulli":
        outputs = float32(torch.randn(rows, len(nvec)) * scale)
        actions = Bernoulli(logits=outputs).sample()
    else:
        outputs = float32(torch.randn(rows, sum(nvec)) * scale)
        groups = torch.split(outputs, nvec, dim=1)
        actions = torch.stack([Categorical(logits=g).sample() for g in groups], 1).double()
    log_probs, _ = log_prob_and_entropy(settings, outputs, log_std, actions)
    ratios = torch.tensor([0.5, 0.75, 0.9, 1.0, 1.125, 1.25, 1.75], dtype=torch.float64)
    values = float32(torch.randn(rows))
    moves = torch.tensor([-0.7, -0.3, -0.1, 0.0, 0.1, 0.3, 0.7, 1.5], dtype=torch.float64)
    return Batch(
        outputs,
        log_std,
        actions,
        values,
        float32(log_probs - ratios[torch.randint(7, (rows,))].log()),
        float32(values - moves[torch.randint(8, (rows,))]),
        float32(torch.randn(rows) * 3 + 0.5),
        float32(torch.randn(rows)),
    )


def assert_covers_every_case(settings: Settings, batch: Batch) -> None:
    low, high = 1 - settings.clip_coef, 1 + settings.clip_coef
    log_probs, _ = log_prob_and_entropy(
        settings, batch.policy_outputs, batch.log_std, batch.actions
    )
    ratio = (log_probs - batch.old_log_probs).exp()
    advantages = batch.advantages
    if settings.norm_adv:
        advantages = advantages - advantages.mean()
    for region in (ratio < low, (ratio > low) & (ratio < high), ratio > high):
        assert (region & (advantages > 0)).any() and (region & (advantages < 0)).any()
    assert torch.minimum((ratio - low).abs(), (ratio - high).abs()).min() > 1e-2
    assert advantages.abs().min() > 1e-4

    move = batch.values - batch.old_values
    error = (batch.values - batch.returns) ** 2
    clipped = batch.old_values + move.clamp(-settings.clip_coef, settings.clip_coef)
    clipped_error = (clipped - batch.returns) ** 2
    outside = move.abs() > settings.clip_coef
    assert (outside & (error > clipped_error)).any() and (outside & (error < clipped_error)).any()
    assert (move.abs() - settings.clip_coef).abs().min() > 1e-2
    assert (error - clipped_error)[outside].abs().min() > 1e-4


def ties(settings: Settings) -> Batch:
    """Returns eight rows of a uniform policy that hit the kinks of both losses."""
    quarter = math.log(0.25)
    log_ratios = [0.0, 0.5, -0.5, 0.5, -0.5, 0.0, 0.5, -0.5]
    table = torch.tensor(
        [  # v, v_old, return, advantage
            [0.75, 0.5, 2.0, 0.0],  # v - v_old = clip_coef: equal errors, half of the gradient
            [0.25, 0.5, 2.0, 0.0],  # v - v_old = -clip_coef: the same
            [1.0, 0.5, 0.875, 0.0],  # outside, equal errors: half of the gradient
            [0.0, 0.5, 0.125, 1.0],  # the same below
            [1.0, 0.5, 0.875, -1.0],
            [0.5, 0.5, 0.5, 1.0],  # no error at all
            [1.0, 0.5, 1.0, -1.0],  # the value hits the return, the clipped one does not
            [1.0, 0.5, 0.75, 1.0],  # the clipped value hits the return, the value does not
        ],
        dtype=torch.float64,
    )
    return Batch(
        torch.zeros(8, 4, dtype=torch.float64),
        torch.empty(0, dtype=torch.float64),
        torch.arange(8, dtype=torch.float64).remainder(4).view(8, 1),
        table[:, 0],
        float32(torch.tensor([quarter - r for r in log_ratios], dtype=torch.float64)),
        table[:, 1],
        table[:, 3],
        table[:, 2],
    )


def record(name: str, settings: Settings, batch: Batch, seed: int) -> None:
    outputs = batch.policy_outputs.clone().requires_grad_()
    log_std = batch.log_std.clone().requires_grad_()
    values = batch.values.clone().requires_grad_()
    watched = batch._replace(policy_outputs=outputs, log_std=log_std, values=values)
    results, log_probs, entropies = ppo_loss(settings, watched)
    results["loss"].backward()
    assert outputs.grad is not None and values.grad is not None
    inputs = {name: tensor.to(torch.float32) for name, tensor in batch._asdict().items()}
    write(
        f"loss/{name}.golden",
        "record_loss.py",
        seed,
        settings._asdict() | {key: value.item() for key, value in results.items()},
        inputs
        | {
            "log_probs": log_probs,
            "entropies": entropies,
            "d_policy_outputs": outputs.grad,
            "d_log_std": torch.zeros_like(log_std) if log_std.grad is None else log_std.grad,
            "d_values": values.grad,
        },
    )


CASES = {
    "categorical": (Settings("categorical", [2], 64), 1.0),
    "categorical-six": (Settings("categorical", [6], 67, ent_coef=0.1), 1.0),
    "categorical-plain": (
        Settings("categorical", [3], 64, ent_coef=0.0, norm_adv=False, clip_vloss=False),
        1.0,
    ),
    "categorical-extreme": (Settings("categorical", [6], 64), 40.0),
    "gaussian": (Settings("gaussian", [1] * 6, 64, ent_coef=0.0), 1.0),
    "gaussian-one": (Settings("gaussian", [1], 67, ent_coef=0.01, clip_vloss=False), 1.0),
    "gaussian-plain": (Settings("gaussian", [1] * 3, 64, ent_coef=0.1, norm_adv=False), 1.0),
    "gaussian-extreme": (Settings("gaussian", [1] * 4, 64, ent_coef=0.01), 4.0),
    "multi-discrete": (Settings("multi_discrete", [3, 2, 5], 64), 1.0),
    "multi-discrete-extreme": (Settings("multi_discrete", [3, 2, 5], 67), 40.0),
    "bernoulli": (Settings("bernoulli", [2] * 5, 64), 1.0),
    "bernoulli-extreme": (Settings("bernoulli", [2] * 5, 67), 40.0),
    "squashed": (Settings("squashed", [1] * 6, 64, ent_coef=0.01), 1.0),
    "squashed-plain": (Settings("squashed", [1] * 3, 67, ent_coef=0.0, norm_adv=False), 1.0),
    "squashed-extreme": (Settings("squashed", [1] * 4, 64, ent_coef=0.1), 3.0),
    "state-dependent": (Settings("state_dependent", [1] * 3, 64), 1.0),
    "state-dependent-squashed": (Settings("state_dependent_squashed", [1] * 2, 67), 1.0),
    "beta": (Settings("beta", [1] * 3, 64), 1.0),
    "beta-plain": (Settings("beta", [1] * 2, 67, ent_coef=0.0, norm_adv=False), 1.0),
    "beta-extreme": (Settings("beta", [1] * 2, 64, ent_coef=0.1), 10.0),
    "gsde": (Settings("gsde", [1] * 3, 64, latents=5), 1.0),
    "gsde-squashed": (Settings("gsde_squashed", [1] * 2, 67, latents=4), 1.0),
}

if __name__ == "__main__":
    for index, (case, (case_settings, case_scale)) in enumerate(CASES.items()):
        torch.manual_seed(SEED + index)
        case_batch = random_batch(case_settings, case_scale)
        assert_covers_every_case(case_settings, case_batch)
        record(case, case_settings, case_batch, SEED + index)
    tied = Settings("categorical", [4], 8, norm_adv=False, clip_coef=0.25)
    record("ties", tied, ties(tied), SEED)
