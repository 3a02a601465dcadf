"""A study of Optuna in an SQLite file: the samplers, the pruner, and what a trial records."""

from __future__ import annotations

import json
import logging
import sqlite3
import textwrap
import warnings
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.importance import PedAnovaImportanceEvaluator, get_param_importances
from optuna.pruners import BasePruner, NopPruner, SuccessiveHalvingPruner
from optuna.samplers import BaseSampler, CmaEsSampler, RandomSampler, TPESampler
from optuna.storages import RDBStorage
from optuna.trial import FrozenTrial, Trial, TrialState
from sqlalchemy import URL

NAME: Final = "ppo4j"
"""The name of the study in its file."""

DEFINITION: Final = "ppo4j"
"""The attribute of a study that says what it searches."""

LOCK_SECONDS: Final = 10
"""The time that another program may lock the file."""

NEVER_PRUNED: Final = 4
"""The number of first trials that are not pruned, because there is too little to compare with."""

ENOUGH_FOR_IMPORTANCE: Final = 4
"""The number of finished trials from which importances are computed."""

MAX_MESSAGE: Final = 200
"""The characters that are shown of an error's message, which may hold SQL statements."""


class StudyError(Exception):
    """An error whose message is a sentence for the user."""


class OptunaStudy:
    """One study, used by one thread; :meth:`open` is called first."""

    def __init__(self) -> None:
        self._study: optuna.Study | None = None
        self._space: dict[str, BaseDistribution] = {}
        self._running: dict[int, Trial] = {}

    def open(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Opens or makes the study of ``request``; trials left running are failed and replaced.

        Args:
            request: ``file``, the path; ``definition``, names and values that a study keeps for
                ever; ``space``; ``sampler``; ``seed``; ``pruner``, its ``min_resource``, or null;
                ``start``, parameters of the first trial.

        """
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        logging.getLogger("alembic").setLevel(logging.ERROR)
        warnings.simplefilter("ignore")
        file = Path(request["file"])
        try:
            _require_study(file)
            study, trials = _loaded(file, _pruner(request["pruner"]))
        except (LookupError, TypeError, ValueError) as e:
            message = f"what it holds is damaged ({type(e).__name__}: {_line(e)})"
            raise StudyError(message) from e
        _require_definition(study, request["definition"])
        self._study = study
        self._space = {each["name"]: _distribution(each) for each in request["space"]}
        # A continued search must not draw the same parameters again.
        study.sampler = _sampler(request["sampler"], request["seed"] + len(trials))
        if not trials and request["start"]:
            study.enqueue_trial(request["start"])
        interrupted = [each for each in trials if each.state == TrialState.RUNNING]
        for trial in interrupted:
            study.tell(trial.number, state=TrialState.FAIL)
            self._replace(trial.number, trial.params)
        return {"interrupted": [each.number for each in interrupted]}

    def ask(self) -> dict[str, Any]:
        """Begins a trial."""
        trial = self._opened().ask(self._space)
        self._running[trial.number] = trial
        return {"number": trial.number, "params": trial.params}

    def report(self, number: int, step: int, value: float) -> bool:
        """Records the figure of trial ``number`` after ``step``; returns whether to prune it."""
        trial = self._running[number]
        trial.report(value, step)
        return trial.should_prune() and self._before(number) >= NEVER_PRUNED

    def _before(self, number: int) -> int:
        """Returns the number of trials before ``number`` that did not fail."""
        trials = self._opened().get_trials(deepcopy=False)
        return sum(each.number < number and each.state != TrialState.FAIL for each in trials)

    def tell(self, number: int, outcome: Mapping[str, Any]) -> None:
        """Ends trial ``number``.

        Args:
            number: the trial
            outcome: ``state``, one of complete, pruned, failed and interrupted, of which the last
                is tried again; ``value``, the figure of a complete one; ``attributes``

        """
        study = self._opened()
        trial = self._running.pop(number)
        for name, value in outcome["attributes"].items():
            trial.set_user_attr(name, value)
        match outcome["state"]:
            case "complete":
                study.tell(trial, outcome["value"])
            case "pruned":
                study.tell(trial, state=TrialState.PRUNED)
            case "failed":
                study.tell(trial, state=TrialState.FAIL)
            case "interrupted":
                study.tell(trial, state=TrialState.FAIL)
                self._replace(number, trial.params)
            case other:
                raise ValueError(other)

    def trials(self) -> list[dict[str, Any]]:
        """Returns all trials that have begun."""
        trials = self._opened().get_trials(deepcopy=False)
        return [_described(each) for each in trials if each.state != TrialState.WAITING]

    def importance(self) -> dict[str, float]:
        """Returns the share of each parameter, by PED-ANOVA (Watanabe et al. 2023)."""
        study = self._opened()
        complete = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
        if len(complete) < ENOUGH_FOR_IMPORTANCE:
            return {}
        return get_param_importances(study, evaluator=PedAnovaImportanceEvaluator())

    def _opened(self) -> optuna.Study:
        assert self._study is not None
        return self._study

    def _replace(self, number: int, params: dict[str, Any]) -> None:
        """Has the parameters of an interrupted trial tried again."""
        self._opened().enqueue_trial(params, user_attrs={"replaces": number})


def _described(trial: FrozenTrial) -> dict[str, Any]:
    return {
        "number": trial.number,
        "state": trial.state.name.lower(),
        "value": trial.value if trial.state == TrialState.COMPLETE else None,
        "params": trial.params,
        "reports": [[step, value] for step, value in sorted(trial.intermediate_values.items())],
        "attributes": trial.user_attrs,
    }


def _distribution(dimension: Mapping[str, Any]) -> BaseDistribution:
    match dimension["kind"]:
        case "int":
            return IntDistribution(dimension["low"], dimension["high"], log=dimension["log"])
        case "float":
            return FloatDistribution(dimension["low"], dimension["high"], log=dimension["log"])
        case _:
            return CategoricalDistribution(dimension["choices"])


def _sampler(name: str, seed: int) -> BaseSampler:
    seed %= 2**32
    match name:
        case "tpe":
            return TPESampler(seed=seed)
        case "cmaes":
            independent = RandomSampler(seed=seed)
            return CmaEsSampler(
                seed=seed, independent_sampler=independent, warn_independent_sampling=False
            )
        case _:
            return RandomSampler(seed=seed)


def _pruner(min_resource: int | None) -> BasePruner:
    if min_resource is None:
        return NopPruner()
    return SuccessiveHalvingPruner(min_resource=min_resource, reduction_factor=2)


def _require_study(file: Path) -> None:
    """Raises :class:`StudyError` for a file that is something else, before Optuna writes to it.

    SQLite itself may write: a search that was killed while it wrote left a journal, by which the
    next reader that may write restores the file.
    """
    if not file.exists() or file.stat().st_size == 0:
        return
    address = f"file:{quote(str(file))}?mode=rw"
    with closing(sqlite3.connect(address, uri=True, timeout=LOCK_SECONDS)) as connection:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(found)
        tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
    if ("studies",) not in tables:
        raise StudyError("it is an SQLite database, but not one of Optuna")


def _loaded(file: Path, pruner: BasePruner) -> tuple[optuna.Study, list[FrozenTrial]]:
    """Returns the study in ``file``, made if there is none, and its trials."""
    options = {"connect_args": {"timeout": LOCK_SECONDS}}
    url = URL.create("sqlite", database=str(file)).render_as_string()
    study = optuna.create_study(
        storage=RDBStorage(url, engine_kwargs=options),
        study_name=NAME,
        direction="maximize",
        load_if_exists=True,
        pruner=pruner,
    )
    study.user_attrs  # noqa: B018  decodes them
    return study, study.get_trials(deepcopy=False)


def _require_definition(study: optuna.Study, definition: dict[str, Any]) -> None:
    attributes = study.user_attrs
    if DEFINITION not in attributes and not study.get_trials(deepcopy=False):
        study.set_user_attr(DEFINITION, definition)
        return
    difference = _difference(attributes.get(DEFINITION), definition)
    if difference is not None:
        raise StudyError(f"it was begun with other values ({difference})")


def _difference(before: Any, now: Any) -> str | None:
    """Returns the name, the former and the present value of the first difference, if any."""
    if before == now:
        return None
    if isinstance(before, dict) and isinstance(now, dict):
        for name in [*now, *before]:
            found = _difference(before.get(name), now.get(name))
            if found is not None:
                return f"{name}{found}" if found.startswith(":") else f"{name}, {found}"
    return f": {_shown(before)}, now {_shown(now)}"


def _shown(value: Any) -> str:
    return "none" if value is None else json.dumps(value)


def sentence(error: BaseException) -> str:
    """Returns what is wrong with a study, without a stack trace."""
    if isinstance(error, StudyError):
        return str(error)
    chain: BaseException | None = error
    while chain is not None:
        if isinstance(chain, sqlite3.Error):
            if "locked" in str(chain) or "busy" in str(chain):
                return f"another program has locked it for more than {LOCK_SECONDS} s"
            if "readonly" in str(chain) or "unable to open" in str(chain):
                return f"it cannot be written ({_line(chain)})"
            return f"it is damaged, or not an SQLite database ({_line(chain)})"
        chain = chain.__cause__ or chain.__context__
    return f"{type(error).__name__}: {_line(error)}"


def _line(error: BaseException) -> str:
    """Returns an error's message in one line, cut off where it is long."""
    return textwrap.shorten(str(error), MAX_MESSAGE, placeholder="...")
