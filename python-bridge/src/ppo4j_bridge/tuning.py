"""``python -m ppo4j_bridge.tuning``: a search by Optuna that Java started and controls.

Java asks for trials and tells their results, by the calls of :class:`Calls` through Py4J. The
process ends when Java closes its lifeline, and with it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ppo4j_bridge import service

if TYPE_CHECKING:
    from ppo4j_bridge.optuna_study import OptunaStudy


class Calls:
    """Py4J's entry point. Arguments and replies are JSON; a reply may be an error's sentence."""

    def __init__(self, study: OptunaStudy) -> None:
        self._study = study

    def open(self, request: str) -> str:
        """Opens or makes a study; replies with how many trials were interrupted."""
        return _reply(lambda: self._study.open(json.loads(request)))

    def ask(self) -> str:
        """Begins a trial; replies with its number and its parameters."""
        return _reply(self._study.ask)

    def report(self, number: int, step: int, value: float) -> str:
        """Records a figure of a running trial; replies with whether to prune it."""
        return _reply(lambda: self._study.report(number, step, value))

    def tell(self, number: int, outcome: str) -> str:
        """Ends a trial."""
        return _reply(lambda: self._study.tell(number, json.loads(outcome)))

    def trials(self) -> str:
        """Replies with all trials."""
        return _reply(self._study.trials)

    def importance(self) -> str:
        """Replies with the importance of each parameter."""
        return _reply(self._study.importance)


def _reply(call: Callable[[], Any]) -> str:
    try:
        return json.dumps(call())
    except Exception as error:
        from ppo4j_bridge.optuna_study import sentence

        return json.dumps({"error": sentence(error)})


def main() -> None:
    """Serves calls until Java closes the lifeline."""
    service.serve(_calls)


def _calls() -> Calls:
    from ppo4j_bridge.optuna_study import OptunaStudy

    return Calls(OptunaStudy())


if __name__ == "__main__":
    main()
