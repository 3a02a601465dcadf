"""Makes the venv of the tests, ``make_venv.py FOLDER``, unless it exists with the same contents."""

import hashlib
import shutil
import subprocess
import sys
import venv
from pathlib import Path

PROJECT = Path(__file__).parent.resolve()


def make(folder: Path, lock: str) -> None:
    """Makes a venv in ``folder`` with the packages of ``lock`` and this package, editable."""
    wanted = f"{PROJECT} {sys.version}\n".encode()
    wanted += b"".join((PROJECT / name).read_bytes() for name in ("pyproject.toml", lock))
    digest = hashlib.sha256(wanted).hexdigest()
    stamp = folder / "made-from"
    if stamp.exists() and stamp.read_text() == digest:
        return
    create(folder)
    install(folder, "--require-hashes", "--requirement", str(PROJECT / lock))
    install(folder, "--no-deps", "--no-build-isolation", "--editable", str(PROJECT))
    stamp.write_text(digest)


def create(folder: Path) -> None:
    """Makes an empty venv in ``folder``."""
    print(f"making {folder}", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=True)


def install(folder: Path, *arguments: str) -> None:
    """Runs ``pip install`` in the venv ``folder``; Python compiles what the tests import."""
    pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--quiet"]
    if subprocess.run([*pip, "install", "--no-compile", *arguments], check=False).returncode != 0:
        sys.exit(f"{folder} cannot be made: pip failed for the reason printed above")


if __name__ == "__main__":
    make(Path(sys.argv[1]), "requirements-dev.lock")
