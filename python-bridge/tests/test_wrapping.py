"""The wrappers, on an environment that shows what it does, and on a game if ale-py is there."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium import spaces

from ppo4j_bridge.fitting import MisfitError
from ppo4j_bridge.host import Sections, host_layout
from ppo4j_bridge.making import make_host
from ppo4j_bridge.spaces import UnsupportedSpaceError, asymmetric_rows, observation_rows
from ppo4j_bridge.wrapping import OPTIONS, WrapperError, wrap


class Counting(gymnasium.Env[Any, Any]):
    """Gives an image whose numbers are those of the steps taken, and a reward of 2 a step."""

    def __init__(self, length: int = 10) -> None:
        self.observation_space = spaces.Box(0, 255, (4, 6, 3), np.uint8)
        self.action_space = spaces.Discrete(2)
        self._length = length
        self._steps = 0

    def _image(self) -> Any:
        return np.full((4, 6, 3), self._steps, np.uint8)

    def reset(self, *, seed: int | None = None, options: Any = None) -> Any:
        """Starts an episode."""
        self._steps = 0
        return self._image(), {}

    def step(self, action: Any) -> Any:
        """Steps once."""
        self._steps += 1
        return self._image(), 2.0, self._steps == self._length, False, {}


class Parts(Counting):
    """Has a part that is not numbers."""

    def __init__(self) -> None:
        super().__init__()
        text = spaces.Text(9)
        self.observation_space = spaces.Dict(
            {"image": spaces.Box(0, 255, (4, 6, 3), np.uint8), "mission": text}
        )


def test_frames_are_skipped_and_rewards_added() -> None:
    env = wrap(Counting(), {"frame_skip": 4})
    env.reset()
    observation, reward, terminated, _, _ = env.step(0)
    assert observation[0, 0, 0] == 4
    assert reward == 8
    env.step(0)
    observation, reward, terminated, _, _ = env.step(0)
    assert (observation[0, 0, 0], reward, terminated) == (10, 4, True)


class Buffer(Counting):
    """Writes each image over the one before, and counts down."""

    def __init__(self, length: int = 10) -> None:
        super().__init__(length)
        self._buffer = np.zeros((4, 6, 3), np.uint8)

    def _image(self) -> Any:
        self._buffer[...] = 100 - self._steps
        return self._buffer


def test_the_maximum_is_of_the_last_two_frames_of_the_step() -> None:
    env = wrap(Buffer(length=6), {"frame_skip": 4, "frame_max": True})
    env.reset()
    assert env.step(0)[0].max() == 97
    observation, _, terminated, _, _ = env.step(0)
    assert (observation.max(), terminated) == (95, True)
    env = wrap(Buffer(length=5), {"frame_skip": 4, "frame_max": True})
    for _ in range(2):
        env.reset()
        env.step(0)
        observation, _, terminated, _, _ = env.step(0)
        assert (observation.max(), terminated) == (95, True)


def test_stacks_keep_what_the_environment_writes_over() -> None:
    env = wrap(Buffer(), {"frame_stack": 2})
    env.reset()
    env.step(0)
    assert sorted(set(env.step(0)[0].ravel().tolist())) == [98, 99]


class Misfit(Counting):
    """Gives the dtype and number that it was made with."""

    def __init__(self, space: Any, dtype: Any, number: float) -> None:
        super().__init__()
        self.observation_space = spaces.Box(*space)
        self._made = np.full(self.observation_space.shape, number, dtype)

    def _image(self) -> Any:
        return self._made


@pytest.mark.parametrize(
    "options",
    [
        {"frame_stack": 2},
        {"frame_skip": 2, "frame_max": True},
        {"resize": [2, 3]},
        {"grayscale": True},
    ],
)
def test_numbers_are_checked_before_they_are_changed(options: dict[str, Any]) -> None:
    pytest.importorskip("cv2")
    space = (0, 255, (4, 6, 3), np.uint8)
    env = wrap(Misfit(space, np.int64, 5), options)
    env.reset()
    observation = env.step(0)[0]
    assert (observation.dtype, observation.max()) == (np.uint8, 5)
    for dtype, number in (np.int64, 300), (np.float64, 0.5):
        env = wrap(Misfit(space, dtype, number), options)
        with pytest.raises(MisfitError, match=rf"an observation of dtype {dtype.__name__} with"):
            env.reset()


def test_planes_of_bool_and_of_grey_are_stacked_as_channels() -> None:
    env = wrap(Misfit((0, 1, (3, 7, 7), bool), bool, 1), {"frame_stack": 2})
    assert env.observation_space == spaces.Box(0, 1, (6, 7, 7), bool)  # type: ignore[arg-type]
    assert env.reset()[0].all()
    grey = wrap(Misfit((0, 255, (8, 8), np.uint8), np.uint8, 9), {"frame_stack": 4})
    assert grey.observation_space == spaces.Box(0, 255, (4, 8, 8), np.uint8)
    assert grey.reset()[0].shape == (4, 8, 8)
    small = gymnasium.wrappers.TransformObservation(
        Counting(), lambda image: image[:, :4, 0], spaces.Box(0, 255, (4, 4), np.uint8)
    )
    last = wrap(small, {"frame_stack": 4})  # by the rule of shapes
    last.reset()
    assert last.step(0)[0][2, 3].tolist() == [0, 0, 0, 1]


def limit(env: gymnasium.Env[Any, Any]) -> gymnasium.Env[Any, Any]:
    return gymnasium.wrappers.TimeLimit(env, 4)


class NewInfo(gymnasium.Wrapper[Any, Any, Any, Any]):
    """Gives infos that are its own."""

    def step(self, action: Any) -> Any:
        """Steps once."""
        return *self.env.step(action)[:4], {"episode": 1}


@pytest.mark.parametrize(
    ("wrappers", "length"),
    [
        ([], 10),
        ([f"{__name__}:limit"], 4),
        ([f"{__name__}:NewInfo"], 10),
        (["gymnasium.wrappers:RecordEpisodeStatistics"], 10),
    ],
)
def test_episodes_are_those_of_the_environment_whatever_ends_them(
    wrappers: list[str], length: int
) -> None:
    gymnasium.register("Counting-v0", entry_point=Counting)  # type: ignore[arg-type]
    try:
        options = {"wrappers": wrappers, "frame_skip": 2, "reward_sign": True}
        host = make_host("Counting-v0", 1, {OPTIONS: options})
    finally:
        del gymnasium.registry["Counting-v0"]
    memory = memoryview(bytearray(host_layout(host).size))
    sections = Sections(memory, host)
    host.attach(memory)
    host.reset(1)
    host.step()
    host.reset(2)  # what was begun does not count
    for _ in range(2):
        steps = 0
        while steps == 0 or not (sections.terminated[0] or sections.truncated[0]):
            host.step()
            steps += 1
        assert steps == length // 2
        assert sections.episode_lengths[0] == length
        assert sections.episode_returns[0] == 2 * length


@pytest.mark.parametrize(
    ("shape", "count", "stacked", "channels"),
    [
        ((10, 12, 3), 3, (9, 10, 12), 0),
        ((3, 10, 12), 3, (9, 10, 12), 0),
        ((20, 10, 3), 4, (20, 10, 12), 2),  # as channels first, it would be taken for 12 x 20 x 10
        ((8, 8, 2), 4, (8, 8, 8), 2),
        ((7, 7, 3), 3, (441,), None),
        ((3, 7, 7), 3, (441,), None),
    ],
)
def test_frames_are_stacked_as_channels(
    shape: tuple[int, ...], count: int, stacked: tuple[int, ...], channels: int | None
) -> None:
    colours = shape[0] if shape[0] == 3 else shape[2]

    def colour(image: Any) -> Any:
        pixels = np.arange(colours, dtype=np.uint8) + 10 * image[0, 0, 0]
        last = (*(shape[1:] if shape[0] == 3 else shape[:2]), colours)
        return np.moveaxis(np.broadcast_to(pixels, last), 2, 0 if shape[0] == 3 else 2)

    space = spaces.Box(0, 255, shape, np.uint8)
    env = wrap(
        gymnasium.wrappers.TransformObservation(Counting(), colour, space), {"frame_stack": count}
    )
    env.reset()
    for _ in range(count):
        observation = env.step(0)[0]
    assert env.observation_space == spaces.Box(0, 255, stacked, np.uint8)
    assert observation.shape == stacked
    expected = [10 * (1 + k) + c for k in range(count) for c in range(colours)]
    if channels is not None:
        moved = np.moveaxis(observation, channels, 0)
        assert moved[:, 0, 0].tolist() == moved[:, 5, 6].tolist() == expected
    else:
        assert sorted(set(observation.tolist())) == expected


def test_images_become_small_and_grey() -> None:
    pytest.importorskip("cv2")
    env = wrap(Counting(), {"resize": [3, 4], "grayscale": True, "frame_stack": 2})
    env.reset()
    assert env.observation_space == spaces.Box(0, 255, (2, 3, 4), np.uint8)
    observation = env.step(0)[0]
    assert observation[:, 0, 0].tolist() == [0, 1]


def test_sign_of_rewards() -> None:
    env = wrap(Counting(), {"reward_sign": True})
    env.reset()
    assert env.step(0)[1] == 1


def test_users_wrappers_in_order() -> None:
    env = wrap(Counting(), {"wrappers": [f"{__name__}:first", f"{__name__}:second"]})
    env.reset()
    assert env.step(0)[1] == 2 * 10 + 1


def first(env: gymnasium.Env[Any, Any]) -> gymnasium.Env[Any, Any]:
    return gymnasium.wrappers.TransformReward(env, lambda reward: float(reward) * 10)


def second(env: gymnasium.Env[Any, Any]) -> gymnasium.Env[Any, Any]:
    return gymnasium.wrappers.TransformReward(env, lambda reward: float(reward) + 1)


def test_parts_that_are_no_numbers_are_named_with_a_remedy() -> None:
    with pytest.raises(UnsupportedSpaceError) as error:
        observation_rows(Parts().observation_space)
    assert str(error.value).startswith("the observations have a part that is not numbers (mission,")
    assert str(error.value).endswith("): pick others, such as --observation-keys image")
    env = wrap(Parts(), {"observation_keys": ["image"]})
    assert env.observation_space == spaces.Box(0, 255, (4, 6, 3), np.uint8)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"wrappers": ["nothing"]}, "is not module:function"),
        ({"wrappers": [f"{__name__}:absent"]}, "has no absent"),
        ({"wrappers": ["builtins:id"]}, "returned int: expected a gymnasium.Env"),
        ({"observation_keys": ["image"]}, "needs Dict observations"),
        ({"noop_max": 3}, "--noop-max is for Atari games"),
        ({"episodic_life": True}, "--episodic-life is for Atari games"),
        ({"fire_reset": True}, "--fire-reset is for Atari games"),
    ],
)
def test_refused_in_a_sentence(options: dict[str, Any], message: str) -> None:
    with pytest.raises(WrapperError, match=message):
        wrap(Counting(), options)


@pytest.mark.parametrize("option", ["resize", "grayscale"])
def test_images_of_other_dtypes_are_refused(option: str) -> None:
    pytest.importorskip("cv2")
    for dtype in (np.int8, np.int32, np.int64, np.float16):
        env = Misfit((0, 1, (4, 6, 3), dtype), dtype, 1)
        with pytest.raises(WrapperError, match=rf"--{option} needs images of dtype uint8, uint16"):
            wrap(env, {option: [2, 3]})


def test_the_maximum_of_frames_needs_arrays() -> None:
    with pytest.raises(WrapperError, match="--frame-max needs observations that are a Box"):
        wrap(Parts(), {"frame_skip": 2, "frame_max": True})


class Game(Counting):
    """Has the names of actions, the lives and the masks of a game."""

    def __init__(self, actions: spaces.Space[Any], names: tuple[str, ...] = ("NOOP",)) -> None:
        super().__init__()
        self.action_space = actions
        self.ale = self
        self._names = list(names)

    def get_action_meanings(self) -> list[str]:
        """Returns the names of the actions."""
        return self._names

    def lives(self) -> int:
        """Returns how many lives are left."""
        return 1

    def action_masks(self) -> Any:
        """Allows all actions."""
        return np.ones(3, bool)


@pytest.mark.parametrize(
    "options", [{"frame_skip": 2}, {"noop_max": 1}, {"episodic_life": True}, {"fire_reset": True}]
)
def test_no_action_is_sent_below_masks(options: dict[str, Any]) -> None:
    fires = Game(spaces.Discrete(3), ("NOOP", "FIRE", "UP"))
    name = next(iter(options)).replace("_", "-")
    with pytest.raises(WrapperError, match=f"--{name} sends actions without a look at the masks"):
        wrap(fires, options, "auto")
    assert wrap(fires, options, "none").reset()[0] is not None


def test_a_game_that_does_not_fire_may_be_masked() -> None:
    assert wrap(Game(spaces.Discrete(3)), {"fire_reset": True}, "auto").reset()[0] is not None


@pytest.mark.parametrize("option", ["noop_max", "episodic_life", "fire_reset"])
def test_games_with_continuous_actions_have_no_wrapper_that_sends_some(option: str) -> None:
    game = Game(spaces.Box(-1, 1, (3,)))
    with pytest.raises(WrapperError, match=r"sends discrete actions, but .* are Box\(-1.0"):
        wrap(game, {option: 1})


def test_an_error_in_the_module_of_a_wrapper_is_not_hidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_wrappers.py").write_text("import math\n\nROOT = math.cubic_root\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(AttributeError, match="cubic_root"):
        wrap(Counting(), {"wrappers": ["broken_wrappers:wrap"]})


def test_the_remedy_for_parts_names_that_of_the_critic() -> None:
    numbers = spaces.Box(0, 1, (3,))
    space = spaces.Dict({"vec": numbers, "state": numbers, "mission": spaces.Text(9)})
    with pytest.raises(UnsupportedSpaceError, match="--observation-keys state,vec"):
        asymmetric_rows(space, "state")
    with pytest.raises(UnsupportedSpaceError, match="where given, must name it too"):
        asymmetric_rows(numbers, "state")


def test_the_part_beside_a_mask_can_be_named() -> None:
    class Board(Counting):
        def __init__(self) -> None:
            super().__init__()
            image = self.observation_space
            mask = spaces.Box(0, 1, (2,), np.int8)
            self.observation_space = spaces.Dict({"observation": image, "action_mask": mask})

        def _image(self) -> Any:
            return {"observation": super()._image(), "action_mask": np.ones(2, np.int8)}

    env = wrap(Board(), {"observation_keys": ["observation"]}, "auto")
    assert env.reset()[0].shape == (4, 6, 3)


def test_parts_that_are_missing_are_told() -> None:
    for keys in ["image"], ["image", "mission"]:
        env = wrap(Parts(), {"observation_keys": keys})
        env.unwrapped._image = lambda: {"picture": 1}  # type: ignore[attr-defined]
        with pytest.raises(MisfitError, match=r"with the parts \['picture'\]"):
            env.reset()


def test_unknown_parts_are_refused() -> None:
    with pytest.raises(WrapperError, match="sound is not among the parts"):
        wrap(Parts(), {"observation_keys": ["sound"]})


def test_missing_games_name_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ale_py", None)
    with pytest.raises(ModuleNotFoundError, match=r"python.* -m pip install ale-py"):
        make_host("ALE/Pong-v5", 1, {})


def test_a_lost_life_is_no_episode() -> None:
    pytest.importorskip("ale_py")
    pytest.importorskip("cv2")
    options = {
        "noop_max": 30,
        "frame_skip": 4,
        "frame_max": True,
        "episodic_life": True,
        "fire_reset": True,
        "reward_sign": True,
        "resize": [84, 84],
        "grayscale": True,
        "frame_stack": 4,
    }
    host = make_host("BreakoutNoFrameskip-v4", 1, {OPTIONS: options})
    assert host.observation.shape == (4, 84, 84)
    memory = memoryview(bytearray(host_layout(host).size))
    sections = Sections(memory, host)
    host.attach(memory)
    host.reset(1)
    lengths = []
    for step in range(1000):
        sections.actions[0] = step % 4
        host.step()
        if sections.terminated[0]:
            lengths.append(sections.episode_lengths[0])
    games = [length for length in lengths if length > 0]
    assert len(games) >= 1
    assert lengths[:4] == [0, 0, 0, 0]
    assert len(lengths) >= 5 * len(games)
    assert min(games) > 100
