"""Masks of actions: where they come from, how they arrive, and what is refused."""

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium import spaces

from bridge_test_envs import ACTION_SPACES, Masked
from ppo4j_bridge.failures import EnvFailure
from ppo4j_bridge.fitting import MisfitError
from ppo4j_bridge.host import Host, Sections, host_layout
from ppo4j_bridge.making import make_host
from ppo4j_bridge.masking import MaskError, mask_size, masked, with_observed_masks

ID = "bridge_test_envs:ppo4j/Masked-v0"


@contextmanager
def attached(masks: str, count: int = 1, env_id: str = ID, **kwargs: Any) -> Iterator[Any]:
    host: Host = make_host(env_id, count, kwargs, masks)
    memory = memoryview(mmap.mmap(-1, host_layout(host).size))
    host.attach(memory)
    yield host, Sections(memory, host)
    host.close()


@pytest.mark.parametrize(
    ("source", "masks"),
    [
        ("info", "info"),
        ("method", "method"),
        ("method", "auto"),
        ("observation", "observation"),
        ("observation", "auto"),
    ],
)
def test_masks_arrive_with_observations(source: str, masks: str) -> None:
    with attached(masks, 2, source=source) as (host, sections):
        host.reset(1)
        for step in range(12):
            assert sections.observations[1].tolist() == [step % 5]
            expected = np.arange(3) != step % 5 % 3
            assert sections.masks.tolist() == 2 * [expected.astype(int).tolist()]
            sections.actions[...] = np.flatnonzero(expected)[0] - 1
            host.step()


@pytest.mark.parametrize("name", ["multi_discrete", "multi_binary", "discrete_dict", "mixed"])
def test_all_discrete_numbers_have_flags(name: str) -> None:
    space = ACTION_SPACES[name]
    with attached("info", 1, space=name) as (host, sections):
        host.reset(1)
        assert host.mask_size == mask_size(space) == sections.masks.shape[1]
        assert (sections.masks == 0).sum() == {"mixed": 3, "discrete_dict": 5}.get(
            name, space.shape[0] if space.shape else 0
        )


def test_masks_are_left_out() -> None:
    for masks, source in [("none", "observation"), ("none", "info"), ("auto", "info")]:
        with attached(masks, 1, source=source) as (host, sections):
            assert host.mask_size == 0
            host.reset(1)
            assert sections.masks.size == 0
            assert host.observation.size == (4 if source == "observation" else 1)


def test_an_unused_mask_is_warned_of() -> None:
    text = "--action-masks info masks invalid actions"
    with attached("auto", 1, source="info") as (host, _), pytest.warns(UserWarning, match=text):
        host.reset(1)


def test_taxi_has_masks_without_asking() -> None:
    taxi = next(name for name in ("Taxi-v4", "Taxi-v3") if name in gymnasium.registry)
    with attached("auto", 1, env_id=taxi) as (host, sections):
        env = gymnasium.make(taxi)
        state, info = env.reset(seed=7)
        host.reset(7)
        for _ in range(300):
            assert sections.observations[0] == state
            assert sections.masks[0].tolist() == info["action_mask"].tolist()
            action = env.action_space.sample(mask=info["action_mask"])
            sections.actions[0] = action
            host.step()
            state, _, terminated, truncated, info = env.step(action)
            if terminated or truncated:
                state, info = env.reset()


@pytest.mark.parametrize("source", ["info", "method", "observation"])
@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("missing", "without action_mask"),
        ("length", "a mask of 2 actions"),
        ("dtype", "a mask of actions of dtype <U4 at step 2 of episode 1, but it must be an array"),
        ("values", "a mask of actions with 2 at step 2 of episode 1, but its flags must be 0 or 1"),
        ("none", "a mask of actions that is None"),
    ],
)
def test_a_wrong_mask_is_named_with_its_step(source: str, fault: str, sentence: str) -> None:
    if (source, fault) == ("method", "missing"):
        return
    with attached(source, 1, source=source, fault=fault) as (host, sections):
        host.reset(1)
        sections.actions[0] = 1
        host.step()
        with pytest.raises(EnvFailure) as failure:
            host.step()
        assert failure.value.operation == "give"
        text = str(failure.value.__cause__)
        assert "at step 2 of episode 1" in text
        assert sentence in text


def test_masks_that_are_not_there_are_refused() -> None:
    with pytest.raises(EnvFailure) as failure:
        make_host("CartPole-v1", 1, {}, "method")
    assert isinstance(failure.value.__cause__, MaskError)
    with pytest.raises(MaskError, match="Dict observations with the key action_mask"):
        with_observed_masks(Masked(), "observation")
    with pytest.raises(MaskError, match="is for discrete actions"):
        masked(gymnasium.make("Pendulum-v1"), "info")
    with pytest.raises(MaskError, match="vector environment only"):
        make_host("bridge_test_envs:ppo4j/CountingVector-v0", 2, {}, "info")


def test_nested_masks_are_joined() -> None:
    class Nested(Masked):
        def _mask(self) -> Any:
            return {"jump": np.array([True, False]), "move": (None, [1, 0, 1, 1])}

    env: Any = masked(Nested("mixed"), "info")
    env.reset()
    assert env.row.tolist() == [1, 0, 1, 0, 1, 1]

    class Lists(Masked):
        def _mask(self) -> Any:
            return (np.array([1, 0, 1], np.int8), np.array([0, 1], np.int8))

    env = masked(Lists("multi_discrete"), "info")
    env.reset()
    assert env.row.tolist() == [1, 0, 1, 0, 1]


@pytest.mark.parametrize(
    ("space", "mask", "flags"),
    [
        (
            spaces.MultiDiscrete(np.array([[2, 3], [2, 2]])),
            [[[1, 0], [1, 1, 0]], [[0, 1], [1, 1]]],
            [1, 0, 1, 1, 0, 0, 1, 1, 1],
        ),
        (
            spaces.Tuple([spaces.Discrete(2), spaces.Discrete(3)]),
            [np.array([1, 0]), np.array([0, 1, 1])],
            [1, 0, 0, 1, 1],
        ),
        (spaces.Tuple([spaces.Discrete(2), spaces.Discrete(3)]), [1, 0, 0, 1, 1], [1, 0, 0, 1, 1]),
    ],
)
def test_lists_of_masks_are_joined(space: Any, mask: Any, flags: list[int]) -> None:
    class Given(Masked):
        def _mask(self) -> Any:
            return mask

    given = Given("discrete")
    given.action_space = space
    env: Any = masked(given, "info")
    env.reset()
    assert env.row.tolist() == flags


@pytest.mark.parametrize("mask", [(np.ones(2), np.ones(3)), [[1, 1], [1, 1, 1]]])
def test_each_part_of_a_mask_has_the_flags_of_its_actions(mask: Any) -> None:
    class Shifted(Masked):
        def _mask(self) -> Any:
            return mask

    env: Any = masked(Shifted("multi_discrete"), "info")
    with pytest.raises(MisfitError, match=r"whose part 0 has 2 flags .*its actions Discrete\(3\)"):
        env.reset()


def test_a_part_of_another_size_is_no_mask_and_warned_of() -> None:
    env = Masked(source="observation")
    env.observation_space.spaces["action_mask"] = spaces.Box(0, 1, (9,), np.int8)  # type: ignore[attr-defined]
    with pytest.warns(UserWarning, match="which is not used as a mask"):
        assert with_observed_masks(env, "auto") is env


def test_boxes_have_no_flags() -> None:
    assert mask_size(spaces.Dict({"a": spaces.Box(0, 1), "b": spaces.MultiBinary(2)})) == 4
