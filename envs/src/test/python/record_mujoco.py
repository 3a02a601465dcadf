"""Records what Gymnasium's MuJoCo tasks do, for the test of their Java counterparts.

    python record_mujoco.py FILE

MujocoParityTest runs this with the Gymnasium and MuJoCo of the project's Python and reads the file
at once; nothing is kept. It is lines of words:

    make ID MAX_EPISODE_STEPS [NAME=VALUE ...]   a new environment with these arguments
    reset SEED STATE OBSERVATION                 reset(seed=SEED), or reset() where SEED is -
    step ACTION REWARD TERMINATED TRUNCATED STATE OBSERVATION [NAME=PART ...]

STATE is qpos and qvel; PART is a part of the reward, as info has it. Numbers are the 16 hex digits
of their float64 bits; an ACTION is rounded to float32 first.
"""

import sys
from typing import Any

import gymnasium as gym
import numpy as np

STEPS = 1000

MAKES: list[tuple[str, int, float, dict[str, Any]]] = [
    # id, time limit, greatest action, arguments
    ("HalfCheetah-v4", 300, 1.5, {}),
    ("HalfCheetah-v5", 300, 1.5, {}),
    (
        "HalfCheetah-v5",
        300,
        1.0,
        {
            "frame_skip": 3,
            "forward_reward_weight": 1.7,
            "ctrl_cost_weight": 0.23,
            "reset_noise_scale": 0.3,
            "exclude_current_positions_from_observation": False,
        },
    ),
    ("Hopper-v4", 300, 1.5, {}),
    ("Hopper-v4", 50, 1.5, {"terminate_when_unhealthy": False, "healthy_reward": 0.7}),
    ("Hopper-v5", 300, 1.5, {}),
    ("Hopper-v5", 300, 0.3, {"healthy_angle_range": (-0.05, 0.05), "healthy_reward": 2.5}),
    ("Hopper-v5", 50, 1.5, {"terminate_when_unhealthy": False}),
    (
        "Hopper-v5",
        300,
        1.5,
        {
            "healthy_state_range": (-3.0, 3.0),
            "healthy_z_range": (0.9, float("inf")),
            "exclude_current_positions_from_observation": False,
        },
    ),
    ("Walker2d-v4", 300, 1.5, {}),
    ("Walker2d-v4", 50, 1.5, {"terminate_when_unhealthy": False}),
    ("Walker2d-v5", 300, 1.5, {}),
    (
        "Walker2d-v5",
        300,
        1.5,
        {
            "frame_skip": 2,
            "healthy_z_range": (0.9, 1.5),
            "healthy_angle_range": (-0.4, 0.4),
            "ctrl_cost_weight": 0.02,
            "reset_noise_scale": 0.02,
        },
    ),
    ("Swimmer-v5", 300, 1.5, {}),
    (
        "Swimmer-v5",
        300,
        1.5,
        {
            "frame_skip": 3,
            "forward_reward_weight": 1.7,
            "ctrl_cost_weight": 0.23,
            "reset_noise_scale": 0.3,
            "exclude_current_positions_from_observation": False,
        },
    ),
    ("Ant-v5", 300, 1.5, {}),
    ("Ant-v5", 50, 1.0, {"main_body": 5, "include_cfrc_ext_in_observation": False}),
    ("Ant-v5", 50, 1.5, {"terminate_when_unhealthy": False, "healthy_z_range": (0.5, 0.7)}),
    (
        "Ant-v5",
        300,
        1.5,
        {
            "frame_skip": 3,
            "forward_reward_weight": 1.3,
            "ctrl_cost_weight": 0.2,
            "contact_cost_weight": 0.01,
            "healthy_reward": 0.7,
            "main_body": "front_left_leg",
            "healthy_z_range": (0.3, 0.9),
            "contact_force_range": (-0.5, 2.0),
            "reset_noise_scale": 0.2,
            "exclude_current_positions_from_observation": False,
        },
    ),
    ("Humanoid-v5", 300, 0.6, {}),
    ("Humanoid-v5", 60, 0.4, {"terminate_when_unhealthy": False, "healthy_reward": 2.5}),
    (
        "Humanoid-v5",
        60,
        0.4,
        {
            "frame_skip": 3,
            "forward_reward_weight": 0.9,
            "ctrl_cost_weight": 0.3,
            "contact_cost_weight": 1e-4,
            "contact_cost_range": (0.5, 7.0),
            "healthy_z_range": (0.9, 1.5),
            "reset_noise_scale": 0.05,
            "exclude_current_positions_from_observation": False,
            "include_cinert_in_observation": False,
        },
    ),
    ("Humanoid-v5", 60, 0.4, {"include_cvel_in_observation": False}),
    ("Humanoid-v5", 60, 0.4, {"include_qfrc_actuator_in_observation": False}),
    ("Humanoid-v5", 60, 0.4, {"include_cfrc_ext_in_observation": False}),
    ("HumanoidStandup-v5", 300, 0.6, {}),
    (
        "HumanoidStandup-v5",
        60,
        0.4,
        {
            "frame_skip": 3,
            "uph_cost_weight": 2,
            "ctrl_cost_weight": 0.3,
            "impact_cost_weight": 1e-4,
            "impact_cost_range": (0.5, 7.0),
            "reset_noise_scale": 0.05,
            "exclude_current_positions_from_observation": False,
            "include_cinert_in_observation": False,
            "include_cvel_in_observation": False,
            "include_qfrc_actuator_in_observation": False,
            "include_cfrc_ext_in_observation": False,
        },
    ),
    ("Reacher-v5", 50, 1.5, {}),
    (
        "Reacher-v5",
        50,
        1.0,
        {"frame_skip": 3, "reward_dist_weight": 1.7, "reward_control_weight": 0.3},
    ),
    ("Pusher-v5", 100, 2.5, {}),
    (
        "Pusher-v5",
        100,
        2.0,
        {
            "frame_skip": 3,
            "reward_near_weight": 0.7,
            "reward_dist_weight": 1.3,
            "reward_control_weight": 0.03,
        },
    ),
    ("InvertedPendulum-v5", 300, 3.5, {}),
    ("InvertedPendulum-v5", 20, 0.3, {"frame_skip": 3, "reset_noise_scale": 0.05}),
    ("InvertedDoublePendulum-v5", 300, 1.5, {}),
    (
        "InvertedDoublePendulum-v5",
        20,
        0.3,
        {"frame_skip": 3, "healthy_reward": 3.5, "reset_noise_scale": 0.02},
    ),
]


