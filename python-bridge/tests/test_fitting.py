"""What environments give, if it is not what their spaces say."""

import json
import re
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from attached import attached
from misfit_test_envs import (
    FLAGS,
    PART,
    REWARDS,
    RIGHT,
    SAME,
    WRONG,
    WRONG_FLAGS,
    WRONG_REWARDS,
)
from ppo4j_bridge.failures import EnvFailure, failure_json

SINGLE = "misfit_test_envs:ppo4j/Misfit-v0"
VECTOR = "misfit_test_envs:ppo4j/MisfitVector-v0"


@pytest.fixture(autouse=True)
def _without_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Gymnasium's own checker warns of the same
        yield


def misfit(env_id: str, steps: int = 20, **kwargs: Any) -> tuple[int, str]:
    """Returns the index of the environment and the sentence of the failure that is met."""

    def run() -> None:
        with attached(env_id, 2, **kwargs) as (host, _):
            host.reset(0)
            for _ in range(steps):
                host.step()

    with pytest.raises(EnvFailure) as caught:
        run()
    reply = json.loads(failure_json(caught.value, "step"))
    assert reply["operation"] == "give", reply
    assert reply["traceback"] == ""
    assert "\n" not in reply["error"]
    assert reply["error"].endswith("; fix the environment")
    return reply["env"], reply["error"]


@pytest.mark.parametrize(("space", "observation", "row"), SAME, ids=str)
def test_the_same_numbers_arrive(space: str, observation: Any, row: list[float]) -> None:
    for where in ("step", "reset"):
        with attached(SINGLE, 2, space=space, where=where, observation=observation) as (host, at):
            host.reset(0)
            host.step()
            if where == "reset":
                host.reset(0)
            assert np.ravel(at.observations[1]).tolist() == row
        with attached(SINGLE, 2, space=space, length=1, observation=observation) as (host, at):
            host.reset(0)
            host.step()
            assert np.ravel(at.final_observations[1]).tolist() == row


@pytest.mark.parametrize(("space", "observation", "message"), WRONG, ids=str)
def test_other_observations_are_refused(space: str, observation: Any, message: str) -> None:
    kwargs = {"space": space, "observation": observation}
    for where, at, length, time in [
        ("reset", 1, 5, "at the start of episode 1, but"),
        ("reset", 3, 5, "at the start of episode 3, but"),
        ("step", 3, 5, "at step 3 of episode 1, but"),
        ("step", 5, 5, "at step 5 of episode 1, but"),
        ("step", 7, 5, "at step 2 of episode 2, but"),
    ]:
        env, text = misfit(SINGLE, where=where, at=at, length=length, **kwargs)
        assert env == 0
        assert time in text
        assert re.search(message, text), text


@pytest.mark.parametrize("name", REWARDS)
def test_one_number_is_a_reward(name: str) -> None:
    with attached(SINGLE, 2, reward=REWARDS[name]) as (host, sections):
        host.reset(0)
        for _ in range(5):
            host.step()
            assert sections.rewards.tolist() == [1, 1]
        assert sections.episode_returns.tolist() == [5, 5]


@pytest.mark.parametrize(("reward", "message"), WRONG_REWARDS, ids=str)
def test_other_rewards_are_refused(reward: Any, message: str) -> None:
    for at in (1, 7):
        env, text = misfit(SINGLE, at=at, reward=reward)
        assert env == 0
        assert re.search(message, text), text
        assert "a reward must be" in text


@pytest.mark.parametrize("flag", FLAGS, ids=repr)
def test_truth_values_are_flags(flag: Any) -> None:
    for given, expected in [(flag, True), (flag * 0 if flag is not True else 0, False)]:
        for name in ("terminated", "truncated"):
            with attached(SINGLE, 2, at=2, **{name: given}) as (host, sections):
                host.reset(0)
                host.step()
                host.step()
                flags = sections.terminated if name == "terminated" else sections.truncated
                assert flags.tolist() == [expected] * 2


