"""Times training Breakout: steps a second of ppo4j and of CleanRL, interleaved in one run.

    python3.11 -m venv /tmp/peers
    /tmp/peers/bin/pip install torch==2.15.0 'numpy<2' tensorboard gymnasium==1.2.2 ale-py==0.12.1 \
        opencv-python-headless==4.11.0.86 'pandas<2.3' 'matplotlib<3.10' dm-env optree dm-tree
    /tmp/peers/bin/pip install --no-deps --ignore-requires-python gym==0.23.1 gym-notices==0.0.8 \
        cleanrl==1.2.0 stable-baselines3==1.2.0 cloudpickle envpool==0.8.4
    PPO4J_PYTHON=<a Python with python-bridge/requirements-atari.lock> \
        /tmp/peers/bin/python benchmarks/atari_speed.py [--rounds 3] [--updates 20] > atari.md

All sides have CleanRL's numbers: 8 games, 128 steps, 4 epochs of 4 minibatches, NatureCNN. CleanRL
runs `ppo_atari.py`, whose games come from ale-py behind gym's older interface as in
`record_cleanrl_atari.py`, and `ppo_atari_envpool.py`, each with one and two threads of PyTorch and
unmodified. Steps a second of a whole training are CleanRL's own SPS and the `sps` of ppo4j's
summary.json: both exclude the start of the program and include the warm-up. The pace of the second
half of its updates, which a training of ten million steps keeps, comes from the times that both
sides write to TensorBoard's files with `charts/SPS`. The table has medians over rounds.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import os
import runpy
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest import mock

HOME = Path(__file__).resolve().parent.parent
RECORDERS = HOME / "java-agent" / "core" / "src" / "test" / "python"
BATCH = 8 * 128
MODULES = {
    "cleanrl.ppo_atari": "BreakoutNoFrameskip-v4",
    "cleanrl.ppo_atari_envpool": "Breakout-v5",
}


def later_pace(folder: Path) -> float:
    """Returns the steps a second of the second half of the updates of a training."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(folder)).Reload().Scalars("charts/SPS")
    first, last = events[len(events) // 2 - 1], events[-1]
    return (last.step - first.step) / (last.wall_time - first.wall_time)


def cleanrl(module: str, threads: int, steps: int) -> None:
    """Runs one of CleanRL's files in this process and prints its pace."""
    import torch

    torch.set_num_threads(threads)
    argv = [module, "--env-id", MODULES[module], "--total-timesteps", str(steps), "--cuda", "False"]
    with contextlib.ExitStack() as stack:
        if module == "cleanrl.ppo_atari":
            sys.path.insert(0, str(RECORDERS))
            game = importlib.import_module("record_cleanrl_atari").game
            gym = importlib.import_module("gym")
            stack.enter_context(mock.patch.object(gym, "make", game(gym)))
        stack.enter_context(mock.patch.object(sys, "argv", argv))
        stack.enter_context(contextlib.chdir(stack.enter_context(tempfile.TemporaryDirectory())))
        runpy.run_module(module, run_name="__main__")
        print("pace:", later_pace(next(Path("runs").iterdir())))


def peer(module: str, threads: int, steps: int) -> tuple[float, float]:
    """Returns CleanRL's last SPS and the pace of its second half."""
    command = [sys.executable, __file__, "cleanrl", module, str(threads), str(steps)]
    output = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout
    lines = dict(line.partition(": ")[::2] for line in output.splitlines())
    return float(lines["SPS"]), float(lines["pace"])


def ours(launcher: str, steps: int) -> tuple[float, float]:
    """Returns the steps a second of a training of ppo4j, and those of its second half."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "run"
        command = [launcher, "train", "BreakoutNoFrameskip-v4", "--profile", "cleanrl"]
        sizes = ["--total-timesteps", str(steps), "--run-dir", str(out)]
        subprocess.run([*command, *sizes], check=True, stdout=sys.stderr, cwd=HOME)
        return float(json.loads((out / "summary.json").read_text())["sps"]), later_pace(out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--updates", type=int, default=20, help="updates of 1,024 steps a training")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], help="threads of PyTorch")
    parser.add_argument("--launcher", default=str(HOME / "ppo4j"))
    args = parser.parse_args()
    if not os.environ.get("PPO4J_PYTHON"):
        parser.error(
            "set PPO4J_PYTHON to a Python with ale-py, as the first lines of this file say"
        )
    if args.updates < 2:
        parser.error("--updates must be 2 or more: the second half of the updates is measured too")
    steps = args.updates * BATCH
    sides = {
        f"CleanRL's {module.partition('.')[2]}.py, {threads} threads": (module, threads)
        for module in MODULES
        for threads in args.threads
    }
    speeds: dict[str, list[tuple[float, float]]] = {"ppo4j": [], **{name: [] for name in sides}}
    for _ in range(args.rounds):
        speeds["ppo4j"].append(ours(args.launcher, steps))
        for name, (module, threads) in sides.items():
            speeds[name].append(peer(module, threads, steps))
    print(f"Breakout, {steps:,} steps a training, {args.rounds} rounds.\n")
    print("| | steps a second | min | max | second half | min | max |")
    print("| --- | --: | --: | --: | --: | --: | --: |")
    medians = {}
    for name, each in speeds.items():
        columns = [sorted(column) for column in zip(*each, strict=True)]
        medians[name] = [statistics.median(column) for column in columns]
        cells = [
            f"{median:,.0f} | {column[0]:,.0f} | {column[-1]:,.0f}"
            for median, column in zip(medians[name], columns, strict=True)
        ]
        print(f"| {name} | {' | '.join(cells)} |")
    whole, later = (own / max(others) for own, *others in zip(*medians.values(), strict=True))
    print(
        f"\nppo4j is {whole:.2f} times as fast as the best other; second halves: {later:.2f} times."
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["cleanrl"]:
        cleanrl(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    else:
        main()
