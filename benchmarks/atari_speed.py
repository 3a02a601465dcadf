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
unmodified. Steps a second are CleanRL's own SPS and the `sps` of ppo4j's summary.json: both exclude
the start of the program and include the warm-up. The table has medians over rounds.
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


def cleanrl(module: str, threads: int, steps: int) -> None:
    """Runs one of CleanRL's files in this process."""
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


def peer(module: str, threads: int, steps: int) -> float:
    """Returns CleanRL's last SPS."""
    command = [sys.executable, __file__, "cleanrl", module, str(threads), str(steps)]
    output = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout
    return float([line for line in output.splitlines() if line.startswith("SPS:")][-1].split()[1])


def ours(launcher: str, steps: int) -> float:
    """Returns the steps a second of a training of ppo4j."""
    with tempfile.TemporaryDirectory() as folder:
        out = str(Path(folder) / "run")
        command = [launcher, "train", "BreakoutNoFrameskip-v4", "--profile", "cleanrl"]
        sizes = ["--total-timesteps", str(steps), "--run-dir", out]
        subprocess.run([*command, *sizes], check=True, stdout=sys.stderr, cwd=HOME)
        return float(json.loads((Path(out) / "summary.json").read_text())["sps"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--updates", type=int, default=20, help="updates of 1,024 steps a training")
    parser.add_argument("--launcher", default=str(HOME / "ppo4j"))
    args = parser.parse_args()
    if not os.environ.get("PPO4J_PYTHON"):
        parser.error(
            "set PPO4J_PYTHON to a Python with ale-py, as the first lines of this file say"
        )
    steps = args.updates * BATCH
    sides = {
        f"CleanRL's {module.partition('.')[2]}.py, {threads} threads": (module, threads)
        for module in MODULES
        for threads in (1, 2)
    }
    speeds: dict[str, list[float]] = {"ppo4j": [], **{name: [] for name in sides}}
    for _ in range(args.rounds):
        speeds["ppo4j"].append(ours(args.launcher, steps))
        for name, (module, threads) in sides.items():
            speeds[name].append(peer(module, threads, steps))
    best = max(statistics.median(each) for name, each in speeds.items() if name != "ppo4j")
    print(f"Breakout, {steps:,} steps a training, {args.rounds} rounds.\n")
    print("| | steps a second | min | max |")
    print("| --- | --: | --: | --: |")
    for name, each in speeds.items():
        print(f"| {name} | {statistics.median(each):,.0f} | {min(each):,.0f} | {max(each):,.0f} |")
    print(
        f"\nppo4j is {statistics.median(speeds['ppo4j']) / best:.2f} times as fast as the best other."
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["cleanrl"]:
        cleanrl(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    else:
        main()
