"""Records what CleanRL's ppo_atari_lstm.py does, with an MLP in place of its convolutions.

    pip install 'numpy<2' gym==0.23.1 gym-notices==0.0.8 torch==2.15.0 tensorboard
    pip install stable-baselines3==2.9.2 gymnasium==1.2.2
    pip install --no-deps --ignore-requires-python cleanrl==1.2.0
    OMP_NUM_THREADS=1 python record_cleanrl_lstm.py

writes resources/golden/cleanrl-lstm/*.golden. The file's main part runs unmodified. Before it, two
of its definitions are replaced: make_env makes CartPole without velocities and with a time limit
short enough for truncation to occur, and an Agent gets hidden layers of tanh units as its network,
which undo the division of pixels by 255. `record_cleanrl.py` says how it is observed, and what the
settings and arrays are; here orders [E, N] are those of the environments.
"""

from __future__ import annotations

import contextlib
import importlib.util
import sys
import tempfile
import types
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import numpy as np
import torch
from torch import nn

import record_cleanrl
from golden import write
from record_cleanrl import Array, Observer

MODULE = "cleanrl.ppo_atari_lstm"
TASK = "ShortCartPole-v1"
MAIN = 'if __name__ == "__main__":'


class Case(NamedTuple):
    name: str
    hidden: list[int]
    units: int
    command_line: dict[str, str]


CASES = [
    Case(
        "lstm",
        [16],
        32,
        {"num-envs": "8", "num-steps": "32", "total-timesteps": "768"},
    ),
    Case(
        "lstm-two-hidden",
        [12, 8],
        16,
        {
            "num-envs": "6",
            "num-steps": "25",
            "total-timesteps": "450",
            "num-minibatches": "3",
            "learning-rate": "0.01",
            "update-epochs": "3",
        },
    ),
]


class Pixels(nn.Module):
    """Undoes the division by 255 in front of the network."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * 255.0


def parameters(agent: nn.Module) -> Array:
    """Returns hidden layers, recurrent layer, heads; PyTorch has [out, in]."""
    lstm = agent.lstm
    ordered = [
        *agent.network.parameters(),
        lstm.weight_ih_l0,
        lstm.bias_ih_l0,
        lstm.weight_hh_l0,
        lstm.bias_hh_l0,
        *agent.actor.parameters(),
        *agent.critic.parameters(),
    ]
    return np.concatenate([value.detach().numpy().T.flatten() for value in ordered])


def replaced(module: types.ModuleType, case: Case) -> None:
    gym = module.gym

    class NoVelocity(gym.ObservationWrapper):  # type: ignore[misc,name-defined]
        def __init__(self, env: Any) -> None:  # noqa: ANN401  gym has no types
            super().__init__(env)
            space = env.observation_space
            self.observation_space = gym.spaces.Box(space.low[::2], space.high[::2])

        def observation(self, observation: Array) -> Array:
            return observation[::2]

    def make_env(env_id: str, seed: int, *_: object) -> Any:  # noqa: ANN401
        def thunk() -> Any:  # noqa: ANN401
            env = gym.make(env_id)
            env.seed(seed)
            env.action_space.seed(seed)
            return gym.wrappers.RecordEpisodeStatistics(env)

        return thunk

    def observed_make(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        return NoVelocity(make(*args, **kwargs))

    class Agent(module.Agent):  # type: ignore[misc,name-defined]
        def __init__(self, envs: Any) -> None:  # noqa: ANN401
            super().__init__(envs)
            layers: list[nn.Module] = [Pixels()]
            width = envs.single_observation_space.shape[0]
            for hidden in case.hidden:
                layers += [module.layer_init(nn.Linear(width, hidden)), nn.Tanh()]
                width = hidden
            self.network = nn.Sequential(*layers)
            self.lstm = nn.LSTM(width, case.units)
            with torch.no_grad():
                for name, parameter in self.lstm.named_parameters():
                    if "bias" in name:
                        nn.init.uniform_(parameter, -0.3, 0.3)
                    else:
                        nn.init.orthogonal_(parameter, 1.0)
            self.actor = module.layer_init(
                nn.Linear(case.units, envs.single_action_space.n), std=0.01
            )
            self.critic = module.layer_init(nn.Linear(case.units, 1), std=1)

    make = gym.make
    gym.make = observed_make
    module.__dict__.update(make_env=make_env, Agent=Agent)


def record(case: Case) -> None:
    spec = importlib.util.find_spec(MODULE)
    assert spec is not None and spec.origin is not None
    definitions, main = Path(spec.origin).read_text().split(MAIN)
    module = types.ModuleType(MODULE)
    argv = [text for name, value in case.command_line.items() for text in (f"--{name}", value)]
    observer = Observer()
    with (
        mock.patch.object(sys, "argv", [MODULE, "--env-id", TASK, *argv, "--cuda", "False"]),
        tempfile.TemporaryDirectory() as runs,
        contextlib.chdir(runs),
    ):
        module.__dict__["__file__"] = spec.origin
        exec(compile(definitions, spec.origin, "exec"), module.__dict__)
        make = module.gym.make
        replaced(module, case)
        with observer.patches("gym"):
            exec(compile("if True:" + main, spec.origin, "exec"), module.__dict__)
        module.gym.make = make
    settings = {
        "module": MODULE,
        "command_line": {name.replace("-", "_"): v for name, v in case.command_line.items()},
        "args": observer.args,
        "action_space": {"n": 2},
        "hidden": case.hidden,
        "units": case.units,
        "epochs": observer.epochs,
        "scalars": observer.scalars,
        "versions": {name: version(name) for name in ("cleanrl", "gym")},
    }
    write(
        f"cleanrl-lstm/{case.name}.golden",
        "record_cleanrl_lstm.py",
        observer.args["seed"],
        settings,
        observer.arrays(),
    )


def main() -> None:
    torch.set_num_threads(1)
    record_cleanrl.parameters = parameters
    record_cleanrl.register_short_tasks()
    for case in CASES:
        record(case)


if __name__ == "__main__":
    main()
