"""What environments render, as JSON."""

from __future__ import annotations

import base64
import os
from typing import Any

import numpy as np


def choose_headless_renderer(kwargs: dict[str, Any]) -> None:
    """Has MuJoCo render without a display where there is none, by EGL.

    Takes effect only before the package is imported. ``MUJOCO_GL``, if it is set, is obeyed.
    """
    if kwargs.get("render_mode") == "rgb_array" and not os.environ.get("DISPLAY"):
        os.environ.setdefault("MUJOCO_GL", "egl")


def with_camera(kwargs: dict[str, Any], entry_point: object) -> dict[str, Any]:
    """Returns ``kwargs`` with the camera of Gymnasium's MuJoCo tasks that follows the robot.

    Since Gymnasium 1.4 the camera stays where an episode begins, which HalfCheetah leaves at once.
    Other environments, and a camera that is chosen, are left as they are. A model without a camera
    ``track`` keeps the one that it has.
    """
    is_mujoco = str(entry_point).startswith("gymnasium.envs.mujoco")
    chosen = kwargs.keys() & {"camera_id", "camera_name", "default_camera_config"}
    if not is_mujoco or "render_mode" not in kwargs or chosen:
        return kwargs
    return {**kwargs, "camera_name": "track"}


def frame(rendered: Any) -> dict[str, Any]:
    """Returns the width, the height and the RGB bytes, in base64, of a rendered frame.

    Raises:
        ValueError: if it is no array ``[height, width, 3]`` of uint8.

    """
    if (
        not isinstance(rendered, np.ndarray)
        or rendered.dtype != np.uint8
        or rendered.ndim != 3
        or rendered.shape[2] != 3
    ):
        what = (
            f"an array {rendered.shape} of {rendered.dtype}"
            if isinstance(rendered, np.ndarray)
            else f"{type(rendered).__name__}"
        )
        raise ValueError(
            f"render() gave {what}, expected an array (height, width, 3) of uint8; "
            "the environment needs the render mode rgb_array"
        )
    return {
        "width": rendered.shape[1],
        "height": rendered.shape[0],
        "rgb": base64.b64encode(rendered.tobytes()).decode("ascii"),
    }
