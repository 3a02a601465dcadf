"""Watches long trainings: do memory, descriptors and threads stay flat, and is the speed steady?

    python3 benchmarks/faults/long_run.py [--native 100e6] [--bridged 25e6] [--every 5]
        [--limit 7200] --out FOLDER

Trains CartPole-v1 natively and then in Python, each by `./ppo4j train`, and every few seconds reads
/proc and asks the JVM (jcmd). Writes to the folder, for each training, NAME.csv and NAME.svg, and
README.md with the table of all. Exits with 1 if something grew. A training that takes longer than
--limit seconds is stopped (SIGTERM) and judged by what it did. Takes about four minutes for 100
million native steps and as long for 25 million bridged ones. Linux only; needs a JDK's jcmd.
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

HOME = Path(__file__).resolve().parent.parent.parent
PAGE = os.sysconf("SC_PAGE_SIZE")
NATIVE = re.compile(r"^Total: reserved=\d+KB, committed=(\d+)KB", re.MULTILINE)
JAVA_HEAP = re.compile(r"Java Heap \(reserved=\d+KB, committed=(\d+)KB")
WARM_UP = 0.2
"""The part of a training in which the JVM compiles, the heap takes its size and caches fill."""


STOPPED = 143
"""The exit code of a training that SIGTERM stopped, with a checkpoint."""


class Sample(NamedTuple):
    """One row of the CSV; memory in MB."""

    seconds: float
    steps: int
    steps_per_second: float
    java_resident: float
    java_heap_used: float
    java_native: float
    workers_resident: float
    descriptors: int
    threads: int
    processes: int


LIMITS = {
    "java_resident": 1.25,
    "java_heap_used": 1.25,
    "java_native": 1.15,
    "workers_resident": 1.1,
    "descriptors": 1.0,
    "threads": 1.1,
    "processes": 1.0,
}
"""How much larger the median of the last fifth may be than that of the fifth after warming up."""


def resident(pid: int) -> float:
    """Returns the resident memory of a process in MB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / 2**20


