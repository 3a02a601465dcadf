"""Runs ./ppo4j with bad arguments, spaces and files, and records what each case ended in.

A case is right if the command ends within its limit with the exit code that is documented, prints one sentence on
standard error that starts with "ppo4j: " (and, for a wrong command line, the line that names --help), no stack trace,
no "unexpected error", and leaves neither a run folder nor a file behind.

    python3 benchmarks/faults/bad_input.py [--ppo4j ./ppo4j] [--only TEXT] [--output docs/results/faults/bad-input]

Takes about ten minutes on two cores. Writes cases.csv and README.md.
"""

import argparse
import csv
import json
import os
import pathlib
import random
import re
import shlex
import shutil
import subprocess
import tempfile
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor

LIMIT = 120.0
"""Seconds after which a case counts as a hang."""

SEED = 1
"""The seed of the generated cases."""

NUMBERS = {
    "--num-envs": ["0", "-1", "1.5", "1e400", "2147483648", "99999999999999999999", "", "nan", "x"],
    "--num-steps": ["0", "-1", "0.5", "1073741825", "0x10", "1,5", "--"],
    "--num-minibatches": ["0", "-4", "1e9", "513", "four"],
    "--update-epochs": ["0", "-1", "1.1", "3000000000"],
    "--total-timesteps": ["0", "-1", "1", "1e30", "9223372036854775808", "10kk", "ten"],
    "--learning-rate": ["0", "-1", "nan", "inf", "1e-400", "0,1", "fast"],
    "--gamma": ["-0.1", "1.1", "nan", "inf", "1e308"],
    "--gae-lambda": ["-0.1", "2", "nan"],
    "--clip-coef": ["0", "-1", "nan", "-inf"],
    "--ent-coef": ["-1", "nan", "inf"],
    "--vf-coef": ["-1", "nan"],
    "--max-grad-norm": ["0", "-1", "nan"],
    "--target-kl": ["-1", "nan"],
    "--adam-eps": ["0", "-1", "nan"],
    "--log-std-init": ["-21", "21", "nan", "inf"],
    "--policy-gain": ["0", "-1", "nan"],
    "--clip-obs": ["0", "-1", "nan"],
    "--seed": ["-1", "1.5", "9223372036854775808", "one"],
    "--threads": ["0", "-1", "1.5", "many"],
    "--checkpoint-every": ["-1", "1.5", "often"],
    "--keep-checkpoints": ["-1", "x"],
    "--eval-every": ["-1", "x"],
    "--eval-episodes": ["0", "-1", "x"],
    "--stop-at-return": ["nan", "high"],
    "--batch-size": ["0", "-1", "7", "x"],
}

CHOICES = {
    "--algorithm": ["", "PPO2", "dqn", "p" * 300],
    "--profile": ["", "sb3", "default,cleanrl"],
    "--preset": ["", "mine"],
    "--backend": ["", "c", "auto,native"],
    "--engine": ["", "torch", "simd;dl4j"],
    "--activation": ["", "gelu", "tanh,relu"],
    "--optimizer": ["", "sgd", "adam,adamw"],
    "--lr-schedule": ["", "step"],
    "--action-head": ["", "laplace", "beta", "gsde", "state-dependent-gaussian"],
    "--action-bounds": ["", "wrap"],
    "--network": ["", "java.lang.String", "no.such.Class", "../x", "org.ppo4j.app.Main"],
    "--listener": ["", "java.lang.String", "no.such.Class"],
    "--norm-adv": ["maybe", "2"],
}

LISTS = {
    "--hidden-sizes": [
        "0",
        "-1",
        "64,-1",
        "64,,64",
        ",",
        "1.5",
        "64 64",
        "1000000000",
        "46341,46341",
        "65536,65536",
        "2147483647",
        "2147483648",
        "20000,20000,20000",
        "64,2147483647,64",
    ],
    "--critic-hidden-sizes": ["0", "x", "65536,65536", "1000000000"],
}

