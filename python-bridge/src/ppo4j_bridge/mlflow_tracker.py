"""A training as a run of MLflow, with CleanRL's names of curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import mlflow
from mlflow.entities import Metric, Param, RunTag

if TYPE_CHECKING:
    from ppo4j_bridge.tracker import Row

METRICS = 1000
"""The most metrics that a server takes in one request."""

PARAMS = 100
"""The most parameters that a server takes in one request."""

VALUE = 6000
"""The most characters of a parameter."""


class MlflowTracker:
    """One run, where ``MLFLOW_TRACKING_URI`` says; by default in ``mlflow.db``."""

    def __init__(self) -> None:
        self._client: Any = None
        self._run = ""

    def open(self, request: Mapping[str, Any]) -> dict[str, str]:
        """Begins a run in the experiment ``project``, or continues the one of an id."""
        self._client = mlflow.MlflowClient()
        if request["id"] is None:
            experiment = self._client.get_experiment_by_name(request["project"])
            run = self._client.create_run(
                self._client.create_experiment(request["project"])
                if experiment is None
                else experiment.experiment_id,
                run_name=request["name"],
            )
            self._run = run.info.run_id
            params = [Param(name, str(value)[:VALUE]) for name, value in request["config"].items()]
            for first in range(0, len(params), PARAMS):
                self._client.log_batch(self._run, params=params[first : first + PARAMS])
        else:
            self._run = request["id"]
            self._client.update_run(self._run, status="RUNNING")
        return {"id": self._run, "at": f"{mlflow.get_tracking_uri()}, run {self._run}"}

    def log(self, rows: Sequence[Row]) -> None:
        """Adds rows."""
        metrics = [
            Metric(name, value, time, step)
            for step, time, values in rows
            for name, value in values.items()
        ]
        for first in range(0, len(metrics), METRICS):
            self._client.log_batch(self._run, metrics=metrics[first : first + METRICS])

    def close(self, summary: Mapping[str, Any], succeeded: bool) -> None:
        """Ends the run; the summary becomes its tags."""
        tags = [RunTag(name, str(value)) for name, value in summary.items()]
        self._client.log_batch(self._run, tags=tags)
        self._client.set_terminated(self._run, "FINISHED" if succeeded else "FAILED")
