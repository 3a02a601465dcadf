"""Records two updates of CleanRL's ppo_atari.py on Breakout: the file, its wrappers and its agent.

    pip install 'numpy<2' gym==0.23.1 gym-notices==0.0.8 torch==2.15.0 tensorboard pandas matplotlib
    pip install gymnasium==1.2.2 ale-py==0.12.1 opencv-python-headless==4.11.0.86
    pip install --no-deps --ignore-requires-python cleanrl==1.2.0 stable-baselines3==1.2.0
    OMP_NUM_THREADS=1 python record_cleanrl_atari.py

writes resources/golden/cleanrl-atari/breakout.golden. The file runs unmodified, with the wrappers
of gym 0.23.1 and SB3 1.2.0 that it was written for. Two things differ, because the games are in
newer packages only and 1.7 million weights are too many to keep: `gym.make` returns ale-py's game
behind gym's older interface, and the agent starts from weights that both sides compute (`weights`).

Settings are those of `record_cleanrl.py`. Arrays, with I updates, T steps, N environments:

    first_frames                                [N, 84, 84]         uint8, of the reset
    frames                                      [I, T, N, 84, 84]   uint8, after a reset in it
    final_frames                                [K, 84, 84]         uint8, of ends, by step and game
    rewards, terminated, truncated              [I, T, N]           terminated by lost lives, too
    actions, log_probs, values, learnt_rewards  [I, T, N]
    last_values, advantages, returns            [I, N], [I, T, N]
    orders                                      [E, B]
    sampled_parameters                          [I, S]              every 61st of NetworkSpec's

An observation is the last four frames; after a reset it is four times the first one.
"""

from __future__ import annotations

import contextlib
import importlib
import runpy
import sys
import tempfile
from importlib.metadata import version
from typing import Any
from unittest import mock

import numpy as np
import torch

import record_cleanrl
from golden import write
from record_cleanrl import Array, Observer

MODULE = "cleanrl.ppo_atari"
COMMAND_LINE = {"num-envs": "4", "num-steps": "32", "total-timesteps": "256"}
SAMPLE = 61


def weights(count: int, first: int) -> Array:
    """Returns numbers from -1 to 1 that depend on their place alone: a hash of 32 bits."""
    x = np.arange(first, first + count, dtype=np.uint32)
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
        x ^= x >> np.uint32(shift)
        x *= np.uint32(factor)
    x ^= x >> np.uint32(16)
    return (x >> np.uint32(8)).astype(np.float32) / np.float32(2**23) - np.float32(1)


def layers(agent: torch.nn.Module) -> list[torch.nn.Module]:
    """Returns the layers in NetworkSpec's order."""
    return [*(agent.network[i] for i in (0, 2, 4, 7)), agent.actor, agent.critic]


def flat(layer: torch.nn.Module) -> tuple[Array, Array]:
    """Returns weights in our order, [in, out], and biases; the first ones behind images too."""
    weight = layer.weight.detach().numpy()
    if weight.ndim == 4:
        weight = weight.transpose(2, 3, 1, 0).reshape(-1, weight.shape[0])
    elif weight.shape[1] == 64 * 7 * 7:
        weight = weight.reshape(-1, 64, 7, 7).transpose(2, 3, 1, 0).reshape(-1, weight.shape[0])
    else:
        weight = weight.T
    return weight, layer.bias.detach().numpy()


def parameters(agent: torch.nn.Module) -> Array:
    """Returns all parameters in NetworkSpec's order."""
    return np.concatenate([part.flatten() for layer in layers(agent) for part in flat(layer)])


def initialize(agent: torch.nn.Module) -> None:
    """Sets weights to a hash times sqrt(6 / in), those of the heads to less; biases to a tenth."""
    first = 0
    for layer in layers(agent):
        weight, bias = flat(layer)
        scale = np.float32(np.sqrt(6 / weight.shape[0]))
        if layer is agent.actor or layer is agent.critic:
            scale *= np.float32(0.25)
        ours = weights(weight.size, first).reshape(weight.shape) * scale
        first += weight.size
        ours_bias = weights(bias.size, first) * np.float32(0.1)
        first += bias.size
        if layer.weight.ndim == 4:
            out, channels, height, width = layer.weight.shape
            ours = ours.reshape(height, width, channels, out).transpose(3, 2, 0, 1)
        elif weight.shape[0] == 64 * 7 * 7:
            ours = ours.reshape(7, 7, 64, -1).transpose(3, 2, 0, 1).reshape(layer.weight.shape)
        else:
            ours = ours.T
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(np.ascontiguousarray(ours)))
            layer.bias.copy_(torch.from_numpy(ours_bias))


