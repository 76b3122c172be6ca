"""Connections that nobody uses now, for whoever needs one next.

A connection knows the whole schema and keeps pages: half a megabyte. A worker's threads wait for
providers most of the time, so a few connections do for hundreds of them.
"""

import os
import sqlite3
import threading
from collections import defaultdict
from typing import Any
from weakref import WeakSet

Key = tuple[str, int, int]

# So many are used at once: more would only wait for each other, and opening one takes 2 ms
MOST = 16
# Then one more is opened all the same, since who has the others may wait for us
PATIENCE_SECONDS = 1.0


class IdleConnections:
    """By their `key_of`; the last one left is the first one taken.

    A user is whoever has one; one that is gone without a word uses none any more.
    """

    def __init__(self) -> None:
        self._begin()
        os.register_at_fork(after_in_child=self._forget)

    def take(self, key: Key, user: object) -> sqlite3.Connection | None:
        """One that is idle; None where a new one may be opened."""
        with self._changed:
            idle, users = self._idle[key], self._users[key]
            self._changed.wait_for(lambda: idle or len(users) < MOST, PATIENCE_SECONDS)
            users.add(user)
            return idle.pop() if idle else None

    def give_back(self, key: Key, user: object, connection: sqlite3.Connection | None) -> None:
        """Keeps it, or closes it where it is in the middle of something; None is closed already."""
        is_fit = connection is not None and not connection.in_transaction and _is_quiet(connection)
        with self._changed:
            idle, users = self._idle[key], self._users[key]
            # One that a fork has brought along is its parent's
            is_ours = user in users
            users.discard(user)
            is_kept = is_fit and is_ours and len(users) + len(idle) < MOST
            if is_kept and connection:
                idle.append(connection)
            self._changed.notify()
        if connection and not is_kept:
            connection.close()

    def _begin(self) -> None:
        self._changed = threading.Condition()
        self._idle: dict[Key, list[sqlite3.Connection]] = defaultdict(list)
        self._users: dict[Key, WeakSet[object]] = defaultdict(WeakSet)

    def _forget(self) -> None:
        """Neither used nor closed in a child: SQLite forbids both after a fork."""
        self._of_parent = self._idle
        self._begin()


def _is_quiet(connection: sqlite3.Connection) -> bool:
    """Whether no SELECT was left halfway, which would go on seeing the past.

    An interruption ends what runs, and says so to the next statement; else it does nothing
    (sqlite.org/c3ref/interrupt.html).
    """
    connection.interrupt()
    try:
        connection.execute("PRAGMA foreign_keys = ON")
    except sqlite3.Error:
        return False
    return True


def key_of(parameters: dict[str, Any]) -> Key:
    """Which file a connection is to; under its name may be another one by now."""
    database = str(parameters["database"])
    try:
        file = os.stat(database)  # noqa: PTH116  (in the middle of every write)
    except OSError:
        return database, 0, 0
    return database, file.st_dev, file.st_ino


idle_connections = IdleConnections()
