"""Records what the code snippets of the project's source documents compute; see docs/sources.md.

    pip install torch==2.15.0 'numpy<2'
    python record_sources.py

writes resources/golden/sources/*.golden. The functions below, and the JavaScript, which node runs,
are the sources' own, unchanged but for comments and types; S1 to S5 are the documents of
docs/sources.md.
Arrays, the inputs float32, the results float64:

    gae       rewards, dones [T], values [T + 1]; advantages and returns of S2's JavaScript
              (js_...), of S2's PyTorch (torch_...) and of S4 (s4_...), and the advantages of S4's
              call with shifted values (shifted_advantages)
    loss      logits [B, 3], actions, old_log_probs, advantages, values, targets [B]; the settings
              S2's losses, with the JavaScript's population deviation too, and S4's KL; d_logits,
              d_values
    returns   rewards [T], values [T]; discounted, normalized, advantages [T] as S3 has them
    backbone  observations [B, 3] and a batch as of loss; S4's network: its layers, [in, out] and
              [out], as shared_0_weight ...; probs, log_probs; d_... of S4's loss for each layer
"""

from __future__ import annotations

import json
import subprocess

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from golden import float32, write

SEED = 20261126

JAVASCRIPT = """
function gae(rewards, values, dones, gamma = 0.99, lambda = 0.95) {
  const n = rewards.length;
  const adv = new Array(n).fill(0);
  let lastGae = 0;
  for (let t = n - 1; t >= 0; t--) {
    const mask = 1 - dones[t];
    const delta = rewards[t] + gamma * values[t + 1] * mask - values[t];
    lastGae = delta + gamma * lambda * mask * lastGae;
    adv[t] = lastGae;
  }
  const returns = adv.map((a, t) => a + values[t]);
  return { adv, returns };
}
function ppoClipLoss(ratio, advantage, eps = 0.2) {
  const unclipped = ratio * advantage;
  const clipped = clamp(ratio, 1 - eps, 1 + eps) * advantage;
  return -Math.min(unclipped, clipped);
}
const clamp = (x, lo, hi) => Math.max(lo, Math.min(hi, x));
const avg = (xs) => xs.reduce((a, b) => a + b, 0) / xs.length;
function normalized(adv) {
  const mean = avg(adv);
  const std = Math.sqrt(avg(adv.map(a => (a - mean) ** 2))) + 1e-8;
  return adv.map(a => (a - mean) / std);
}
"""


def javascript(expression: str, **inputs: Tensor) -> object:
    lists = {key: value.tolist() for key, value in inputs.items()}
    program = f"{JAVASCRIPT} const given = {json.dumps(lists)};"
    program += f"console.log(JSON.stringify({expression}))"
    return json.loads(
        subprocess.run(["node", "-e", program], check=True, capture_output=True).stdout
    )


def gae(
    rewards: Tensor, values: Tensor, dones: Tensor, gamma: float = 0.99, lam: float = 0.95
) -> tuple[Tensor, Tensor]:
    """S2."""
    adv = torch.zeros_like(rewards)
    last: float | Tensor = 0.0
    for t in reversed(range(len(rewards))):
        mask = 1.0 - dones[t]
        delta = rewards[t] + gamma * values[t + 1] * mask - values[t]
        last = delta + gamma * lam * mask * last
        adv[t] = last
    returns = adv + values[:-1]
    return adv, returns


def ppo_loss(
    logp_new: Tensor,
    logp_old: Tensor,
    adv: Tensor,
    value: Tensor,
    value_target: Tensor,
    eps: float = 0.2,
    vf_coef: float = 0.5,
    ent_coef: float = 0.01,
    entropy: float | Tensor = 0.0,
) -> Tensor:
    """S2."""
    adv = (adv - adv.mean()) / (adv.std() + 1e-8)

    ratio = torch.exp(logp_new - logp_old)
    unclipped = ratio * adv
    clipped = torch.clamp(ratio, 1 - eps, 1 + eps) * adv
    policy_loss = -torch.min(unclipped, clipped).mean()

    value_loss = F.mse_loss(value, value_target)

    return policy_loss + vf_coef * value_loss - ent_coef * entropy


