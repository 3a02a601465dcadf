"""Records outputs and gradients of actor and critic MLPs as PyTorch's autograd computes them.

    pip install torch==2.15.0 'numpy<2'
    python record_networks.py

writes resources/golden/networks/*.golden, one per pair of networks. Settings: inputs, hidden,
activation, policy_outputs, log_std_size, rows, and shared where actor and critic share their hidden
layers. Arrays, all float32:

    parameters          [n]             in NetworkSpec's order, weights [in, out]
    inputs              [rows, inputs]
    policy_outputs      [rows, outputs]
    values              [rows]
    policy_gradients    [rows, outputs] random derivatives of a loss w.r.t. the policy outputs
    value_gradients     [rows]          and w.r.t. the values
    gradients           [n]             the loss's derivative w.r.t. the parameters; 0 for log std
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import nn

from golden import float32, write

SEED = 20261121


class Case(NamedTuple):
    inputs: int
    hidden: list[int]
    outputs: int
    activation: str
    rows: int
    log_std_size: int
    shared: bool = False


CASES = [
    Case(17, [64, 64], 6, "tanh", 64, 6),
    Case(17, [64, 64], 6, "relu", 67, 0),
    Case(4, [64, 64], 2, "tanh", 2, 0),
    Case(1, [64, 64], 6, "relu", 1, 6),
    Case(1, [64], 2, "tanh", 1, 0),
    Case(4, [64], 6, "tanh", 67, 6),
    Case(17, [64], 6, "relu", 64, 0),
    Case(4, [64], 2, "relu", 2, 2),
    Case(1, [7, 13, 5], 2, "relu", 67, 0),
    Case(4, [7, 13, 5], 6, "tanh", 1, 6),
    Case(17, [7, 13, 5], 2, "tanh", 64, 0),
    Case(17, [7, 13, 5], 6, "relu", 2, 6),
    Case(1, [], 2, "tanh", 1, 0),
    Case(4, [], 6, "relu", 67, 6),
    Case(17, [], 2, "tanh", 64, 2),
    Case(17, [64, 64], 6, "tanh", 64, 6, shared=True),
    Case(4, [7, 13, 5], 2, "relu", 67, 0, shared=True),
    Case(1, [64], 1, "tanh", 1, 1, shared=True),
    Case(4, [], 6, "tanh", 5, 6, shared=True),
    Case(17, [64, 64], 6, "elu", 64, 6),
    Case(4, [7, 13, 5], 2, "elu", 67, 0, shared=True),
    Case(17, [64, 64], 6, "leaky_relu", 64, 6),
    Case(4, [7, 13, 5], 2, "leaky_relu", 67, 0, shared=True),
    Case(17, [64, 64], 6, "silu", 64, 6),
    Case(4, [7, 13, 5], 2, "silu", 67, 0, shared=True),
]

ACTIVATIONS = {
    "tanh": nn.Tanh,
    "relu": nn.ReLU,
    "elu": nn.ELU,
    "leaky_relu": nn.LeakyReLU,
    "silu": nn.SiLU,
}


def mlp(inputs: int, hidden: list[int], outputs: int, activation: str) -> nn.Sequential:
    modules: list[nn.Module] = []
    widths = [inputs, *hidden, outputs]
    for i in range(len(widths) - 1):
        linear = nn.Linear(widths[i], widths[i + 1], dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(float32(torch.randn_like(linear.weight) * widths[i] ** -0.5))
            linear.bias.copy_(float32(torch.randn_like(linear.bias) * 0.2))
        modules.append(linear)
        if i < len(hidden):
            modules.append(ACTIVATIONS[activation]())
    return nn.Sequential(*modules)


def flat(network: nn.Sequential, gradients: bool) -> list[torch.Tensor]:
    """Returns each layer's weights, transposed to [in, out], then its biases."""
    parts = []
    for linear in (module for module in network if isinstance(module, nn.Linear)):
        for tensor in (linear.weight, linear.bias):
            value = tensor.grad if gradients else tensor.detach()
            assert value is not None
            parts.append(value.T.flatten() if value.dim() == 2 else value)
    return parts


def nearest_kink(network: nn.Sequential, inputs: torch.Tensor) -> float:
    """Returns the minimum distance of a pre-activation from 0, where a ReLU has no derivative."""
    nearest = float("inf")
    x = inputs
    for module in network:
        if isinstance(module, nn.ReLU | nn.LeakyReLU):
            nearest = min(nearest, x.abs().min().item())
        x = module(x)
    return nearest


def record(case: Case, seed: int) -> None:
    torch.manual_seed(seed)
    actor = mlp(case.inputs, case.hidden, case.outputs, case.activation)
    critic = mlp(case.inputs, case.hidden, 1, case.activation)
    if case.shared:
        critic = nn.Sequential(*actor[:-1], critic[-1])
    log_std = float32(torch.randn(case.log_std_size))
    while True:
        inputs = float32(torch.randn(case.rows, case.inputs) * 2)
        if min(nearest_kink(actor, inputs), nearest_kink(critic, inputs)) > 1e-5:
            break
    policy_gradients = float32(torch.randn(case.rows, case.outputs))
    value_gradients = float32(torch.randn(case.rows))

    policy_outputs = actor(inputs)
    values = critic(inputs).view(-1)
    torch.autograd.backward([policy_outputs, values], [policy_gradients, value_gradients])

    own = critic[-1:] if case.shared else critic
    widths = "x".join(map(str, case.hidden)) or "linear"
    arrays = {
        "parameters": torch.cat([*flat(actor, False), log_std, *flat(own, False)]),
        "inputs": inputs,
        "policy_outputs": policy_outputs,
        "values": values,
        "policy_gradients": policy_gradients,
        "value_gradients": value_gradients,
        "gradients": torch.cat([*flat(actor, True), torch.zeros_like(log_std), *flat(own, True)]),
    }
    name = f"{case.inputs}-{widths}-{case.outputs}-{case.activation}-{case.rows}rows"
    write(
        f"networks/{name}{'-shared' if case.shared else ''}.golden",
        "record_networks.py",
        seed,
        {
            "inputs": case.inputs,
            "hidden": case.hidden,
            "activation": case.activation,
            "policy_outputs": case.outputs,
            "log_std_size": case.log_std_size,
            "rows": case.rows,
        }
        | ({"shared": True} if case.shared else {}),
        {name: array.to(torch.float32) for name, array in arrays.items()},
    )


if __name__ == "__main__":
    for index, network in enumerate(CASES):
        record(network, SEED + index)
