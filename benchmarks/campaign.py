"""Trains the committed comparison with CleanRL and writes its results.

    python3 benchmarks/campaign.py [--tasks TASK...] [--studies FOLDER] [--seeds 10] [--out FOLDER]

Calls `./ppo4j compare` for every task and profile below, one after the other; what is finished is
kept, so that the command can be stopped and called again. Then it writes to --out, by default
docs/results/<today>-campaign, of the studies that are finished: README.md with one table, <study>/report.md, comparison.json, plots and
returns.csv, the learning curve of each seed as means over 20,000 steps. Takes some hours.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

HOME = Path(__file__).resolve().parent.parent
BIN = 20_000


class StudyOf(NamedTuple):
    """A task, a profile, and what they are compared with."""

    task: str
    profile: str
    against: tuple[str, ...] = ("published",)

    @property
    def name(self) -> str:
        return f"{self.task}__{self.profile}"


V5 = ("published", "docs/results/2026-11-21-cleanrl-v5")
STUDIES = [
    *(
        StudyOf(task, profile)
        for task in ("CartPole-v1", "Acrobot-v1")
        for profile in ("cleanrl", "default")
    ),
    *(StudyOf("LunarLander-v3", profile) for profile in ("cleanrl", "default")),
    *(
        StudyOf(f"{task}-v5", profile, V5)
        for task in ("HalfCheetah", "Hopper", "Walker2d")
        for profile in ("cleanrl", "default")
    ),
    *(StudyOf(f"{task}-v4", "cleanrl") for task in ("HalfCheetah", "Hopper", "Walker2d")),
]


def compare(study: StudyOf, folder: Path, seeds: int) -> None:
    command = ["./ppo4j", "compare", study.task, "--profile", study.profile, "--preset=none"]
    command += ["--seeds", str(seeds), "--run-dir", str(folder)]
    for each in study.against:
        command += ["--against", each]
    subprocess.run(command, cwd=HOME, check=True, stdout=subprocess.DEVNULL)


def curve(episodes: Path) -> Iterator[tuple[int, float, int]]:
    """The means of episodic returns over BIN steps: the bin's end, the mean, how many episodes."""
    bins: dict[int, list[float]] = {}
    with episodes.open() as file:
        for row in csv.DictReader(file):
            end = (int(row["global_step"]) - 1) // BIN * BIN + BIN
            bins.setdefault(end, []).append(float(row["episodic_return"]))
    for end, returns in sorted(bins.items()):
        yield end, sum(returns) / len(returns), len(returns)


def collect(folder: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name in ("report.md", "comparison.json"):
        shutil.copy(folder / name, out)
    shutil.copytree(folder / "plots", out / "plots", dirs_exist_ok=True)
    with (out / "returns.csv").open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["seed", "global_step", "mean_return", "episodes"])
        runs = folder.glob("ppo4j/seed_*/episodes.csv")
        for episodes in sorted(runs, key=lambda path: int(path.parent.name.split("_")[1])):
            seed = episodes.parent.name.split("_")[1]
            rows.writerows((seed, end, f"{mean:.2f}", n) for end, mean, n in curve(episodes))


def figures(side: dict[str, Any]) -> str:
    if side["mean"] is None:
        return "-"
    text = f"{side['mean']:,.1f}"
    return text if side["std"] is None else f"{text} ± {side['std']:,.1f}"


def rows(study: StudyOf, comparison: Path) -> Iterator[str]:
    """Table rows: one for ppo4j, with its deterministic evaluation, and one a contender."""
    last, evaluation = json.loads(comparison.read_text())["protocols"]
    ours = last["sides"][0]
    iqm = ours["iqm"]
    interval = f"{iqm['value']:,.1f} [{iqm['low']:,.1f}, {iqm['high']:,.1f}]"
    link = f"[{study.task}]({study.name}/report.md)"
    yield (
        f"| {link} | ppo4j, `{study.profile}` | {ours['seeds']} | {figures(ours)} | {interval} | "
        f"{figures(evaluation['sides'][0])} | |"
    )
    for pair in last["pairs"]:
        other = next(side for side in last["sides"] if side["name"] == pair["second"])
        if pair["first"] != ours["name"] or other["steps"] > 2 * ours["steps"]:
            continue
        tests = (("Welch", pair["welch_p"]), ("Mann-Whitney", pair["mann_whitney_p"]))
        found = ", ".join(f"{test} p = {p:.2g}" for test, p in tests if p is not None)
        yield f"| | {other['name']} | {other['seeds']} | {figures(other)} | | | {found or '-'} |"


def processor() -> str:
    try:
        names = re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    except OSError:
        names = []
    return names[0] if names else platform.processor()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tasks", nargs="+", metavar="TASK", help="these tasks only; default: all")
    parser.add_argument("--studies", type=Path, default=Path("runs/campaign"))
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument(
        "--out", type=Path, default=HOME / f"docs/results/{datetime.date.today()}-campaign"
    )
    parser.add_argument(
        "--collect", action="store_true", help="train nothing, take what is finished"
    )
    arguments = parser.parse_args()
    studies = [
        study for study in STUDIES if not arguments.tasks or study.task in arguments.tasks
    ]
    for study in studies:
        folder = HOME / arguments.studies / study.name
        done = len(list(folder.glob("ppo4j/seed_*.done")))
        if arguments.collect and done < arguments.seeds:
            print(f"{study.name}: {done} of {arguments.seeds} seeds are finished", file=sys.stderr)
            continue
        compare(study, arguments.studies / study.name, arguments.seeds)
        collect(folder, arguments.out / study.name)
    table = [
        line
        for study in STUDIES
        if (arguments.out / study.name).is_dir()
        for line in rows(study, arguments.out / study.name / "comparison.json")
    ]
    text = f"""# {arguments.seeds} seeds compared with CleanRL

    python3 benchmarks/campaign.py

on {processor()}, {os.cpu_count()} cores. Mean ± standard deviation over seeds of the mean return
of the last 100 training episodes, drawn actions, raw rewards (CleanRL's protocol); its
interquartile mean with a 95% bootstrap interval; and the mean return of 10 deterministic episodes
of each trained policy. The p-values are of the difference to ppo4j's row above and are not corrected
for multiple comparisons. Published trainings of 8M steps are in the reports only. Every link leads
to the whole report with versions, curves and remarks; `returns.csv` in the same folder has each
seed's curve.

| task | contender | seeds | last 100 episodes | interquartile mean | deterministic | difference |
| --- | --- | ---: | ---: | ---: | ---: | --- |
"""
    (arguments.out / "README.md").write_text(text + "\n".join(table) + "\n")


if __name__ == "__main__":
    main()