def ppo_objective(
    old_log_probs: Tensor, new_log_probs: Tensor, advantages: Tensor, clip_epsilon: float = 0.2
) -> Tensor:
    """S4."""
    ratio = torch.exp(new_log_probs - old_log_probs)
    surr1 = ratio * advantages
    surr2 = torch.clamp(ratio, 1 - clip_epsilon, 1 + clip_epsilon) * advantages
    return -torch.min(surr1, surr2).mean()


def compute_gae(
    rewards: Tensor,
    values: Tensor,
    dones: Tensor,
    next_values: Tensor,
    gamma: float = 0.99,
    lam: float = 0.95,
) -> tuple[Tensor, Tensor]:
    """S4."""
    advantages = torch.zeros_like(rewards)
    last_advantage: float | Tensor = 0
    for t in reversed(range(len(rewards))):
        if t == len(rewards) - 1:
            next_value = next_values[t]
        else:
            next_value = values[t + 1]
        delta = rewards[t] + gamma * next_value * (1 - dones[t]) - values[t]
        advantages[t] = last_advantage = delta + gamma * lam * (1 - dones[t]) * last_advantage
    returns = advantages + values
    return advantages, returns


def compute_kl_div(old_log_probs: Tensor, new_log_probs: Tensor) -> Tensor:
    """S4."""
    return (torch.exp(old_log_probs) * (old_log_probs - new_log_probs)).mean()


