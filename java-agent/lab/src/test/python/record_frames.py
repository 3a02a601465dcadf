"""Records what Gymnasium renders for chosen states, for DrawingTest.

    python record_frames.py ../resources/frames

Needs gymnasium[classic-control] and pillow. Writes frames.json and one PNG for each state.
"""

import json
import pathlib
import sys

import gymnasium
import numpy as np
from PIL import Image

STATES = {
    "CartPole-v1": [([0.0, 0.0, 0.0, 0.0], None), ([1.3, 0.5, 0.15, -0.3], None), ([-2.0, 0, -0.2, 0], None)],
    "Acrobot-v1": [([0.0, 0.0, 0.0, 0.0], None), ([0.7, -1.2, 1.0, 2.0], None), ([2.9, 0.4, 0, 0], None)],
    "MountainCar-v0": [([-0.5, 0.0], None), ([0.3, 0.02], None), ([-1.1, -0.01], None)],
    "MountainCarContinuous-v0": [([-0.5, 0.0], None), ([0.45, 0.02], None)],
    "Pendulum-v1": [([0.0, 0.0], None), ([2.0, -3.0], None), ([-1.0, 1.0], 1.5), ([3.0, 0.5], -0.7)],
}


def observation(env, state):
    """Returns the observation of a state."""
    if env == "Pendulum-v1":
        return [np.cos(state[0]), np.sin(state[0]), state[1]]
    if env == "Acrobot-v1":
        return [np.cos(state[0]), np.sin(state[0]), np.cos(state[1]), np.sin(state[1]), *state[2:]]
    return list(state)


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    frames = []
    for env_id, states in STATES.items():
        env = gymnasium.make(env_id, render_mode="rgb_array")
        env.reset(seed=1)
        for i, (state, action) in enumerate(states):
            env.unwrapped.state = np.array(state)
            if action is not None:
                env.unwrapped.last_u = action
            name = f"{env_id}-{i}.png"
            Image.fromarray(env.render()).save(folder / name, optimize=True)
            frames.append(
                {
                    "env": env_id,
                    "file": name,
                    "observation": [float(x) for x in observation(env_id, state)],
                    "action": [0.0 if action is None else action],
                    "fps": env.metadata["render_fps"],
                }
            )
        env.close()
    text = json.dumps({"gymnasium": gymnasium.__version__, "frames": frames}, indent=1)
    (folder / "frames.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
