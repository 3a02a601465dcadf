"""Makes the venv of the tests, ``make_venv.py FOLDER``; kept while pyproject.toml is the same."""

import hashlib
import shutil
import subprocess
import sys
import venv
from pathlib import Path


def main(folder: Path) -> None:
    """Makes ``folder`` a venv with this package in it, editable, and the tools that check it."""
    project = Path(__file__).parent.resolve()
    wanted = f"{project} {sys.version}\n".encode() + (project / "pyproject.toml").read_bytes()
    digest = hashlib.sha256(wanted).hexdigest()
    stamp = folder / "made-from"
    if stamp.exists() and stamp.read_text() == digest:
        return
    print(f"making {folder}")
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "install", "--editable", f"{project}[dev]"], check=True)
    stamp.write_text(digest)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
