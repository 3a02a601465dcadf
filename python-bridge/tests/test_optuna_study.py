"""The studies of :mod:`ppo4j_bridge.optuna_study`, on Optuna itself."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest

optuna = pytest.importorskip("optuna")  # an optional extra, which ends.py does not install

from sqlalchemy.exc import SQLAlchemyError  # noqa: E402

from ppo4j_bridge import optuna_study  # noqa: E402
from ppo4j_bridge.optuna_study import OptunaStudy, StudyError, sentence  # noqa: E402

SPACE = [
    {"name": "gamma", "kind": "float", "low": 0.9, "high": 0.999, "log": False},
    {"name": "numEnvs", "kind": "int", "low": 1, "high": 16, "log": True},
    {"name": "activation", "kind": "choice", "choices": ["tanh", "relu"]},
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a study #1.db"


def request(file: Path, **more: Any) -> dict[str, Any]:
    usual = {
        "file": str(file),
        "definition": {"task": "CartPole-v1", "space": {"gamma": "0.9 to 0.999"}},
        "space": SPACE,
        "sampler": "tpe",
        "seed": 1000,
        "pruner": None,
        "start": {},
    }
    return usual | more


def opened(file: Path, **more: Any) -> OptunaStudy:
    study = OptunaStudy()
    study.open(request(file, **more))
    return study


def complete(study: OptunaStudy, value: float) -> int:
    number: int = study.ask()["number"]
    study.tell(number, {"state": "complete", "value": value, "attributes": {"seconds": 1}})
    return number


@pytest.fixture(autouse=True)
def _short_locks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(optuna_study, "LOCK_SECONDS", 0.2)
    return iter(())


def test_a_study_has_what_it_was_told(file: Path) -> None:
    study = opened(file)
    complete(study, 12.5)
    asked = study.ask()
    assert study.report(asked["number"], 100, 3.0) is False
    study.tell(asked["number"], {"state": "failed", "value": 0, "attributes": {"reason": "bad"}})
    first, second = study.trials()
    assert (first["state"], first["value"]) == ("complete", 12.5)
    assert first["attributes"] == {"seconds": 1}
    assert (second["state"], second["value"]) == ("fail", None)
    assert second["reports"] == [[100, 3.0]]
    assert second["params"] == asked["params"]
    loaded = optuna.load_study(study_name="ppo4j", storage=f"sqlite:///{file}")
    assert loaded.best_value == 12.5
    assert loaded.direction == optuna.study.StudyDirection.MAXIMIZE


def test_trials_left_running_are_failed_and_tried_again(file: Path) -> None:
    before = opened(file)
    complete(before, 1)
    left = before.ask()
    after = OptunaStudy()
    assert after.open(request(file)) == {"interrupted": [left["number"]]}
    again = after.ask()
    assert again["params"] == left["params"]
    assert again["number"] == 2
    described = after.trials()
    assert [each["state"] for each in described] == ["complete", "fail", "running"]
    assert described[2]["attributes"] == {"replaces": left["number"]}


def test_an_interrupted_trial_is_tried_again(file: Path) -> None:
    study = opened(file)
    asked = study.ask()
    study.tell(asked["number"], {"state": "interrupted", "value": 0, "attributes": {}})
    assert study.ask()["params"] == asked["params"]


def test_the_first_trial_has_the_parameters_given(file: Path) -> None:
    study = opened(file, start={"gamma": 0.99, "activation": "relu"})
    first = study.ask()["params"]
    assert (first["gamma"], first["activation"]) == (0.99, "relu")
    assert 1 <= first["numEnvs"] <= 16


@pytest.mark.parametrize("sampler", ["tpe", "cmaes", "random"])
def test_a_seed_gives_the_same_trials(tmp_path: Path, sampler: str) -> None:
    drawn: list[list[dict[str, Any]]] = []
    for name in ("a.db", "b.db"):
        study = opened(tmp_path / name, sampler=sampler)
        drawn.append([])
        for i in range(12):
            asked = study.ask()
            drawn[-1].append(asked["params"])
            outcome = {"state": "complete", "value": float(i % 5), "attributes": {}}
            study.tell(asked["number"], outcome)
    assert drawn[0] == drawn[1]
    assert len({each["gamma"] for each in drawn[0]}) > 1


def test_a_continued_study_does_not_repeat_its_trials(file: Path) -> None:
    study = opened(file, sampler="random")
    first = study.ask()["params"]
    study.tell(0, {"state": "complete", "value": 1, "attributes": {}})
    assert opened(file, sampler="random").ask()["params"] != first


def test_halving_prunes_the_worse_half_but_none_of_the_first(file: Path) -> None:
    study = opened(file, pruner=100)
    for value in (4.0, 3.0, 2.0, 1.0):
        number = study.ask()["number"]
        assert study.report(number, 100, value) is False
    number = study.ask()["number"]
    assert study.report(number, 50, 0.0) is False  # before the first rung
    assert study.report(number, 100, 0.0) is True
    study.tell(number, {"state": "pruned", "value": 0, "attributes": {}})
    number = study.ask()["number"]
    assert study.report(number, 100, 5.0) is False
    assert study.report(number, 200, 5.0) is False
    assert study.trials()[4]["state"] == "pruned"


def test_trials_that_were_interrupted_are_not_among_the_first(file: Path) -> None:
    study = opened(file, pruner=100)
    for _ in range(3):
        number = study.ask()["number"]
        study.tell(number, {"state": "interrupted", "value": 0, "attributes": {}})
    numbers = [study.ask()["number"] for _ in range(4)]
    for number, value in zip(numbers, (4.0, 3.0, 2.0, 1.0), strict=True):
        assert study.report(number, 100, value) is False


def test_importance_needs_four_complete_trials(file: Path) -> None:
    study = opened(file, sampler="random")
    for _ in range(3):
        complete(study, 1)
    assert study.importance() == {}
    for i in range(30):
        asked = study.ask()
        value = 1000 * asked["params"]["gamma"] + i % 2
        study.tell(asked["number"], {"state": "complete", "value": value, "attributes": {}})
    importance = study.importance()
    assert max(importance, key=lambda name: importance[name]) == "gamma"
    assert sum(importance.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("definition", "message"),
    [
        ({"task": "Ant-v5"}, '(task: "CartPole-v1", now "Ant-v5")'),
        (
            {"task": "CartPole-v1", "space": {"gamma": "0.5 to 1"}},
            '(space, gamma: "0.9 to 0.999", now "0.5 to 1")',
        ),
        ({"task": "CartPole-v1", "space": {}}, '(space, gamma: "0.9 to 0.999", now none)'),
    ],
)
def test_a_study_of_something_else_is_refused(
    file: Path, definition: dict[str, Any], message: str
) -> None:
    opened(file)
    with pytest.raises(StudyError) as refused:
        opened(file, definition=definition)
    assert sentence(refused.value) == f"it was begun with other values {message}"


def test_a_study_whose_writer_was_killed_is_restored(file: Path, tmp_path: Path) -> None:
    complete(opened(file), 12.5)
    left = tmp_path / "left.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("PRAGMA cache_spill = 1")
        writer.execute("PRAGMA cache_size = 1")
        writer.execute("BEGIN")
        writer.execute("UPDATE trial_values SET value = 13")
        writer.execute("CREATE TABLE large AS SELECT randomblob(100000)")
        shutil.copy(file, left)
        shutil.copy(f"{file}-journal", f"{left}-journal")
    assert left.read_bytes() != file.read_bytes()
    assert [each["value"] for each in opened(left).trials()] == [12.5]


@pytest.mark.parametrize("kept", [40, 5000])
def test_a_damaged_file_is_refused_and_left_alone(file: Path, kept: int) -> None:
    complete(opened(file), 1)
    content = file.read_bytes()[:kept] + b"?"
    file.write_bytes(content)
    with pytest.raises(sqlite3.DatabaseError) as refused:
        opened(file)
    assert "it is damaged, or not an SQLite database" in sentence(refused.value)
    assert file.read_bytes() == content


def test_randomly_damaged_files_are_read_or_refused_in_one_line(file: Path) -> None:
    complete(opened(file), 1)
    whole = file.read_bytes()
    random = Random(1)
    refusals = []
    for _ in range(60):
        content = bytearray(whole)
        for _ in range(random.choice([1, 4, 32])):
            content[random.randrange(len(whole))] ^= 1 << random.randrange(8)
        file.write_bytes(content)
        try:
            opened(file)
        except (StudyError, sqlite3.Error, SQLAlchemyError) as e:
            refusals.append(sentence(e))
    assert len(refusals) > 10
    assert [each for each in refusals if "damaged" not in each or "\n" in each] == []


def test_text_in_a_study_that_is_no_json_is_refused(file: Path) -> None:
    complete(opened(file), 1)
    content = file.read_bytes().replace(
        b'{"name": "FloatDistribution"', b'{"name": "FloatDistributIon"'
    )
    file.write_bytes(content)
    with pytest.raises(StudyError, match=r"what it holds is damaged \(ValueError"):
        opened(file)


def test_another_database_is_refused_and_left_alone(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE mine (a)")
    content = file.read_bytes()
    with pytest.raises(StudyError, match="not one of Optuna"):
        opened(file)
    assert file.read_bytes() == content


def test_a_locked_file_is_named(file: Path) -> None:
    opened(file)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Exception) as refused:  # noqa: PT011 - whatever wraps sqlite3's
            opened(file)
    assert "another program has locked it" in sentence(refused.value)
