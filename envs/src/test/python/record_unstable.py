"""Records how Gymnasium's MuJoCo tasks continue after a simulation has diverged.

    python record_unstable.py FILE

MujocoUnstableTest runs this; FILE is as record_mujoco.py writes it. The arguments make the
simulations diverge repeatedly: extreme starts, or steps that are too long for the controls.
"""

import sys
from pathlib import Path
from typing import Any

from record_mujoco import record

MAKES: list[tuple[str, int, float, dict[str, Any]]] = [
    ("HalfCheetah-v5", 20, 1.0, {"reset_noise_scale": 1e8}),
    ("HalfCheetah-v5", 50, 1.0, {"reset_noise_scale": 3e3, "frame_skip": 2}),
    ("Hopper-v5", 20, 1.0, {"reset_noise_scale": 1e10, "terminate_when_unhealthy": False}),
    ("Hopper-v5", 50, 1.0, {"reset_noise_scale": 1e5, "terminate_when_unhealthy": False}),
    ("Ant-v5", 50, 1.0, {"reset_noise_scale": 1e6, "terminate_when_unhealthy": False}),
    ("Humanoid-v5", 50, 0.4, {"reset_noise_scale": 1e6, "terminate_when_unhealthy": False}),
    ("Swimmer-v5", 50, 1.0, {"reset_noise_scale": 1e9}),
    ("Walker2d-v4", 50, 1.0, {"reset_noise_scale": 1e6, "terminate_when_unhealthy": False}),
]

if __name__ == "__main__":
    with open(sys.argv[1], "w") as file:
        for made in MAKES:
            record(*made, file)
    for kind in ("QPOS", "QVEL", "QACC"):
        assert f"huge value in {kind}" in Path("MUJOCO_LOG.TXT").read_text(), kind