def descendants(pid: int) -> list[int]:
    """Returns the processes that a process started, and theirs."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *descendants(int(child))]
    return found


def jcmd(java: Path, pid: int, *command: str) -> str:
    """Returns what the JVM answers to a command of jcmd."""
    run = subprocess.run(
        [java.with_name("jcmd"), str(pid), *command], capture_output=True, text=True, check=False
    )
    return run.stdout


def heap_used(java: Path, pid: int) -> float:
    """Returns the heap in use after a full collection, in MB."""
    jcmd(java, pid, "GC.run")
    parts = re.findall(r"^\S.*?total.*?used (\d+)K", jcmd(java, pid, "GC.heap_info"), re.MULTILINE)
    return sum(map(int, parts)) / 1024 if parts else float("nan")


def events_steps(run_dir: Path) -> int:
    """Returns the step of the last episode in episodes.csv, without reading the whole file."""
    try:
        with (run_dir / "episodes.csv").open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - 400))
            rows = file.read().split(b"\n")
        return int(rows[-2].split(b",")[0])
    except (OSError, IndexError, ValueError):
        return 0


def watch(name: str, options: list[str], steps: int, every: float, limit: float) -> list[Sample]:
    """Trains for at most ``limit`` seconds and returns the samples."""
    samples: list[Sample] = []
    with tempfile.TemporaryDirectory() as folder:
        run_dir = Path(folder) / "run"
        command = [str(HOME / "ppo4j"), "train", "CartPole-v1", *options, "--seed=1"]
        command += [f"--total-timesteps={steps}", f"--run-dir={run_dir}"]
        environment = {**os.environ, "JAVA_TOOL_OPTIONS": "-XX:NativeMemoryTracking=summary"}
        errors = (Path(folder) / "errors").open("w+")
        training = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=errors, env=environment
        )
        start = None
        last_steps, last_time = 0, 0.0
        while training.poll() is None:
            time.sleep(every if start else 0.2)
            taken = events_steps(run_dir)
            if start is None:
                if taken == 0:
                    continue
                start = time.monotonic()
                last_steps = taken
                continue
            now = time.monotonic() - start
            try:
                java = Path(f"/proc/{training.pid}/exe").resolve()
                workers = descendants(training.pid)
                native = jcmd(java, training.pid, "VM.native_memory", "summary")
                total, heap = NATIVE.search(native), JAVA_HEAP.search(native)
                sample = Sample(
                    seconds=round(now, 1),
                    steps=taken,
                    steps_per_second=round((taken - last_steps) / (now - last_time)),
                    java_resident=round(resident(training.pid), 1),
                    java_heap_used=round(heap_used(java, training.pid), 1),
                    java_native=round((int(total[1]) - int(heap[1])) / 1024, 1)
                    if total and heap
                    else float("nan"),
                    workers_resident=round(sum(map(resident, workers)), 1),
                    descriptors=len(list(Path(f"/proc/{training.pid}/fd").iterdir())),
                    threads=len(list(Path(f"/proc/{training.pid}/task").iterdir())),
                    processes=1 + len(workers),
                )
            except (OSError, ValueError):
                break  # the training has just ended
            if training.poll() is None:
                samples.append(sample)
                last_steps, last_time = taken, now
                if now > limit:
                    training.terminate()
                    break
                print(f"{name}: {sample}", file=sys.stderr, flush=True)
        if training.wait() not in (0, STOPPED):
            errors.seek(0)
            sys.exit(f"long_run: the training failed:\n{errors.read()[-4000:]}")
        errors.close()
    return samples


def median(numbers: list[float]) -> float:
    """Returns the upper median."""
    return sorted(numbers)[len(numbers) // 2]


def plot(name: str, samples: list[Sample]) -> str:
    """Returns one small plot for each quantity, over the seconds, as SVG."""
    columns = [field for field in Sample._fields if field not in ("seconds", "steps")]
    width, height, gap = 360, 70, 40
    parts = []
    for i, column in enumerate(columns):
        values = [float(getattr(sample, column)) for sample in samples]
        top = max(*values, 1e-9) * 1.1
        left, base = 20 + (i % 2) * (width + gap), 40 + (i // 2) * (height + gap) + height
        end = samples[-1].seconds
        points = " ".join(
            f"{left + width * sample.seconds / end:.1f},{base - height * value / top:.1f}"
            for sample, value in zip(samples, values, strict=True)
        )
        parts.append(
            f'<text x="{left}" y="{base - height - 6}">{column.replace("_", " ")}, '
            f"0 to {top:,.0f}</text>"
            f'<path d="M{left},{base - height}V{base}H{left + width}" class="axis"/>'
            f'<polyline points="{points}"/>'
        )
    rows = (len(columns) + 1) // 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{2 * width + gap + 40}" '
        f'height="{40 + rows * (height + gap)}" font-family="sans-serif" font-size="12">'
        "<style>text{fill:#666}.axis{fill:none;stroke:#999}"
        "polyline{fill:none;stroke:#2a78d6;stroke-width:1.5}</style>"
        f'<text x="20" y="16">{name}: {samples[-1].steps:,} steps in {end:,.0f} s; '
        "memory in MB</text>" + "".join(parts) + "</svg>\n"
    )


def judge(name: str, samples: list[Sample]) -> tuple[list[str], bool]:
    """Returns the rows of the table, and whether nothing grew."""
    count = len(samples)
    if count < 20:
        sys.exit(f"long_run: {name} gave {count} samples, fewer than 20; take more steps")
    early = samples[int(WARM_UP * count) : int(2 * WARM_UP * count)]
    late = samples[-int(WARM_UP * count) :]
    rows, flat = [], True
    for column in Sample._fields[2:]:
        before = median([float(getattr(sample, column)) for sample in early])
        after = median([float(getattr(sample, column)) for sample in late])
        ratio = after / before if before else 1.0
        verdict = ""
        if column in LIMITS:
            good = ratio <= LIMITS[column]
            flat &= good
            verdict = "flat" if good else "GREW"
        rows.append(
            f"| {name} | {column.replace('_', ' ')} | {before:,.1f} | {after:,.1f} "
            f"| {ratio:.3f} | {verdict} |"
        )
    return rows, flat


def main() -> None:
    """Trains, samples and writes the results."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--native", type=float, default=100e6, help="native steps; 0 for none")
    parser.add_argument("--bridged", type=float, default=25e6, help="steps in Python; 0 for none")
    parser.add_argument("--every", type=float, default=5, help="seconds between samples")
    parser.add_argument("--limit", type=float, default=7200, help="seconds of each training")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    subprocess.run([HOME / "ppo4j", "--version"], check=True, stdout=subprocess.DEVNULL)
    runs = {
        "native": ([], int(options.native)),
        "bridged": (["--backend=python", "--num-envs=8", "--num-workers=2"], int(options.bridged)),
    }
    table, flat = [], True
    for name, (more, steps) in runs.items():
        if steps == 0:
            continue
        samples = watch(name, more, steps, options.every, options.limit)
        with (options.out / f"{name}.csv").open("w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(Sample._fields)
            writer.writerows(samples)
        rows, good = judge(name, samples)
        (options.out / f"{name}.svg").write_text(plot(name, samples))
        table += rows
        flat &= good
    describe = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(describe, cwd=HOME, capture_output=True, text=True, check=False)
    (options.out / "README.md").write_text(
        "# Long runs\n\n"
        f"CartPole-v1, {int(options.native):,} native steps and {int(options.bridged):,} steps in "
        f"Python (8 environments, 2 workers), commit {commit.stdout.strip()}, {os.cpu_count()} "
        f"processors, {platform.system()} {platform.machine()}.\n\n"
        "    python3 benchmarks/faults/long_run.py "
        f"--native {options.native:g} --bridged {options.bridged:g} --every {options.every:g} "
        "--out FOLDER\n\n"
        "Medians of the second fifth of the samples, after warming up, and of the last fifth. "
        "Memory in MB: of Java resident, the heap after a full collection, what the JVM has "
        "outside the heap (native memory tracking), and of the workers together.\n\n"
        "| training | quantity | second fifth | last fifth | ratio | |\n"
        "| --- | --- | ---: | ---: | ---: | --- |\n"
        + "\n".join(table)
        + "\n\n"
        + "\n\n".join(f"![{name}]({name}.svg)" for name, (_, steps) in runs.items() if steps)
        + "\n"
    )
    sys.exit(not flat)


if __name__ == "__main__":
    main()
