"""Django's SQLite, with the writers of one process in one row, and connections that are reused.

SQLite lets one write at a time; whoever finds it busy knocks again after up to 100 ms, and the
lucky one gets in. Among the 64 threads of a worker some had no luck for many seconds. So the
threads of a process wait for each other here, and SQLite sees one writer of each process.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

from webapp.sqlite.idle import idle_connections, key_of

WRITES = ("INSERT", "UPDATE", "DELETE")
# Longer than the longest write: a provider's record of 100,000 calls takes half of it
PATIENCE_SECONDS = 60.0

_turn = threading.Lock()


class DatabaseWrapper(base.DatabaseWrapper):
    """Takes the turn with a transaction, and passes it on when that has ended."""

    _has_turn = False
    _has_errors = _is_suspect = False

    @property
    def errors_occurred(self) -> bool:
        """Django's own mark, which it takes back with a rollback: the connection stays suspect."""
        return self._has_errors

    @errors_occurred.setter
    def errors_occurred(self, have_they: bool) -> None:
        self._has_errors = have_they
        self._is_suspect |= have_they

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self._key, self._is_suspect = key_of(conn_params), False
        found = idle_connections.take(self._key, self)
        return found or self._open(conn_params)

    def _open(self, conn_params: dict[str, Any]) -> Any:
        try:
            opened = super().get_new_connection(conn_params)
        except BaseException:
            idle_connections.give_back(self._key, self, None)
            raise
        # A file that was made just now has another key
        self._is_suspect = key_of(conn_params) != self._key
        return opened

    def create_cursor(self, name: str | None = None) -> "Cursor":
        cursor: Cursor = self.connection.cursor(factory=Cursor)
        return cursor

    def _start_transaction_under_autocommit(self) -> None:
        _take_turn()
        self._has_turn = True
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._pass_turn_on()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._pass_turn_on()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._pass_turn_on()

    def _close(self) -> None:
        is_as_new = not self.in_atomic_block and not self._is_suspect and self.autocommit
        try:
            if not is_as_new:
                super()._close()  # type: ignore[misc]
        finally:
            left = self.connection if is_as_new else None
            idle_connections.give_back(self._key, self, left)
            self._pass_turn_on()

    def _pass_turn_on(self) -> None:
        if self._has_turn:
            self._has_turn = False
            _turn.release()


class Cursor(base.SQLiteCursorWrapper):
    """Takes the turn for a write that is a transaction of its own."""

    def execute(self, query: str, params: Any = None) -> Any:
        if self.connection.in_transaction or not query.startswith(WRITES):
            return super().execute(query, params)
        with _one_turn():
            return super().execute(query, params)


@contextmanager
def _one_turn() -> Iterator[None]:
    _take_turn()
    try:
        yield
    finally:
        _turn.release()


def _take_turn() -> None:
    if not _turn.acquire(timeout=PATIENCE_SECONDS):
        raise OperationalError("database is locked")


def _forget_turn() -> None:
    """A fork copies the lock, but not the thread that would open it."""
    global _turn
    _turn = threading.Lock()


os.register_at_fork(after_in_child=_forget_turn)
