"""Times the stepping of vector environments; run by `./ppo4j bench`.

    python peer_stepping.py PROGRAM TASK ENVS THREADS SECONDS

PROGRAM is envpool, sync or async (Gymnasium's vector environments), or mj_step: MuJoCo's step alone
on recorded episodes of one environment, without observations and rewards, with ENVS and THREADS 1.
Prints environment steps per second, after a warm-up of the same duration. Action number i is
((i * 2654435761) mod 2^32) / 2^31 - 1, where i counts the numbers of 64 batches, which repeat; if
actions are discrete, its sign is the choice.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

BATCHES = 64


def numbers(count: int) -> npt.NDArray[np.float32]:
    index = np.arange(count, dtype=np.uint64)
    return ((index * 2654435761 % 2**32) / 2**31 - 1).astype(np.float32)


def batches(envs: int, shape: tuple[int, ...] | None) -> list[npt.NDArray[Any]]:
    """64 batches of actions, [envs, *shape]; choices of 0 and 1 without a shape."""
    if shape is None:
        return list((numbers(BATCHES * envs) > 0).astype(np.int32).reshape(BATCHES, envs))
    return list(numbers(BATCHES * envs * int(np.prod(shape))).reshape(BATCHES, envs, *shape))


def envpool_stepper(task: str, envs: int, threads: int) -> Callable[[int], None]:
    import envpool

    name = task.replace("-v5", "-v4") if task not in envpool.list_all_envs() else task
    env = envpool.make_gymnasium(name, num_envs=envs, num_threads=threads)
    env.reset()
    shape = getattr(env.action_space, "shape", None) or None
    actions = batches(envs, shape)
    return lambda i: env.step(actions[i % BATCHES]) and None


def gymnasium_stepper(task: str, envs: int, mode: str) -> Callable[[int], None]:
    import gymnasium

    env = gymnasium.make_vec(task, num_envs=envs, vectorization_mode=mode)
    env.reset(seed=1)
    actions = batches(envs, env.single_action_space.shape or None)
    return lambda i: env.step(actions[i % BATCHES]) and None


def mj_step_stepper(task: str) -> Callable[[int], None]:
    import gymnasium
    import mujoco

    env: Any = gymnasium.make(task)
    physics = env.unwrapped
    model, data, skip = physics.model, physics.data, physics.frame_skip
    actions = batches(1, env.action_space.shape)
    full = mujoco.mjtState.mjSTATE_INTEGRATION
    starts: dict[int, npt.NDArray[np.float64]] = {}
    length = 100 * BATCHES
    ended = True
    for i in range(length):
        if ended:
            env.reset()
            starts[i] = np.empty(mujoco.mj_stateSize(model, full))
            mujoco.mj_getState(model, data, starts[i], full)
        _, _, terminated, truncated, _ = env.step(actions[i % BATCHES][0])
        ended = terminated or truncated

    def step(i: int) -> None:
        start = starts.get(i % length)
        if start is not None:
            mujoco.mj_setState(model, data, start, full)
        data.ctrl[:] = actions[i % BATCHES][0]
        mujoco.mj_step(model, data, skip)

    return step


def main() -> None:
    program, task, envs, threads, seconds = *sys.argv[1:3], *map(int, sys.argv[3:])
    if program == "envpool":
        step = envpool_stepper(task, envs, threads)
    elif program == "mj_step":
        step = mj_step_stepper(task)
    else:
        step = gymnasium_stepper(task, envs, program)
    i = 0
    for _ in ("warm-up", "measured"):
        first, start = i, time.perf_counter()
        while (now := time.perf_counter()) - start < seconds:
            for _ in range(16):
                step(i)
                i += 1
    print((i - first) * envs / (now - start))


if __name__ == "__main__":
    main()
