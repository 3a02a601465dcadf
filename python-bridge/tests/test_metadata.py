"""The ranges of pyproject.toml compared with the exact versions of the lock files."""

import itertools
import re
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from ppo4j_bridge import __version__

PROJECT = Path(__file__).parent.parent
LOCKS = [
    "requirements.lock",
    "requirements-dev.lock",
    "requirements-tune.lock",
    "requirements-wandb.lock",
    "requirements-mlflow.lock",
    "requirements-ray.lock",
    "requirements-oldest.lock",
]
EXTRA_LOCKS = ["requirements-tune.lock", "requirements-wandb.lock", "requirements-mlflow.lock"]
"""Those of environments in which this package is not installed."""


def _project() -> dict[str, Any]:
    metadata: dict[str, Any] = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    return metadata


def _ranges(*extras: str) -> list[Requirement]:
    project = _project()["project"]
    lines = list(project["dependencies"])
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    return [Requirement(line) for line in lines]


def _locked(lock: str) -> dict[str, str]:
    """Returns the version of each package of a lock file, by name."""
    lines = (PROJECT / lock).read_text().splitlines()
    pins = [re.fullmatch(r"([a-z0-9-]+)==(\S+)( ;.*)? \\", line) for line in lines]
    return {pin[1]: pin[2] for pin in pins if pin is not None}


def test_the_version_is_that_of_the_java_modules() -> None:
    version = ET.parse(PROJECT / "pom.xml").findtext("{*}parent/{*}version", "")
    assert version.removesuffix("-SNAPSHOT") == __version__


@pytest.mark.parametrize(
    ("lock", "extras"),
    [
        ("requirements.lock", ["mujoco", "box2d"]),
        ("requirements-dev.lock", ["mujoco", "box2d", "dev", "tune", "wandb", "mlflow"]),
        ("requirements-tune.lock", ["tune"]),
        ("requirements-wandb.lock", ["wandb"]),
        ("requirements-mlflow.lock", ["mlflow"]),
        ("requirements-oldest.lock", ["mujoco"]),
    ],
)
def test_ranges_admit_the_locked_versions(lock: str, extras: list[str]) -> None:
    locked = _locked(lock)
    for requirement in _ranges(*extras):
        if lock in EXTRA_LOCKS and requirement.name in ("gymnasium", "numpy"):
            continue  # an environment without environments
        assert requirement.specifier.contains(locked[requirement.name]), (lock, requirement)
    for line in _project()["build-system"]["requires"]:
        if lock not in EXTRA_LOCKS:
            assert Requirement(line).specifier.contains(locked["setuptools"])


def test_the_oldest_versions_are_the_lower_ends() -> None:
    locked = _locked("requirements-oldest.lock")
    for name in ("gymnasium", "numpy", "mujoco", "py4j"):
        bounds = [
            bound.version
            for requirement in _ranges("mujoco")
            if requirement.name == name
            for bound in requirement.specifier
            if bound.operator in (">=", "==")
        ]
        assert len(bounds) == 1, name
        assert re.sub(r"(\.0)+$", "", locked[name]) == re.sub(r"(\.0)+$", "", bounds[0])


def test_only_py4j_is_required_in_one_release() -> None:
    exact = [
        requirement.name
        for requirement in _ranges("mujoco", "box2d", "dev", "tune")
        if any(bound.operator == "==" for bound in requirement.specifier)
    ]
    assert exact == ["py4j"]


def test_the_tests_run_on_the_versions_that_results_need() -> None:
    run, dev = _locked("requirements.lock"), _locked("requirements-dev.lock")
    assert run.items() <= dev.items()
    assert {"gymnasium", "mujoco", "mujoco-core", "numpy", "py4j", "setuptools"} <= run.keys()


@pytest.mark.parametrize("extra", ["tune", "wandb", "mlflow"])
def test_the_tests_run_on_the_versions_of_the_extra_environments(extra: str) -> None:
    locked, dev = _locked(f"requirements-{extra}.lock"), _locked("requirements-dev.lock")
    assert locked.items() <= dev.items()
    lines = _project()["project"]["optional-dependencies"][extra]
    names = {Requirement(line).name for line in lines}
    assert names | {"py4j"} <= locked.keys()


def test_ray_is_locked_in_a_version_of_its_range_and_nowhere_else() -> None:
    locked = _locked("requirements-ray.lock")
    for line in _project()["project"]["optional-dependencies"]["ray"]:
        extra = Requirement(line)
        assert extra.specifier.contains(locked[extra.name]), line
    assert (
        "ray" not in _locked("requirements-dev.lock").keys() | _locked("requirements.lock").keys()
    )


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_have_hashes_and_name_no_registry(lock: str) -> None:
    text = (PROJECT / lock).read_text()
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    assert "://" not in text
    for line, following in itertools.pairwise([*lines, ""]):
        if not re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line):
            assert re.match(r"[a-z0-9-]+==", line), line
            assert following.startswith("    --hash="), line
