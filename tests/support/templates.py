"""Databases that have all tables, made once a run: migrations take seconds, a copy takes none."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tests.support.environment import ROOT

# Where copies are taken from; without them each test process migrates by itself
SQLITE, POSTGRESQL = "TEST_SQLITE_TEMPLATE", "TEST_POSTGRESQL_TEMPLATE"


@contextmanager
def sqlite_template(folder: Path) -> Iterator[dict[str, str]]:
    """The variable that names it, once it is there."""
    file = folder / "template.sqlite3"
    _finish(_migrating(folder, f"sqlite:///{file}"))
    yield {SQLITE: str(file)}


@contextmanager
def postgres_template(folder: Path, database: str) -> Iterator[Callable[[], dict[str, str]]]:
    """On its way, and dropped at the end; what is yielded waits for it and names it."""
    name = f"proofsheet_template_{os.getpid()}"
    there = urlunsplit(urlsplit(database)._replace(path=f"/{name}"))
    _execute(database, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    migrating = _migrating(folder, there)

    def finished() -> dict[str, str]:
        _finish(migrating)
        return {POSTGRESQL: name}

    try:
        yield finished
    finally:
        migrating.kill()
        migrating.wait()
        _drop(database, name)


def copy() -> bool:
    """Makes the test database of this process a copy; whether there was anything to copy."""
    from django.db import connection

    name = connection.settings_dict["TEST"]["NAME"]
    is_sqlite = connection.vendor == "sqlite"
    template = os.environ.get(SQLITE if is_sqlite else POSTGRESQL)
    if template and is_sqlite:
        shutil.copy(template, name)
    elif template:
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


def _migrating(folder: Path, url: str) -> "subprocess.Popen[bytes]":
    # Nothing that a person may have set
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    own = {"DATA_DIR": str(folder), "ENV_FILE": os.devnull, "DATABASE_URL": url}
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    return subprocess.Popen(command, cwd=ROOT, env=kept | own)


def _finish(migrating: "subprocess.Popen[bytes]") -> None:
    if migrating.wait():
        sys.exit("The migrations failed.")
