"""Descriptions of spaces, and observations and actions as rows."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gymnasium import spaces

from attached import attached
from bridge_test_envs import ACTION_SPACES, OBSERVATION_SPACES
from ppo4j_bridge.fitting import MisfitError
from ppo4j_bridge.spaces import (
    Rows,
    UnsupportedSpaceError,
    action_rows,
    asymmetric_rows,
    observation_rows,
)

GOLDEN = json.loads((Path(__file__).parent / "data" / "spaces.golden.json").read_text())["spaces"]
"""The descriptions that Java's WorkerDescriptionTest reads too."""


@pytest.mark.parametrize(
    ("space", "description"),
    [
        (
            spaces.Box(np.array([-1.0, -np.inf]), np.array([1.0, np.inf]), dtype=np.float64),
            GOLDEN["box"],
        ),
        (spaces.Box(0, 255, (96, 96, 3), np.uint8), GOLDEN["image"]),
        (spaces.Discrete(3, start=-1), GOLDEN["discrete"]),
        (
            spaces.MultiDiscrete(np.array([[2, 3], [4, 5]]), start=np.array([[0, 0], [0, 7]])),
            GOLDEN["multi_discrete"],
        ),
        (spaces.MultiBinary([2, 3]), GOLDEN["multi_binary"]),
        (
            ACTION_SPACES["discrete_dict"],
            {"type": "multi_discrete", "nvec": [3, 2, 2, 4, 5], "start": [1, 0, 0, 0, 0]},
        ),
        (
            ACTION_SPACES["box_tuple"],
            {
                "type": "box",
                "dtype": "float32",
                "shape": [3],
                "low": [-1.0, -1.0, 0.0],
                "high": [1.0, 1.0, 2.0],
            },
        ),
        (
            ACTION_SPACES["mixed"],
            {
                "type": "tuple",
                "parts": [
                    {"type": "discrete", "n": 2, "start": 1},
                    {
                        "type": "box",
                        "dtype": "float32",
                        "shape": [2],
                        "low": [-1.0],
                        "high": [1.0],
                    },
                    {"type": "multi_binary", "n": 2},
                ],
            },
        ),
    ],
    ids=str,
)
def test_descriptions(space: spaces.Space[Any], description: dict[str, Any]) -> None:
    text = json.dumps(action_rows(space).description, allow_nan=False)
    assert json.loads(text) == description


@pytest.mark.parametrize(
    "name", [name for name in OBSERVATION_SPACES if name not in ("text", "uint64")]
)
def test_observations_arrive_exactly(name: str) -> None:
    space = OBSERVATION_SPACES[name]
    with attached("bridge_test_envs:ppo4j/Show-v0", 2, space=name, length=2) as (host, sections):
        host.reset(5)
        space.seed(5)
        first, second, third, new = (space.sample() for _ in range(4))
        _assert_row(space, sections.observations[0], first)
        host.step()
        _assert_row(space, sections.observations[0], second)
        host.step()
        _assert_row(space, sections.final_observations[0], third)
        _assert_row(space, sections.observations[0], new)


def _assert_row(space: spaces.Space[Any], row: Any, observation: Any) -> None:
    if isinstance(space, spaces.Dict):
        if any(len(part.shape or ()) == 3 for part in space.spaces.values()):
            row = _numbers(observation_rows(space), row)
        observation = spaces.flatten(space, observation)
    assert np.array_equal(np.asarray(row, dtype=np.float64), np.asarray(observation, np.float64))


def _numbers(rows: Rows, row: Any) -> Any:
    """Returns the numbers of a row of bytes, whose leaves start at multiples of 8 bytes."""
    numbers = []
    at = 0
    for part in rows.description["parts"]:
        leaf = np.frombuffer(row[at:], part["dtype"], math.prod(part["shape"]))
        numbers.append(leaf.astype(np.float64))
        at += math.ceil(leaf.nbytes / 8) * 8
    assert at == rows.bytes
    return np.concatenate(numbers)


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("box", [0.5, -2.25]),
        ("box_2d", [1.0, 2.0, 3.0, 4.0]),
        ("box_int16", [-7.0, 8.0]),
        ("discrete", [-1.0]),
        ("multi_discrete", [2.0, 6.0]),
        ("multi_binary", [1.0, 0.0, 1.0]),
        ("discrete_dict", [3.0, 0.0, 1.0, 3.0, 4.0]),
        ("box_tuple", [0.5, -0.25, 1.5]),
        ("boxes", [-1.0, 1.0, 3.0, 0.5]),
        ("mixed", [2.0, 0.5, -0.25, 1.0, 0.0]),
    ],
)
def test_actions_arrive_in_their_dtype_and_shape(name: str, row: list[float]) -> None:
    with attached("bridge_test_envs:ppo4j/Echo-v0", 1, space=name) as (host, sections):
        host.reset(0)
        sections.actions[0] = np.reshape(row, host.action.shape)
        host.step()
        assert sections.observations[0].tolist() == row
        assert sections.rewards[0] == sum(row)


def test_unsigned_actions_do_not_wrap() -> None:
    with attached("bridge_test_envs:ppo4j/Echo-v0", 1, space="box_uint32") as (host, sections):
        host.reset(0)
        sections.actions[0] = [-1, 2**40]
        host.step()
        assert sections.observations[0].tolist() == [0, 2**32 - 1]


