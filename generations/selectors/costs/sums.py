"""The figures of a period, by group and by code; everything on a costs page is made of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, QuerySet, Sum

from generations.models import Attempt, LedgerEntry
from generations.providers.base import Charged
from generations.selectors.costs.scope import Scope
from generations.services.spend.days import team_day

ZERO = Decimal(0)
MEASURES = ("spent", "calls", "delivered", "kept")
Status = Attempt.Status
# What is open at this moment: nobody knows, or nobody can know yet
State = Mapping[str, object]
UNCONFIRMED: State = {"status": Status.UNCONFIRMED, "charged": Charged.UNKNOWN}
UNDER_WAY: State = {"finished_at": None, "charged": ""}


@dataclass
class Sums:
    """What was spent (USD), on how many charged calls, and what it brought.

    `nothing` of `spent` went for `failed` of the `calls`, which brought no picture. `unconfirmed`
    and `held` are not in it: set aside for calls of which nobody knows whether they were charged,
    and for calls under way. `unpriced` calls were charged, and nobody knows how much.
    """

    spent: Decimal = ZERO
    nothing: Decimal = ZERO
    calls: int = 0
    failed: int = 0
    delivered: int = 0
    kept: int = 0
    unconfirmed: Decimal = ZERO
    unconfirmed_calls: int = 0
    held: Decimal = ZERO
    held_calls: int = 0
    unpriced: int = 0

    def add(self, other: "Sums") -> None:
        for name in NAMES:
            if amount := getattr(other, name):
                setattr(self, name, getattr(self, name) + amount)

    @property
    def is_empty(self) -> bool:
        return self == Sums()

    @property
    def for_pictures(self) -> Decimal:
        return self.spent - self.nothing

    @property
    def each(self) -> Decimal | None:
        """The true cost of a delivered picture, with what the failed calls cost."""
        return self.spent / self.delivered if self.delivered else None

    @property
    def each_call(self) -> Decimal | None:
        return self.spent / self.calls if self.calls else None

    @property
    def each_kept(self) -> Decimal | None:
        return self.spent / self.kept if self.kept else None


NAMES = tuple(Sums.__dataclass_fields__)


class OpenCall(NamedTuple):
    """A call that is open, on the day of its hold (USD; None where nothing could be set aside)."""

    generation: UUID
    group: int
    code: str
    day: date
    line: int
    held: Decimal | None


@dataclass
class Figures:
    """The sums of a period, each under its group's id and its code."""

    rows: Mapping[tuple[int, str], Sums]
    # Unconfirmed money by day, for the bars
    unconfirmed: Mapping[date, Decimal] = field(default_factory=dict)

    @cached_property
    def total(self) -> Sums:
        return added((0, sums) for sums in self.by_group.values()).get(0, Sums())

    @cached_property
    def by_group(self) -> dict[int, Sums]:
        return added((group, sums) for (group, _code), sums in self.rows.items())

    @cached_property
    def by_code(self) -> dict[str, Sums]:
        """Only what brought no picture."""
        return added((code, sums) for (_group, code), sums in self.rows.items() if code)


def figures(scope: Scope) -> Figures:
    rows: dict[tuple[int, str], Sums] = defaultdict(Sums)
    _add_booked(rows, scope)
    unconfirmed = _add_unconfirmed(rows, scope)
    _add_under_way(rows, scope)
    _add_unpriced(rows, scope)
    return Figures({key: it for key, it in rows.items() if not it.is_empty}, unconfirmed)


def total(scope: Scope) -> Sums:
    """What was booked, and what it brought; without what is open."""
    found: dict[tuple[int, str], Sums] = defaultdict(Sums)
    _add_booked(found, scope)
    return added((0, sums) for sums in found.values()).get(0, Sums())


def _add_booked(rows: dict[tuple[int, str], Sums], scope: Scope) -> None:
    for piece in scope.pieces():
        values = piece.values_list("group", "code").order_by()
        for group, code, *amounts in values.annotate(*[Sum(name) for name in MEASURES]):
            spent, calls, delivered, kept = amounts
            found = Sums(spent=spent, calls=calls, delivered=delivered, kept=kept)
            if code:
                found.nothing, found.failed = spent, calls
            rows[group, code].add(found)


def _add_unconfirmed(rows: dict[tuple[int, str], Sums], scope: Scope) -> dict[date, Decimal]:
    by_day: dict[date, Decimal] = defaultdict(Decimal)
    for call in open_calls(scope, UNCONFIRMED):
        row = rows[call.group, call.code]
        row.unconfirmed_calls += 1
        row.unconfirmed += call.held or ZERO
        by_day[call.day] += call.held or ZERO
    return by_day


def _add_under_way(rows: dict[tuple[int, str], Sums], scope: Scope) -> None:
    for call in open_calls(scope, UNDER_WAY):
        rows[call.group, ""].held_calls += 1
        rows[call.group, ""].held += call.held or ZERO


def _add_unpriced(rows: dict[tuple[int, str], Sums], scope: Scope) -> None:
    counts = unpriced_attempts(scope).values_list("spend_group").order_by()
    for group, count in counts.annotate(Count("pk")):
        rows[group, ""].unpriced += count


def open_calls(scope: Scope, state: State) -> list[OpenCall]:
    """Those whose money was set aside in the period, or would have been.

    There are few of them at any time: they are read from their index, whatever the period.
    """
    groups = set(scope.groups().values_list("pk", flat=True))
    attempts = Attempt.objects.filter(**state).order_by()
    names = ("pk", "generation", "spend_group", "code", "created_at")
    found = [row for row in attempts.values_list(*names) if row[2] in groups]
    holds = LedgerEntry.objects.filter(
        kind=LedgerEntry.Kind.HOLD, attempt__in=[row[0] for row in found]
    )
    held = {
        attempt: (pk, moment, amount)
        for attempt, pk, moment, amount in holds.order_by().values_list(
            "attempt", "pk", "created_at", "amount"
        )
    }
    calls = []
    for attempt, generation, group, code, created_at in found:
        line, moment, amount = held.get(attempt, (0, created_at, None))
        day = team_day(moment)
        if scope.first <= day <= scope.last:
            calls.append(OpenCall(generation, group, code, day, line, amount))
    return calls


def unpriced_attempts(scope: Scope) -> QuerySet[Attempt]:
    """The calls that ended in the period, were charged, and nobody knows how much."""
    return Attempt.objects.filter(
        charged=Charged.YES,
        cost=None,
        spend_group__in=scope.groups().values("pk"),
        **scope.moments("finished_at"),
    ).order_by()


def added(rows: Iterable[tuple[Any, Sums]]) -> dict[Any, Sums]:
    """The sums of the rows with the same key."""
    found: dict[Any, Sums] = {}
    for key, sums in rows:
        found.setdefault(key, Sums()).add(sums)
    return found
