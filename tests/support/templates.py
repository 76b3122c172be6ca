"""What all processes of a run begin with, made once: databases with all tables, static files.

Each takes seconds to make, a copy of it none.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tests.support.environment import ROOT

# Where they are; without them each test process makes its own
SQLITE, POSTGRESQL = "TEST_SQLITE_TEMPLATE", "TEST_POSTGRESQL_TEMPLATE"
STATIC = "TEST_STATIC_TEMPLATE"

COLLECT = """
import django
django.setup()
from webapp.serving.preparation import collect_static
collect_static()
"""


@dataclass(frozen=True)
class Template:
    """On its way; `variables` name it to the processes that run tests, which wait for it."""

    variables: Mapping[str, str]
    finish: Callable[[], None]


@contextmanager
def sqlite_template(folder: Path) -> Iterator[Template]:
    file, unfinished = folder / "template.sqlite3", folder / "unfinished.sqlite3"
    with _migrating(folder, f"sqlite:///{unfinished}") as migrating:

        def finish() -> None:
            _finish(migrating)
            unfinished.rename(file)

        yield Template({SQLITE: str(file)}, finish)


@contextmanager
def postgres_template(folder: Path, database: str) -> Iterator[Template]:
    """Dropped at the end."""
    name = f"proofsheet_template_{os.getpid()}"
    there = urlunsplit(urlsplit(database)._replace(path=f"/{name}"))
    _execute(database, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        with _migrating(folder, there) as migrating:
            yield Template({POSTGRESQL: name}, lambda: _finish(migrating))
    finally:
        _drop(database, name)


@contextmanager
def static_template(folder: Path) -> Iterator[Template]:
    """Collected under hashed names, as people get them."""
    there, unfinished = folder / "static", folder / "unfinished-static"
    variables = {"DJANGO_SETTINGS_MODULE": "webapp.settings", "STATIC_ROOT": str(unfinished)}
    with _running(folder, ["-c", COLLECT], **variables) as collecting:

        def finish() -> None:
            _finish(collecting)
            unfinished.rename(there)

        yield Template({STATIC: str(there)}, finish)


def sqlite_file() -> Path | None:
    """The one to copy, once it is there; None without one."""
    return _once_there(SQLITE)


def static_root() -> Path | None:
    """The folder to serve from, once it is there; None without one."""
    return _once_there(STATIC)


def _once_there(name: str) -> Path | None:
    named = os.environ.get(name)
    while named and not Path(named).exists():
        time.sleep(0.1)
    return Path(named) if named else None


def copy() -> bool:
    """Makes the test database of this process a copy; whether there was anything to copy."""
    from django.db import connection

    name = connection.settings_dict["TEST"]["NAME"]
    if connection.vendor == "sqlite":
        file = sqlite_file()
        if file:
            shutil.copy(file, name)
        return file is not None
    template = os.environ.get(POSTGRESQL)
    if template:
        words = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        _execute(
            os.environ["TEST_DATABASE_URL"],
            words.format(sql.Identifier(name), sql.Identifier(template)),
        )
    return bool(template)


def drop_copy() -> None:
    """Takes it away again; a file goes with the folder of its process."""
    from django.db import connection

    if connection.vendor == "postgresql":
        _drop(os.environ["TEST_DATABASE_URL"], connection.settings_dict["TEST"]["NAME"])


def _drop(database: str, name: str) -> None:
    words = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    _execute(database, words.format(sql.Identifier(name)))


def _execute(database: str, statement: sql.Composed) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(statement)


@contextmanager
def _migrating(folder: Path, url: str) -> Iterator["subprocess.Popen[bytes]"]:
    command = ["manage.py", "migrate", "--verbosity", "0"]
    with _running(folder, command, DATABASE_URL=url) as migrating:
        yield migrating


@contextmanager
def _running(
    folder: Path, command: list[str], **variables: str
) -> Iterator["subprocess.Popen[bytes]"]:
    # Nothing that a person may have set
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    own = {"DATA_DIR": str(folder), "ENV_FILE": os.devnull} | variables
    with subprocess.Popen([sys.executable, *command], cwd=ROOT, env=kept | own) as running:
        try:
            yield running
        finally:
            running.kill()


def _finish(running: "subprocess.Popen[bytes]") -> None:
    if running.wait():
        sys.exit("What the tests begin with could not be made.")
