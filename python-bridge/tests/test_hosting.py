"""Hosts compared with Gymnasium's own vector environments."""

import re
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import SyncVectorEnv

from attached import attached
from ppo4j_bridge.failures import EnvFailure
from ppo4j_bridge.making import make_host
from ppo4j_bridge.wrapping import OPTIONS

TASKS = pytest.mark.parametrize(
    ("env_id", "steps"),
    [("CartPole-v1", 200), ("Pendulum-v1", 210), ("HalfCheetah-v5", 60), ("LunarLander-v3", 150)],
)


@TASKS
def test_same_as_single_environments(env_id: str, steps: int) -> None:
    count, seed = 2, 11
    singles = [
        gymnasium.wrappers.RecordEpisodeStatistics(gymnasium.make(env_id)) for _ in range(count)
    ]
    singles[0].action_space.seed(seed)
    with attached(env_id, count) as (host, sections):
        host.reset(seed)
        for i, env in enumerate(singles):
            observation, _ = env.reset(seed=seed + i)
            assert np.array_equal(sections.observations[i], observation)
        ends = 0
        for _ in range(steps):
            actions = [singles[0].action_space.sample() for _ in range(count)]
            sections.actions[...] = actions
            host.step()
            for i, env in enumerate(singles):
                observation, reward, terminated, truncated, info = env.step(actions[i])
                assert sections.rewards[i] == reward
                assert (sections.terminated[i], sections.truncated[i]) == (terminated, truncated)
                if terminated or truncated:
                    ends += 1
                    assert np.array_equal(sections.final_observations[i], observation)
                    episode = info["episode"]
                    assert sections.episode_returns[i] == pytest.approx(episode["r"], rel=1e-12)
                    assert sections.episode_lengths[i] == episode["l"]
                    observation, _ = env.reset()
                assert np.array_equal(sections.observations[i], observation)
        assert (ends > 0) == (env_id != "HalfCheetah-v5")
    for env in singles:
        env.close()


@pytest.mark.skipif(
    not hasattr(gymnasium.vector, "AutoresetMode"),
    reason="Gymnasium 1.0 resets in the next step only",
)
@TASKS
def test_same_as_sync_vector_env(env_id: str, steps: int) -> None:
    count, seed = 3, 11
    sync = gymnasium.wrappers.vector.RecordEpisodeStatistics(
        SyncVectorEnv([lambda: gymnasium.make(env_id)] * count, autoreset_mode="SameStep")
    )
    sync.action_space.seed(seed)
    with attached(env_id, count) as (host, sections):
        host.reset(seed)
        observations, _ = sync.reset(seed=seed)
        assert np.array_equal(sections.observations, observations)
        ends = 0
        for _ in range(steps):
            actions = sync.action_space.sample()
            sections.actions[...] = actions
            host.step()
            observations, rewards, terminated, truncated, infos = sync.step(actions)
            assert np.array_equal(sections.observations, observations)
            assert sections.rewards.tolist() == rewards.tolist()
            assert sections.terminated.tolist() == terminated.tolist()
            assert sections.truncated.tolist() == truncated.tolist()
            for i in np.flatnonzero(terminated | truncated):
                ends += 1
                assert np.array_equal(sections.final_observations[i], infos["final_obs"][i])
                episode = infos["episode"]
                assert sections.episode_returns[i] == pytest.approx(episode["r"][i], rel=1e-12)
                assert sections.episode_lengths[i] == episode["l"][i]
        assert (ends > 0) == (env_id != "HalfCheetah-v5")
    sync.close()


def test_time_limit_truncates() -> None:
    with attached("bridge_test_envs:ppo4j/Limited-v0", 1) as (host, sections):
        assert host.max_episode_steps == 4
        host.reset(0)
        for step in range(1, 9):
            host.step()
            assert sections.truncated[0] == (step % 4 == 0)
            assert not sections.terminated[0]
        assert sections.final_observations[0, :2].tolist() == [1, 4]
        assert sections.observations[0, :2].tolist() == [2, 0]
        assert (sections.episode_returns[0], sections.episode_lengths[0]) == (10.0, 4)


