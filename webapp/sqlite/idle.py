"""Connections that nobody uses now, for whoever needs one next.

A connection knows the whole schema and keeps pages: half a megabyte. A worker's threads wait for
providers most of the time, so a few connections do for hundreds of them.
"""

import os
import sqlite3
import threading
from collections import defaultdict
from pathlib import Path
from typing import Any

Key = tuple[str, int, int]

# What more than so many users at once leave is closed
MOST = 16


class IdleConnections:
    """By their `key_of`; the last one left is the first one taken."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: dict[Key, list[sqlite3.Connection]] = defaultdict(list)
        os.register_at_fork(after_in_child=self._forget)

    def take(self, key: Key) -> sqlite3.Connection | None:
        with self._lock:
            idle = self._idle[key]
            return idle.pop() if idle else None

    def keep(self, key: Key, connection: sqlite3.Connection) -> bool:
        """False where it must be closed: there are enough, or it still does something."""
        if connection.in_transaction or not _is_quiet(connection):
            return False
        with self._lock:
            idle = self._idle[key]
            has_room = len(idle) < MOST
            if has_room:
                idle.append(connection)
            return has_room

    def _forget(self) -> None:
        """Neither used nor closed in a child: SQLite forbids both after a fork."""
        self._lock = threading.Lock()
        self._of_parent = self._idle
        self._idle = defaultdict(list)


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
    """What a connection was opened with, and which file that is: it may have been replaced."""
    try:
        file = Path(parameters["database"]).stat()
    except OSError:
        return repr(parameters), 0, 0
    return repr(parameters), file.st_dev, file.st_ino


idle_connections = IdleConnections()