class ActorCritic(nn.Module):
    """S4."""

    def __init__(self, obs_dim: int, act_dim: int, hidden_dim: int = 64) -> None:
        super().__init__()
        self.shared = nn.Sequential(
            nn.Linear(obs_dim, hidden_dim),
            nn.Tanh(),
            nn.Linear(hidden_dim, hidden_dim),
            nn.Tanh(),
        )
        self.actor = nn.Sequential(
            nn.Linear(hidden_dim, hidden_dim),
            nn.Tanh(),
            nn.Linear(hidden_dim, act_dim),
            nn.Softmax(dim=-1),
        )
        self.critic = nn.Sequential(
            nn.Linear(hidden_dim, hidden_dim),
            nn.Tanh(),
            nn.Linear(hidden_dim, 1),
        )

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        features = self.shared(x)
        return self.actor(features), self.critic(features)

    def evaluate(self, obs: Tensor, actions: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        probs, values = self.forward(obs)
        dist = torch.distributions.Categorical(probs)
        log_probs = dist.log_prob(actions)
        entropy = dist.entropy()
        return log_probs, values.squeeze(-1), entropy


def singles(arrays: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: array.detach().to(torch.float32) for name, array in arrays.items()}


def record_gae() -> None:
    torch.manual_seed(SEED)
    steps = 40
    rewards = float32(torch.randn(steps))
    values = float32(torch.randn(steps + 1) * 2)
    dones = (torch.arange(steps) % 13 == 12).double()
    adv, returns = gae(rewards, values, dones)
    js = javascript("gae(given.r, given.v, given.d)", r=rewards, v=values, d=dones)
    assert isinstance(js, dict)
    next_values = torch.zeros(steps, dtype=torch.float64)
    next_values[-1] = values[-1]
    s4_adv, s4_returns = compute_gae(rewards, values[:-1], dones, next_values)
    shifted = torch.tensor([values[-1].item(), *values[:-1].tolist()[:-1]], dtype=torch.float64)
    shifted_adv, _ = compute_gae(rewards, values[:-1], dones, shifted)
    write(
        "sources/gae.golden",
        "record_sources.py",
        SEED,
        {},
        singles({"rewards": rewards, "values": values, "dones": dones})
        | {
            "torch_advantages": adv,
            "torch_returns": returns,
            "js_advantages": torch.tensor(js["adv"], dtype=torch.float64),
            "js_returns": torch.tensor(js["returns"], dtype=torch.float64),
            "s4_advantages": s4_adv,
            "s4_returns": s4_returns,
            "shifted_advantages": shifted_adv,
        },
    )


def batch(logits: Tensor) -> dict[str, Tensor]:
    """Draws actions from other probabilities than `logits`, so that ratios leave the clip range."""
    rows = logits.shape[0]
    old = torch.distributions.Categorical(logits=logits.detach() + torch.randn(logits.shape) * 0.5)
    actions = old.sample()
    return {
        "actions": actions.double(),
        "old_log_probs": float32(old.log_prob(actions)),
        "advantages": float32(torch.randn(rows) * 3 + 0.5),
        "targets": float32(torch.randn(rows)),
    }


def record_loss() -> None:
    torch.manual_seed(SEED + 1)
    rows = 64
    logits = float32(torch.randn(rows, 3)).requires_grad_()
    values = float32(torch.randn(rows)).requires_grad_()
    given = batch(logits)
    new = torch.distributions.Categorical(logits=logits)
    log_probs = new.log_prob(given["actions"])
    old = given["old_log_probs"]
    entropy = new.entropy().mean()
    loss = ppo_loss(log_probs, old, given["advantages"], values, given["targets"], entropy=entropy)
    loss.backward()
    assert logits.grad is not None and values.grad is not None
    ratios = torch.exp(log_probs - old)
    js = javascript(
        "given.r.map((r, i) => ppoClipLoss(r, normalized(given.a)[i]))",
        r=ratios,
        a=given["advantages"],
    )
    assert isinstance(js, list)
    write(
        "sources/loss.golden",
        "record_sources.py",
        SEED + 1,
        {
            "loss": loss.item(),
            "js_policy_loss": sum(js) / rows,
            "s4_kl": compute_kl_div(old, log_probs).item(),
            "k1": (old - log_probs).mean().item(),
        },
        singles({"logits": logits, "values": values, **given})
        | {
            "js_normalized": torch.tensor(
                javascript("normalized(given.a)", a=given["advantages"]), dtype=torch.float64
            ),
            "d_logits": logits.grad,
            "d_values": values.grad,
        },
    )


def record_returns() -> None:
    torch.manual_seed(SEED + 2)
    rewards = torch.ones(28, dtype=torch.float64)  # S3's episode of 28 steps
    values = float32(torch.randn(28))
    returns = torch.zeros_like(rewards)
    following = 0.0
    for t in reversed(range(28)):  # R_t = r_t + gamma R_{t+1}
        following = rewards[t].item() + 0.99 * following
        returns[t] = following
    discounted = returns
    returns = (returns - returns.mean()) / (returns.std() + 1e-8)
    advantages = returns - values.squeeze()
    write(
        "sources/returns.golden",
        "record_sources.py",
        SEED + 2,
        {},
        singles({"rewards": rewards, "values": values})
        | {"discounted": discounted, "normalized": returns, "advantages": advantages},
    )


def record_backbone() -> None:
    torch.manual_seed(SEED + 3)
    policy = ActorCritic(3, 2, hidden_dim=8).double()
    for parameter in policy.parameters():
        parameter.data = float32(parameter.data)
    obs = float32(torch.randn(32, 3))
    probs, _ = policy(obs)
    given = batch(torch.log(probs))
    actions, old = given["actions"], given["old_log_probs"]
    advantages = given["advantages"]
    advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-8)
    log_probs, values_pred, entropy = policy.evaluate(obs, actions)
    policy_loss = ppo_objective(old, log_probs, advantages, 0.2)
    value_loss = torch.nn.functional.mse_loss(values_pred, given["targets"])
    entropy_loss = -entropy.mean()
    loss = policy_loss + 0.5 * value_loss + 0.01 * entropy_loss
    loss.backward()
    layers, gradients = {}, {}
    for name, parameter in policy.named_parameters():
        assert parameter.grad is not None
        key = name.replace(".", "_")
        layers[key] = parameter.T.contiguous()
        gradients["d_" + key] = parameter.grad.T.contiguous()
    write(
        "sources/backbone.golden",
        "record_sources.py",
        SEED + 3,
        {"policy_loss": policy_loss.item(), "loss": loss.item(), "entropy": -entropy_loss.item()},
        singles({"observations": obs, **given, **layers})
        | {"probs": probs, "log_probs": log_probs, "values": values_pred}
        | gradients,
    )


if __name__ == "__main__":
    record_gae()
    record_loss()
    record_returns()
    record_backbone()
