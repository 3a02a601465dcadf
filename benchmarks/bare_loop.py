"""Steps environments in a plain loop, with which the bridge's overhead is compared.

    python bare_loop.py TASK ENVS

For each number of seconds on standard input it steps for that time and prints the microseconds of a
vector step. BridgeOverhead runs it and uses the same actions.
"""

from __future__ import annotations

import sys
import time

import gymnasium
import numpy as np

BATCHES = 64


def main() -> None:
    task, count = sys.argv[1], int(sys.argv[2])
    envs = [gymnasium.make(task) for _ in range(count)]
    for i, env in enumerate(envs):
        env.reset(seed=1 + i)
    size = int(np.prod(envs[0].action_space.shape or ()))
    numbers = np.arange(BATCHES * count * size, dtype=np.uint64) * 2654435761 % (1 << 32)
    actions = (numbers / (1 << 31) - 1).astype(np.float32).reshape(BATCHES, count, size)
    steps = [env.step for env in envs]
    for line in sys.stdin:
        seconds = float(line)
        rounds = 0
        start = time.perf_counter()
        while (elapsed := time.perf_counter() - start) < seconds:
            for batch in actions:
                for step, env, action in zip(steps, envs, batch, strict=True):
                    _, _, terminated, truncated, _ = step(action)
                    if terminated or truncated:
                        env.reset()
            rounds += 1
        print(1e6 * elapsed / (rounds * BATCHES), flush=True)


if __name__ == "__main__":
    main()
