"""`make test`: the whole suite twice, on SQLite with the embedded server and on PostgreSQL.

PostgreSQL and Redis are those that TEST_DATABASE_URL and TEST_REDIS_URL name (their database is
the place for test databases; the numbered Redis database and the next one are emptied), else
servers of our own; never one that merely runs on this machine. The last line sums both runs up.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from tests.support.browser import install_where_allowed
from tests.support.environment import ROOT
from tests.support.postgres import postgres_server

PROCESSES = "2"


@dataclass(frozen=True)
class Counts:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    is_bad: bool = False

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
            self.is_bad or other.is_bad,
        )


def main(arguments: list[str]) -> int:
    # So that servers of ours end with us
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    missing = install_where_allowed()
    if missing:
        _say(f"No browser tests: {missing}.")
    total = _run_on_sqlite(arguments) + _run_on_postgres(arguments)
    _say(f"{total.passed} passed, {total.failed} failed, {total.skipped} skipped")
    return 1 if total.is_bad or total.failed else 0


def _run_on_sqlite(arguments: list[str]) -> Counts:
    named = {"TEST_DATABASE_URL": "", "TEST_REDIS_URL": ""}
    return _run("SQLite, embedded Redis-compatible server", arguments, named)


def _run_on_postgres(arguments: list[str]) -> Counts:
    database = os.environ.get("TEST_DATABASE_URL", "")
    redis = os.environ.get("TEST_REDIS_URL", "")
    title = f"PostgreSQL ({'named' if database else 'embedded'})"
    title += f", Redis ({'named' if redis else 'embedded'})"
    with ExitStack() as stack:
        named = {
            "TEST_DATABASE_URL": database or stack.enter_context(postgres_server()),
            "TEST_REDIS_URL": redis,
        }
        return _run(title, arguments, named)


def _run(title: str, arguments: list[str], named: Mapping[str, str]) -> Counts:
    _say(f"\n== Tests on {title}")
    start = time.monotonic()
    with tempfile.NamedTemporaryFile(suffix=".xml") as report:
        command = [sys.executable, "-m", "pytest", "-n", PROCESSES, "-q", "-rs"]
        done = subprocess.run(
            [*command, f"--junitxml={report.name}", *arguments],
            cwd=ROOT,
            env=os.environ | named,
            check=False,
        )
        counts = _counts(Path(report.name), is_bad=done.returncode != 0)
    _say(f"== {time.monotonic() - start:.0f} s on {title}")
    return counts


def _counts(report: Path, *, is_bad: bool) -> Counts:
    """What the report says; a run that wrote none went wrong."""
    if not report.stat().st_size:
        return Counts(is_bad=True)
    suite = ElementTree.parse(report).getroot().find("testsuite")
    if suite is None:
        return Counts(is_bad=True)
    number = {key: int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")}
    failed = number["failures"] + number["errors"]
    passed = max(number["tests"] - failed - number["skipped"], 0)
    return Counts(passed, failed, number["skipped"], is_bad)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