TOGETHER = [
    "--no-norm-adv --norm-adv",
    "--norm-adv=true --no-norm-adv",
    "--lr-target-kl=0.02",
    "--weight-decay=0.1",
    "--policy-gain=1 --no-ortho-init",
    "--critic-hidden-sizes=8 --shared-trunk",
    "--batch-size=64 --num-minibatches=2",
    "--rpo-alpha=0.1",
    "--group-size=4",
    "--kl-coef=0.1",
    "--sde-sample-freq=4",
    "--num-workers=2",
    "--step-timeout=5",
    "--num-envs=1 --num-steps=1073741824 --total-timesteps=2000000000",
    "--num-envs=32768 --num-steps=32768 --total-timesteps=2000000000",
    "--algorithm=ppg",
    "--algorithm=ppg --num-envs=8 --num-steps=100000 --n-iteration=3000 --total-timesteps=3000000000",
    "--algorithm=grpo --num-envs=6",
    "--algorithm=rpo",
    "--algorithm=trpo --engine=dl4j",
    "--algorithm=trpo --target-kl=0",
    "--hidden-sizes=65536,65536 --engine=dl4j",
    "--hidden-sizes=65536,65536 --no-ortho-init",
    "--total-timesteps=100",
    "--reference=nowhere",
    "--reference=",
    "--unknown",
    "--gama=0.9",
    "extra argument",
    "--run-dir",
    "--run-dir=",
]

KWARGS = [
    "max_episode_steps=0",
    "max_episode_steps=-5",
    "max_episode_steps=1.5",
    "max_episode_steps=null",
    "max_episode_steps=None",
    "max_episode_steps=5 apples",
    "max_episode_steps=[5]",
    "max_episode_steps={}",
    "max_episode_steps=",
    "max_episode_steps=1e400",
    "max_episode_steps=5 max_episode_steps=6",
    "unknown=1",
    "=1",
    "novalue",
    "",
    'a={"a": 1, "a": 2}',
    "a=" + "9" * 1500,
    "a=" + "[" * 3000 + "]" * 3000,
    "max_episode_steps=99999999999",
]

IDS = [
    "",
    " ",
    "cartpole-v1",
    "CartPole-v99",
    "CartPole-v1 ",
    "../CartPole-v1",
    "nowhere:X-v0",
    ":",
    "a:",
    ":b",
    "X" * 300,
    "X" * 300 + "-v0",
    "Cart\nPole-v1",
    "Cart\x1b[31mPole-v1",
    "-v1",
    "$(touch x)",
    "`id`",
    "a;b",
    "CartPole-v1/../..",
    "%s%n",
    "{}",
    "null",
]

COMMANDS = [
    "--unknown",
    "trian",
    "train train train",
    "evaluate",
    "resume",
    "export",
    "compare",
    "evaluate nowhere",
    "resume nowhere",
    "export nowhere",
    "evaluate /dev/null",
    "resume /dev/null",
    "export /dev/null",
    "evaluate /",
    "evaluate .",
    "resume .",
    "export .",
    "compare CartPole-v1 --seeds=0",
    "compare CartPole-v1 --jobs=0",
    "compare CartPole-v1 --against=nowhere",
    "compare CartPole-v1 --against=",
    "compare CartPole-v1 --runs=nowhere",
    "compare CartPole-v1 --runs=",
    "compare CartPole-v1 --run-dir=",
    "compare CartPole-v1 --plots=",
    "compare CartPole-v1 --algorithms=",
    "compare CartPole-v1 --algorithms=ppo,ppo",
    "compare CartPole-v1 --algorithms=ppo,dqn",
    "compare CartPole-v1 --variant=",
    "compare CartPole-v1 --variant=a=--x",
    "compare CartPole-v1 --steps=0",
    "compare CartPole-v1 --steps=600 --total-timesteps=600",
    "compare CartPole-v1 --stop-at-return=5",
    "compare CartPole-v1 --hidden-sizes=65536,65536",
    "compare CartPole-v1 --env-kwargs=a=1 --env-kwargs=a=2",
    "bench nothing",
    "bench --repeat=0",
    "envs nothing",
    "train CartPole-v1 --run-dir=/dev/null",
    "train CartPole-v1 --run-dir=/proc/x",
    "train CartPole-v1 --run-dir=/dev/null/x",
]

