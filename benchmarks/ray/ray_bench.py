"""What the programs of this folder share: a cluster, and trainings on it."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
HOME = HERE.parent.parent
sys.path.insert(0, str(HOME / "python-bridge" / "src"))

from ppo4j_bridge.ray_local import LocalCluster  # noqa: E402

__all__ = ["HERE", "HOME", "LocalCluster", "classes", "figures", "ppo4j", "training"]


def ppo4j() -> list[str]:
    """Returns the command that starts ppo4j, which the variable PPO4J can replace."""
    return os.environ.get("PPO4J", str(HOME / "ppo4j")).split()


def javac() -> str:
    """Returns the compiler of the JDK that ppo4j runs on."""
    from ppo4j_bridge.ray_actor import find_java

    return str(Path(find_java()).with_name("javac"))


def classes() -> Path:
    """Compiles the environment and the listener of this folder; returns their folder."""
    folder = Path(tempfile.mkdtemp(prefix="ppo4j-ray-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    jars = os.environ.get("PPO4J_BENCH_CLASSPATH") or ":".join(
        [str(HOME / "envs/target/classes"), str(HOME / "java-agent/core/target/classes")]
    )
    sources = [str(each) for each in (HERE / "src").glob("*.java")]
    command = [javac(), "-nowarn", "-proc:none", "-cp", jars, "-d", str(folder), *sources]
    subprocess.run(command, check=True)
    service = folder / "META-INF/services/org.ppo4j.env.EnvProvider"
    service.parent.mkdir(parents=True)
    service.write_text("Sleeper\n")
    return folder


def training(
    cluster: LocalCluster, path: Path, folder: Path, arguments: list[str]
) -> subprocess.Popen[str]:
    """Starts a training on the cluster, whose figures go to ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ,
        **cluster.variables,
        "PPO4J_RAY_PYTHON": sys.executable,
        "PPO4J_CLASSPATH": str(path),
        "PPO4J_FIGURES": str(folder / "figures.csv"),
        "PPO4J_RAY_NODE": cluster.address.partition(":")[0],
    }
    command = [*ppo4j(), "train", *arguments, f"--ray={cluster.address}", "--quiet"]
    command += ["--listener=Figures", f"--run-dir={folder / 'run'}"]
    return subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=(folder / "out.log").open("w"),
        stderr=subprocess.STDOUT,
        text=True,
    )


def figures(folder: Path) -> list[list[float]]:
    """Returns step, seconds, actors, nodes, collection ms, slowest ms and MB of each iteration."""
    lines = (folder / "figures.csv").read_text().splitlines()
    return [[float(number) for number in line.split(",")] for line in lines]
