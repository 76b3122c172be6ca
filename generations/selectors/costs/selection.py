"""The generations behind a number: which ones, and each one's share of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Max, Q, QuerySet, Sum

from generations.models import LedgerEntry
from generations.models.fields import MICRO_DOLLAR
from generations.selectors.costs.collections import items_of
from generations.selectors.costs.scope import Scope
from generations.selectors.costs.sums import (
    UNCONFIRMED,
    UNDER_WAY,
    State,
    open_calls,
    unpriced_attempts,
)
from generations.services.spend.days import month_end, team_day

Kind = LedgerEntry.Kind
PICTURES, NOTHING = "pictures", "nothing"
OPEN: Mapping[str, State] = {"unconfirmed": UNCONFIRMED, "under-way": UNDER_WAY}
UNPRICED = "unpriced"


@dataclass(frozen=True)
class Selection:
    """`outcome` is empty, one of the words above, or a code; a collection has no outcomes.

    "unconfirmed:" with a code is what is unconfirmed for this reason.
    """

    scope: Scope
    outcome: str = ""
    collection: UUID | None = None

    @property
    def state(self) -> str:
        """The outcome without the reason that it may have."""
        return self.outcome.partition(":")[0]

    @property
    def reason(self) -> str:
        return self.outcome.partition(":")[2]

    @property
    def has_pictures(self) -> bool:
        return self.outcome in ("", PICTURES, UNPRICED)


@dataclass(frozen=True)
class Share:
    """What a generation has to do with a number on one day (USD; None is unknown).

    `mark` puts the shares of a day in order, latest first.
    """

    day: date
    mark: int
    generation: UUID
    amount: Decimal | None

    @property
    def place(self) -> tuple[date, int, str]:
        return self.day, self.mark, str(self.generation)


def shares(selection: Selection, *, until: date) -> Iterator[Share]:
    """The latest first, from a day on backward; a day at a time, so that it may be left off."""
    if selection.collection:
        yield from _latest_first(_of_collection(selection), until)
    elif state := OPEN.get(selection.state):
        yield from _latest_first(_of_open(selection, state), until)
    elif selection.outcome == UNPRICED:
        yield from _latest_first(_of_unpriced(selection.scope), until)
    else:
        for day in _days(selection, until):
            yield from _latest_first(_of_day(selection, day), until)


def _days(selection: Selection, until: date) -> Iterator[date]:
    """The days on which anything was booked, or is known to be unknown; month by month."""
    scope = selection.scope.of_days(selection.scope.first, until)
    booked = of_code(selection) & Q(lines__gt=0)
    unpriced = _unpriced_days(scope) if selection.has_pictures else set()
    months = set(scope.months().filter(booked).values_list("day", flat=True).distinct())
    for month in sorted(months | {day.replace(day=1) for day in unpriced}, reverse=True):
        of_month = scope.days().filter(booked, day__gte=month, day__lte=month_end(month))
        days = set(of_month.values_list("day", flat=True).distinct())
        days |= {day for day in unpriced if day.replace(day=1) == month}
        yield from sorted(days, reverse=True)


def _unpriced_days(scope: Scope) -> set[date]:
    moments = unpriced_attempts(scope).values_list("finished_at", flat=True)
    return {team_day(moment) for moment in moments if moment}


def of_code(selection: Selection) -> Q:
    """Which sums an outcome means."""
    if selection.outcome == "":
        return Q()
    if selection.outcome == PICTURES:
        return Q(code="")
    return ~Q(code="") if selection.outcome == NOTHING else Q(code=selection.outcome)


def _of_day(selection: Selection, day: date) -> Iterator[Share]:
    scope = selection.scope.of_days(day, day)
    booked = {
        generation: (_exact(amount), mark)
        for generation, amount, mark in _booked(selection, scope)
        .values_list("attempt__generation")
        .annotate(Sum("amount"), Max("pk"))
    }
    for generation, (amount, mark) in booked.items():
        yield Share(day, mark, generation, amount)
    if selection.has_pictures:
        for share in _of_unpriced(scope):
            if share.generation not in booked:
                yield share


def _booked(selection: Selection, scope: Scope) -> QuerySet[LedgerEntry]:
    lines = LedgerEntry.objects.filter(
        kind__in=(Kind.CHARGE, Kind.ADJUSTMENT),
        spend_group__in=scope.groups().values("pk"),
        **scope.moments("created_at"),
    ).order_by()
    if selection.outcome == "":
        return lines
    has_picture = Q(attempt__picture_count__gt=0) | Q(attempt__code="")
    if selection.outcome == PICTURES:
        return lines.filter(has_picture)
    lines = lines.exclude(has_picture)
    return lines if selection.outcome == NOTHING else lines.filter(attempt__code=selection.outcome)


def _of_open(selection: Selection, state: State) -> Iterator[Share]:
    found: dict[tuple[date, UUID], tuple[int, Decimal | None]] = {}
    for call in open_calls(selection.scope, state):
        if selection.reason not in ("", call.code):
            continue
        mark, amount = found.get((call.day, call.generation), (0, None))
        held = amount if call.held is None else (amount or Decimal(0)) + call.held
        found[call.day, call.generation] = max(mark, call.line), held
    for (day, generation), (mark, held) in found.items():
        yield Share(day, mark, generation, held)


def _of_unpriced(scope: Scope) -> Iterator[Share]:
    rows = unpriced_attempts(scope).values_list("generation", "finished_at").distinct()
    for day, generation in {(team_day(moment), pk) for pk, moment in rows if moment}:
        yield Share(day, 0, generation, None)


def _of_collection(selection: Selection) -> Iterator[Share]:
    items = items_of(selection.scope).filter(collection=selection.collection)
    found: dict[tuple[date, UUID], tuple[int, Decimal]] = {}
    for generation, moment, pk, cost in items.values_list(
        "image__generation", "image__created_at", "image", "image__cost"
    ):
        mark, so_far = found.get((team_day(moment), generation), (0, Decimal(0)))
        found[team_day(moment), generation] = max(mark, pk), so_far + (cost or Decimal(0))
    for (day, generation), (mark, amount) in found.items():
        yield Share(day, mark, generation, amount)


def _latest_first(found: Iterable[Share], until: date) -> list[Share]:
    wanted = (share for share in found if share.day <= until)
    return sorted(wanted, key=lambda share: share.place, reverse=True)


def _exact(amount: Decimal) -> Decimal:
    """SQLite adds up floating point numbers."""
    return amount.quantize(MICRO_DOLLAR)
