"""Empties the tables after a test that committed, and brings the seeded rows (models, prices) back.

Django's own way asks for the names of all tables, and has PostgreSQL make each one's files anew:
that took longer than most tests.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from django.db.models.sql import InsertQuery
from django.test import TransactionTestCase

# The guard of the audit log, which tests alone take away
GUARD = "audit_log_undeleted"
GUARDED = "generations_auditentry"

# All but what Django writes of its own models, which no test touches
_tables: list[str] = []
_seeding: list[tuple[str, Any]] = []


def take_over() -> None:
    """From here on every test that commits leaves what the migrations wrote, no more, no less."""
    there = connection.introspection.django_table_names(only_existing=True, include_views=False)
    kept = {model._meta.db_table for model in (ContentType, Permission)}
    _tables[:] = sorted(set(there) - kept)
    _seeding[:] = [
        statement
        for model in apps.get_models(include_auto_created=True)
        if model._meta.db_table in _tables
        for statement in _statements_that_seed(model)
    ]
    TransactionTestCase._fixture_teardown = _start_afresh


def _start_afresh(case: TransactionTestCase) -> None:
    # In one transaction: a worker that outlives the test never misses its prices
    with transaction.atomic(), connection.cursor() as cursor:
        _wait_for_writers(cursor)
        # In any order: nobody looks at foreign keys before the commit
        for table in _filled(cursor):
            _empty(cursor, table)
        for statement, values in _seeding:
            cursor.execute(statement, values)


def _wait_for_writers(cursor: Any) -> None:
    """As TRUNCATE does, so that no row comes late; on SQLite nobody else writes meanwhile."""
    if connection.vendor == "postgresql":
        cursor.execute(f"LOCK TABLE {', '.join(map(_quoted, _tables))}")


def _filled(cursor: Any) -> list[str]:
    """The tables that have rows: few, and asking is cheaper than deleting nothing."""
    asked = (f"EXISTS (SELECT 1 FROM {_quoted(table)})" for table in _tables)
    cursor.execute(f"SELECT {', '.join(asked)}")
    return [table for table, has in zip(_tables, cursor.fetchone(), strict=True) if has]


def _empty(cursor: Any, table: str) -> None:
    with _unguarded(cursor) if table == GUARDED else nullcontext():
        cursor.execute(f"DELETE FROM {_quoted(table)}")


@contextmanager
def _unguarded(cursor: Any) -> Iterator[None]:
    """While its rows may be deleted; afterwards it is guarded as it was."""
    if connection.vendor == "sqlite":
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [GUARD])
        (guard,) = cursor.fetchone()
        cursor.execute(f"DROP TRIGGER {GUARD}")
        yield
        cursor.execute(guard)
    else:
        switched = f"ALTER TABLE {GUARDED} {{}} TRIGGER audit_log_unchanged"
        cursor.execute(switched.format("DISABLE"))
        yield
        cursor.execute(switched.format("ENABLE"))


def _quoted(table: str) -> str:
    return str(connection.ops.quote_name(table))


def _statements_that_seed(model: type[models.Model]) -> list[tuple[str, Any]]:
    rows = list(model._base_manager.all())
    if not rows:
        return []
    query = InsertQuery(model)
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    query.insert_values(fields, rows, raw=True)
    statements: list[tuple[str, Any]] = query.get_compiler(connection=connection).as_sql()
    if connection.vendor == "postgresql":
        # Values are written into it once, not each time
        return [(connection.ops.compose_sql(*it), None) for it in statements]
    return statements
