"""The database is away, locked, full of connections, read-only, or not there yet."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from threading import Event

import psycopg
from django.db import connection, transaction

from generations.models import Attempt, Generation
from tests.factories import CHAT, IMAGES
from tests.faults.table.own_database import OwnDatabase, own_database
from tests.faults.table.place import Place, meanwhile


def restarted(place: Place) -> Sequence[Generation]:
    """PostgreSQL stopped as by a service manager (SIGINT), five seconds away, while calls run"""
    return _away(place, crashes=False, seconds=5)


def crashed(place: Place) -> Sequence[Generation]:
    """PostgreSQL crashes (SIGQUIT) and recovers, while calls run"""
    return _away(place, crashes=True, seconds=1)


def connections_cut(place: Place) -> Sequence[Generation]:
    """pg_terminate_backend for all of the worker, again and again, while calls run"""
    generations = _running(place)
    for _ in range(8):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE"
                " datname = current_database() AND application_name = 'worker'"
            )
        time.sleep(0.3)
        place.world.demo.release()
    return generations


def connections_used_up(place: Place) -> Sequence[Generation]:
    """others take every connection of PostgreSQL for five seconds, while calls run"""
    database, generations = _running_on_own(place)
    # So that it has to connect anew
    _execute(
        database,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'worker'",
    )
    with _all_connections(database):
        place.world.demo.release()
        time.sleep(5)
    database.forget_connections()
    return generations


def read_only(place: Place) -> Sequence[Generation]:
    """PostgreSQL takes no writes for five seconds, as a standby, while calls run"""
    database, generations = _running_on_own(place)
    _set(database, "default_transaction_read_only = on")
    place.world.demo.release()
    time.sleep(5)
    _set(database, "default_transaction_read_only = off")
    database.forget_connections()
    return generations


def locked_for_seconds(place: Place) -> Sequence[Generation]:
    """someone holds the write lock (SQLite) or the attempts' table (PostgreSQL) for 8 s, twice"""
    generations = _running(place)
    for _ in range(2):
        with _everything_locked():
            place.world.demo.release()
            time.sleep(8)
        time.sleep(1)
    return generations


def row_locked(place: Place) -> Sequence[Generation]:
    """a forgotten transaction holds the generation's row while its picture comes"""
    generations = _running(place)
    with transaction.atomic():
        for generation in generations:
            Generation.objects.select_for_update().get(id=generation.id)
        place.world.demo.release()
        time.sleep(4)
    return generations


def read_for_long(place: Place) -> Sequence[Generation]:
    """a backup reads the database from one moment while calls run"""
    generations = _running(place)

    def read(is_over: Event) -> None:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED" if connection.vendor == "sqlite" else "BEGIN")
            cursor.execute("SELECT count(*) FROM generations_attempt")
            is_over.wait(60)
            cursor.execute("COMMIT")

    with meanwhile(read):
        time.sleep(0.3)
        place.world.demo.release()
        place.wait_for_status("succeeded", *generations)
    return generations


def worker_first(place: Place) -> Sequence[Generation]:
    """the worker starts seconds before the database is there, and before it has tables"""
    with ExitStack() as absent:
        database = place.enter(own_database(place, place.folder, is_filled=False))
        if database.server is not None:
            database.server.stop()
        place.world.crew.start(wait=False, DATABASE_URL=database.url)
        absent.callback(lambda: database.server and database.server.start())
        time.sleep(6)
    time.sleep(3)
    database.fill()
    return [place.submit() for _ in range(2)]


def _away(place: Place, *, crashes: bool, seconds: float) -> Sequence[Generation]:
    database, generations = _running_on_own(place)
    database.running.stop(crashes=crashes)
    place.world.demo.release()
    time.sleep(seconds)
    database.running.start()
    database.forget_connections()
    return [*generations, place.submit()]


def _running(place: Place) -> list[Generation]:
    place.worker()
    return _submitted(place)


def _running_on_own(place: Place) -> tuple[OwnDatabase, list[Generation]]:
    database = place.enter(own_database(place, place.folder))
    place.worker(DATABASE_URL=database.url)
    return database, _submitted(place)


def _submitted(place: Place) -> list[Generation]:
    generations = [place.submit("hold 40", model=model) for model in (CHAT, IMAGES)]
    generations.append(place.submit("picture-slow 2"))
    place.all_reached(*generations)
    return generations


@contextmanager
def _everything_locked() -> Iterator[None]:
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {Attempt._meta.db_table} IN ACCESS EXCLUSIVE MODE")
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("BEGIN IMMEDIATE")
        yield
        cursor.execute("COMMIT")


@contextmanager
def _all_connections(database: OwnDatabase) -> Iterator[None]:
    with ExitStack() as taken:
        with suppress(psycopg.OperationalError):
            while True:
                taken.enter_context(psycopg.connect(database.running.address))
        yield


def _set(database: OwnDatabase, what: str) -> None:
    _execute(database, f"ALTER SYSTEM SET {what}")
    _execute(database, "SELECT pg_reload_conf()")


def _execute(database: OwnDatabase, statement: str) -> None:
    with psycopg.connect(database.running.address, autocommit=True) as link:
        link.execute(statement)