@pytest.mark.parametrize(("flag", "message"), WRONG_FLAGS, ids=str)
def test_other_flags_are_refused(flag: Any, message: str) -> None:
    env, text = misfit(SINGLE, at=2, terminated=flag)
    assert env == 0
    assert re.search(message, text), text
    assert "at step 2 of episode 1, but a flag must be True or False" in text


@pytest.mark.parametrize(
    ("kwargs", "env", "message"),
    [
        ({"observations": np.zeros(3, np.float32)}, -1, "3 observations at step 1, .* 2 sub-env"),
        ({"observations": np.float32(0.5)}, -1, "the observations 0.5"),
        ({"observations": np.zeros((1, 3), np.float32)}, -1, "1 observations"),
        ({"observations": np.zeros((3, 3), np.float32)}, -1, "3 observations"),
        ({"observations": np.zeros((2, 1), np.float32)}, 0, r"shape \(1,\)"),
        ({"observations": np.zeros(2, np.float32)}, 0, r"shape \(\)"),
        ({"observations": [np.zeros(3), ["a"] * 3]}, 1, "dtype <U1"),
        ({"observations": np.array([[0, 0, 0], [0, 1e39, 0]])}, 1, r"1e\+39 at index 1"),
        ({"space": "uint8", "observations": np.array([[0] * 3, [300] * 3])}, 1, "300 at index 0"),
        ({"space": "dict", "observations": {"place": [PART] * 2}}, -1, "the parts"),
        (
            {
                "space": "dict",
                "observations": {"place": [PART], "kind": [1, 1], "more": ([[0, 0]], [[0]])},
            },
            -1,
            "1 observations",
        ),
        ({"final": np.zeros(2, np.float32)}, 1, r"shape \(2,\)"),
        ({"final": None}, 1, "that is None"),
        ({"infos": {}}, -1, "no final_obs in its infos at step 1, but the episode of sub-env"),
        ({"rewards": np.ones(3)}, -1, r"rewards of shape \(3,\)"),
        ({"rewards": np.ones((2, 1))}, -1, r"rewards of shape \(2, 1\)"),
        ({"rewards": 1.0}, -1, r"rewards of shape \(\)"),
        ({"rewards": ["1", "2"]}, 0, "a reward that is .*'1'"),
        ({"rewards": [1.0, None]}, 1, "a reward that is None"),
        ({"terminated": [False, "True"]}, 0, "a flag 'terminated' that is .*'False'"),
        ({"truncated": np.zeros(1, bool)}, -1, r"flags 'truncated' of shape \(1,\)"),
    ],
    ids=str,
)
def test_vector_environments_are_checked(kwargs: Any, env: int, message: str) -> None:
    index, text = misfit(VECTOR, **kwargs)
    assert index == env, text
    assert re.search(message, text), text


def test_vector_environments_give_the_same_numbers() -> None:
    for kwargs in (
        {"observations": np.full((2, 3), 0.5)},
        {"observations": [[0.5, 0.5, 0.5]] * 2},
        {"observations": np.full((2, 3), 0.5, np.float32), "rewards": [1, 1]},
    ):
        with attached(VECTOR, 2, **kwargs) as (host, sections):
            host.reset(0)
            host.step()
            assert sections.observations.tolist() == [[0.5] * 3] * 2
            assert sections.rewards.tolist() == [1, 1]
            assert sections.final_observations[1].tolist() == [0, 0, 0]
            assert sections.terminated.tolist() == [False, True]
    with attached(VECTOR, 2, space="dict") as (host, sections):
        host.reset(0)
        assert sections.observations.tolist() == [
            [1, 0, 0, 0, 1, 3, 0, 0],
            [0, 1, 0, 0, 1, 4, 0, 0],
        ]
        host.step()
        assert sections.final_observations[1].tolist() == [1, 0, 0, 0, 0, 0, 0, 0]


def test_every_space_has_an_observation_that_is_right() -> None:
    for space in RIGHT:
        with attached(SINGLE, 1, space=space, length=2) as (host, _):
            host.reset(0)
            for _ in range(5):
                host.step()
