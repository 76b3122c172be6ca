"""`make faults`: everything that breaks, on SQLite and on PostgreSQL side by side.

    python -m tests.faults [--rounds 20] [--fault-seed N] [-k NAME]
    python -m tests.faults --storm 1000 [--fault-seed N]    (a random fault each; one after another)
    python -m tests.faults --table [-k NAME]    (every fault once, with what must come of it)

Arguments go to pytest. TEST_DATABASE_URL and TEST_REDIS_URL mean what they mean to `make test`.
Prints a table of figures for each database; ends with 1 on any breach.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.faults.table.command import run_table
from tests.support.environment import ROOT
from tests.support.postgres import postgres_server


def main(arguments: list[str]) -> int:
    if "--table" in arguments:
        return run_table([it for it in arguments if it != "--table"])
    _say("It takes most of an hour. What each database did stands below when both are done.")
    named = os.environ.get("TEST_DATABASE_URL", "")
    if named:
        return _run_both(arguments, named)
    with postgres_server() as address:
        return _run_both(arguments, address)


def _run_both(arguments: list[str], postgres: str) -> int:
    on_sqlite = {"TEST_DATABASE_URL": "", "TEST_REDIS_URL": ""}
    on_postgres = {"TEST_DATABASE_URL": postgres}
    with tempfile.TemporaryDirectory(prefix="proofsheet-faults-") as folder:
        runs = (
            _start(arguments, environment, Path(folder) / f"{place}.txt")
            for place, environment in enumerate((on_sqlite, on_postgres))
        )
        # Side by side, but for a storm, which takes the whole machine
        statuses = [_finish(*run) for run in (runs if "--storm" in arguments else list(runs))]
    _say("No breach." if not any(statuses) else "BREACH: see above.")
    return max(statuses)


def _start(
    arguments: list[str], environment: Mapping[str, str], log: Path
) -> tuple["subprocess.Popen[bytes]", Path]:
    command = [sys.executable, "-m", "pytest", "-p", "no:xdist", "-q", "--show-capture=no"]
    # The tests make their own surroundings, before Django looks
    surroundings = {**os.environ, **environment}
    surroundings.pop("DJANGO_SETTINGS_MODULE", None)
    tests = "tests/faults/test_storm.py" if "--storm" in arguments else "tests/faults"
    with log.open("wb") as out:
        run = subprocess.Popen(
            [*command, tests, *arguments],
            cwd=ROOT,
            env=surroundings,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    return run, log


def _finish(run: "subprocess.Popen[bytes]", log: Path) -> int:
    status = abs(run.wait())
    _say(log.read_text(errors="replace"))
    return status


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