def words(numbers: Any) -> str:
    """Returns the bits of numbers, or of one."""
    return np.asarray(numbers, ">f8").tobytes().hex()


def record(env_id: str, limit: int, scale: float, kwargs: dict[str, Any], out: Any) -> None:
    """Records STEPS steps of one environment under actions uniform within scale either way."""
    arguments = [f"{name}={value}".replace(" ", "") for name, value in kwargs.items()]
    print("make", env_id, limit, *arguments, file=out)
    env = gym.make(env_id, max_episode_steps=limit, disable_env_checker=True, **kwargs)
    base: Any = env.unwrapped
    random = np.random.default_rng(7)
    seed: int | None = 11
    done = True
    for _ in range(STEPS):
        if done:
            observation, _ = env.reset(seed=seed)
            name = "-" if seed is None else seed
            print("reset", name, words(base.state_vector()), words(observation), file=out)
            seed = None
        action = random.uniform(-scale, scale, env.action_space.shape).astype(np.float32)
        observation, reward, terminated, truncated, info = env.step(action)
        parts = [
            f"{name}={words(part)}"
            for name, part in info.items()
            if "reward_" in name or "penalty" in name
        ]
        print(
            *("step", words(action), words(reward), int(terminated), int(truncated)),
            *(words(base.state_vector()), words(observation), *parts),
            file=out,
        )
        done = terminated or truncated
    env.close()


if __name__ == "__main__":
    with open(sys.argv[1], "w") as file:
        for made in MAKES:
            record(*made, file)
