"""The daily sums as ledger and pictures say that they should be; reads all, writes nothing."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Exists, ExpressionWrapper, Max, Min, OuterRef, Q

from generations.models import DailySpend, Generation, LedgerEntry, MonthlySpend, OutputImage
from generations.models.spend import SpendSums
from generations.services.spend.adding import Key
from generations.services.spend.days import DAY, month_end, month_start, start_of, team_day
from generations.services.spend.prints import LineValues
from generations.services.spend.sums import SET_ASIDE, key_of, measures_of

Measures = dict[str, Any]
Sums = dict[Key, Measures]
CHUNK = 2000


def slices() -> Iterator[tuple[date, date]]:
    """First and last days of every month in which there is a line or a picture, or a sum."""
    first, last = _whole_time()
    first, last = first and month_start(first), last and month_end(last)
    while first and last and first <= last:
        end = min(month_end(first), last)
        yield first, end
        first = end + DAY


def expected_sums(first: date, last: date) -> Sums:
    """What the rows of these days should say."""
    found: Sums = {}
    for line in _lines(first, last):
        if line.spend_group_id is not None:
            code = "" if line.picture_count else line.code
            _add(found, key_of(line, code), measures_of(line, is_call=line.is_call))
    for group, moment, is_kept in _pictures(first, last):
        _add(found, Key(team_day(moment), group), {"delivered": 1, "kept": int(is_kept)})
    return {key: measures for key, measures in found.items() if any(measures.values())}


def kept_sums(table: type[SpendSums], first: date, last: date) -> Sums:
    """What the rows of these days, or of the month that begins with them, do say."""
    rows = table._default_manager.filter(day__gte=first, day__lte=last)
    names = ("day", "group", "code", "is_by_hand", *table.MEASURES)
    found = {
        Key(*row[:4]): dict(zip(table.MEASURES, row[4:], strict=True))
        for row in rows.values_list(*names).iterator(chunk_size=CHUNK)
    }
    return {key: measures for key, measures in found.items() if any(measures.values())}


def expected_generations(within: tuple[UUID, UUID]) -> dict[UUID, Decimal]:
    """What the generations from one id to another have cost (USD), those that have a cost line."""
    lines = LedgerEntry.objects.filter(
        attempt__generation__gte=within[0], attempt__generation__lte=within[1]
    ).exclude(kind__in=SET_ASIDE)
    found: dict[UUID, Decimal] = {}
    for generation, amount in lines.order_by().values_list("attempt__generation", "amount"):
        found[generation] = found.get(generation, Decimal(0)) + amount
    return found


def chunks_of_generations() -> Iterator[tuple[UUID, UUID]]:
    """First and last ids, so many generations at a time."""
    last = None
    while True:
        rows = Generation.objects.order_by("pk")
        if last is not None:
            rows = rows.filter(pk__gt=last)
        if not (chunk := list(rows.values_list("pk", flat=True)[:CHUNK])):
            return
        last = chunk[-1]
        yield chunk[0], last


def _lines(first: date, last: date) -> Iterator[LineValues]:
    """The lines of these days; only values, for there may be millions of them."""
    lines = LedgerEntry.objects.filter(**_within("created_at", first, last)).order_by()
    lines = lines.annotate(is_call=ExpressionWrapper(_is_call(), output_field=BooleanField()))
    names = [*LineValues._fields[:-3], "attempt__code", "attempt__picture_count", "is_call"]
    return map(LineValues._make, lines.values_list(*names).iterator(chunk_size=CHUNK))


def _is_call() -> Q:
    """The first of its attempt's lines that costs: nearly always the charge, which is not asked."""
    costs = LedgerEntry.objects.exclude(kind__in=SET_ASIDE).order_by()
    corrected = costs.exclude(kind=LedgerEntry.Kind.CHARGE).values("attempt")
    before = costs.filter(attempt=OuterRef("attempt"), pk__lt=OuterRef("pk"))
    is_only_charge = Q(kind=LedgerEntry.Kind.CHARGE) & ~Q(attempt__in=corrected)
    return is_only_charge | (~Q(kind__in=SET_ASIDE) & ~Q(Exists(before)))


def _pictures(first: date, last: date) -> Iterator[tuple[int, datetime, bool]]:
    """Group, moment and whether it is in the gallery, of every settled picture of these days."""
    charges = LedgerEntry.objects.filter(attempt=OuterRef("attempt"), kind=LedgerEntry.Kind.CHARGE)
    settled = OutputImage.objects.filter(
        Q(is_in_gallery=True) | Q(trashed_at__isnull=False), attempt__spend_group__isnull=False
    ).order_by()
    moment = "attempt__ledger_entries__created_at"
    charged = settled.filter(
        attempt__ledger_entries__kind=LedgerEntry.Kind.CHARGE, **_within(moment, first, last)
    )
    unknown = settled.filter(~Exists(charges), **_within("created_at", first, last))
    for rows, moment_of in ((charged, moment), (unknown, "created_at")):
        values = rows.values_list("attempt__spend_group", moment_of, "is_in_gallery")
        yield from values.iterator(chunk_size=CHUNK)


def _within(field: str, first: date, last: date) -> dict[str, datetime]:
    return {f"{field}__gte": start_of(first), f"{field}__lt": start_of(last + DAY)}


def _whole_time() -> tuple[date | None, date | None]:
    """From the first day of anything to the last, of sums that should not be there as well."""
    ends: list[datetime | None] = []
    for moments in (LedgerEntry.objects, OutputImage.objects):
        ends += moments.aggregate(first=Min("created_at"), last=Max("created_at")).values()
    days = [team_day(end) for end in ends if end is not None]
    for sums in (DailySpend.objects, MonthlySpend.objects):
        found = sums.aggregate(first=Min("day"), last=Max("day")).values()
        days += [day for day in found if day is not None]
    return (min(days), max(days)) if days else (None, None)


def _add(sums: Sums, key: Key, measures: Measures) -> None:
    row = sums.setdefault(key, dict.fromkeys(DailySpend.MEASURES, 0))
    for name, amount in measures.items():
        row[name] += amount
