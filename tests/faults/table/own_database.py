"""A database of one row's own, which may be stopped, cut off and started again."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection, connections

from tests.faults.table.place import Place
from tests.support.postgres import PostgresServer, prepared_server
from tests.support.site import database_url


class OwnDatabase:
    """All rows are here until the block ends; `server` is None on SQLite."""

    def __init__(self, place: Place, server: PostgresServer | None) -> None:
        self.place, self.server = place, server
        self.url = database_url()

    def fill(self) -> None:
        """Makes the tables and the person who submits."""
        call_command("migrate", verbosity=0)
        self.place.world.user = User.objects.create_user("ana", password="correct-horse-battery")

    @property
    def running(self) -> PostgresServer:
        assert self.server is not None, "This row is for PostgreSQL"
        return self.server

    def forget_connections(self) -> None:
        """After a restart, which they did not survive."""
        _forget_connections()


@contextmanager
def own_database(place: Place, folder: Path, *, is_filled: bool = True) -> Iterator[OwnDatabase]:
    """A file in the folder, or a PostgreSQL server; with tables, unless those come later."""
    user = place.world.user
    with _server_or_none(folder) as server, _switched(server, folder):
        database = OwnDatabase(place, server)
        if is_filled:
            database.fill()
        yield database
    place.world.user = user


@contextmanager
def _server_or_none(folder: Path) -> Iterator[PostgresServer | None]:
    if connection.vendor == "sqlite":
        yield None
        return
    # It survives a crash without losing what it has confirmed
    with prepared_server(["-c", "max_connections=40"]) as server:
        server.start()
        yield server


@contextmanager
def _switched(server: PostgresServer | None, folder: Path) -> Iterator[None]:
    before = dict(connection.settings_dict)
    _forget_connections()
    if server is None:
        connection.settings_dict["NAME"] = str(folder / "own.sqlite3")
    else:
        own = {"HOST": "127.0.0.1", "PORT": server.port, "USER": "postgres", "PASSWORD": ""}
        connection.settings_dict.update(own | {"NAME": "postgres"})
    try:
        yield
    finally:
        _forget_connections()
        connection.settings_dict.update(before)


def _forget_connections() -> None:
    connections.close_all()
    if connection.vendor == "postgresql":
        connection.close_pool()
