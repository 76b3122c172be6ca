"""`make test`: the suite twice, on SQLite with the embedded server and on PostgreSQL.

Without the tests marked `slow` or `many`, which `make test-slow` runs, and `.ci/run` after these.
The run on SQLite and the browser, which looks at one site alone, start together; the run on
PostgreSQL when the first of the two has ended. On two cores, all three from the start take longer,
and one after another leaves cores idle while a run begins or ends. Each is printed as a whole.
PostgreSQL and Redis are those that TEST_DATABASE_URL and TEST_REDIS_URL name (their database is
the place for test databases; the numbered Redis database and the next one are emptied), else
servers of our own; never one that merely runs on this machine. The last line sums all runs up.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.support.browser import install_where_allowed
from tests.support.environment import ROOT
from tests.support.postgres import postgres_server
from tests.support.templates import postgres_template, sqlite_template, static_template

PROCESSES = 2
# Between two looks at what a run says, in seconds
PAUSE = 0.2
EVENLY = ["--dist", "worksteal"]
EMBEDDED = {"TEST_DATABASE_URL": "", "TEST_REDIS_URL": ""}
# Whatever the machine is set to: what is compiled is kept
COMPILED = {"PYTHONDONTWRITEBYTECODE": ""}
NO_TESTS = pytest.ExitCode.NO_TESTS_COLLECTED


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
    if not arguments:
        arguments = ["-m", "not slow and not many"]
    start = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        with _compiling():
            sqlite = stack.enter_context(sqlite_template(folder))
            static = stack.enter_context(static_template(folder))
            database = os.environ.get("TEST_DATABASE_URL") or stack.enter_context(postgres_server())
        os.environ |= {**sqlite.variables, **static.variables}
        browser = stack.enter_context(_in_the_browser(arguments))
        on_sqlite = stack.enter_context(_on_sqlite(arguments))
        sqlite.finish()
        static.finish()
        postgres = stack.enter_context(postgres_template(folder, database))
        os.environ |= postgres.variables
        postgres.finish()
        while browser.is_running and on_sqlite.is_running:
            on_sqlite.say()
            time.sleep(PAUSE)
        on_postgres = stack.enter_context(_on_postgres(database, arguments))
        total = sum((it.finish() for it in (on_sqlite, on_postgres, browser)), Counts())
    _say(f"\n== {time.monotonic() - start:.0f} s for all")
    _say(f"{total.passed} passed, {total.failed} failed, {total.skipped} skipped")
    is_good = total.passed and not total.is_bad and not total.failed
    return 0 if is_good else 1


@contextmanager
def _compiling() -> Iterator[None]:
    """Reads all tests once, so that the processes that follow find them and all packages compiled.

    On a fresh machine each of them would do it, which takes longer than most of its tests. Once
    after each installation: later each compiles the little that has changed.
    """
    installed, done = (Path(sys.prefix) / it for it in (".tools", ".compiled"))
    if done.exists() and installed.exists() and done.stat().st_mtime > installed.stat().st_mtime:
        yield
        return
    collecting = subprocess.Popen(
        [sys.executable, "-m", "pytest", "--collect-only", "-qq", "tests"],
        cwd=ROOT,
        env=os.environ | EMBEDDED | COMPILED,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with collecting:
        yield
    done.touch()


def _on_sqlite(arguments: list[str]) -> "Run":
    options = ["-n", str(PROCESSES), *EVENLY, *arguments]
    title = "SQLite, embedded Redis-compatible server"
    return Run(title, options, EMBEDDED | {"TEST_PART": "rest"})


def _in_the_browser(arguments: list[str]) -> "Run":
    named = EMBEDDED | {"TEST_PART": "browser"}
    # Without reading all the other tests, unless some were chosen
    are_chosen = any(Path(it.partition("::")[0]).exists() for it in arguments)
    where = arguments if are_chosen else [*arguments, "tests/browser"]
    # A process of its own, as the others have: what it starts ends with it alone
    return Run("SQLite, in the browser", ["-n", "1", *where], named)


def _on_postgres(database: str, arguments: list[str]) -> "Run":
    redis = os.environ.get("TEST_REDIS_URL", "")
    title = f"PostgreSQL ({'named' if os.environ.get('TEST_DATABASE_URL') else 'embedded'})"
    title += f", Redis ({'named' if redis else 'embedded'})"
    named = {"TEST_DATABASE_URL": database, "TEST_REDIS_URL": redis}
    return Run(title, ["-n", str(PROCESSES), *EVENLY, *arguments], named)


class Run:
    """One run of the suite, as a process of its own; killed where it is left before its end."""

    def __init__(self, title: str, arguments: list[str], named: Mapping[str, str]) -> None:
        self._title, self._is_titled = title, False
        self._arguments = arguments
        self._environment = os.environ | named | COMPILED

    def __enter__(self) -> "Run":
        self._stack = ExitStack()
        self._report = self._stack.enter_context(tempfile.NamedTemporaryFile(suffix=".xml"))
        out = self._stack.enter_context(tempfile.NamedTemporaryFile(suffix=".txt"))
        # Read apart from who writes it, at a place of its own
        self._said = self._stack.enter_context(Path(out.name).open("rb"))
        command = [sys.executable, "-m", "pytest", "-q", "-rs", f"--color={_colours()}"]
        self._process = subprocess.Popen(
            [*command, f"--junitxml={self._report.name}", *self._arguments],
            cwd=ROOT,
            env=self._environment,
            stdout=out,
            stderr=out,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._stack.close()

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def say(self) -> None:
        """What it said since the last time, after its title."""
        if not self._is_titled:
            _say(f"\n== Tests on {self._title}")
            self._is_titled = True
        shutil.copyfileobj(self._said, sys.stdout.buffer)
        sys.stdout.buffer.flush()

    def finish(self) -> "Counts":
        """Says what it says until it has ended."""
        while self.is_running:
            self.say()
            time.sleep(PAUSE)
        self.say()
        is_bad = self._process.returncode not in (0, NO_TESTS)
        return _counts(Path(self._report.name), is_bad=is_bad)


def _colours() -> str:
    return "yes" if sys.stdout.isatty() else "no"


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
