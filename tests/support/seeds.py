"""Empties the tables after a test that committed, and brings the seeded rows (models, prices) back.

Django's own way asks for the names of all tables, and has PostgreSQL make each one's files anew:
that took longer than most tests.
"""

from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models.sql import InsertQuery
from django.test import TransactionTestCase

# The guard of the audit log, which tests alone take away
GUARD = ["audit_log_undeleted"]

_emptying: list[str] = []
_seeding: list[tuple[str, Any]] = []


def take_over() -> None:
    """From here on every test that commits leaves what the migrations wrote, no more, no less."""
    _emptying[:] = _statements_that_empty()
    _seeding[:] = [
        statement
        for model in apps.get_models(include_auto_created=True)
        for statement in _statements_that_seed(model)
    ]
    TransactionTestCase._fixture_teardown = _start_afresh


def _start_afresh(case: TransactionTestCase) -> None:
    # In one transaction: a worker that outlives the test never misses its prices
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in _emptying:
            cursor.execute(statement)
        for statement, values in _seeding:
            cursor.execute(statement, values)


def _statements_that_empty() -> list[str]:
    """In any order: nobody looks at foreign keys before the commit."""
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    names = [connection.ops.quote_name(table) for table in sorted(tables)]
    deletes = [f"DELETE FROM {name}" for name in names]
    if connection.vendor == "sqlite":
        return [*_guards_off(), *deletes, *_guards()]
    # Like TRUNCATE it waits for whoever still writes, so that no row comes late
    guarded = "ALTER TABLE generations_auditentry {} TRIGGER audit_log_unchanged"
    locks = f"LOCK TABLE {', '.join(names)}"
    off, on = guarded.format("DISABLE"), guarded.format("ENABLE")
    return ["; ".join([locks, off, *deletes, on])]


def _guards() -> list[str]:
    """What keeps rows from being deleted, as it was made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = %s", GUARD)
        return [sql for (sql,) in cursor.fetchall()]


def _guards_off() -> list[str]:
    return [f"DROP TRIGGER {name}" for name in GUARD]


def _statements_that_seed(model: type[models.Model]) -> list[tuple[str, Any]]:
    rows = list(model._base_manager.all())
    if not rows:
        return []
    query = InsertQuery(model)
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    query.insert_values(fields, rows, raw=True)
    statements: list[tuple[str, Any]] = query.get_compiler(connection=connection).as_sql()
    return statements
