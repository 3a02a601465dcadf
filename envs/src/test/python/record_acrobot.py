"""Records trajectories of Gymnasium's Acrobot for AcrobotTest; recorder.py says how."""

import math

import numpy as np

from recorder import Recorder, neighbours, print_origin, random_discrete


def pump(state: np.ndarray) -> int:
    """Swings the links up: pushes the second link on the way it goes."""
    return 2 if state[3] > 0 else 0


def boundaries(recorder: Recorder) -> None:
    """Steps over the wrap of an angle, into the limits of the velocities and over the goal."""
    for sign in (-1.0, 1.0):
        for angle in neighbours(math.pi):
            for action in range(3):
                recorder.place(sign * angle, 0, 0, 0)
                recorder.step(action)
                recorder.place(0, sign * angle, 0, sign * 2)
                recorder.step(action)
        for speed in (0.5, 1.0, 4 * math.pi):
            recorder.place(sign * 3, -sign * 3, sign * speed, -sign * speed)
            recorder.step(0)
        for omega_1, omega_2 in (
            (4 * math.pi, 9 * math.pi),
            (4 * math.pi, -9 * math.pi),
            (12.5, 28.2),
            (0, 28.2),
        ):
            recorder.place(sign, sign * 0.5, sign * omega_1, sign * omega_2)
            recorder.step(2)
        # -cos(a) - cos(a) is 1 at 2 pi / 3, and hardly changes in a step of a slow turn.
        for theta in np.linspace(2.05, 2.15, 11):
            recorder.place(sign * theta, 0, 0, 0)
            recorder.step(1)
        recorder.place(sign * math.pi, 0, 0, 0)
        recorder.step(1)
        recorder.place(sign * 0.0, sign * 0.0, sign * 0.0, sign * 0.0)
        recorder.step(1)


def main() -> None:
    print_origin(__file__)
    for seed in [*range(8), 2**31, 2**53 + 1, 2**63 - 1]:
        Recorder("Acrobot-v1", 40).episodes(seed, 2, random_discrete(3, seed))
    for seed in range(3):
        Recorder("Acrobot-v1", 500).episodes(seed, 2, pump)
    Recorder("Acrobot-v1", 500).episodes(0, 1, random_discrete(3, 0))
    boundaries(Recorder("Acrobot-v1", 500))


if __name__ == "__main__":
    main()
