"""Writers of SQLite wait for each other: none is turned away, whatever the one before it did.

Connections go from hand to hand.
"""

import gc
import os
import sqlite3
import threading
import uuid
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection, transaction

from webapp.sqlite import base, idle

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.once,
]


def add(name: str) -> None:
    User.objects.create(username=name)


def add_in_transaction(name: str) -> None:
    with transaction.atomic():
        assert not User.objects.filter(username=name).exists()
        add(name)


def in_thread(act: Callable[[], object]) -> threading.Thread:
    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.parametrize("write", [add, add_in_transaction])
def test_many_threads_write_at_once_and_none_is_turned_away(write):
    def write_some(number: int) -> None:
        for turn in range(5):
            write(f"{number}-{turn}")

    threads = [in_thread(lambda number=number: write_some(number)) for number in range(40)]
    for thread in threads:
        thread.join()
    assert User.objects.count() == 200


@pytest.mark.parametrize("write", [add, add_in_transaction])
def test_a_write_waits_for_the_transaction_of_another_thread(write):
    with transaction.atomic():
        add("ana")
        other = in_thread(lambda: write("ben"))
        other.join(0.3)
        assert other.is_alive()
    other.join()
    assert list(User.objects.order_by("pk").values_list("username", flat=True)) == ["ana", "ben"]


def test_a_transaction_that_fails_lets_the_next_one_in():
    @transaction.atomic
    def fail() -> None:
        add("ana")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    in_thread(lambda: add_in_transaction("ben")).join()
    assert User.objects.get().username == "ben"


def test_a_write_that_fails_lets_the_next_one_in(ana):
    with pytest.raises(Exception, match="UNIQUE"):
        add("ana")
    in_thread(lambda: add("ben")).join()
    assert User.objects.filter(username="ben").exists()


def test_a_connection_that_is_closed_within_a_transaction_lets_the_next_one_in():
    def leave() -> None:
        connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        add("ana")
        connection.close()

    in_thread(leave).join()
    in_thread(lambda: add_in_transaction("ben")).join()
    assert User.objects.get().username == "ben"


def test_who_waits_too_long_is_told_that_the_database_is_locked(monkeypatch):
    monkeypatch.setattr(base, "PATIENCE_SECONDS", 0.1)
    said = []

    def try_to_write() -> None:
        try:
            add_in_transaction("ben")
        except OperationalError as error:
            said.append(str(error))

    with transaction.atomic():
        in_thread(try_to_write).join()
    assert said == ["database is locked"]


def test_a_forked_process_does_not_wait_for_a_thread_that_it_does_not_have():
    with transaction.atomic():
        add("ana")
        child = os.fork()
        if child == 0:
            os._exit(0 if base._turn.acquire(timeout=1) else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def raw_connection(before: Callable[[], object] = lambda: None) -> object:
    """The connection that another thread had and gave up."""
    found = []

    def use() -> None:
        assert User.objects.count() < 9
        found.append(connection.connection)
        before()

    in_thread(use).join()
    return found[0]


def test_who_needs_a_connection_takes_one_that_another_gave_up():
    assert raw_connection() is raw_connection()


def test_many_users_share_a_few_connections(monkeypatch):
    # Nobody loses patience on a machine that is busy
    monkeypatch.setattr(idle, "PATIENCE_SECONDS", 60)
    seen = set()

    def use() -> None:
        for _ in range(20):
            add(uuid.uuid4().hex)
            seen.add(id(connection.connection))
            connection.close()

    threads = [in_thread(use) for _ in range(60)]
    for thread in threads:
        thread.join()
    assert len(seen) <= idle.MOST + 1


def test_who_needs_one_beside_those_that_are_kept_gets_one(monkeypatch):
    """Else they would wait for each other for ever."""
    monkeypatch.setattr(idle, "PATIENCE_SECONDS", 0.1)
    everyone = threading.Barrier(idle.MOST + 5)
    threads = [
        in_thread(lambda: (User.objects.count(), everyone.wait())) for _ in range(idle.MOST + 5)
    ]
    for thread in threads:
        thread.join()
    key = idle.key_of(connection.get_connection_params())
    assert len(idle.idle_connections._idle[key]) <= idle.MOST


def test_a_thread_that_ends_without_a_word_takes_no_place(monkeypatch):
    monkeypatch.setattr(idle, "PATIENCE_SECONDS", 0.1)
    for _ in range(idle.MOST * 2):
        thread = threading.Thread(target=User.objects.count)
        thread.start()
        thread.join()
    gc.collect()
    key = idle.key_of(connection.get_connection_params())
    assert len(idle.idle_connections._users[key]) <= 2


def leave_a_transaction() -> None:
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def leave_a_select() -> None:
    rows.append(connection.connection.execute("SELECT 1 UNION SELECT 2"))
    assert rows[-1].fetchone() == (1,)


def leave_an_error() -> None:
    with pytest.raises(OperationalError):
        User.objects.extra(where=["no_such_column"]).exists()


rows: list[sqlite3.Cursor] = []


@pytest.mark.parametrize("leave", [leave_a_transaction, leave_a_select, leave_an_error])
def test_a_connection_that_is_not_as_new_is_closed(leave):
    left = raw_connection(leave)
    assert raw_connection() is not left
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        left.execute("SELECT 1")


def test_a_database_that_was_replaced_is_opened_anew(tmp_path):
    parameters = {"database": tmp_path / "a"}
    parameters["database"].touch()
    before = idle.key_of(parameters)
    (tmp_path / "b").touch()
    (tmp_path / "b").replace(tmp_path / "a")
    assert idle.key_of(parameters) != before


def test_a_forked_process_opens_connections_of_its_own():
    raw_connection()
    child = os.fork()
    if child == 0:
        key = idle.key_of(connection.get_connection_params())
        os._exit(0 if idle.idle_connections.take(key, object) is None else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_forked_process_keeps_no_connection_that_its_parent_has():
    assert not User.objects.exists()
    child = os.fork()
    if child == 0:
        key = idle.key_of(connection.get_connection_params())
        connection.close()
        os._exit(0 if idle.idle_connections.take(key, object) is None else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
