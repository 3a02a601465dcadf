"""Times PPO's update in PyTorch as CleanRL's ppo_continuous_action.py does it.

    python peer_update.py WIDTH BATCH MINIBATCHES SECONDS [--compile]

Ten epochs of shuffled minibatches over BATCH transitions of 17 observations and 6 actions, two
tanh networks of two hidden layers: clipped surrogate, clipped value loss, entropy, clipped
gradients, Adam. Prints the milliseconds of one update, the mean over SECONDS, after a warm-up of
the same duration. With --compile, torch.compile compiles the whole step of a minibatch during the
warm-up. Run by `./ppo4j bench`.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import torch
from torch import Tensor, nn
from torch.distributions.normal import Normal

OBSERVATIONS, ACTIONS, EPOCHS = 17, 6, 10
CLIP = 0.2


def mlp(width: int, outputs: int, gain: float) -> nn.Sequential:
    sizes = [(OBSERVATIONS, width, 2**0.5), (width, width, 2**0.5), (width, outputs, gain)]
    layers: list[nn.Module] = []
    for inputs, units, scale in sizes:
        linear = nn.Linear(inputs, units)
        nn.init.orthogonal_(linear.weight, scale)
        nn.init.zeros_(linear.bias)
        layers += [linear, nn.Tanh()]
    return nn.Sequential(*layers[:-1])


class Agent(nn.Module):
    """An actor and a critic."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.critic = mlp(width, 1, 1.0)
        self.actor_mean = mlp(width, ACTIONS, 0.01)
        self.actor_logstd = nn.Parameter(torch.zeros(1, ACTIONS))

    def evaluate(self, obs: Tensor, action: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Log probabilities, entropies and values, [rows] each."""
        mean = self.actor_mean(obs)
        policy = Normal(mean, torch.exp(self.actor_logstd.expand_as(mean)), validate_args=False)
        values: Tensor = self.critic(obs).view(-1)
        return policy.log_prob(action).sum(1), policy.entropy().sum(1), values


class Learner:
    """Agent and optimiser; `step` learns from one minibatch."""

    def __init__(self, width: int) -> None:
        self.agent = Agent(width)
        # Nearly zero, because the data stay the same and must stay likely under the policy.
        self.adam = torch.optim.Adam(self.agent.parameters(), lr=1e-9, eps=1e-5)

    def step(
        self,
        obs: Tensor,
        actions: Tensor,
        logprobs: Tensor,
        advantages: Tensor,
        returns: Tensor,
        values: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor]:
        newlogprob, entropy, newvalue = self.agent.evaluate(obs, actions)
        logratio = newlogprob - logprobs
        ratio = logratio.exp()
        with torch.no_grad():
            old_approx_kl = (-logratio).mean()
            approx_kl = ((ratio - 1) - logratio).mean()
            clipfrac = ((ratio - 1.0).abs() > CLIP).float().mean()
        advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-8)
        pg_loss1 = -advantages * ratio
        pg_loss2 = -advantages * torch.clamp(ratio, 1 - CLIP, 1 + CLIP)
        pg_loss = torch.max(pg_loss1, pg_loss2).mean()
        v_loss_unclipped = (newvalue - returns) ** 2
        v_clipped = values + torch.clamp(newvalue - values, -CLIP, CLIP)
        v_loss_clipped = (v_clipped - returns) ** 2
        v_loss = 0.5 * torch.max(v_loss_unclipped, v_loss_clipped).mean()
        loss = pg_loss - 0.0 * entropy.mean() + v_loss * 0.5
        self.adam.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.agent.parameters(), 0.5)
        self.adam.step()
        return old_approx_kl, approx_kl, clipfrac


class Timing:
    """Updates on random data with actions of the policy itself."""

    def __init__(self, width: int, batch: int, minibatches: int, compiled: bool) -> None:
        torch.manual_seed(1)
        learner = Learner(width)
        self.step = torch.compile(learner.step) if compiled else learner.step
        self.size = batch // minibatches
        obs = torch.rand(batch, OBSERVATIONS) * 2 - 1
        with torch.no_grad():
            mean = learner.agent.actor_mean(obs)
            actions = Normal(mean, torch.ones_like(mean)).sample()
            logprobs, _, values = learner.agent.evaluate(obs, actions)
        advantages, returns = torch.rand(2, batch) * 2 - 1
        self.data = (obs, actions, logprobs, advantages, returns, values)

    def update(self) -> None:
        indices = np.arange(len(self.data[0]))
        clipfracs = []
        for _ in range(EPOCHS):
            np.random.shuffle(indices)
            for start in range(0, len(indices), self.size):
                rows = indices[start : start + self.size]
                _, _, clipfrac = self.step(*(each[rows] for each in self.data))
                clipfracs.append(clipfrac.item())

    def milliseconds(self, seconds: float) -> float:
        start = time.perf_counter()
        updates = 0
        while time.perf_counter() - start < seconds:
            self.update()
            updates += 1
        return (time.perf_counter() - start) / updates * 1000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("width", type=int)
    parser.add_argument("batch", type=int)
    parser.add_argument("minibatches", type=int)
    parser.add_argument("seconds", type=float)
    parser.add_argument("--compile", action="store_true")
    given = parser.parse_args()
    timing = Timing(given.width, given.batch, given.minibatches, given.compile)
    timing.update()
    timing.milliseconds(given.seconds)
    print(timing.milliseconds(given.seconds))


if __name__ == "__main__":
    main()
