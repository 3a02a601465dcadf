"""Records trajectories of Gymnasium's CartPole for CartPoleTest.

    python record_cartpole.py > ../resources/org/ppo4j/env/classic/cartpole.txt

    make ID SUTTON_BARTO_REWARD MAX_EPISODE_STEPS    a new environment
    reset SEED STATE                                 reset(seed=SEED), or reset() where SEED is -
    from STATE                                       the state is set
    step ACTION REWARD TERMINATED TRUNCATED STATE

STATE is the state's four float64 numbers and then the cosine and sine of its angle, each the 16 hex
digits of its bits. The script makes sure that the observation is the state rounded to float32.
"""

import datetime
import math
import platform
import struct
from collections.abc import Callable

import gymnasium as gym
import numpy as np

Policy = Callable[[np.ndarray], int]
THETA_LIMIT = 12 * 2 * math.pi / 360


class Recorder:
    def __init__(
        self, env_id: str, sutton_barto_reward: bool, max_episode_steps: int
    ) -> None:
        print(f"make {env_id} {str(sutton_barto_reward).lower()} {max_episode_steps}")
        self.env = gym.make(
            env_id,
            sutton_barto_reward=sutton_barto_reward,
            max_episode_steps=max_episode_steps,
        )

    def state(self) -> np.ndarray:
        return np.asarray(self.env.unwrapped.state, dtype=np.float64)  # type: ignore[attr-defined]

    def words(self, observation: np.ndarray) -> str:
        np.testing.assert_array_equal(observation, self.state().astype(np.float32))
        theta = self.state()[2]
        numbers = [*self.state(), np.cos(theta), np.sin(theta)]
        return " ".join(struct.pack(">d", number).hex() for number in numbers)

    def reset(self, seed: int | None) -> None:
        observation, _ = self.env.reset(seed=seed)
        print(f"reset {'-' if seed is None else seed} {self.words(observation)}")

    def step(self, action: int) -> bool:
        observation, reward, terminated, truncated, _ = self.env.step(action)
        print(
            f"step {action} {reward} {int(terminated)} {int(truncated)} {self.words(observation)}"
        )
        return terminated or truncated

    def place(self, *state: float) -> None:
        self.env.reset(seed=0)
        self.env.unwrapped.state = np.array(state, dtype=np.float64)  # type: ignore[attr-defined]
        print(f"from {self.words(self.state().astype(np.float32))}")

    def episodes(self, seed: int, count: int, policy: Policy) -> None:
        """Records whole episodes, those after the first without a new seed."""
        for i in range(count):
            self.reset(seed if i == 0 else None)
            while not self.step(policy(self.state())):
                pass


def random_policy(seed: int) -> Policy:
    rng = np.random.default_rng(1000 + seed)
    return lambda state: int(rng.integers(2))


def balance(state: np.ndarray) -> int:
    """Keeps the pole up for good."""
    x, x_dot, theta, theta_dot = state
    return int(0.1 * x + 0.3 * x_dot + 3 * theta + theta_dot > 0)


def boundaries(recorder: Recorder) -> None:
    """Steps from at, just below and just beyond each limit, and from far away."""
    for sign in (-1.0, 1.0):
        for x in (2.4, math.nextafter(2.4, 0), math.nextafter(2.4, 3)):
            recorder.place(sign * x, 0, 0, 0)
            recorder.step(1)
        for theta in (
            THETA_LIMIT,
            math.nextafter(THETA_LIMIT, 0),
            math.nextafter(THETA_LIMIT, 1),
        ):
            recorder.place(0, 0, sign * theta, 0)
            recorder.step(0)
        recorder.place(sign * 2.39, sign * 3, 0, 0)
        recorder.step(0)
        recorder.place(0, sign * 1e6, sign * 0.2, sign * 1e3)
        recorder.step(1)
        recorder.place(sign * 0.0, sign * 0.0, sign * 0.0, sign * 0.0)
        recorder.step(1)


def main() -> None:
    print(
        f"# gymnasium {gym.__version__}, numpy {np.__version__}, Python {platform.python_version()}"
    )
    print(f"# recorded {datetime.date.today()} by record_cartpole.py")
    for seed in [*range(8), 2**31, 2**53 + 1, 2**63 - 1]:
        Recorder("CartPole-v1", False, 500).episodes(seed, 3, random_policy(seed))
    for seed in range(4):
        Recorder("CartPole-v1", True, 500).episodes(seed, 2, random_policy(seed))
    Recorder("CartPole-v1", False, 500).episodes(3, 2, balance)
    Recorder("CartPole-v0", True, 200).episodes(4, 2, balance)
    # Seed 0 falls at step 25 under its random actions: the limit one before, at and one after.
    for limit in (24, 25, 26):
        Recorder("CartPole-v1", True, limit).episodes(0, 1, random_policy(0))
    boundaries(Recorder("CartPole-v1", False, 500))
    boundaries(Recorder("CartPole-v1", True, 500))


if __name__ == "__main__":
    main()
