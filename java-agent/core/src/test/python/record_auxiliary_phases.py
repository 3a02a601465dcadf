"""Records one auxiliary phase of PPG, with the losses of CleanRL's ppg_procgen.py.

    pip install torch==2.15.0 'numpy<2'
    python record_auxiliary_phases.py

writes resources/golden/ppg/*.golden: what an auxiliary phase makes of separate MLPs of an actor and
a critic, where the actor has a second head that predicts the value. Minibatches are in the order of
the rows. Everything is computed in float64 from float32 inputs. Settings: box (whether actions are
continuous), hidden, rows, epochs, minibatches, beta_clone, learning_rate, eps, max_grad_norm, and
of the last minibatch kl_loss, aux_value_loss and real_value_loss. Arrays, float32, parameters in
the order of NetworkSpec, P of them:

    parameters      [P]        before the phase
    observations    [rows, 3]
    returns         [rows]
    updated         [P]        float64, after the phase
"""

from __future__ import annotations

import torch
from torch import nn, optim
from torch.distributions import Categorical, Distribution, Normal, kl_divergence

from golden import float32, write

SEED = 20261128
ROWS = 96
HIDDEN = 16
ACTIONS = 3
EPOCHS = 3
MINIBATCHES = 4
BETA_CLONE = 2
LEARNING_RATE = 0.02
EPS = 1e-5
MAX_GRAD_NORM = 0.5


def trunk() -> nn.Sequential:
    return nn.Sequential(nn.Linear(3, HIDDEN), nn.Tanh(), nn.Linear(HIDDEN, HIDDEN), nn.Tanh())


class Agent(nn.Module):
    def __init__(self, box: bool) -> None:
        super().__init__()
        self.box = box
        self.actor_trunk = trunk()
        self.actor = nn.Linear(HIDDEN, ACTIONS)
        self.log_std = nn.Parameter(torch.zeros(ACTIONS if box else 0))
        self.critic_trunk = trunk()
        self.critic = nn.Linear(HIDDEN, 1)
        self.aux_critic = nn.Linear(HIDDEN, 1)

    def get_pi(self, x: torch.Tensor) -> Distribution:
        outputs = self.actor(self.actor_trunk(x))
        return Normal(outputs, self.log_std.exp()) if self.box else Categorical(logits=outputs)

    def get_pi_value_and_aux_value(
        self, x: torch.Tensor
    ) -> tuple[Distribution, torch.Tensor, torch.Tensor]:
        aux_value = self.aux_critic(self.actor_trunk(x))
        return self.get_pi(x), self.critic(self.critic_trunk(x)), aux_value

    def flat(self) -> torch.Tensor:
        """Returns the parameters in our order; weights [in, out]."""
        parts: list[torch.Tensor] = []
        for layer in [self.actor_trunk[0], self.actor_trunk[2], self.actor]:
            parts += [layer.weight.T.flatten(), layer.bias]
        parts.append(self.log_std)
        for layer in [self.critic_trunk[0], self.critic_trunk[2], self.critic, self.aux_critic]:
            parts += [layer.weight.T.flatten(), layer.bias]
        return torch.cat([part.detach() for part in parts]).clone()


def kl(old: Distribution, new: Distribution) -> torch.Tensor:
    """Returns the divergence of the whole action, of each row."""
    return kl_divergence(old, new).reshape(len(old.sample()), -1).sum(1)


def record(box: bool, seed: int) -> None:
    torch.manual_seed(seed)
    agent = Agent(box)
    with torch.no_grad():
        for parameter in agent.parameters():
            parameter.copy_(float32(parameter + 0.2 * torch.randn(parameter.shape)))
    before = agent.flat()
    observations = float32(torch.randn(ROWS, 3))
    returns = float32(3 * torch.randn(ROWS))
    optimizer = optim.Adam(agent.parameters(), lr=LEARNING_RATE, eps=EPS)
    size = ROWS // MINIBATCHES
    with torch.no_grad():
        olds = [agent.get_pi(observations[i : i + size]) for i in range(0, ROWS, size)]
        if box:  # a copy of the deviations, which the optimiser changes in place
            olds = [Normal(old.loc.clone(), old.scale.clone()) for old in olds]
    for _ in range(EPOCHS):
        for i in range(MINIBATCHES):
            rows = slice(i * size, (i + 1) * size)
            new, new_values, new_aux_values = agent.get_pi_value_and_aux_value(observations[rows])
            kl_loss = kl(olds[i], new).mean()
            real_value_loss = 0.5 * ((new_values.view(-1) - returns[rows]) ** 2).mean()
            aux_value_loss = 0.5 * ((new_aux_values.view(-1) - returns[rows]) ** 2).mean()
            joint_loss = aux_value_loss + BETA_CLONE * kl_loss
            optimizer.zero_grad()
            (joint_loss + real_value_loss).backward()
            nn.utils.clip_grad_norm_(agent.parameters(), MAX_GRAD_NORM)
            optimizer.step()
    settings = {
        "box": box,
        "hidden": HIDDEN,
        "rows": ROWS,
        "epochs": EPOCHS,
        "minibatches": MINIBATCHES,
        "beta_clone": BETA_CLONE,
        "learning_rate": LEARNING_RATE,
        "eps": EPS,
        "max_grad_norm": MAX_GRAD_NORM,
        "kl_loss": kl_loss.item(),
        "aux_value_loss": aux_value_loss.item(),
        "real_value_loss": real_value_loss.item(),
    }
    name = "box" if box else "discrete"
    print(name, settings)
    arrays = {
        "parameters": before.to(torch.float32),
        "observations": observations.to(torch.float32),
        "returns": returns.to(torch.float32),
        "updated": agent.flat(),
    }
    write(f"ppg/{name}.golden", "record_auxiliary_phases.py", seed, settings, arrays)


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    record(True, SEED)
    record(False, SEED + 1)
