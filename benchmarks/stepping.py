"""Times the raw stepping of environments: ppo4j's native ones, EnvPool's, and Gymnasium's.

    python3 benchmarks/stepping.py [--runs 5] [--seconds 3] [--out FILE]

Every program gets the same actions and the same numbers of environments and threads, in a process
of its own. They are run one after the other, round by round; the median counts. `mj_step` is
MuJoCo's step alone, on one thread. Needs Python 3.11, which EnvPool 1.2.5 has wheels for, and makes
a virtual environment for the peers the first time.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from speed import HERE, HOME, processor, python_of, report


class Work(NamedTuple):
    """What is stepped, and by whom beside ppo4j."""

    task: str
    envs: int
    threads: int
    peers: tuple[str, ...]


WORKS = [
    Work("HalfCheetah-v5", 8, 1, ("envpool", "sync", "async", "mj_step")),
    Work("HalfCheetah-v5", 64, 2, ("envpool",)),
    Work("Hopper-v5", 8, 1, ("envpool", "sync", "async", "mj_step")),
    Work("Hopper-v5", 64, 2, ("envpool",)),
    Work("CartPole-v1", 64, 2, ("envpool",)),
]


def ppo4j(work: Work, seconds: int) -> list[str]:
    return [
        *(str(HERE / "java"), "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"),
        *("org.ppo4j.benchmarks.Stepping", work.task, str(work.envs), str(work.threads)),
        str(seconds),
    ]


def time_once(command: list[str]) -> float:
    environment = dict(os.environ, OMP_NUM_THREADS="1")
    done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return float(done.stdout.split()[-1])


def contenders(work: Work, seconds: int) -> dict[str, Callable[[], float]]:
    table: dict[str, Callable[[], float]] = {"ppo4j": lambda: time_once(ppo4j(work, seconds))}
    for peer in work.peers:
        envs, threads = (1, 1) if peer == "mj_step" else (work.envs, work.threads)
        command = [python_of("envpool"), str(HERE / "peer_stepping.py"), peer, work.task]
        command += [str(envs), str(threads), str(seconds)]
        table[peer] = lambda command=command: time_once(command)
    return table


def title(work: Work) -> str:
    threads = f"{work.threads} thread" + ("s" if work.threads > 1 else "")
    return f"{work.task}, {work.envs} environments, {threads}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    build = ["mvn", "-B", "-q", "-DskipTests", "package", "-pl", "benchmarks", "-am"]
    subprocess.run(build, cwd=HOME, check=True)
    text = [f"Median of {arguments.runs} interleaved runs, {processor()}, {os.cpu_count()} cores."]
    for work in WORKS:
        programs = contenders(work, arguments.seconds)
        figures: dict[str, list[float]] = {program: [] for program in programs}
        for _ in range(arguments.runs):
            for program, run in programs.items():
                figures[program].append(run())
                print(f"{work} {program}: {figures[program][-1]:,.0f}", file=sys.stderr)
        text.append(report(title(work), figures))
    output = "\n\n".join(text) + "\n"
    print(output)
    if arguments.out:
        arguments.out.write_text(output)


if __name__ == "__main__":
    main()
