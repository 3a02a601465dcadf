"""The runs of Weights & Biases, offline, and of MLflow, in a file, by their own packages."""

from __future__ import annotations

import importlib
import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ppo4j_bridge.tracking import Calls

ROWS = [
    [512, 1_700_000_000_000, {"charts/episodic_return": 21.5, "losses/value_loss": 0.25}],
    [1024, 1_700_000_001_000, {"charts/episodic_return": 30.0}],
]


def request(folder: Path, **more: Any) -> str:
    usual = {
        "project": "a project",
        "entity": None,
        "name": "CartPole-v1__default__1__now",
        "id": None,
        "config": {"gamma": 0.99, "hidden_sizes": [64, 64], "env": "CartPole-v1"},
        "folder": str(folder),
    }
    return json.dumps(usual | more)


def call(reply: str) -> Any:
    value = json.loads(reply)
    assert not (isinstance(value, dict) and "error" in value), value
    return value


def records(log: bytes) -> Iterator[bytes]:
    """Returns the records of a file of wandb, which is a log of LevelDB after seven bytes.

    Each block of 32 kB holds parts of records, with a checksum of four bytes, a length of two and
    a type: 1 for a whole record, 2, 3 and 4 for its first, middle and last part.
    """
    assert log.startswith(b":W&B")
    position, record = 7, b""
    while position < len(log):
        left = 32768 - position % 32768
        if left < 7:
            position += left
            continue
        length, kind = struct.unpack_from("<HB", log, position + 4)
        part = log[position + 7 : position + 7 + length]
        record = part if kind in (1, 2) else record + part
        position += 7 + length
        if kind in (1, 4):
            yield record


def test_mlflow_has_hyperparameters_curves_and_summary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mlflow = pytest.importorskip("mlflow")
    from ppo4j_bridge.mlflow_tracker import MlflowTracker

    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path}/mlflow.db")
    tracker = Calls(MlflowTracker())
    opened = call(tracker.open(request(tmp_path)))
    assert opened["at"].startswith("sqlite:///")
    call(tracker.log(json.dumps(ROWS)))
    call(tracker.close(json.dumps({"outcome": "finished"}), True))
    again = Calls(MlflowTracker())
    assert call(again.open(request(tmp_path, id=opened["id"])))["id"] == opened["id"]
    call(again.log(json.dumps([[1536, 1_700_000_002_000, {"charts/episodic_return": 40.0}]])))
    call(again.close(json.dumps({"outcome": "failed"}), False))

    client = mlflow.MlflowClient()
    run = client.get_run(opened["id"])
    assert run.info.run_name == "CartPole-v1__default__1__now"
    assert client.get_experiment(run.info.experiment_id).name == "a project"
    assert run.info.status == "FAILED"
    assert run.data.params == {"gamma": "0.99", "hidden_sizes": "[64, 64]", "env": "CartPole-v1"}
    assert run.data.tags["outcome"] == "failed"
    history = client.get_metric_history(opened["id"], "charts/episodic_return")
    assert [(each.step, each.value) for each in history] == [
        (512, 21.5),
        (1024, 30.0),
        (1536, 40.0),
    ]
    assert history[0].timestamp == 1_700_000_000_000


def test_wandb_keeps_a_run_offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("wandb")
    messages: Any = importlib.import_module("wandb.proto.wandb_internal_pb2")
    from ppo4j_bridge.wandb_tracker import WandbTracker

    monkeypatch.setenv("WANDB_MODE", "offline")
    monkeypatch.setenv("WANDB_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("WANDB_CONFIG_DIR", str(tmp_path / "config"))
    tracker = Calls(WandbTracker())
    opened = call(tracker.open(request(tmp_path)))
    assert "wandb sync" in opened["at"]
    call(tracker.log(json.dumps(ROWS)))
    call(tracker.close(json.dumps({"outcome": "finished"}), True))

    (file,) = tmp_path.glob("wandb/offline-run-*/run-*.wandb")
    history: list[dict[str, Any]] = []
    config: dict[str, Any] = {}
    summary: dict[str, Any] = {}
    name = ""
    for data in records(file.read_bytes()):
        record = messages.Record()
        record.ParseFromString(data)
        if record.HasField("run"):  # wandb writes some twice, the second time in part
            name = record.run.display_name or name
            config |= {item.key: json.loads(item.value_json) for item in record.run.config.update}
        if record.HasField("history"):
            history.append(
                {
                    item.key or "/".join(item.nested_key): json.loads(item.value_json)
                    for item in record.history.item
                }
            )
        if record.HasField("summary"):
            summary |= {
                item.key or "/".join(item.nested_key): json.loads(item.value_json)
                for item in record.summary.update
            }
    assert name == "CartPole-v1__default__1__now"
    assert {"gamma": 0.99, "hidden_sizes": [64, 64], "env": "CartPole-v1"}.items() <= config.items()
    assert [(row["global_step"], row["charts/episodic_return"]) for row in history] == [
        (512, 21.5),
        (1024, 30.0),
    ]
    assert summary["outcome"] == "finished"


def test_an_error_is_a_sentence() -> None:
    class Broken:
        def open(self, request: Any) -> dict[str, str]:
            raise ConnectionError("no\nroute")

        def log(self, rows: Any) -> None: ...

        def close(self, summary: Any, succeeded: bool) -> None: ...

    assert json.loads(Calls(Broken()).open("{}")) == {"error": "ConnectionError: no route"}
