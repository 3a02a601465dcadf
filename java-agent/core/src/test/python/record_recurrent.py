"""Records outputs and gradients of recurrent networks as PyTorch's nn.LSTM and nn.GRU compute them.

    pip install torch==2.15.0 'numpy<2'
    python record_recurrent.py

writes resources/golden/recurrent/*.golden, one per pair of networks. Sequences are walked through
step by step and reset where an episode starts, as get_states of CleanRL's ppo_atari_lstm.py does.
Settings: kind, units, layers, inputs, hidden, activation, policy_outputs, log_std_size, steps,
sequences, shared. Arrays, all float32, T steps of E sequences with S numbers to remember:

    parameters          [n]                in NetworkSpec's order; a recurrent layer has the weights
                                           [in, gates] and biases of its inputs, then of its states
    inputs              [T * E, inputs]
    starts              [T * E]            1 where an episode starts
    states              [E, S]             before the first step: the actor's h (and c) of each
                                           layer, then the critic's
    next_states         [E, S]             after the last step
    policy_outputs      [T * E, outputs]
    values              [T * E]
    policy_gradients    [T * E, outputs]   random derivatives of a loss w.r.t. the policy outputs
    value_gradients     [T * E]            and w.r.t. the values
    gradients           [n]                the loss's derivative w.r.t. the parameters
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import nn

from golden import float32, write

SEED = 20261127


class Case(NamedTuple):
    name: str
    kind: str
    units: int
    layers: int
    inputs: int
    hidden: list[int]
    outputs: int
    steps: int
    sequences: int
    shared: bool = False
    activation: str = "tanh"
    log_std_size: int = 0


CASES = [
    Case("lstm", "lstm", 8, 1, 4, [6], 3, 7, 3),
    Case("lstm-shared", "lstm", 13, 1, 5, [9, 7], 2, 11, 4, True, "relu", 2),
    Case("lstm-two", "lstm", 17, 2, 3, [8], 4, 6, 5),
    Case("lstm-bare", "lstm", 5, 1, 3, [], 2, 5, 2, True),
    Case("lstm-step", "lstm", 16, 1, 4, [16], 2, 1, 6),
    Case("lstm-long", "lstm", 32, 1, 6, [32], 3, 60, 2),
    Case("gru", "gru", 8, 1, 4, [6], 3, 7, 3),
    Case("gru-shared", "gru", 19, 1, 5, [9], 2, 12, 3, True, "relu", 2),
    Case("gru-two", "gru", 11, 2, 3, [], 4, 9, 4),
]


class Network(nn.Module):
    """Hidden layers, recurrent layers and a head."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        modules: list[nn.Module] = []
        width = case.inputs
        for hidden in case.hidden:
            modules.append(nn.Linear(width, hidden, dtype=torch.float64))
            modules.append(nn.Tanh() if case.activation == "tanh" else nn.ReLU())
            width = hidden
        self.hidden = nn.Sequential(*modules)
        kind = nn.LSTM if case.kind == "lstm" else nn.GRU
        self.cell = kind(width, case.units, case.layers, dtype=torch.float64)
        self.is_lstm = case.kind == "lstm"

    def forward(
        self, inputs: torch.Tensor, starts: torch.Tensor, states: list[torch.Tensor]
    ) -> tuple[torch.Tensor, list[torch.Tensor]]:
        outputs = []
        for x, start in zip(self.hidden(inputs), starts, strict=True):
            kept = [(1 - start).view(1, -1, 1) * state for state in states]
            output, after = self.cell(x.unsqueeze(0), tuple(kept) if self.is_lstm else kept[0])
            states = list(after) if self.is_lstm else [after]
            outputs.append(output)
        return torch.cat(outputs), states


def draw(module: nn.Module) -> None:
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            scale = 0.2 if "bias" in name else (1 / parameter[0].numel()) ** 0.5
            parameter.copy_(float32(torch.randn_like(parameter) * scale))


def flat(module: nn.Module, gradients: bool) -> list[torch.Tensor]:
    parts = []
    for name, parameter in module.named_parameters():
        value = parameter.grad if gradients else parameter.detach()
        assert value is not None, name
        parts.append((name, value.T.flatten() if value.dim() == 2 else value))
    ordered = []
    for name, value in parts:
        ordered.append(value)
        # nn.LSTM has weight_ih, weight_hh, bias_ih, bias_hh; ours are by product
        if "bias_ih" in name:
            ordered[-2], ordered[-1] = ordered[-1], ordered[-2]
    return ordered


def packed(states: list[torch.Tensor]) -> torch.Tensor:
    """Returns [E, S] of states [layers, E, units]."""
    layers = states[0].shape[0]
    return torch.cat([state[layer] for layer in range(layers) for state in states], 1)


def record(case: Case, seed: int) -> None:
    torch.manual_seed(seed)
    actor = Network(case)
    critic = actor if case.shared else Network(case)
    policy = nn.Linear(case.units, case.outputs, dtype=torch.float64)
    value = nn.Linear(case.units, 1, dtype=torch.float64)
    for module in (actor, critic, policy, value):
        draw(module)
    log_std = float32(torch.randn(case.log_std_size))
    rows = case.steps * case.sequences
    inputs = float32(torch.randn(case.steps, case.sequences, case.inputs))
    starts = (torch.rand(case.steps, case.sequences) < 0.25).to(torch.float64)
    count = 2 if case.kind == "lstm" else 1

    def random_states() -> list[torch.Tensor]:
        shape = (case.layers, case.sequences, case.units)
        return [float32(torch.randn(shape)) for _ in range(count)]

    before = [random_states() for _ in range(1 if case.shared else 2)]
    policy_gradients = float32(torch.randn(rows, case.outputs))
    value_gradients = float32(torch.randn(rows))
    of_actor, after_actor = actor(inputs, starts, before[0])
    after = [after_actor]
    of_critic = of_actor
    if not case.shared:
        of_critic, after_critic = critic(inputs, starts, before[1])
        after.append(after_critic)
    policy_outputs = policy(of_actor).flatten(0, 1)
    values = value(of_critic).flatten()
    torch.autograd.backward([policy_outputs, values], [policy_gradients, value_gradients])

    def parameters(gradients: bool) -> torch.Tensor:
        own = [] if case.shared else flat(critic, gradients)
        middle = torch.zeros_like(log_std) if gradients else log_std
        first = [*flat(actor, gradients), *flat(policy, gradients)]
        return torch.cat([*first, middle, *own, *flat(value, gradients)])

    arrays = {
        "parameters": parameters(False),
        "inputs": inputs.flatten(0, 1),
        "starts": starts.flatten(),
        "states": torch.cat([packed(states) for states in before], 1),
        "next_states": torch.cat([packed(states) for states in after], 1),
        "policy_outputs": policy_outputs,
        "values": values,
        "policy_gradients": policy_gradients,
        "value_gradients": value_gradients,
        "gradients": parameters(True),
    }
    write(
        f"recurrent/{case.name}.golden",
        "record_recurrent.py",
        seed,
        {
            "kind": case.kind,
            "units": case.units,
            "layers": case.layers,
            "inputs": case.inputs,
            "hidden": case.hidden,
            "activation": case.activation,
            "policy_outputs": case.outputs,
            "log_std_size": case.log_std_size,
            "steps": case.steps,
            "sequences": case.sequences,
            "shared": case.shared,
        },
        {name: array.to(torch.float32) for name, array in arrays.items()},
    )


if __name__ == "__main__":
    for index, networks in enumerate(CASES):
        record(networks, SEED + index)
