"""Records trajectories of Gymnasium's Pendulum for PendulumTest; recorder.py says how."""

import math

import numpy as np

from recorder import Recorder, neighbours, print_origin, random_continuous


def pump(state: np.ndarray) -> float:
    """Turns ever faster, round and round: pushes the way the pendulum goes."""
    return 1.7 if state[1] >= 0 else -1.7


def boundaries(recorder: Recorder) -> None:
    """Steps from angles near and far beyond the wrap, into the limit of the speed, clipped."""
    for action in (
        -3.0,
        -2.0,
        0.0,
        0.7,
        2.0,
        np.nextafter(np.float32(2), np.float32(3)),
        1e30,
    ):
        for sign in (-1.0, 1.0):
            for turns in (1, 3, 101):
                for theta in neighbours(turns * math.pi):
                    recorder.place(sign * theta, 0.5)
                    recorder.step(action)
            for theta_dot in (0.0, -0.0, 7.9, 8.0, 9.0):
                recorder.place(sign, sign * theta_dot)
                recorder.step(action)


def main() -> None:
    print_origin(__file__)
    for seed in [*range(8), 2**31, 2**53 + 1, 2**63 - 1]:
        Recorder("Pendulum-v1", 30).episodes(seed, 2, random_continuous(3, seed))
    Recorder("Pendulum-v1", 200).episodes(1, 1, random_continuous(2, 1))
    Recorder("Pendulum-v1", 200).episodes(2, 2, pump)
    for g in (9.81, 0.0, 1.62):
        Recorder("Pendulum-v1", 100, g=g).episodes(5, 1, pump)
    boundaries(Recorder("Pendulum-v1", 200))
    boundaries(Recorder("Pendulum-v1", 200, g=9.81))


if __name__ == "__main__":
    main()
