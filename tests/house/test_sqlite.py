"""Writers of SQLite wait for each other: none is turned away, whatever the one before it did."""

import os
import threading
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection, transaction

from webapp.sqlite import base

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
