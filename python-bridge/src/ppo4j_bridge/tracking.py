"""``python -m ppo4j_bridge.tracking``: sends a training to Weights & Biases or MLflow.

Java opens the run, sends rows of numbers and ends it, by the calls of :class:`Calls` through Py4J.
The argument names the service, ``wandb`` or ``mlflow``; nothing of the other one is imported.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from ppo4j_bridge import service
from ppo4j_bridge.tracker import Tracker


class Calls:
    """Py4J's entry point. Arguments and replies are JSON; a reply may be an error's sentence."""

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker

    def open(self, request: str) -> str:
        """Begins or continues a run; replies with its id and where it is shown."""
        return _reply(lambda: self._tracker.open(json.loads(request)))

    def log(self, rows: str) -> str:
        """Adds rows."""
        return _reply(lambda: self._tracker.log(json.loads(rows)))

    def close(self, summary: str, succeeded: bool) -> str:
        """Ends the run."""
        return _reply(lambda: self._tracker.close(json.loads(summary), succeeded))


def _reply(call: Callable[[], Any]) -> str:
    try:
        return json.dumps(call())
    except Exception as error:
        return json.dumps({"error": " ".join(f"{type(error).__name__}: {error}".split())[:500]})


def _calls() -> Calls:
    if sys.argv[1] == "wandb":
        from ppo4j_bridge.wandb_tracker import WandbTracker

        return Calls(WandbTracker())
    from ppo4j_bridge.mlflow_tracker import MlflowTracker

    return Calls(MlflowTracker())


def main() -> None:
    """Serves calls until Java closes the lifeline."""
    service.serve(_calls)


if __name__ == "__main__":
    main()
