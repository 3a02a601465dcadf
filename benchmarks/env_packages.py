"""Tries well-known environment packages and writes the table of docs.

    python3 benchmarks/env_packages.py [--only NAME...] [--venvs FOLDER] [--out FOLDER]

For each package it makes a virtual environment with the pinned versions below, trains a little with
`./ppo4j train`, evaluates an episode, and notes the spaces, and what a failure said. It writes README.md and trials.json to --out, by default
docs/results/<today>-env-packages; trials that --only leaves out keep their rows. Virtual
environments are kept in --venvs, by default in a temporary folder that is deleted. Takes about half
an hour, most of it pip's; pip compiles pybullet where it has no wheel, which takes ten minutes more.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

HOME = Path(__file__).resolve().parent.parent
MODULES = HOME / "benchmarks" / "env_packages"
BASE = ("gymnasium==1.4.0", "py4j==0.10.9.9")
LAUNCHER = "./ppo4j"
STEPS = 2048


class Trial(NamedTuple):
    """A package and an environment of it."""

    package: str
    pins: tuple[str, ...]
    env: str
    options: tuple[str, ...] = ()
    alone: bool = True
    """Whether one sub-environment can be evaluated."""


TRIALS = [
    Trial("gymnasium", ("numpy==2.4.6",), "Taxi-v4"),
    Trial("gymnasium", ("numpy==2.4.6",), "FrozenLake-v1"),
    Trial("gymnasium", ("numpy==2.4.6",), "Blackjack-v1"),
    Trial("highway-env", ("highway-env==1.12.1",), "highway_env:highway-fast-v0"),
    Trial(
        "highway-env",
        ("highway-env==1.12.1",),
        "highway_env:parking-v0",
    ),
    Trial("panda-gym", ("panda-gym==3.0.7",), "panda_gym:PandaReach-v3"),
    Trial(
        "flappy-bird-gymnasium",
        ("flappy-bird-gymnasium==0.4.0",),
        "flappy_bird_gymnasium:FlappyBird-v0",
    ),
    Trial(
        "pybullet-envs-gymnasium",
        ("pybullet_envs_gymnasium==0.6.0",),
        "pybullet_envs_gymnasium:HopperBulletEnv-v0",
    ),
    Trial(
        "gymnasium-robotics",
        ("gymnasium-robotics==1.4.2", "mujoco==3.4.0"),
        "gymnasium_robotics:PointMaze_UMaze-v3",
    ),
    Trial(
        "gymnasium-robotics",
        ("gymnasium-robotics==1.4.2", "mujoco==3.4.0"),
        "gymnasium_robotics:AntMaze_UMaze-v5",
    ),
    Trial(
        "ale-py",
        ("ale-py==0.12.1",),
        "ALE/Breakout-v5",
        ("--env-kwargs", "obs_type=ram"),
    ),
    Trial("ale-py", ("ale-py==0.12.1", "opencv-python-headless==5.0.0.93"), "ALE/Pong-v5"),
    Trial(
        "minigrid",
        ("minigrid==3.2.0",),
        "minigrid:MiniGrid-Empty-5x5-v0",
        ("--observation-keys", "image,direction"),
    ),
    Trial("minigrid", ("minigrid==3.2.0",), "minigrid:MiniGrid-Empty-5x5-v0"),
    Trial(
        "pettingzoo",
        ("pettingzoo[butterfly]==1.27.0", "supersuit==3.11.0"),
        "pistonball:Pistonball-v6",
        ("--num-envs", "8", "--num-workers", "1"),
        alone=False,
    ),
    Trial(
        "shimmy",
        ("shimmy[dm-control]==2.0.1", "packaging==26.4", "dm-control==1.0.34", "mujoco==3.3.6"),
        "shimmy:dm_control/cartpole-balance-v0",
    ),
]


def run(command: list[str], limit: float, **env: str) -> tuple[int, str]:
    """Runs a command and returns its exit code and its output."""
    try:
        done = subprocess.run(
            command,
            check=False,
            cwd=HOME,
            env={**os.environ, **env},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=limit,
        )
    except subprocess.TimeoutExpired:
        return -1, f"{' '.join(command[:3])} did not end within {limit:.0f} s"
    return done.returncode, done.stdout


def venv(trial: Trial, folder: Path) -> tuple[Path, str]:
    """Makes the trial's virtual environment; returns its Python and what pip said if it failed."""
    name = re.sub(r"[^a-z0-9]+", "-", " ".join(trial.pins).lower())
    home = folder / name
    python = home / "bin" / "python"
    if (home / "installed").exists():
        return python, ""
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
    install = [str(python), "-m", "pip", "install", "--quiet", *BASE, *trial.pins]
    code, said = run(install, 3600)
    if code == 0:
        (home / "installed").touch()
        return python, ""
    errors = [line for line in said.splitlines() if "ERROR" in line or "error:" in line]
    return python, (errors or said.splitlines() or ["pip failed"])[0].strip()


def versions(python: Path, trial: Trial) -> dict[str, str]:
    """Returns the versions of the pinned packages, Gymnasium and NumPy."""
    names = [re.split(r"[\[=]", pin)[0] for pin in trial.pins]
    listing = subprocess.run(
        [str(python), "-m", "pip", "list", "--format", "json"],
        check=True,
        text=True,
        stdout=subprocess.PIPE,
    ).stdout
    all_of_them = {
        re.sub("[-_.]+", "-", each["name"].lower()): each["version"] for each in json.loads(listing)
    }
    wanted = [*(re.sub("[-_.]+", "-", name.lower()) for name in names), "gymnasium", "numpy"]
    return {name: all_of_them[name] for name in dict.fromkeys(wanted) if name in all_of_them}


