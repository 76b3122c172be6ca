"""`make check-lock`: whether the lock files still are what pyproject.toml asks for."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support.environment import ROOT

FILES = ["pyproject.toml", "Makefile", "requirements.txt", "tests/requirements.txt"]


def main() -> int:
    """Locks a copy again; versions that still fit stay, so only a change of wishes differs."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        for file in FILES:
            (copy / file).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / file, copy / file)
        command = ["make", "--no-print-directory", "lock", f"BIN={ROOT}/.venv/bin", "VENV=."]
        (copy / ".tools").touch()
        subprocess.run([*command, "-o", "tools", "-o", "./.tools"], cwd=copy, check=True)
        stale = [file for file in FILES if (copy / file).read_bytes() != (ROOT / file).read_bytes()]
    for file in stale:
        sys.stdout.write(f"{file} is not what pyproject.toml asks for. Run make lock.\n")
    if not stale:
        sys.stdout.write("The lock files are current.\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
