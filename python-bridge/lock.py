"""Makes the lock files, ``lock.py [OPTION...]``: exact versions with the hashes of every file.

A locked version is kept if pyproject.toml still admits it. Options are those of ``uv pip compile``:
``--upgrade`` takes the newest version of every package, ``--upgrade-package NAME`` of one.
"""

import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

UV = "uv==0.13.9"

RUN = Path("requirements.lock")
"""The packages of the launcher's ``.venv``: the versions that results are produced with."""

DEV = Path("requirements-dev.lock")
"""The same, and the packages of the tests."""

TUNE = Path("requirements-tune.lock")
"""Optuna and Py4J, for the venv of the search for hyperparameters, which needs no environments."""

WANDB = Path("requirements-wandb.lock")
"""Weights & Biases and Py4J, for the venv of its runs."""

MLFLOW = Path("requirements-mlflow.lock")
"""MLflow and Py4J, for the venv of its runs."""

RAY = Path("requirements-ray.lock")
"""Ray, for the process that talks to a cluster; a cluster must have the same version."""

ATARI = Path("requirements-atari.lock")
"""The packages of RUN and those of Atari games."""

OLDEST = Path("requirements-oldest.lock")
"""The oldest releases that pyproject.toml admits, for ends.py, with a Box2D that has wheels."""

COMPILE = [
    "pip",
    "compile",
    "--quiet",
    "--universal",
    "--python-version=3.11",
    "--fork-strategy=fewest",
    "--generate-hashes",
    "--custom-compile-command=python3 lock.py",
]


def main(options: list[str]) -> None:
    """Makes all lock files."""
    project = Path(__file__).parent.resolve()
    metadata = tomllib.loads((project / "pyproject.toml").read_text())
    build = metadata["build-system"]["requires"]
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        pip = [f"{folder}/bin/python", "-m", "pip", "--disable-pip-version-check", "--quiet"]
        subprocess.run([*pip, "install", UV], check=True)

        def compile_some(lock: Path, lines: list[str], arguments: list[str]) -> None:
            subprocess.run(
                [f"{folder}/bin/uv", *COMPILE, *arguments, *options, "-o", str(lock), "-"],
                cwd=project,
                input="\n".join(lines),
                text=True,
                stdout=subprocess.DEVNULL,
                check=True,
            )

        def compile_lock(lock: Path, more: list[str], arguments: list[str]) -> None:
            # The package is built without isolation, so the packages that build it are locked too.
            compile_some(lock, [*build, *more], ["pyproject.toml", "--extra=mujoco", *arguments])

        compile_lock(RUN, [], ["--extra=box2d", "--extra=images"])
        extras = ["--extra=box2d", "--extra=images", "--extra=dev", "--extra=tune"]
        extras += ["--extra=wandb", "--extra=mlflow"]
        compile_lock(DEV, [], [*extras, f"--constraint={RUN}"])
        compile_lock(ATARI, [], ["--extra=box2d", "--extra=atari", f"--constraint={RUN}"])
        py4j = [line for line in metadata["project"]["dependencies"] if line.startswith("py4j")]
        for extra, lock in (("tune", TUNE), ("wandb", WANDB), ("mlflow", MLFLOW)):
            packages = metadata["project"]["optional-dependencies"][extra]
            compile_some(lock, [*py4j, *packages], [f"--constraint={DEV}"])
        compile_some(RAY, metadata["project"]["optional-dependencies"]["ray"], [])
        oldest = ["box2d==2.3.10", "pygame>=2.6", "packaging>=24.2", "pytest>=8.4", "pyyaml>=6.0"]
        compile_lock(OLDEST, oldest, ["--resolution=lowest-direct"])


if __name__ == "__main__":
    main(sys.argv[1:])
