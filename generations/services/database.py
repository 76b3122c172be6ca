"""How long-running work uses the database: briefly, and without giving up on what is paid for."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import structlog
from django.db import InterfaceError, InternalError, OperationalError, connection, transaction
from django.db.models import Model

T = TypeVar("T")
INSIST_SECONDS = 600.0
PAUSE_SECONDS = 1.0
# How a database says that it is not there, or (InternalError) that it takes no writes for now
AWAY = (OperationalError, InterfaceError, InternalError)

log = structlog.get_logger(__name__)


def let_go() -> None:
    """Gives the connection back to the others, so that a waiting call does not keep it."""
    if not connection.in_atomic_block:
        connection.close()


@contextmanager
def no_new_rows(model: type[Model]) -> Iterator[None]:
    """Nobody begins to use a file while it is found unused and removed.

    One transaction, beside which nobody writes rows of the model; SQLite has one writer anyway.
    Who stores the same content looks for the file once more after saving the row.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            table = connection.ops.quote_name(model._meta.db_table)
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
        yield


def insist(step: Callable[[], T]) -> T:
    """Runs a step until the database takes it: for what must not be lost while it restarts.

    Gives up after INSIST_SECONDS and raises what the database said. A step must be safe to run
    twice, since a commit may have happened although its answer was lost.
    """
    deadline = time.monotonic() + INSIST_SECONDS
    while True:
        try:
            return step()
        except AWAY as error:
            if connection.in_atomic_block or time.monotonic() > deadline:
                raise
            log.warning("database_not_there", error=type(error).__name__)
            connection.close()
            time.sleep(PAUSE_SECONDS)


def storable(text: str) -> str:
    """The text without what a database does not take: NUL and halves of characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
