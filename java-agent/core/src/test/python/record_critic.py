"""Records updates of PPO whose critic differs from the actor.

    pip install torch==2.15.0 'numpy<2'
    python record_critic.py

writes resources/golden/critic/*.golden: two updates of PPO on rollouts of T steps of N environments
with random observations, rewards and episode ends, by autograd and torch.optim.Adam. The rows of
a minibatch follow each other. Everything is computed in float64 from float32 inputs. Settings:

    rate       the critic's learning rate divided by the actor's
    hidden     the actor's hidden layers; critic, the critic's; shared, whether they are the same
    targets    whether the critic predicts normalised returns. Mean and variance are those of all
               returns so far and of one number of weight 1e-4 with mean 0 and variance 1
    recompute  whether values, advantages and returns are computed again before the second and third
               epoch
    learning_rates, gamma, gae_lambda, epochs, minibatches, clip_coef, ent_coef, vf_coef, eps,
    max_grad_norm

and of each update the results explained_variances, value_losses (of the last minibatch). Arrays,
parameters in the order of NetworkSpec, P of them; with U updates and R = T * N rows:

    parameters           [P]        before the first update
    observations         [U, R, 3]
    final_observations   [U, R, 3]  where a step was truncated
    last_observations    [U, N, 3]
    actions              [U, R]
    rewards              [U, R]
    terminated           [U, R]     1 or 0, as truncated is
    truncated            [U, R]
    log_probs            [U, R]     of the actions, by the policy before the update
    advantages, targets  [U, R]     float64, in the last epoch
    mean_variance        [U, 2]     float64, of the returns, after the update
    updated              [U, P]     float64, after the update
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from golden import float32, write

SEED = 20261126
T = 8
N = 3
ROWS = T * N
UPDATES = 2
INPUTS = 3
ACTIONS = 3
EPOCHS = 3
MINIBATCHES = 2
RATES = [1e-2, 5e-3]
GAMMA = 0.9
LAMBDA = 0.8
CLIP = 0.2
ENT_COEF = 0.01
VF_COEF = 0.5
EPS = 1e-5
MAX_GRAD_NORM = 0.5
EPSILON = 1e-8  # added to variances, as in normalisers of observations


class Network:
    """Tanh MLPs of the parameters in the order of NetworkSpec."""

    def __init__(self, hidden: list[int], critic: list[int], shared: bool) -> None:
        self.shared = shared
        self.trunk = [self.layer(i, o) for i, o in zip([INPUTS, *hidden], hidden, strict=False)]
        self.head = self.layer([INPUTS, *hidden][-1], ACTIONS)
        widths = zip([INPUTS, *critic], critic, strict=False)
        self.critic = self.trunk if shared else [self.layer(i, o) for i, o in widths]
        self.value = self.layer([INPUTS, *critic][-1], 1)

    @staticmethod
    def layer(inputs: int, outputs: int) -> list[Tensor]:
        weights = float32(torch.randn(inputs, outputs) / inputs**0.5)
        return [weights.requires_grad_(), float32(torch.randn(outputs) / 10).requires_grad_()]

    def actor_parameters(self) -> list[Tensor]:
        return [tensor for layer in [*self.trunk, self.head] for tensor in layer]

    def critic_parameters(self) -> list[Tensor]:
        layers = [self.value] if self.shared else [*self.critic, self.value]
        return [tensor for layer in layers for tensor in layer]

    def flat(self) -> Tensor:
        tensors = self.actor_parameters() + self.critic_parameters()
        return torch.cat([tensor.detach().flatten() for tensor in tensors])

    @staticmethod
    def run(x: Tensor, layers: list[list[Tensor]], head: list[Tensor]) -> Tensor:
        for weights, biases in layers:
            x = torch.tanh(x @ weights + biases)
        return x @ head[0] + head[1]

    def policy(self, x: Tensor) -> torch.distributions.Categorical:
        return torch.distributions.Categorical(logits=self.run(x, self.trunk, self.head))

    def outputs(self, x: Tensor) -> Tensor:
        return self.run(x, self.critic, self.value).squeeze(-1)


class Units:
    """What the critic's outputs mean: mean + deviation * output."""

    def __init__(self, normalises: bool) -> None:
        self.normalises = normalises
        self.returns: list[Tensor] = []
        self.mean, self.variance = 0.0, 1.0

    def deviation(self) -> float:
        return float((self.variance + EPSILON) ** 0.5) if self.normalises else 1.0

    def values(self, outputs: Tensor) -> Tensor:
        return self.mean + self.deviation() * outputs

    def targets(self, returns: Tensor) -> Tensor:
        return (returns - self.mean) / self.deviation()

    def update(self, returns: Tensor) -> None:
        if not self.normalises:
            return
        self.returns.append(returns)
        every = torch.cat(self.returns)
        weight = 1e-4 + len(every)
        self.mean = float(every.sum() / weight)
        squares = ((every - self.mean) ** 2).sum() + 1e-4 * (1 + self.mean**2)
        self.variance = float(squares / weight)


