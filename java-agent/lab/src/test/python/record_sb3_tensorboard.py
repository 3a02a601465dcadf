"""Records the TensorBoard folder of a short training by Stable-Baselines3.

    pip install torch==2.15.0 stable-baselines3==2.9.2 tensorboard==2.21.0 'numpy<2'
    python record_sb3_tensorboard.py

writes resources/sb3/PPO_1/events.out.tfevents.*, and what TensorBoard itself reads from it to
resources/sb3/scalars.json: for each tag the steps and values.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from stable_baselines3 import PPO
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

FOLDER = Path(__file__).parent.parent / "resources" / "sb3"


def main() -> None:
    """Trains and records."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    model = PPO("MlpPolicy", "CartPole-v1", n_steps=256, seed=1, tensorboard_log=str(FOLDER))
    model.learn(2048)
    events = EventAccumulator(str(FOLDER / "PPO_1"))
    events.Reload()
    scalars = {
        tag: {
            "steps": [each.step for each in events.Scalars(tag)],
            "values": [each.value for each in events.Scalars(tag)],
        }
        for tag in events.Tags()["scalars"]
    }
    (FOLDER / "scalars.json").write_text(json.dumps(scalars, indent=1) + "\n")


if __name__ == "__main__":
    main()