def test_episodes_whose_wrappers_change_them_say_how_far_they_are() -> None:
    kwargs = {"terminate_at": 5, OPTIONS: {"frame_skip": 2, "reward_sign": True}}
    with attached("bridge_test_envs:ppo4j/Counting-v0", 1, **kwargs) as (host, sections):
        assert host.gives_progress
        host.reset(0)
        for total, length in [(3, 2), (10, 4), (15, 5), (3, 2)]:
            host.step()
            assert sections.rewards[0] == 1
            assert sections.terminated[0] == (length == 5)
            assert (sections.episode_returns[0], sections.episode_lengths[0]) == (total, length)
    with attached("bridge_test_envs:ppo4j/Counting-v0", 1) as (host, _):
        assert not host.gives_progress


def test_reset_discards_the_episode_in_progress() -> None:
    kwargs = {"terminate_at": 3}
    with attached("bridge_test_envs:ppo4j/Counting-v0", 1, **kwargs) as (host, sections):
        host.reset(0)
        host.step()
        host.reset(0)
        for _ in range(3):
            host.step()
        assert (sections.episode_returns[0], sections.episode_lengths[0]) == (6.0, 3)


@pytest.mark.parametrize(
    ("fault", "where", "error"),
    [
        ("raise", "make", "the spring broke"),
        ("raise", "reset", "the spring broke"),
        ("raise", "step", "the spring broke"),
        ("exit", "step", "no more"),
    ],
)
def test_failures_name_the_environment(fault: str, where: str, error: str) -> None:
    def run() -> None:
        kwargs = {"fault": fault, "where": where}
        with attached("bridge_test_envs:ppo4j/Faulty-v0", 2, **kwargs) as (host, _):
            host.reset(0)
            host.step()

    with pytest.raises(EnvFailure) as caught:
        run()
    assert (caught.value.operation, caught.value.env) == (where, 0)
    assert re.search(error, str(caught.value.__cause__))


def test_every_environment_is_closed(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    note = tmp_path / "closed"
    monkeypatch.setenv("PPO4J_TEST_CLOSED", str(note))
    host = make_host("bridge_test_envs:ppo4j/Faulty-v0", 3, {"fault": "raise", "where": "close"})
    with pytest.raises(EnvFailure):
        host.close()
    assert note.read_text() == "closed\n" * 3


def test_vector_entry_point() -> None:
    with attached("bridge_test_envs:ppo4j/CountingVector-v0", 2) as (host, sections):
        host.reset(7)
        assert sections.observations.tolist() == [[7, 0], [8, 0]]
        sections.actions[...] = [0, 1]
        host.step()
        assert sections.observations.tolist() == [[7, 1], [8, 2]]
        host.step()
        assert sections.observations.tolist() == [[7, 2], [8, 0]]
        assert sections.final_observations[1].tolist() == [8, 4]
        assert sections.terminated.tolist() == [False, True]
        assert sections.truncated.tolist() == [False, False]
        assert sections.rewards.tolist() == [2, 4]
        assert (sections.episode_returns[1], sections.episode_lengths[1]) == (6, 2)
        host.step()
        assert (sections.episode_returns[0], sections.episode_lengths[0]) == (6, 3)


def test_vector_entry_point_has_no_masks() -> None:
    name = "bridge_test_envs:ppo4j/CountingVector-v0"
    with (
        attached(name, 2, masks=True) as (host, _),
        pytest.warns(UserWarning, match="which is not used, because ppo4j/CountingVector-v0 is a"),
    ):
        host.reset(7)


def test_some_are_reset_and_others_continue() -> None:
    with attached("CartPole-v1", 3) as (host, sections):
        host.reset(1)
        host.step()
        before = sections.observations.copy()
        for i, seed in enumerate([5, -1, 5]):
            sections.seeds[i] = seed
        host.reset_some()
        env = gymnasium.make("CartPole-v1")
        first, _ = env.reset(seed=5)
        assert np.array_equal(sections.observations, [first, before[1], first])
        env.close()


def test_vector_entry_point_cannot_reset_some() -> None:
    with attached("bridge_test_envs:ppo4j/CountingVector-v0", 2) as (host, _):
        host.reset(7)
        with pytest.raises(EnvFailure) as caught:
            host.reset_some()
        assert "cannot reset single sub-environments" in str(caught.value.__cause__)


def test_vector_entry_point_must_reset_in_the_same_step() -> None:
    with pytest.raises(EnvFailure) as caught:
        make_host("bridge_test_envs:ppo4j/CountingVector-v0", 2, {"mode": "NextStep"})
    assert "expected AutoresetMode.SAME_STEP" in str(caught.value.__cause__)
