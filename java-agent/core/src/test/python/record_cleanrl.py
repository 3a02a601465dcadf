"""Records what the real CleanRL does, by running its unmodified modules and observing them.

    pip install 'numpy<2' gymnasium==0.29.1 mujoco==2.3.7 imageio torch==2.15.0 tensorboard
    pip install --no-deps gym==0.23.1 gym-notices==0.0.8 pygame==2.6.1
    pip install --no-deps --ignore-requires-python cleanrl==1.2.0
    OMP_NUM_THREADS=1 python record_cleanrl.py

writes resources/golden/cleanrl/*.golden. Three places are observed, not changed: the environment
that `make` returns, inside all of CleanRL's wrappers; `np.random.shuffle`; and
`SummaryWriter.add_scalar`. The last two look at CleanRL's variables, which are globals of its
module. Two tasks are registered here, with a time limit short enough for truncation to occur.

Settings: module; args, all of CleanRL's arguments, of which command_line were given; action_space,
its n, or its low and high; epochs, how many each update had; scalars, the values that each update
logged; versions. Arrays, with I updates, T steps, N environments, O numbers in an observation and A
in an action; float64 where they come from the environment, else float32:

    initial_parameters, parameters   [P], [I, P]      in NetworkSpec's order, after each update
    first_observations               [N, O]           raw, of the reset before the first update
    observations                     [I, T, N, O]     raw, after the step and after a reset in it
    final_observations               [K, O]           raw, of the episodes' ends, by step, then env
    rewards                          [I, T, N]        raw
    terminated, truncated            [I, T, N]
    env_actions                      [I, T, N, A]     as they reached the environment
    actions, log_probs, values       [I, T, N, ...]   of the agent
    features, learnt_rewards         [I, T, N, ...]   what the agent acted on and learnt from
    last_values                      [I, N]           after the last step
    advantages, returns              [I, T, N]
    orders                           [E, B]           the batch's indices in each epoch
"""

from __future__ import annotations

import contextlib
import importlib
import itertools
import runpy
import sys
import tempfile
from importlib.metadata import version
from typing import Any, NamedTuple
from unittest import mock

import numpy as np
import numpy.typing as npt
import torch
from torch.utils.tensorboard import SummaryWriter

from golden import write

Array = npt.NDArray[Any]

# The agents' networks, in NetworkSpec's order.
NETWORKS = ("actor", "actor_mean", "actor_logstd", "critic")


class Case(NamedTuple):
    name: str
    module: str
    library: str
    command_line: dict[str, str]


CASES = [
    Case("cartpole", "cleanrl.ppo", "gym", {"total-timesteps": "1024"}),
    Case(
        "early-stop",
        "cleanrl.ppo",
        "gym",
        {
            "env-id": "ShortCartPole-v1",
            "num-envs": "3",
            "num-steps": "50",
            "total-timesteps": "400",
            "learning-rate": "0.02",
            "target-kl": "0.03",
        },
    ),
    Case(
        "hopper",
        "cleanrl.ppo_continuous_action",
        "gymnasium",
        {
            "env-id": "ShortHopper-v4",
            "num-envs": "2",
            "num-steps": "128",
            "total-timesteps": "512",
        },
    ),
]


class Step(NamedTuple):
    action: Array
    observation: Array
    reward: float
    terminated: bool
    truncated: bool


class Journal:
    """Records one environment's calls and results: observations of resets and steps, in order."""

    def __init__(self, env: Any) -> None:  # noqa: ANN401  gym has no types
        self.resets: list[Array] = []
        self.steps: list[Step] = []
        self.env = env
        self.reset, self.step = env.reset, env.step
        env.reset, env.step = self.observed_reset, self.observed_step

    def observed_reset(self, **kwargs: Any) -> Any:  # noqa: ANN401
        result = self.reset(**kwargs)
        observation = result[0] if isinstance(result, tuple) else result
        self.resets.append(np.array(observation))
        return result

    def observed_step(self, action: Array) -> Any:  # noqa: ANN401
        result = self.step(action)
        if len(result) == 5:
            observation, reward, terminated, truncated, _ = result
        else:
            observation, reward, done, info = result
            truncated = info.get("TimeLimit.truncated", False)
            terminated = done and not truncated
        self.steps.append(
            Step(np.array(action), np.array(observation), reward, terminated, truncated)
        )
        return result

    def arrays(self, updates: int) -> dict[str, Array]:
        """Returns the steps' arrays, [I, T, ...], in the order of a vector environment's rows."""
        resets = iter(self.resets[1:])
        following = [
            next(resets) if step.terminated or step.truncated else step.observation
            for step in self.steps
        ]
        columns: dict[str, Array] = {
            "observations": np.array(following, np.float64),
            "own_final_observations": np.array([s.observation for s in self.steps], np.float64),
            "rewards": np.array([s.reward for s in self.steps], np.float64),
            "terminated": np.array([s.terminated for s in self.steps], np.float32),
            "truncated": np.array([s.truncated for s in self.steps], np.float32),
            "env_actions": np.array([s.action for s in self.steps], np.float32),
        }
        return {
            name: column.reshape(updates, -1, *column.shape[1:]) for name, column in columns.items()
        }


