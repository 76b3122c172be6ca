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

from generations.models import DailySpend, MonthlySpend, PastSpend, PastSpendChange, SpendZone
from generations.models.spend import SpendSums
from generations.services.spend.days import month_end, month_start, team_day, today

# Far longer than any transaction that began while a day was not over yet
MARGIN = timedelta(hours=3)
NO_PICTURE = ~Q(code="")
# Not only money that was set aside and given back
SAYS_SOMETHING = ~Q(spent=0, calls=0, delivered=0, kept=0)
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
    """Notes which of these days are over; in the transaction that adds to them.

    So is today where it was summed up, by a clock that ran ahead or in another time zone.
    """
    noted, now = set(days), today()
    if now in noted and not PastSpend.objects.filter(span=Span.DAY, day=now).exists():
        noted.remove(now)
    PastSpendChange.objects.bulk_create(PastSpendChange(day=day) for day in sorted(noted))


def sum_up_the_past(*, now: datetime) -> None:
    """Every day that is over and not summed up, or was added to since; and so its month."""
    before = team_day(now - MARGIN)
    _forget_what_is_not_over(before)
    for month in list(_to_sum_up(before)):
        _sum_up(month, before)


def _forget_what_is_not_over(before: date) -> None:
    for span, first in ((Span.DAY, before), (Span.MONTH, month_start(before))):
        PastSpend.objects.filter(span=span, day__gte=first).delete()


def _to_sum_up(before: date) -> Iterator[_Month]:
    booked = _days_in(DailySpend.objects.filter(SAYS_SOMETHING, day__lt=before))
    changed = _days_in(PastSpendChange.objects.filter(day__lt=before))
    days = booked - _days_in(PastSpend.objects.filter(span=Span.DAY)) | changed
    over = {month_start(day) for day in booked if month_start(day) < month_start(before)}
    months = over - _days_in(PastSpend.objects.filter(span=Span.MONTH))
    for first, found in groupby(sorted(days | months), month_start):
        yield _Month(first, days.intersection(found))


def _days_in(rows: Any) -> set[date]:
    return set(rows.order_by().values_list("day", flat=True).distinct())


def _sum_up(month: _Month, before: date) -> None:
    """Unless somebody else is at it."""
    with _as_of_one_moment():
        if not _is_ours():
            return
        notes = PastSpendChange.objects.filter(
            day__gte=month.first, day__lte=month_end(month.first), day__lt=before
        )
        _write(Span.DAY, {*month.days, *_days_in(notes)})
        if month.first < month_start(before):
            _write(Span.MONTH, {month.first})
        # Those alone that were there at that moment
        notes.delete()


def _is_ours() -> bool:
    """Locks the one row that says what the sums are of; False where another has it."""
    return bool(list(SpendZone.objects.select_for_update(skip_locked=True, no_key=True)))


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