OF_RUN = [
    "evaluate RUN --episodes=0",
    "evaluate RUN --episodes=-1",
    "evaluate RUN --episodes=x",
    "evaluate RUN --best",
    "evaluate RUN --seed=-1",
    "evaluate RUN RUN",
    "resume RUN --total-timesteps=0",
    "resume RUN --total-timesteps=x",
    "resume RUN --gamma=0.9",
    "resume RUN --stop-at-return=nan",
    "export RUN --output=",
    "export RUN --output=/nowhere/x.zip",
    "export RUN --output=/dev/null",
    "evaluate ''",
    "resume ''",
    "export ''",
    "export RUN --output=" + "x" * 300,
]


def edited(changes):
    """Returns the change of a manifest that sets the values at these paths; None deletes."""

    def apply(manifest):
        for path, value in changes.items():
            *parents, last = path.split("/")
            node = manifest
            for each in parents:
                node = node[int(each)] if isinstance(node, list) else node[each]
            node[last] = value
        return manifest

    return apply


def manifests():
    """Returns changes of a checkpoint's manifest by name; all are refused, with checksums that fit."""
    run = "training/run/"
    hyper = run + "hyperparameters/"
    values = {
        hyper + "num_steps": [1.5, -1, 1 << 30, 2**40, None, "x", [1]],
        hyper + "num_envs": [0, 5, 1 << 29, None],
        hyper + "hidden_sizes": [[65536, 65536], [1000000000], [1.5], [None], None, ["64"], [0], [20000, 20000]],
        hyper + "gamma": [None, "x", 2],
        hyper + "activation": [None, "gelu"],
        run + "algorithm": [None, "dqn", "ppg"],
        run + "env": [None, 5],
        run + "backend": [None, "c"],
        run + "engine": [None, "x"],
        run + "seed": [None, "x", 1.5],
        run + "parts": [None, "x"],
        run + "checkpointing": [None, {}],
        "training/global_step": [-1, 1, 1.5, 2**63 - 1, 2**64, None, "x"],
        "training/versions": [None, "x"],
        "training/provenance": [None, {}],
        "training": [None, {}, []],
        "policy": [None, {}],
        "policy/observation_space": [
            None,
            {},
            {"type": "discrete", "n": 2000000000, "start": 0},
            {"type": "discrete", "n": 0, "start": 0},
            {"type": "box", "low": [0], "high": [1], "shape": [2000000000], "dtype": "float32"},
            {"type": "box", "low": [1], "high": [0], "shape": [1], "dtype": "float32"},
            {"type": "box", "low": [0], "high": [1], "shape": [-1], "dtype": "float32"},
        ],
        "policy/action_space": [None, {"type": "discrete", "n": 1 << 30, "start": 0}, {"type": "graph"}],
        "policy/network": [None, {}],
        "policy/network/hidden_sizes": [[1], [None], "x"],
        "arrays": [None, [], {}, [None]],
        "arrays/0/length": [-1, 2**31 - 1, 2**40, 0, None, 1.5],
        "arrays/0/dtype": ["object", None],
        "arrays/0/name": [None, "../../x", ""],
        "arrays/0/crc32": [None, -1, 0],
        "format_version": [None, 3, 5, "4", 4.5],
    }
    return {f"{path}={json.dumps(value)}": edited({path: value}) for path, all in values.items() for value in all}