class Observer:
    """Collects the observable values of a run of CleanRL."""

    def __init__(self) -> None:
        self.journals: list[Journal] = []
        self.orders: list[Array] = []
        self.epochs: list[int] = []
        self.initial_parameters: Array | None = None
        self.updates: list[dict[str, Array]] = []
        self.scalars: dict[str, list[float]] = {}
        self.args: dict[str, Any] = {}

    def patches(self, library: str) -> contextlib.ExitStack:
        stack = contextlib.ExitStack()
        gym = importlib.import_module(library)
        make, shuffle, add_scalar = gym.make, np.random.shuffle, SummaryWriter.add_scalar

        def observed_make(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            self.journals.append(Journal(make(*args, **kwargs)))
            return self.journals[-1].env

        def observed_shuffle(indices: Array) -> None:
            shuffle(indices)
            self.shuffled(indices, sys._getframe(1).f_globals)

        def observed_scalar(writer: SummaryWriter, tag: str, value: float, step: int) -> None:
            self.logged(tag, value, sys._getframe(1).f_globals)
            add_scalar(writer, tag, value, step)

        stack.enter_context(mock.patch.object(gym, "make", observed_make))
        stack.enter_context(mock.patch.object(np.random, "shuffle", observed_shuffle))
        stack.enter_context(mock.patch.object(SummaryWriter, "add_scalar", observed_scalar))
        return stack

    def shuffled(self, indices: Array, variables: dict[str, Any]) -> None:
        if self.initial_parameters is None:
            self.initial_parameters = parameters(variables["agent"])
            self.args = vars(variables["args"])
        self.orders.append(indices.astype(np.float32))

    def logged(self, tag: str, value: float, variables: dict[str, Any]) -> None:
        if tag == "charts/learning_rate":
            self.epochs.append(len(self.orders) - sum(self.epochs))
            self.updates.append(snapshot(variables))
        if tag == "charts/learning_rate" or tag.startswith("losses/"):
            self.scalars.setdefault(tag, []).append(float(value))

    def arrays(self) -> dict[str, Array]:
        assert self.initial_parameters is not None
        updates = len(self.updates)
        journals = [journal.arrays(updates) for journal in self.journals]
        steps = {
            name: np.stack([journal[name] for journal in journals], axis=2) for name in journals[0]
        }
        done = (steps["terminated"] + steps["truncated"]) > 0
        steps["final_observations"] = steps.pop("own_final_observations")[done]
        return {
            "initial_parameters": self.initial_parameters,
            "first_observations": np.stack(
                [journal.resets[0].astype(np.float64) for journal in self.journals]
            ),
            **steps,
            **{name: np.stack([u[name] for u in self.updates]) for name in self.updates[0]},
            "orders": np.stack(self.orders),
        }


def snapshot(variables: dict[str, Any]) -> dict[str, Array]:
    names = {
        "actions": "actions",
        "log_probs": "logprobs",
        "values": "values",
        "features": "obs",
        "learnt_rewards": "rewards",
        "advantages": "advantages",
        "returns": "returns",
    }
    arrays = {ours: variables[theirs].numpy().copy() for ours, theirs in names.items()}
    arrays["last_values"] = variables["next_value"].flatten().numpy().copy()
    arrays["parameters"] = parameters(variables["agent"])
    return arrays


def parameters(agent: torch.nn.Module) -> Array:
    """Returns the actor, the log standard deviations and the critic; PyTorch has [out, in]."""
    ordered = sorted(
        agent.named_parameters(), key=lambda named: NETWORKS.index(named[0].split(".")[0])
    )
    return np.concatenate([value.detach().numpy().T.flatten() for _, value in ordered])


def action_space(env: Any) -> dict[str, Any]:  # noqa: ANN401
    space = env.action_space
    if hasattr(space, "n"):
        return {"n": int(space.n)}
    return {"low": space.low.tolist(), "high": space.high.tolist()}


def register_short_tasks() -> None:
    """Registers tasks whose episodes both terminate and are truncated within a few steps."""
    for library, task, entry_point, steps in (
        ("gym", "ShortCartPole-v1", "gym.envs.classic_control:CartPoleEnv", 20),
        ("gymnasium", "ShortHopper-v4", "gymnasium.envs.mujoco.hopper_v4:HopperEnv", 20),
    ):
        importlib.import_module(library).register(
            id=task, entry_point=entry_point, max_episode_steps=steps
        )


def record(case: Case) -> None:
    observer = Observer()
    argv = itertools.chain(*((f"--{name}", value) for name, value in case.command_line.items()))
    with (
        observer.patches(case.library),
        mock.patch.object(sys, "argv", [case.module, *argv, "--cuda", "False"]),
        tempfile.TemporaryDirectory() as runs,
        contextlib.chdir(runs),
    ):
        runpy.run_module(case.module, run_name="__main__")
    settings = {
        "module": case.module,
        "command_line": {name.replace("-", "_"): v for name, v in case.command_line.items()},
        "args": observer.args,
        "action_space": action_space(observer.journals[0].env),
        "epochs": observer.epochs,
        "scalars": observer.scalars,
        "versions": {name: version(name) for name in ("cleanrl", case.library, "mujoco")},
    }
    write(
        f"cleanrl/{case.name}.golden",
        "record_cleanrl.py",
        observer.args["seed"],
        settings,
        observer.arrays(),
    )


def main() -> None:
    torch.set_num_threads(1)
    register_short_tasks()
    for case in CASES:
        record(case)


if __name__ == "__main__":
    main()
