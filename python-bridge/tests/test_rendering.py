"""What environments render, as JSON."""

import base64
import os
from typing import Any

import gymnasium
import numpy as np
import pytest

from ppo4j_bridge.rendering import choose_headless_renderer, frame, with_camera


def test_a_frame_is_its_size_and_bytes() -> None:
    picture = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    reply = frame(picture[:, ::-1])
    assert (reply["width"], reply["height"]) == (3, 2)
    assert base64.b64decode(reply["rgb"]) == picture[:, ::-1].tobytes()


@pytest.mark.parametrize("rendered", [None, "text", np.zeros((2, 3)), np.zeros((2, 3, 3))])
def test_anything_else_is_refused(rendered: Any) -> None:
    with pytest.raises(ValueError, match="expected an array \\(height, width, 3\\) of uint8"):
        frame(rendered)


def test_mujoco_renders_without_a_display_by_egl(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("MUJOCO_GL", raising=False)
    choose_headless_renderer({})
    assert "MUJOCO_GL" not in os.environ
    choose_headless_renderer({"render_mode": "rgb_array"})
    assert os.environ["MUJOCO_GL"] == "egl"
    monkeypatch.setenv("MUJOCO_GL", "osmesa")
    choose_headless_renderer({"render_mode": "rgb_array"})
    assert os.environ["MUJOCO_GL"] == "osmesa"


@pytest.mark.parametrize(
    ("env_id", "kwargs", "camera"),
    [
        ("HalfCheetah-v5", {"render_mode": "rgb_array"}, "track"),
        ("HalfCheetah-v5", {"render_mode": "rgb_array", "camera_name": "mine"}, "mine"),
        ("HalfCheetah-v5", {"render_mode": "rgb_array", "camera_id": 0}, None),
        ("HalfCheetah-v5", {}, None),
        ("CartPole-v1", {"render_mode": "rgb_array"}, None),
    ],
)
def test_the_camera_of_mujoco_follows(
    env_id: str, kwargs: dict[str, Any], camera: str | None
) -> None:
    before = dict(kwargs)
    entry_point = gymnasium.spec(env_id).entry_point
    assert with_camera(kwargs, entry_point).get("camera_name") == camera
    assert kwargs == before


def test_the_following_camera_is_one_of_the_model() -> None:
    mujoco = pytest.importorskip("mujoco")
    env: Any = gymnasium.make("HalfCheetah-v5").unwrapped
    camera = mujoco.mj_name2id(env.model, mujoco.mjtObj.mjOBJ_CAMERA, "track")
    assert env.model.cam_mode[camera] == mujoco.mjtCamLight.mjCAMLIGHT_TRACKCOM
    env.close()
