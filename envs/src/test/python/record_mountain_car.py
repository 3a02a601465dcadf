"""Records trajectories of Gymnasium's MountainCar for MountainCarTest; recorder.py says how."""

import numpy as np

from recorder import Recorder, neighbours, print_origin, random_discrete


def pump(state: np.ndarray) -> int:
    """Reaches the goal: accelerates the way the car goes."""
    return 2 if state[1] >= 0 else 0


def boundaries(recorder: Recorder) -> None:
    """Steps against the wall, into the limit of the speed, and to the goal."""
    for action in range(3):
        for position in (*neighbours(-1.2), -1.19, -1.13):
            for velocity in (
                0.0,
                -0.0,
                -0.0023,
                -0.001,
                -0.02,
                0.02,
                *neighbours(-0.07),
            ):
                recorder.place(position, velocity)
                recorder.step(action)
        for velocity in neighbours(0.07):
            recorder.place(-0.9, velocity)
            recorder.step(action)
            recorder.place(0.1, -velocity)
            recorder.step(action)
        for position in (*neighbours(0.5), *neighbours(0.6), 0.49, 0.45, 0.57):
            for velocity in (0.0, -0.001, 0.01, 0.02, 0.05, 0.07):
                recorder.place(position, velocity)
                recorder.step(action)


def main() -> None:
    print_origin(__file__)
    for seed in [*range(8), 2**31, 2**53 + 1, 2**63 - 1]:
        Recorder("MountainCar-v0", 30).episodes(seed, 2, random_discrete(3, seed))
    Recorder("MountainCar-v0", 200).episodes(1, 1, random_discrete(3, 1))
    for seed in range(3):
        Recorder("MountainCar-v0", 200).episodes(seed, 2, pump)
    for goal_velocity in (0, 0.03, 0.07, -0.01):
        recorder = Recorder("MountainCar-v0", 150, goal_velocity=goal_velocity)
        recorder.episodes(5, 1, pump)
    boundaries(Recorder("MountainCar-v0", 200))
    boundaries(Recorder("MountainCar-v0", 200, goal_velocity=0.03))


if __name__ == "__main__":
    main()
