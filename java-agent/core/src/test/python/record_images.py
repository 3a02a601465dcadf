"""Records outputs and gradients of convolutional networks as PyTorch's autograd computes them.

    pip install torch==2.15.0 'numpy<2'
    python record_images.py

writes resources/golden/images/*.golden, one per pair of networks. Settings: images, a list of
channels, height, width, channels_first, bytes and cnn; vector, the number of inputs that are not
images; hidden, activation, policy_outputs, log_std_size, rows, shared. Arrays, all float32:

    parameters          [n]             in NetworkSpec's order: convolutions [patch, channels] with
                                        patches row by row and channels last, then layers [in, out]
    bytes               [rows, size]    the images of bytes, one after the other, as they are stored
    inputs              [rows, inputs]  the images of floats and the vector
    policy_outputs      [rows, outputs]
    values              [rows]
    policy_gradients    [rows, outputs] random derivatives of a loss w.r.t. the policy outputs
    value_gradients     [rows]          and w.r.t. the values
    gradients           [n]             the loss's derivative w.r.t. the parameters; 0 for log std

NatureCNN is that of CleanRL's ppo_atari.py, IMPALA's that of its ppo_procgen.py.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import torch
from torch import nn

from golden import float32, write

SEED = 20261126


class Image(NamedTuple):
    channels: int
    height: int
    width: int
    cnn: str
    channels_first: bool = True
    bytes: bool = True


class Case(NamedTuple):
    name: str
    images: list[Image]
    vector: int
    hidden: list[int]
    outputs: int
    rows: int
    log_std_size: int = 0
    shared: bool = True
    activation: str = "relu"


CASES = [
    Case("nature", [Image(4, 84, 84, "nature")], 0, [12], 6, 3),
    Case("nature-last", [Image(3, 40, 44, "nature", False)], 0, [16], 3, 4, 3, True, "tanh"),
    Case("impala", [Image(3, 17, 12, "impala", False)], 0, [9], 4, 3),
    Case("impala-first", [Image(1, 8, 9, "impala")], 0, [], 4, 1),
    Case("list", [Image(2, 11, 9, "5x3s2p1,7x2s1")], 0, [6], 3, 5, 2, False, "tanh"),
    Case("floats", [Image(3, 10, 10, "20x4s2", False, False)], 0, [8], 2, 5),
    Case(
        "joined",
        [Image(3, 12, 10, "6x3s2", False), Image(1, 9, 9, "4x3s3", True, False)],
        5,
        [7, 6],
        3,
        7,
        3,
    ),
    Case("joined-linear", [Image(1, 6, 6, "17x3s1")], 2, [], 3, 2),
]


class Residual(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv0 = conv(channels, channels, 3, 1, 1)
        self.conv1 = conv(channels, channels, 3, 1, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.conv1(nn.functional.relu(self.conv0(nn.functional.relu(x))))


def conv(channels: int, out: int, kernel: int, stride: int, padding: int) -> nn.Conv2d:
    return nn.Conv2d(channels, out, kernel, stride, padding, dtype=torch.float64)


def convolutions(image: Image) -> nn.Sequential:
    text = {"nature": "32x8s4,64x4s2,64x3s1"}.get(image.cnn, image.cnn)
    modules: list[nn.Module] = []
    channels = image.channels
    if text == "impala":
        for out in (16, 32, 32):
            modules += [conv(channels, out, 3, 1, 1), nn.MaxPool2d(3, 2, 1)]
            modules += [Residual(out), Residual(out)]
            channels = out
        return nn.Sequential(*modules, nn.ReLU())
    for layer in text.split(","):
        match = re.fullmatch(r"(\d+)x(\d+)s(\d+)(?:p(\d+))?", layer)
        assert match is not None
        out, kernel, stride, padding = (int(group or 0) for group in match.groups())
        modules += [conv(channels, out, kernel, stride, padding), nn.ReLU()]
        channels = out
    return nn.Sequential(*modules)


class Network(nn.Module):
    """The convolutions of each image, and hidden layers; heads are apart."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        self.case = case
        self.encoders = nn.ModuleList(convolutions(image) for image in case.images)
        width = case.vector
        for image, encoder in zip(case.images, self.encoders, strict=True):
            example = torch.zeros(1, image.channels, image.height, image.width, dtype=torch.float64)
            width += encoder(example).numel()
        modules: list[nn.Module] = []
        for hidden in case.hidden:
            modules.append(nn.Linear(width, hidden, dtype=torch.float64))
            modules.append(nn.Tanh() if case.activation == "tanh" else nn.ReLU())
            width = hidden
        self.hidden = nn.Sequential(*modules)
        self.width = width

    def forward(self, images: list[torch.Tensor], vector: torch.Tensor) -> torch.Tensor:
        # channels last, as the parameters' order says
        parts = [
            encoder(image).permute(0, 2, 3, 1).flatten(1)
            for encoder, image in zip(self.encoders, images, strict=True)
        ]
        return self.hidden(torch.cat([*parts, vector], 1))


