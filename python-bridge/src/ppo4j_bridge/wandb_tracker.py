"""A training as a run of Weights & Biases, with CleanRL's names of curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import wandb

if TYPE_CHECKING:
    from ppo4j_bridge.tracker import Row


class WandbTracker:
    """One run. Without a network it is kept in the run folder, if ``WANDB_MODE`` is offline."""

    def __init__(self) -> None:
        self._run: Any = None

    def open(self, request: Mapping[str, Any]) -> dict[str, str]:
        """Begins a run as CleanRL does: project, entity, name and hyperparameters as config."""
        self._run = wandb.init(
            project=request["project"],
            entity=request["entity"],
            name=request["name"],
            id=request["id"],
            resume=None if request["id"] is None else "allow",
            config=request["config"],
            dir=request["folder"],
            settings=wandb.Settings(console="off", x_disable_stats=True),
        )
        self._run.define_metric("global_step")
        self._run.define_metric("*", step_metric="global_step")
        if self._run.url is not None:
            return {"id": self._run.id, "at": self._run.url}
        folder = self._run.dir.removesuffix("/files")
        return {"id": self._run.id, "at": f"{folder}; 'wandb sync' with this folder uploads it"}

    def log(self, rows: Sequence[Row]) -> None:
        """Adds rows, each at its ``global_step``."""
        for step, _, values in rows:
            self._run.log({"global_step": step, **values})

    def close(self, summary: Mapping[str, Any], succeeded: bool) -> None:
        """Ends the run; returns once everything is uploaded or, offline, written."""
        self._run.summary.update(dict(summary))
        self._run.finish(exit_code=0 if succeeded else 1)
        wandb.teardown()  # finish alone may return before the file of an offline run is written
