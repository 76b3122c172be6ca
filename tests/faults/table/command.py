"""`python -m tests.faults --table`: the table on both databases, side by side, in one print."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.faults.table.report import read_lines, table
from tests.support.environment import ROOT
from tests.support.postgres import postgres_server


def run_table(arguments: Sequence[str]) -> int:
    """Arguments go to pytest (`-k broker`). Answers 1 when anything deviates."""
    sys.stdout.write("It takes some minutes; the table stands here when both are done.\n")
    sys.stdout.flush()
    named = os.environ.get("TEST_DATABASE_URL", "")
    if named:
        return _run_both(arguments, named)
    with postgres_server() as address:
        return _run_both(arguments, address)


def _run_both(arguments: Sequence[str], postgres: str) -> int:
    databases = {
        "sqlite": {"TEST_DATABASE_URL": "", "TEST_REDIS_URL": ""},
        "postgresql": {"TEST_DATABASE_URL": postgres},
    }
    with tempfile.TemporaryDirectory(prefix="proofsheet-table-") as name:
        folder = Path(name)
        runs = {
            database: _start(arguments, environment, folder / database)
            for database, environment in databases.items()
        }
        statuses = {database: run.wait() for database, run in runs.items()}
        lines = {database: read_lines(folder / f"{database}.json") for database in runs}
        for line in table(lines):
            sys.stdout.write(f"{line}\n")
        for database, status in statuses.items():
            deviates = any(it["found"] for it in lines[database])
            if status and not deviates:
                sys.stdout.write((folder / f"{database}.txt").read_text(errors="replace"))
    return int(any(statuses.values()))


def _start(
    arguments: Sequence[str], environment: Mapping[str, str], place: Path
) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "pytest", "-p", "no:xdist", "-q", "--show-capture=no"]
    surroundings = {**os.environ, **environment, "FAULT_TABLE": str(place.with_suffix(".json"))}
    # The tests make their own surroundings, before Django looks
    surroundings.pop("DJANGO_SETTINGS_MODULE", None)
    with place.with_suffix(".txt").open("wb") as out:
        return subprocess.Popen(
            [*command, "tests/faults/table", *arguments],
            cwd=ROOT,
            env=surroundings,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
