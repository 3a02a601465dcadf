"""Records trajectories of Gymnasium's MountainCarContinuous for MountainCarContinuousTest.

recorder.py describes the format. The third number of the state is 1 if the first two are float32,
else 0.
"""

from collections.abc import Iterable

import numpy as np

from recorder import Recorder, neighbours, print_origin, random_continuous

ENV_ID = "MountainCarContinuous-v0"


class ContinuousRecorder(Recorder):
    state_dtype = np.float32

    def state_numbers(self) -> Iterable[float]:
        return [*self.state(), float(self.state().dtype == np.float32)]


def pump(state: np.ndarray) -> float:
    """Reaches the goal: accelerates the way the car goes."""
    return 0.8 if state[1] >= 0 else -0.8


def boundaries(recorder: Recorder) -> None:
    """Steps against the wall, into the limit of the speed, to the goal, with clipped actions."""
    for action in (
        -3.0,
        -1.0,
        0.0,
        0.3,
        1.0,
        np.nextafter(np.float32(1), np.float32(2)),
        1e30,
    ):
        for position in (-1.2, -1.19, -1.13):
            for velocity in (0.0, -0.0, -0.0023, -0.02, 0.02, -0.07):
                recorder.place(position, velocity)
                recorder.step(action)
        for velocity in neighbours(0.07):
            recorder.place(-0.9, velocity)
            recorder.step(action)
            recorder.place(0.1, -velocity)
            recorder.step(action)
        for position in (0.45, 0.449, 0.43, 0.5, 0.57, 0.6):
            for velocity in (0.0, -0.001, 0.01, 0.05, 0.07):
                recorder.place(position, velocity)
                recorder.step(action)


def main() -> None:
    print_origin(__file__)
    for seed in [*range(8), 2**31, 2**53 + 1, 2**63 - 1]:
        ContinuousRecorder(ENV_ID, 30).episodes(seed, 2, random_continuous(2, seed))
    ContinuousRecorder(ENV_ID, 999).episodes(1, 1, random_continuous(1, 1))
    for seed in range(3):
        ContinuousRecorder(ENV_ID, 999).episodes(seed, 2, pump)
    for goal_velocity in (0, 0.03, 0.07, -0.01):
        recorder = ContinuousRecorder(ENV_ID, 150, goal_velocity=goal_velocity)
        recorder.episodes(5, 1, pump)
    boundaries(ContinuousRecorder(ENV_ID, 999))
    boundaries(ContinuousRecorder(ENV_ID, 999, goal_velocity=0.03))


if __name__ == "__main__":
    main()
