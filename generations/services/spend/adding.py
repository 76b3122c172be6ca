"""Adds to the sums of days or months: one statement, which also makes what is not there yet."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Field

from generations.models import DailySpend, MonthlySpend

# Neither database takes values without limit: SQLite 32,766 of them
AT_ONCE = 500

Table = type[DailySpend] | type[MonthlySpend]
Measures = Mapping[str, Any]


@dataclass(frozen=True, order=True)
class Key:
    """Which row a line or a picture is counted in."""

    day: date
    group: int
    code: str = ""
    is_by_hand: bool = False


def add(table: Table, sums: Mapping[Key, Measures]) -> None:
    """Adds to the row of each key, in the order of the keys: nobody waits for each other.

    A key of which nothing changes gets no row.
    """
    rows = (_values(table, key, sums[key]) for key in sorted(sums) if any(sums[key].values()))
    with connection.cursor() as cursor:
        for some in _in_parts(rows):
            values = [value for row in some for value in row]
            cursor.execute(_statement(table, len(some)), values)


def _in_parts(rows: Iterator[list[Any]]) -> Iterable[list[list[Any]]]:
    while some := list(islice(rows, AT_ONCE)):
        yield some


def _values(table: Table, key: Key, measures: Measures) -> list[Any]:
    row = [*astuple(key), *(measures.get(name, 0) for name in table.MEASURES)]
    fields = zip(_fields(table), row, strict=True)
    return [field.get_db_prep_save(value, connection) for field, value in fields]


def _statement(table: Table, rows: int) -> str:
    name = connection.ops.quote_name
    columns = [name(field.attname) for field in _fields(table)]
    row, measures = columns[: -len(table.MEASURES)], columns[-len(table.MEASURES) :]
    values = f"({', '.join(['%s'] * len(columns))})"
    return (
        f"INSERT INTO {name(table._meta.db_table)} AS sums ({', '.join(columns)})"
        f" VALUES {', '.join([values] * rows)}"
        f" ON CONFLICT ({', '.join(row)})"
        f" DO UPDATE SET {', '.join(f'{it} = sums.{it} + excluded.{it}' for it in measures)}"
    )


def _fields(table: Table) -> "list[Field[Any, Any]]":
    """As they stand in the model: those of the key, then what is added to."""
    return [field for field in table._meta.concrete_fields if not field.primary_key]
