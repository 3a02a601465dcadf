"""Runs the tests at the ends of pyproject.toml's ranges, ``ends.py [oldest] [newest]``.

The oldest releases are those of requirements-oldest.lock, which have wheels for Python 3.11 only.
The newest are those that pip finds today.
"""

import subprocess
import sys

from make_venv import PROJECT, create, install, make


def main(ends: list[str]) -> int:
    """Runs the tests at each end; returns the exit status."""
    unknown = set(ends) - {"oldest", "newest"}
    if unknown:
        print(
            f"{unknown.pop()} is not an argument of ends.py: expected oldest or newest",
            file=sys.stderr,
        )
        return 2
    if "oldest" in ends and sys.version_info[:2] != (3, 11):
        print(
            f"the oldest releases need Python 3.11, but this is {sys.version.split()[0]}: "
            "run it with python3.11, or with the argument newest only",
            file=sys.stderr,
        )
        return 2
    failed = [end for end in ends if not _passes(end)]
    if failed:
        print(f"the tests fail with the {' and the '.join(failed)} releases", file=sys.stderr)
    return 1 if failed else 0


def _passes(end: str) -> bool:
    folder = PROJECT / "target" / f"venv-{end}"
    if end == "oldest":
        make(folder, "requirements-oldest.lock")
    else:
        create(folder)
        install(folder, "--editable", f"{PROJECT}[mujoco,box2d,dev]")
    python = str(folder / "bin" / "python")
    print(f"testing with {end} releases: {_versions(python)}", flush=True)
    return subprocess.run([python, "-m", "pytest", "-q"], cwd=PROJECT, check=False).returncode == 0


def _versions(python: str) -> str:
    code = (
        "from importlib.metadata import version as v;"
        "print(*[f'{n} {v(n)}' for n in ('gymnasium', 'numpy', 'mujoco', 'box2d')], sep=', ')"
    )
    run = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    return run.stdout.strip()


if __name__ == "__main__":
    (PROJECT / "target").mkdir(exist_ok=True)
    sys.exit(main(sys.argv[1:] or ["oldest", "newest"]))