def draw(module: nn.Module) -> None:
    for layer in module.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d):
            with torch.no_grad():
                size = layer.weight[0].numel()
                scale = (2 / size) ** 0.5
                layer.weight.copy_(float32(torch.randn_like(layer.weight) * scale))
                layer.bias.copy_(float32(torch.randn_like(layer.bias) * 0.2))


def flat(module: nn.Module, gradients: bool) -> list[torch.Tensor]:
    parts = []
    for layer in module.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d):
            for tensor in (layer.weight, layer.bias):
                value = tensor.grad if gradients else tensor.detach()
                assert value is not None
                if value.dim() == 4:
                    value = value.permute(2, 3, 1, 0)
                parts.append((value.T if value.dim() == 2 else value).flatten())
    return parts


def record(case: Case, seed: int) -> None:
    torch.manual_seed(seed)
    actor = Network(case)
    critic = actor if case.shared else Network(case)
    policy = nn.Linear(actor.width, case.outputs, dtype=torch.float64)
    value = nn.Linear(critic.width, 1, dtype=torch.float64)
    for module in (actor, critic, policy, value):
        draw(module)
    log_std = float32(torch.randn(case.log_std_size))
    images, byte_rows, float_rows = [], [], []
    for image in case.images:
        shape = (image.channels, image.height, image.width)
        if not image.channels_first:
            shape = (image.height, image.width, image.channels)
        if image.bytes:
            stored = torch.randint(0, 256, (case.rows, *shape)).to(torch.float64)
            byte_rows.append(stored.flatten(1))
            scaled = stored / 255
        else:
            scaled = float32(torch.rand(case.rows, *shape))
            float_rows.append(scaled.flatten(1))
        images.append(scaled if image.channels_first else scaled.permute(0, 3, 1, 2))
    vector = float32(torch.randn(case.rows, case.vector))
    policy_gradients = float32(torch.randn(case.rows, case.outputs))
    value_gradients = float32(torch.randn(case.rows))
    policy_outputs = policy(actor(images, vector))
    values = value(critic(images, vector)).view(-1)
    torch.autograd.backward([policy_outputs, values], [policy_gradients, value_gradients])

    def parameters(gradients: bool) -> torch.Tensor:
        own = [] if case.shared else flat(critic, gradients)
        middle = torch.zeros_like(log_std) if gradients else log_std
        first = [*flat(actor, gradients), *flat(policy, gradients)]
        return torch.cat([*first, middle, *own, *flat(value, gradients)])

    arrays = {
        "parameters": parameters(False),
        "bytes": torch.cat([torch.zeros(case.rows, 0), *byte_rows], 1),
        "inputs": torch.cat([*float_rows, vector], 1),
        "policy_outputs": policy_outputs,
        "values": values,
        "policy_gradients": policy_gradients,
        "value_gradients": value_gradients,
        "gradients": parameters(True),
    }
    write(
        f"images/{case.name}.golden",
        "record_images.py",
        seed,
        {
            "images": [image._asdict() for image in case.images],
            "vector": case.vector,
            "hidden": case.hidden,
            "activation": case.activation,
            "policy_outputs": case.outputs,
            "log_std_size": case.log_std_size,
            "rows": case.rows,
            "shared": case.shared,
        },
        {name: array.to(torch.float32) for name, array in arrays.items()},
    )


if __name__ == "__main__":
    for index, networks in enumerate(CASES):
        record(networks, SEED + index)