@pytest.mark.parametrize(
    ("dtype", "low", "high"),
    [(np.uint32, 0, 2**32 - 1), (np.int8, -128, 127), (np.int64, -(2**63), 2**63 - 1024)],
)
def test_integers_among_the_parts_of_actions_do_not_wrap(dtype: Any, low: int, high: int) -> None:
    whole = spaces.Box(np.iinfo(dtype).min, np.iinfo(dtype).max, (2,), dtype)
    rows = action_rows(spaces.Tuple([whole, spaces.Discrete(3)]))
    assert rows.decode is not None
    numbers, choice = rows.decode(np.array([-(2.0**70), 2.0**70, 2.0]))
    assert numbers.tolist() == [low, high]
    assert choice == 2


def test_boxes_of_integers_and_floats_keep_their_dtypes() -> None:
    small, byte = spaces.Box(-1, 1, (2,), np.int8), spaces.Box(0, 3, (1,), np.uint8)
    number = spaces.Box(-1, 1, (1,), np.float32)
    several: list[list[spaces.Box]] = [[number], [byte], [number, byte]]
    for others in several:
        rows = action_rows(spaces.Tuple([small, *others]))
        parts = [action_rows(part).description for part in [small, *others]]
        assert rows.description == {"type": "tuple", "parts": parts}
        assert rows.decode is not None
        made = rows.decode(np.array([-1.0, 1.0, 1.0, 2.0])[: rows.size])
        assert [part.dtype for part in made] == [np.int8, *(part.dtype for part in others)]
    assert action_rows(spaces.Tuple([small, small])).description["type"] == "box"


def test_actions_are_the_environments_to_keep() -> None:
    with attached("bridge_test_envs:ppo4j/Keep-v0", 1) as (host, sections):
        host.reset(0)
        for action, previous in [(0.25, 0.0), (0.5, 0.25), (0.75, 0.5)]:
            sections.actions[0] = action
            host.step()
            assert sections.observations[0] == previous


def test_unsupported_spaces_are_named() -> None:
    for make, space in [
        (action_rows, ACTION_SPACES["text"]),
        (observation_rows, OBSERVATION_SPACES["text"]),
        (observation_rows, spaces.Dict({"words": spaces.Sequence(spaces.Discrete(3))})),
    ]:
        with pytest.raises(UnsupportedSpaceError, match="is not supported: expected"):
            make(space)
    empty = spaces.Dict({"x": spaces.Dict({"y": spaces.Dict({})}), "place": spaces.Box(-1, 1)})
    with pytest.raises(UnsupportedSpaceError, match=r"\(x, .*such as --observation-keys place"):
        observation_rows(empty)
    with pytest.raises(UnsupportedSpaceError, match="dtype uint64 is not supported"):
        observation_rows(OBSERVATION_SPACES["uint64"])


def test_an_image_of_a_dict_keeps_its_shape() -> None:
    image = spaces.Box(0, 255, (4, 6, 3), np.uint8)
    space = spaces.Dict({"kind": spaces.Discrete(2), "view": image, "where": spaces.Box(-1, 1)})
    rows = observation_rows(space)
    assert [part["shape"] for part in rows.description["parts"]] == [[2], [4, 6, 3], [1]]
    assert rows.parts == ("kind[2]", "view[72]", "where[1]")
    space.seed(1)
    given = space.sample()
    assert rows.fit is not None
    _assert_row(space, rows.fit(given), given)
    assert rows.bytes == 2 * 8 + 4 * 6 * 3 + 8


def test_what_critics_alone_see_comes_last() -> None:
    image = spaces.Box(0, 255, (4, 6, 3), np.uint8)
    state = spaces.Box(-1, 1, (2,), np.float64)
    kind = spaces.Discrete(3)
    for space, names in [
        (spaces.Dict({"a": state, "kind": kind, "z": state}), ("kind[3]", "z[2]", "a[2]")),
        (spaces.Dict({"a": state, "view": image}), ("view[72]", "a[2]")),
    ]:
        rows = asymmetric_rows(space, "a")
        assert rows.parts == names
        assert rows.critic_only == 2
        space.seed(1)
        given = space.sample()
        rest = spaces.Dict({key: part for key, part in space.spaces.items() if key != "a"})
        others = {key: given[key] for key in rest.spaces}
        expected = np.concatenate([np.asarray(spaces.flatten(rest, others)), given["a"]])
        assert rows.fit is not None
        row = rows.fit(given)
        numbers = _numbers(rows, row) if rows.description["type"] == "tuple" else row
        assert np.array_equal(numbers, expected)
        with pytest.raises(MisfitError, match="with the parts"):
            rows.fit(others)
    with pytest.raises(UnsupportedSpaceError, match="not among the parts of the observations"):
        asymmetric_rows(spaces.Dict({"a": state}), "b")
    with pytest.raises(UnsupportedSpaceError, match="of numbers, but it is an image"):
        asymmetric_rows(spaces.Dict({"a": state, "view": image}), "view")
    with pytest.raises(UnsupportedSpaceError, match="must leave other parts for the policy"):
        asymmetric_rows(spaces.Dict({"a": state}), "a")


def test_parts_are_named_in_order() -> None:
    place, kind = spaces.Box(-1, 1, (2, 2)), spaces.Discrete(3)
    there = observation_rows(spaces.Dict([("place", place), ("kind", spaces.Tuple([kind, kind]))]))
    assert there.parts == ("place[4]", "kind.0[3]", "kind.1[3]")
    back = observation_rows(spaces.Dict([("kind", spaces.Tuple([kind, kind])), ("place", place)]))
    assert back.parts == ("kind.0[3]", "kind.1[3]", "place[4]")
    assert action_rows(spaces.Tuple([place, place])).parts == ("0[4]", "1[4]")
    assert observation_rows(place).parts == ()
