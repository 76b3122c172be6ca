"""Sums up days and months that are over, once: docs/decisions/0026-days-that-are-over.md.

Nobody waits for anybody here: who adds to such a day notes that in the same transaction; who
sums it up reads sums and notes as they were at one moment. So what was summed up holds good
exactly where no note stands beside it.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q, Sum, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat

from generations.models import DailySpend, MonthlySpend, PastSpend, PastSpendChange
from generations.models.spend import SpendSums
from generations.services.spend.days import month_end, team_day, today

# Far longer than any transaction that began while a day was not over yet
MARGIN = timedelta(hours=3)
NO_PICTURE = ~Q(code="")
Of, Span = PastSpend.Of, PastSpend.Span
TABLES: dict[str, type[SpendSums]] = {Span.DAY: DailySpend, Span.MONTH: MonthlySpend}
KEYS = {
    Of.PERSON: Cast("group__person", TextField()),
    Of.MODEL: Concat("group__provider", Value("/"), "group__model", output_field=TextField()),
    Of.PROJECT: Coalesce(Cast("group__project", TextField()), Value(""), output_field=TextField()),
    Of.CODE: F("code"),
}
# Named apart from the columns that they add up
SUMS = {
    "sum_of_spent": Sum("spent", default=0),
    "sum_of_nothing": Sum("spent", filter=NO_PICTURE, default=0),
    "sum_of_calls": Sum("calls"),
    "sum_of_failed": Sum("calls", filter=NO_PICTURE, default=0),
    "sum_of_delivered": Sum("delivered"),
    "sum_of_kept": Sum("kept"),
}


@dataclass(frozen=True)
class _Month:
    """A month, and its days, of which there are no sums yet or no good ones."""

    first: date
    days: Collection[date]


def note_changes(days: Iterable[date]) -> None:
    """Notes which of these days are over; in the transaction that adds to them."""
    over = sorted(set(days) - {today()})
    PastSpendChange.objects.bulk_create(PastSpendChange(day=day) for day in over)


def sum_up_the_past(*, now: datetime) -> None:
    """Every day that is over and not summed up, or was added to since; and so its month."""
    before = team_day(now - MARGIN)
    for month in list(_to_sum_up(before)):
        _sum_up(month, before)


def _to_sum_up(before: date) -> Iterator[_Month]:
    booked = _days_in(DailySpend.objects.filter(day__lt=before))
    changed = _days_in(PastSpendChange.objects.filter(day__lt=before))
    days = booked - _days_in(PastSpend.objects.filter(span=Span.DAY)) | changed
    over = {_month_of(day) for day in booked if month_end(day) < before}
    months = over - _days_in(PastSpend.objects.filter(span=Span.MONTH))
    for first, found in groupby(sorted(days | months), _month_of):
        yield _Month(first, days.intersection(found))


def _days_in(rows: Any) -> set[date]:
    return set(rows.order_by().values_list("day", flat=True).distinct())


def _month_of(day: date) -> date:
    return day.replace(day=1)


def _sum_up(month: _Month, before: date) -> None:
    last = month_end(month.first)
    with _as_of_one_moment():
        rows = PastSpendChange.objects.filter(day__gte=month.first, day__lte=last)
        notes = dict(rows.values_list("pk", "day"))
        _write(Span.DAY, {day for day in {*month.days, *notes.values()} if day < before})
        if last < before:
            _write(Span.MONTH, {month.first})
        PastSpendChange.objects.filter(pk__in=notes).delete()


@contextmanager
def _as_of_one_moment() -> Iterator[None]:
    """One transaction that sees no more than was there when it began."""
    is_first = not connection.in_atomic_block
    with transaction.atomic():
        if is_first and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _write(span: str, days: Collection[date]) -> None:
    PastSpend.objects.filter(span=span, day__in=days).delete()
    PastSpend.objects.bulk_create(expected_past(span, days), batch_size=500)


def expected_past(span: str, days: Collection[date]) -> list[PastSpend]:
    """What the sums of the groups of these days, or first days of months, add up to."""
    return [
        PastSpend(span=span, of=of, **row)
        for of, key in KEYS.items()
        for row in _summed(TABLES[span], days, of, key)
        if any(row[name] for name in PastSpend.MEASURES)
    ]


def _summed(
    table: type[SpendSums], days: Collection[date], of: str, key: Any
) -> Iterator[dict[str, Any]]:
    rows = table._default_manager.filter(day__in=days)
    rows = rows.filter(NO_PICTURE) if of == Of.CODE else rows
    found = rows.order_by().values_list("day", "group__is_demo", key)
    names = ("day", "is_demo", "key", *PastSpend.MEASURES)
    return (dict(zip(names, row, strict=True)) for row in found.annotate(**SUMS))
