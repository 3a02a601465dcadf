"""Trains presets with one hyperparameter changed, and tells what learning looked like.

    python -m venv /tmp/tb && /tmp/tb/bin/pip install tensorboard==2.20.0
    /tmp/tb/bin/python benchmarks/ablation.py [--tasks TASK...] [--seeds 3] [--out FOLDER]

Five hyperparameters of each task's preset are made smaller and larger, one at a time; `./ppo4j
compare` trains the seeds of each variant. The table in README.md of --out, by default
docs/results/<today>-ablation, has the returns and what TensorBoard's curves showed: means over the
training, but entropy at its end and explained variance over its second half. What is finished is
kept, so that the command can be stopped and called again. An hour or two.
"""

from __future__ import annotations

import argparse
import datetime
import json
import shutil
import statistics
import subprocess
from pathlib import Path
from typing import Any

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

HOME = Path(__file__).resolve().parent.parent
TASKS = ["HalfCheetah-v5", "Hopper-v5", "Swimmer-v5"]
HEADER = """| variant | return | KL | clip fraction | entropy | explained variance |
| --- | ---: | ---: | ---: | ---: | ---: |
"""


def preset(task: str) -> dict[str, Any]:
    """Returns the hyperparameters that `train` takes for the task."""
    shown = subprocess.run(
        [HOME / "ppo4j", "presets", "--json"],
        check=True,
        capture_output=True,
        text=True,
    )
    for found in json.loads(shown.stdout):
        if found["env"] == task and found["automatic"]:
            return dict(found["hyperparameters"])
    raise SystemExit(f"{task} has no preset that train takes by itself")


def horizon(coefficient: float, factor: float) -> float:
    """Returns the coefficient whose horizon 1 / (1 - c) is `factor` times as long."""
    return round(1 - (1 - coefficient) / factor, 6)


def variants(numbers: dict[str, Any]) -> dict[str, str]:
    rate, epochs = numbers["learningRate"], numbers["updateEpochs"]
    gamma, lam, log_std = (
        numbers["gamma"],
        numbers["gaeLambda"],
        numbers["logStdInit"],
    )
    return {
        "preset": "",
        "rate-quarter": f"--learning-rate {rate / 4:.3g}",
        "rate-fourfold": f"--learning-rate {rate * 4:.3g}",
        "gamma-horizon-fifth": f"--gamma {horizon(gamma, 1 / 5)}",
        "gamma-horizon-fivefold": f"--gamma {horizon(gamma, 5)}",
        "lambda-horizon-quarter": f"--gae-lambda {horizon(lam, 1 / 4)}",
        "lambda-horizon-fourfold": f"--gae-lambda {horizon(lam, 4)}",
        "log-std-lower": f"--log-std-init {log_std - 1.5}",
        "log-std-higher": f"--log-std-init {log_std + 1.5}",
        "epochs-third": f"--update-epochs {max(1, epochs // 3)}",
        "epochs-threefold": f"--update-epochs {epochs * 3}",
    }


def curves(run: Path) -> list[list[float]]:
    """Returns KL, clip fraction, entropy and explained variance of a run."""
    events = EventAccumulator(str(run), size_guidance={"scalars": 0})
    events.Reload()
    tags = ("approx_kl", "clipfrac", "entropy", "explained_variance")
    return [[event.value for event in events.Scalars(f"losses/{tag}")] for tag in tags]


def row(name: str, options: str, side: dict[str, Any], runs: list[Path]) -> str:
    kl, clipped, entropy, explained = zip(*map(curves, runs), strict=True)
    numbers = (
        statistics.mean(map(statistics.mean, kl)),
        statistics.mean(map(statistics.mean, clipped)),
        statistics.mean(values[-1] for values in entropy),
        statistics.mean(
            statistics.mean(values[len(values) // 2 :]) for values in explained
        ),
    )
    cells = " | ".join(f"{number:.3f}" for number in numbers)
    label = f"`{options}`" if options else name
    return f"| {label} | {side['mean']:,.0f} ± {side['std']:,.0f} | {cells} |\n"


def ablate(task: str, seeds: int, out: Path) -> str:
    """Trains the variants of a task and returns its section."""
    changed = variants(preset(task))
    study = HOME / "runs" / "ablation" / task
    options = [f"--variant={name}={text}".rstrip("=") for name, text in changed.items()]
    command = [
        HOME / "ppo4j",
        "compare",
        task,
        "--seeds",
        str(seeds),
        f"--run-dir={study}",
    ]
    subprocess.run([*command, *options], check=True)
    compared = json.loads((study / "comparison.json").read_text())
    sides = {side["name"]: side for side in compared["protocols"][0]["sides"]}
    rows = [
        row(name, text, sides[name], sorted((study / name).glob("seed_*/")))
        for name, text in changed.items()
    ]
    shutil.copyfile(study / "plots" / "curves-steps.svg", out / f"{task}.svg")
    return f"## {task}\n\n{HEADER}{''.join(rows)}\n![returns of the variants]({task}.svg)\n"


def main() -> None:
    today = datetime.date.today().isoformat()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tasks", nargs="+", default=TASKS)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument(
        "--out", type=Path, default=HOME / f"docs/results/{today}-ablation"
    )
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    sections = [ablate(task, given.seeds, given.out) for task in given.tasks]
    top = (
        "# Presets with one hyperparameter changed\n\n    python benchmarks/ablation.py\n\n"
        f"Seeds 1 to {given.seeds}. The return is that of the last 100 training episodes, KL and clip\n"
        "fraction are means over the training, the entropy (nats) is that of its end, and the\n"
        "explained variance is the mean of its second half.\n\n"
    )
    (given.out / "README.md").write_text(top + "\n".join(sections))


if __name__ == "__main__":
    main()