def sentence(output: str) -> str:
    """Returns the last line that is not progress: the message of a failure."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "no output"


def attempt(trial: Trial, folder: Path) -> dict[str, Any]:
    """Tries one environment and returns the row of the table."""
    row: dict[str, Any] = {
        "package": trial.package,
        "env": trial.env,
        "options": " ".join(trial.options),
        "python": sys.version.split()[0],
    }
    python, failure = venv(trial, folder)
    if failure:
        return {**row, "versions": {}, "result": f"not installed: {failure}"}
    row["versions"] = versions(python, trial)
    path = os.pathsep.join(filter(None, (str(MODULES), os.environ.get("PYTHONPATH", ""))))
    around = {"PPO4J_PYTHON": str(python), "PYTHONPATH": path}
    with tempfile.TemporaryDirectory() as run_dir:
        out = str(Path(run_dir) / "run")
        command = [LAUNCHER, "train", trial.env, *trial.options]
        sizes = ["--total-timesteps", str(STEPS), "--num-steps", "64", "--run-dir", out]
        start = time.monotonic()
        code, said = run([*command, *sizes], 900, **around)
        row["seconds"] = round(time.monotonic() - start, 1)
        if code != 0:
            return {**row, "result": sentence(said)}
        row.update(spaces(Path(out)))
        if not trial.alone:
            return {**row, "result": "works; evaluate needs agents that play alone"}
        code, said = run([LAUNCHER, "evaluate", out, "--episodes", "1"], 300, **around)
        if code != 0:
            return {**row, "result": f"trained, but evaluate: {sentence(said)}"}
    return {**row, "result": "works"}


def spaces(run: Path) -> dict[str, str]:
    """Returns the spaces that the run's last checkpoint names, in short."""
    found = sorted((run / "checkpoints").glob("*.zip"), key=lambda file: file.stat().st_mtime)
    with zipfile.ZipFile(found[-1]) as file:
        policy = json.loads(file.read("manifest.json"))["policy"]
    return {
        "observations": short(policy["observation_space"]),
        "actions": short(policy["action_space"]),
    }


def short(space: dict[str, Any]) -> str:
    """Returns a space without its bounds, such as ``Box(84, 84, 4) uint8``."""
    kind = space["type"]
    if kind == "tuple":
        return ", ".join(short(part) for part in space["parts"])
    if kind == "box":
        return f"Box({', '.join(map(str, space['shape']))}) {space['dtype']}"
    if kind == "discrete":
        return f"Discrete({space['n']})"
    return f"{kind}({space.get('nvec', space.get('n'))})"


@contextlib.contextmanager
def folder_of(given: Path | None) -> Iterator[Path]:
    """Gives the folder of virtual environments, which is deleted if none was asked for."""
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given.resolve()
        return
    with tempfile.TemporaryDirectory() as temporary:
        yield Path(temporary)


def cell(text: object) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")


def page(rows: list[dict[str, Any]]) -> str:
    """Returns README.md."""
    works = sum(row["result"].startswith("works") for row in rows)
    lines = [
        "# Environment packages",
        "",
        f"    python3 benchmarks/env_packages.py        Python {rows[0]['python']}, {len(rows)} trials",
        "",
        f"Each environment is trained for {STEPS:,} steps and evaluated for an episode, in a virtual",
        "environment with the versions of its row. This shows that the package's spaces, resets and",
        f"steps are understood, not that anything is learnt. {works} of {len(rows)} work; the others",
        "say why not.",
        "",
        "| package and versions | environment and options | observations | actions | result |",
        "| --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        installed = ", ".join(f"{name} {number}" for name, number in row["versions"].items())
        options = f" `{row['options']}`" if row["options"] else ""
        lines.append(
            f"| {cell(installed or row['package'])} | `{cell(row['env'])}`{cell(options)} "
            f"| {cell(row.get('observations', ''))} | {cell(row.get('actions', ''))} "
            f"| {cell(row['result'])} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names = sorted({trial.package for trial in TRIALS})
    parser.add_argument("--only", nargs="+", choices=names, default=names)
    parser.add_argument("--venvs", type=Path)
    today = datetime.date.today().isoformat()
    default = HOME / "docs" / "results" / f"{today}-env-packages"
    parser.add_argument("--out", type=Path, default=default)
    args = parser.parse_args()
    kept = args.out / "trials.json"
    rows: dict[str, dict[str, Any]] = {}
    if kept.exists():
        for row in json.loads(kept.read_text()):
            rows[f"{row['env']} {row['options']}"] = row
    args.out.mkdir(parents=True, exist_ok=True)
    with folder_of(args.venvs) as folder:
        for trial in TRIALS:
            if trial.package not in args.only:
                continue
            row = attempt(trial, folder)
            rows[f"{row['env']} {row['options']}"] = row
            print(f"{row['env']} {row['options']}: {row['result']}", flush=True)
            order = [f"{each.env} {' '.join(each.options)}" for each in TRIALS]
            written = [rows[key] for key in order if key in rows]
            kept.write_text(json.dumps(written, indent=1) + "\n")
            (args.out / "README.md").write_text(page(written))


if __name__ == "__main__":
    main()