def estimate(network: Network, units: Units, batch: dict[str, Tensor]) -> tuple[Tensor, ...]:
    """Returns the critic's outputs, and advantages and returns as sums over later steps."""
    with torch.no_grad():
        outputs = network.outputs(batch["observations"])
        final = units.values(network.outputs(batch["final_observations"])).reshape(T, N)
        last = units.values(network.outputs(batch["last_observations"]))
    values = units.values(outputs).reshape(T, N)
    rewards = batch["rewards"].reshape(T, N)
    terminated = batch["terminated"].reshape(T, N) == 1
    truncated = batch["truncated"].reshape(T, N) == 1
    following = torch.cat([values[1:], last[None]])
    following = torch.where(truncated, final, following)
    following = torch.where(terminated, torch.zeros(()), following)
    deltas = rewards + GAMMA * following - values
    advantages = torch.zeros(T, N)
    for n in range(N):
        for t in range(T):
            weight = 1.0
            for later in range(t, T):
                advantages[t, n] += weight * deltas[later, n]
                if terminated[later, n] or truncated[later, n]:
                    break
                weight *= GAMMA * LAMBDA
    return outputs, advantages.flatten(), (advantages + values).flatten()


def rollout(network: Network, rng: np.random.Generator) -> dict[str, Tensor]:
    def normal(*shape: int) -> Tensor:
        return float32(torch.as_tensor(rng.normal(0, 1, shape)))

    observations = normal(ROWS, INPUTS)
    with torch.no_grad():
        policy = network.policy(observations)
        actions = policy.sample()
        log_probs = float32(policy.log_prob(actions))
    terminated = torch.as_tensor(rng.random(ROWS) < 0.15)
    truncated = torch.as_tensor(rng.random(ROWS) < 0.15) & ~terminated
    return {
        "observations": observations,
        "final_observations": normal(ROWS, INPUTS) * truncated[:, None],
        "last_observations": normal(N, INPUTS),
        "actions": actions,
        # Far from 0 and 1, so that normalised returns are other numbers than returns.
        "rewards": float32(3 + 2 * normal(ROWS)),
        "terminated": terminated.double(),
        "truncated": truncated.double(),
        "log_probs": log_probs,
    }


def loss(
    network: Network, batch: dict[str, Tensor], rows: slice, learnt: tuple[Tensor, ...]
) -> tuple[Tensor, Tensor]:
    """Returns the loss of CleanRL's ppo.py, and its value loss."""
    old, advantages, targets = (tensor[rows] for tensor in learnt)
    policy = network.policy(batch["observations"][rows])
    outputs = network.outputs(batch["observations"][rows])
    ratio = (policy.log_prob(batch["actions"][rows]) - batch["log_probs"][rows]).exp()
    advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-8)
    surrogate = torch.max(-advantages * ratio, -advantages * ratio.clamp(1 - CLIP, 1 + CLIP))
    clipped = old + (outputs - old).clamp(-CLIP, CLIP)
    value_loss = 0.5 * torch.max((outputs - targets) ** 2, (clipped - targets) ** 2).mean()
    total = surrogate.mean() - ENT_COEF * policy.entropy().mean() + VF_COEF * value_loss
    return total, value_loss


