"""Records trajectories of Gymnasium's CartPole for CartPoleTest; recorder.py says how."""

import math

import numpy as np

from recorder import Recorder, neighbours, print_origin, random_discrete

THETA_LIMIT = 12 * 2 * math.pi / 360


def recorder(
    max_episode_steps: int, sutton_barto: bool, env_id: str = "CartPole-v1"
) -> Recorder:
    return Recorder(env_id, max_episode_steps, sutton_barto_reward=sutton_barto)


def balance(state: np.ndarray) -> int:
    """Keeps the pole up for good."""
    x, x_dot, theta, theta_dot = state
    return int(0.1 * x + 0.3 * x_dot + 3 * theta + theta_dot > 0)


def boundaries(recorder: Recorder) -> None:
    """Steps from at, just below and just beyond each limit, and from far away."""
    for sign in (-1.0, 1.0):
        for x in neighbours(2.4):
            recorder.place(sign * x, 0, 0, 0)
            recorder.step(1)
        for theta in neighbours(THETA_LIMIT):
            recorder.place(0, 0, sign * theta, 0)
            recorder.step(0)
        recorder.place(sign * 2.39, sign * 3, 0, 0)
        recorder.step(0)
        recorder.place(0, sign * 1e6, sign * 0.2, sign * 1e3)
        recorder.step(1)
        recorder.place(sign * 0.0, sign * 0.0, sign * 0.0, sign * 0.0)
        recorder.step(1)


def main() -> None:
    print_origin(__file__)
    for seed in [*range(8), 2**31, 2**53 + 1, 2**63 - 1]:
        recorder(500, False).episodes(seed, 3, random_discrete(2, seed))
    for seed in range(4):
        recorder(500, True).episodes(seed, 2, random_discrete(2, seed))
    recorder(500, False).episodes(3, 2, balance)
    recorder(200, True, "CartPole-v0").episodes(4, 2, balance)
    # Seed 0 falls at step 25 under its random actions: the limit one before, at and one after.
    for limit in (24, 25, 26):
        recorder(limit, True).episodes(0, 1, random_discrete(2, 0))
    boundaries(recorder(500, False))
    boundaries(recorder(500, True))


if __name__ == "__main__":
    main()
