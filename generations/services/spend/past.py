"""Sums up the months that are over, once: docs/decisions/0026-months-that-are-over.md.

Nobody waits for anybody here: who adds to such a month notes that in the same transaction; who
sums it up reads month and notes as they were at one moment. So the sums of a month hold good
exactly where no note stands beside them.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Min, Q, QuerySet, Sum, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat

from generations.models import MonthlySpend, PastMonthChange, PastMonthSpend
from generations.services.spend.days import DAY, month_end, team_day, today

# Longer than any transaction that began while the month was not over yet
MARGIN = timedelta(days=1)
NO_PICTURE = ~Q(code="")
Of = PastMonthSpend.Of
KEYS = {
    Of.PERSON: Cast("group__person", TextField()),
    Of.MODEL: Concat("group__provider", Value("/"), "group__model", output_field=TextField()),
    Of.PROJECT: Coalesce(Cast("group__project", TextField()), Value(""), output_field=TextField()),
    Of.CODE: F("code"),
}
# Named apart from the columns that they add up
SUMS = {
    "spent": Sum("spent", default=0),
    "nothing": Sum("spent", filter=NO_PICTURE, default=0),
    "calls": Sum("calls"),
    "failed": Sum("calls", filter=NO_PICTURE, default=0),
    "delivered": Sum("delivered"),
    "kept": Sum("kept"),
}


def note_changes(days: Iterable[date]) -> None:
    """Notes which of these days are of months that are over; in the transaction that adds."""
    months = {day.replace(day=1) for day in days} - {today().replace(day=1)}
    PastMonthChange.objects.bulk_create(PastMonthChange(month=it) for it in sorted(months))


def sum_up_past_months(*, now: datetime) -> None:
    """Every month that is over and not summed up, or was added to since."""
    for month in list(_months_to_sum_up(team_day(now - MARGIN).replace(day=1))):
        _sum_up(month)


def _months_to_sum_up(before: date) -> Iterator[date]:
    done = set(PastMonthSpend.objects.values_list("month", flat=True).distinct())
    changed = set(PastMonthChange.objects.values_list("month", flat=True).distinct())
    month = MonthlySpend.objects.aggregate(first=Min("day"))["first"]
    while month and month < before:
        if month not in done or month in changed:
            yield month
        month = month_end(month) + DAY


def _sum_up(month: date) -> None:
    with _as_at_one_moment():
        notes = list(PastMonthChange.objects.filter(month=month).values_list("pk", flat=True))
        PastMonthSpend.objects.filter(month=month).delete()
        PastMonthSpend.objects.bulk_create(expected_rows(month), batch_size=500)
        PastMonthChange.objects.filter(pk__in=notes).delete()


@contextmanager
def _as_at_one_moment() -> Iterator[None]:
    """One transaction that sees no more than was there when it began."""
    is_first = not connection.in_atomic_block
    with transaction.atomic():
        if is_first and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def expected_rows(month: date) -> list[PastMonthSpend]:
    """What the month's own rows add up to."""
    return [
        PastMonthSpend(month=month, of=of, **row)
        for of, key in KEYS.items()
        for row in _summed(MonthlySpend.objects.filter(day=month), of, key)
        if any(row[name] for name in PastMonthSpend.MEASURES)
    ]


def _summed(rows: QuerySet[MonthlySpend], of: str, key: Any) -> Iterable[dict[str, Any]]:
    rows = rows.filter(NO_PICTURE) if of == Of.CODE else rows
    found = rows.order_by().values_list("group__is_demo", key)
    names = ("is_demo", "key", *PastMonthSpend.MEASURES)
    sums = {f"sum_of_{name}": it for name, it in SUMS.items()}
    return (dict(zip(names, row, strict=True)) for row in found.annotate(**sums))