def record(
    name: str,
    seed: int,
    rate: float = 1,
    critic: list[int] | None = None,
    shared: bool = False,
    targets: bool = False,
    recompute: bool = False,
) -> None:
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    hidden = [5]
    network = Network(hidden, critic or hidden, shared)
    units = Units(targets)
    optimizer = torch.optim.Adam(
        [{"params": network.actor_parameters()}, {"params": network.critic_parameters()}], eps=EPS
    )
    both = network.actor_parameters() + network.critic_parameters()
    before = network.flat()
    recorded: dict[str, list[Tensor]] = {}
    explained: list[float] = []
    value_losses: list[float] = []
    for learning_rate in RATES:
        batch = rollout(network, rng)
        outputs, advantages, returns = estimate(network, units, batch)
        errors = returns - units.values(outputs)
        explained.append(float(1 - errors.var(correction=0) / returns.var(correction=0)))
        units.update(returns)
        for group, factor in zip(optimizer.param_groups, (1, rate), strict=True):
            group["lr"] = factor * learning_rate
        for epoch in range(EPOCHS):
            if recompute and epoch > 0:
                outputs, advantages, returns = estimate(network, units, batch)
            learnt = (outputs, advantages, units.targets(returns))
            size = ROWS // MINIBATCHES
            for start in range(0, ROWS, size):
                total, value_loss = loss(network, batch, slice(start, start + size), learnt)
                optimizer.zero_grad()
                total.backward()
                torch.nn.utils.clip_grad_norm_(both, MAX_GRAD_NORM)
                optimizer.step()
        value_losses.append(float(value_loss.detach()))
        results = {
            "advantages": advantages,
            "targets": units.targets(returns),
            "mean_variance": torch.tensor([units.mean, units.variance]),
            "updated": network.flat(),
        }
        inputs = {key: value.to(torch.float32) for key, value in batch.items()}
        for key, value in {**inputs, **results}.items():
            recorded.setdefault(key, []).append(value)
    settings: dict[str, Any] = {
        "rate": rate,
        "hidden": hidden,
        "critic": critic or hidden,
        "shared": shared,
        "targets": targets,
        "recompute": recompute,
        "learning_rates": RATES,
        "gamma": GAMMA,
        "gae_lambda": LAMBDA,
        "epochs": EPOCHS,
        "minibatches": MINIBATCHES,
        "clip_coef": CLIP,
        "ent_coef": ENT_COEF,
        "vf_coef": VF_COEF,
        "eps": EPS,
        "max_grad_norm": MAX_GRAD_NORM,
        "explained_variances": explained,
        "value_losses": value_losses,
    }
    print(name, explained, value_losses, recorded["mean_variance"])
    write(
        f"critic/{name}.golden",
        "record_critic.py",
        seed,
        settings,
        {"parameters": before.to(torch.float32)}
        | {key: torch.stack(values) for key, values in recorded.items()},
    )


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    record("plain", SEED)
    record("rate", SEED + 1, rate=3)
    record("rate-shared", SEED + 2, rate=0.25, shared=True)
    record("hidden", SEED + 3, critic=[7, 4])
    record("targets", SEED + 4, targets=True)
    record("recompute", SEED + 5, recompute=True)
    record("recompute-shared", SEED + 6, recompute=True, shared=True)
    record("all", SEED + 7, rate=3, critic=[7, 4], targets=True, recompute=True)