class Outside:
    """Journals what the vector environment gives: stacks of frames, as the agent sees them."""

    def __init__(self) -> None:
        self.stacks: Array | None = None
        self.first: Array | None = None
        self.finals: list[Array] = []
        self.steps: list[tuple[Array, Array, Array, Array]] = []

    def patch(self, vector: type) -> contextlib.ExitStack:
        reset, step = vector.reset, vector.step
        outside = self

        def observed_reset(envs: Any) -> Any:  # noqa: ANN401  gym has no types
            observations = reset(envs)
            outside.first = np.array(observations)[:, -1]
            outside.stacks = np.repeat(outside.first[:, None], 4, axis=1)
            assert (outside.stacks == observations).all()
            return observations

        def observed_step(envs: Any, actions: Array) -> Any:  # noqa: ANN401
            observations, rewards, done, infos = step(envs, actions)
            truncated = np.array([info.get("TimeLimit.truncated", False) for info in infos])
            frames = np.array(observations)[:, -1]
            outside.stack(frames, done, [info.get("terminal_observation") for info in infos])
            assert (outside.stacks == observations).all()
            outside.steps.append((frames, np.array(rewards), done & ~truncated, done & truncated))
            return observations, rewards, done, infos

        stack = contextlib.ExitStack()
        stack.enter_context(mock.patch.object(vector, "reset", observed_reset))
        stack.enter_context(mock.patch.object(vector, "step", observed_step))
        return stack

    def stack(self, frames: Array, done: Array, finals: list[Any]) -> None:
        """Puts frames behind the last three, or a first frame in all four places."""
        assert self.stacks is not None
        for i, frame in enumerate(frames):
            if done[i]:
                final = np.array(finals[i])
                assert (final[:-1] == self.stacks[i, 1:]).all()
                self.finals.append(final[-1])
                self.stacks[i] = frame
            else:
                self.stacks[i] = np.concatenate([self.stacks[i, 1:], frame[None]])

    def arrays(self, updates: int) -> dict[str, Array]:
        assert self.first is not None
        names = ("frames", "rewards", "terminated", "truncated")
        arrays = {}
        for name, column in zip(names, zip(*self.steps, strict=True), strict=True):
            all_steps = np.stack(column)
            dtype = np.uint8 if name == "frames" else np.float32
            arrays[name] = all_steps.reshape(updates, -1, *all_steps.shape[1:]).astype(dtype)
        return {"first_frames": self.first, "final_frames": np.stack(self.finals), **arrays}


def game(gym: Any) -> type:  # noqa: ANN401
    """Returns a class that has ale-py's games behind the interface of gym 0.23."""
    import ale_py
    import gymnasium

    gymnasium.register_envs(ale_py)

    class Game(gym.Env):  # type: ignore[misc]
        def __init__(self, env_id: str) -> None:
            self._game = gymnasium.make(env_id).unwrapped
            self._seed: int | None = None
            space = self._game.observation_space
            self.observation_space = gym.spaces.Box(0, 255, space.shape, np.uint8)
            self.action_space = gym.spaces.Discrete(int(self._game.action_space.n))
            self.ale = self._game.ale
            self.np_random, _ = gym.utils.seeding.np_random(0)

        def seed(self, seed: int | None = None) -> list[int | None]:
            self._seed = seed
            self.np_random, _ = gym.utils.seeding.np_random(seed)
            return [seed]

        def get_action_meanings(self) -> list[str]:
            return list(self._game.get_action_meanings())

        def reset(self, **_: object) -> Array:
            observation, _info = self._game.reset(seed=self._seed)
            self._seed = None
            return observation

        def step(self, action: int) -> Any:  # noqa: ANN401
            observation, reward, terminated, truncated, _info = self._game.step(int(action))
            info = {"TimeLimit.truncated": True} if truncated and not terminated else {}
            return observation, float(reward), terminated or truncated, info

    return Game


def main() -> None:
    torch.set_num_threads(1)
    gym = importlib.import_module("gym")
    made = game(gym)
    record_cleanrl.parameters = lambda agent: parameters(agent)[::SAMPLE]
    observer, outside = Observer(), Outside()
    argv = [text for name, value in COMMAND_LINE.items() for text in (f"--{name}", value)]
    adam = torch.optim.Adam

    def started(values: Any, **settings: Any) -> Any:  # noqa: ANN401
        initialize(sys._getframe(1).f_globals["agent"])
        return adam(values, **settings)

    with (
        observer.patches("gym"),
        outside.patch(gym.vector.SyncVectorEnv),
        mock.patch.object(gym, "make", made),
        mock.patch.object(torch.optim, "Adam", started),
        mock.patch.object(sys, "argv", [MODULE, *argv, "--cuda", "False"]),
        tempfile.TemporaryDirectory() as runs,
        contextlib.chdir(runs),
    ):
        runpy.run_module(MODULE, run_name="__main__")
    updates = len(observer.updates)
    learnt = {
        name: np.stack([update[name] for update in observer.updates])
        for name in observer.updates[0]
        if name not in ("features", "parameters")
    }
    settings = {
        "module": MODULE,
        "command_line": {name.replace("-", "_"): v for name, v in COMMAND_LINE.items()},
        "args": observer.args,
        "action_space": {"n": 4},
        "epochs": observer.epochs,
        "scalars": observer.scalars,
        "sample": SAMPLE,
        "versions": {
            name: version(name)
            for name in ("cleanrl", "gym", "ale-py", "stable-baselines3", "gymnasium")
        },
    }
    write(
        "cleanrl-atari/breakout.golden",
        "record_cleanrl_atari.py",
        observer.args["seed"],
        settings,
        {
            **outside.arrays(updates),
            **learnt,
            "sampled_parameters": np.stack([u["parameters"] for u in observer.updates]),
            "orders": np.stack(observer.orders),
        },
    )


if __name__ == "__main__":
    main()