class Cases:
    """The cases, each a name, arguments and the exit codes that are right."""

    def __init__(self, folder):
        self.folder = folder
        self.all = []

    def add(self, group, arguments, codes=(1, 2)):
        self.all.append((group, arguments, codes))

    def options(self):
        for group, table in ("number", NUMBERS), ("choice", CHOICES), ("list", LISTS):
            for option, values in table.items():
                for value in values:
                    self.add(group, ["train", "CartPole-v1", f"{option}={value}"])
        for text in TOGETHER:
            self.add("together", ["train", "CartPole-v1", *text.split()])
        for value in KWARGS:
            self.add("env-kwargs", ["train", "CartPole-v1", "--env-kwargs=" + value])
        self.add("env-kwargs", ["train", "CartPole-v1", "--env-kwargs=a=1", "--env-kwargs=a=2"])
        for value in IDS:
            self.add("id", ["train", value, "--backend=native"])
        for text in COMMANDS:
            self.add("command", shlex.split(text) if text != "--against=" else [text])

    def generated(self):
        """Adds options with random texts, of which none is a number or a name."""
        draw = random.Random(SEED)
        options = [*NUMBERS, *CHOICES, *LISTS]
        alphabet = "abz-+=,;:.$`'\"\\/%{}[]()<>|&!? \t\x1b\u00e9\u4e2d"
        for _ in range(40):
            text = "?" + "".join(draw.choice(alphabet) for _ in range(draw.choice([1, 3, 10, 2000])))
            self.add("generated", ["train", "CartPole-v1", f"{draw.choice(options)}={text}"])

    def of_run(self, run):
        for text in OF_RUN:
            self.add("run", [str(run) if each == "RUN" else each for each in shlex.split(text)])
        checkpoint = sorted((run / "checkpoints").glob("step_*.zip"))[-1]
        for i, (name, change) in enumerate(manifests().items()):
            # In a run folder, without which resume would refuse the file whatever it holds.
            copy = self.folder / f"manifest-{i}"
            shutil.copytree(run, copy)
            file = copy / "checkpoints" / checkpoint.name
            rewrite(checkpoint, file, change)
            self.add("manifest", [["evaluate", "export"][i % 2], str(file)])
            self.add("manifest-resume", ["resume", str(copy), "--total-timesteps=2048"])
        self.files(checkpoint)

    def files(self, checkpoint):
        whole = checkpoint.read_bytes()
        damaged = {
            "empty": b"",
            "text": b"global_step,episodic_return\n",
            "cut": whole[: len(whole) // 2],
            "comment": whole[:-2] + b"\xff\xff",
            "zeros": bytes(1 << 20),
        }
        for name, content in damaged.items():
            file = self.folder / f"{name}.zip"
            file.write_bytes(content)
            for command in "evaluate", "resume", "export":
                self.add("file", [command, str(file)])
        pipe = self.folder / "pipe.zip"
        os.mkfifo(pipe)
        bomb = self.folder / "bomb.zip"
        rewrite(checkpoint, bomb, lambda manifest: manifest, {"arrays/network/parameters": bytes(1 << 30)})
        folder = self.folder / "folder.zip"
        folder.mkdir()
        for file in pipe, bomb, folder:
            for command in "evaluate", "resume", "export":
                self.add("file", [command, str(file)])


def rewrite(source, target, change, entries=None):
    """Copies a checkpoint with a changed manifest and other entries."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = (entries or {}).get(name, old.read(name))
            if name == "manifest.json":
                content = json.dumps(change(json.loads(content))).encode()
            new.writestr(name, content)


def judged(code, codes, seconds, err, left):
    """Returns what is wrong with a case; empty if nothing."""
    lines = [line for line in err.splitlines() if line and not line.startswith(("WARNING: ", "Warning: "))]
    said = [line for line in lines if line.startswith("ppo4j: ")]
    wrong = []
    if code is None:
        wrong.append(f"did not end within {LIMIT:.0f} s")
    elif code not in codes:
        wrong.append(f"exit code {code}")
    if re.search(r"^\s+at [\w.$]+\(|Exception in thread", err, re.MULTILINE):
        wrong.append("a stack trace")
    if "unexpected error" in err:
        wrong.append("an unexpected error")
    if code is not None and len(said) != 1:
        wrong.append(f"{len(said)} sentences")
    if "\x1b[" in err:
        wrong.append("control characters")
    if left:
        wrong.append("left " + ", ".join(left))
    return "; ".join(wrong)


def run_case(ppo4j, case):
    group, arguments, codes = case
    if arguments[:1] == ["train"] and not any(each.startswith("--total-timesteps") for each in arguments):
        arguments = [*arguments, "--total-timesteps=512"]  # so that what is accepted ends soon
    with tempfile.TemporaryDirectory(prefix="bad-input-") as folder:
        start = time.monotonic()
        try:
            done = subprocess.run(
                [ppo4j, *arguments],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=LIMIT,
                check=False,
            )
            code, err = done.returncode, done.stderr.decode("utf-8", "replace")
        except subprocess.TimeoutExpired as timeout:
            code, err = None, (timeout.stderr or b"").decode("utf-8", "replace")
        seconds = time.monotonic() - start
        left = sorted(str(path.relative_to(folder)) for path in pathlib.Path(folder).rglob("*") if path.is_file())
    said = next((line for line in err.splitlines() if line.startswith("ppo4j: ")), "")
    return group, arguments, code, seconds, judged(code, codes, seconds, err, left), said


def printable(text, limit=300):
    escaped = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)
    return escaped if len(escaped) <= limit else escaped[:limit] + f"... ({len(escaped)} characters)"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ppo4j", default="./ppo4j")
    parser.add_argument("--only", default="", help="a regular expression of the groups to run")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--output", default="docs/results/faults/bad-input")
    options = parser.parse_args()
    ppo4j = os.path.abspath(options.ppo4j)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bad-input-files-"))
    try:
        run = folder / "run"
        train = ["train", "CartPole-v1", "--total-timesteps=1024", "--quiet", f"--run-dir={run}"]
        subprocess.run([ppo4j, *train], check=True, cwd=folder)
        cases = Cases(folder)
        cases.options()
        cases.generated()
        cases.of_run(run)
        chosen = [case for case in cases.all if re.search(options.only, case[0])]
        with ThreadPoolExecutor(options.jobs) as pool:
            results = list(pool.map(lambda case: run_case(ppo4j, case), chosen))
        report(results, pathlib.Path(options.output), str(folder))
    finally:
        shutil.rmtree(folder)


def report(results, output, folder):
    output.mkdir(parents=True, exist_ok=True)
    hidden = [(folder, "FILES")]

    def shown(text):
        for name, instead in hidden:
            text = text.replace(name, instead)
        return printable(re.sub(r"/tmp/bad-input-\w+", "HERE", text))

    with open(output / "cases.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["group", "arguments", "exit_code", "seconds", "wrong", "sentence"])
        for group, arguments, code, seconds, wrong, said in results:
            row = [
                group,
                shown(shlex.join(arguments)),
                "" if code is None else code,
                f"{seconds:.1f}",
                shown(wrong),
                shown(said),
            ]
            writer.writerow(row)
    groups = sorted({result[0] for result in results})
    lines = [
        "# Bad input",
        "",
        f"{len(results)} cases by hand and generated (seed {SEED}) over commands, options, ids, arguments of environments,",
        "manifests and files. A case is right if it ends with exit code 1 or 2 and one sentence, without a stack trace,",
        f"within {LIMIT:.0f} s, and leaves no file. [cases.csv](cases.csv) has each with its sentence.",
        "",
        "    python3 benchmarks/faults/bad_input.py",
        "",
        "| group | cases | right | slowest, s |",
        "| --- | ---: | ---: | ---: |",
    ]
    for group in [*groups, ""]:
        own = [result for result in results if group in ("", result[0])]
        right = sum(not result[4] for result in own)
        lines.append(f"| {group or 'all'} | {len(own)} | {right} | {max(result[3] for result in own):.1f} |")
    wrong = [result for result in results if result[4]]
    if wrong:
        lines += ["", "Not right:", ""]
        lines += [f"- `{shown(shlex.join(each[1]))}`: {shown(each[4])}" for each in wrong]
    (output / "README.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
