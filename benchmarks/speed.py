"""Trains with ppo4j and with its Python peers, one after the other, and prints the ratios.

    python3 benchmarks/speed.py [--runs 5] [--tasks CartPole-v1,HalfCheetah-v5] [--out FILE]

Needs Python 3.11 and, the first time, some minutes and 8 GB for the peers' own environments under
benchmarks/. Every program is run once a round with CleanRL's sizes, the rounds follow each other,
peers run with OMP_NUM_THREADS 1 and 2 and the better median counts. A figure is environment steps
per second of the training loop without start-up: CleanRL's own SPS, the time of SB3's `learn`,
`sps` of ppo4j's summary.json (which includes the JVM's warming up).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
HOME = HERE.parent
SB3 = HOME / "java-agent/src/main/resources/org/ppo4j/agent/compare/peer/peer_sb3.py"

PEERS = {
    "cleanrl": [
        [
            "numpy<2",
            "gymnasium==0.29.1",
            "mujoco==2.3.7",
            "imageio",
            "torch==2.15.0",
            "tensorboard",
        ],
        # ppo.py of the wheel still imports gym.
        ["gym==0.23.1", "pygame==2.6.1"],
        ["--no-deps", "--ignore-requires-python", "cleanrl==1.2.0"],
    ],
    "envpool": [["envpool==1.2.5", "gymnasium[mujoco]==1.4.0"]],
    "sb3": [["stable-baselines3==2.9.2", "torch==2.15.0", "gymnasium[mujoco,box2d]==1.4.0"]],
}


class Task(NamedTuple):
    """A training to time: our steps, the peers' steps, CleanRL's script and id for it, and whether
    it is timed with Gymnasium in Python too.

    CleanRL 1.2.0 runs on MuJoCo 2.3.7, which knows HalfCheetah-v4 only; its step costs the same.
    """

    steps: int
    peer_steps: int
    cleanrl_script: str
    cleanrl_id: str
    in_python: bool


TASKS = {
    "CartPole-v1": Task(500_000, 30_000, "cleanrl.ppo", "CartPole-v1", False),
    "HalfCheetah-v5": Task(
        153_600, 12_288, "cleanrl.ppo_continuous_action", "HalfCheetah-v4", True
    ),
}


def python_of(peer: str) -> str:
    """Returns the interpreter of a peer's environment, making the environment the first time."""
    folder = Path(os.environ.get("PPO4J_PEERS", HERE)) / f".venv-{peer}"
    python = folder / "bin" / "python"
    done = folder / "complete"
    if not done.exists():
        print(f"installing {peer} in {folder}", file=sys.stderr)
        venv.create(folder, with_pip=True)
        for packages in PEERS[peer]:
            subprocess.run([python, "-m", "pip", "install", "-q", *packages], check=True)
        done.touch()
    return str(python)


def last_sps(output: str) -> float:
    return float(re.findall(r"SPS: (\d+)", output)[-1])


def run(command: list[str], folder: str, threads: int | None = None) -> str:
    environment = dict(os.environ)
    if threads is not None:
        environment["OMP_NUM_THREADS"] = str(threads)
    done = subprocess.run(
        command, check=False, cwd=folder, env=environment, capture_output=True, text=True
    )
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def ppo4j(name: str, task: Task, backend: str, seed: int, folder: str) -> float:
    run_dir = Path(folder) / f"run-{seed}"
    command = [str(HOME / "ppo4j"), "train", name, "--quiet", "--profile", "cleanrl"]
    command += ["--seed", str(seed), "--total-timesteps", str(task.steps), "--backend", backend]
    run([*command, "--run-dir", str(run_dir)], folder)
    return float(json.loads((run_dir / "summary.json").read_text())["sps"])


def contenders(name: str, task: Task) -> dict[str, Callable[[int, str], float]]:
    """Returns what is timed, by name: a function of the seed and of a folder to work in."""

    def cleanrl(threads: int, seed: int, folder: str) -> float:
        command = [python_of("cleanrl"), "-m", task.cleanrl_script, "--cuda", "False"]
        command += ["--env-id", task.cleanrl_id, "--seed", str(seed)]
        command += ["--total-timesteps", str(task.peer_steps)]
        return last_sps(run(command, folder, threads))

    def sb3(threads: int, seed: int, folder: str) -> float:
        command = [python_of("sb3"), str(SB3), name, str(task.peer_steps), str(seed), folder]
        return last_sps(run(command, folder, threads))

    table: dict[str, Callable[[int, str], float]] = {
        "ppo4j": lambda seed, folder: ppo4j(name, task, "native", seed, folder)
    }
    if task.in_python:
        table["ppo4j, environment in Python"] = lambda seed, folder: ppo4j(
            name, task, "python", seed, folder
        )
    for threads in (1, 2):
        for peer, time_peer in (("CleanRL", cleanrl), ("SB3", sb3)):
            table[f"{peer}, {threads} torch thread{'s' if threads > 1 else ''}"] = (
                lambda seed, folder, f=time_peer, t=threads: f(t, seed, folder)
            )
    return table


def report(title: str, figures: dict[str, list[float]]) -> str:
    """Returns a Markdown table of medians, ranges and ratios to ppo4j."""
    ours = statistics.median(figures["ppo4j"])
    lines = [
        f"### {title}",
        "",
        "| program | steps/s, median | least to greatest | ppo4j is faster by |",
        "| --- | ---: | ---: | ---: |",
    ]
    for program, values in figures.items():
        median = statistics.median(values)
        ratio = "" if program == "ppo4j" else f"{ours / median:.3g}x"
        spread = f"{min(values):,.0f} to {max(values):,.0f}"
        lines.append(f"| {program} | {median:,.0f} | {spread} | {ratio} |")
    return "\n".join(lines)


def processor() -> str:
    try:
        names = re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    except OSError:
        names = []
    return names[0] if names else platform.processor()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--tasks", default=",".join(TASKS))
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    names = arguments.tasks.split(",")
    for name in names:
        if name not in TASKS:
            parser.error(f"there is no task {name}, only {', '.join(TASKS)}")
    for peer in ("cleanrl", "sb3"):
        python_of(peer)
    text = [f"Median of {arguments.runs} interleaved runs, {processor()}, {os.cpu_count()} cores."]
    for name in names:
        programs = contenders(name, TASKS[name])
        figures: dict[str, list[float]] = {program: [] for program in programs}
        for seed in range(1, arguments.runs + 1):
            for program, time_program in programs.items():
                with tempfile.TemporaryDirectory() as folder:
                    figures[program].append(time_program(seed, folder))
                print(f"{name} {program}: {figures[program][-1]:,.0f}", file=sys.stderr)
        text.append(report(name, figures))
    output = "\n\n".join(text) + "\n"
    print(output)
    if arguments.out:
        arguments.out.write_text(output)


if __name__ == "__main__":
    main()
