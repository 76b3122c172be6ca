"""The figures of a period, by group and by code; everything on a costs page is made of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from generations.models import Attempt, LedgerEntry
from generations.providers.base import Charged
from generations.selectors.costs.scope import Scope
from generations.services.spend.days import team_day

ZERO = Decimal(0)
NO_PICTURE = ~Q(code="")
NAMED = ("spent", "nothing", "calls", "failed", "delivered", "kept")
MEASURED = {
    "spent_sum": Sum("spent"),
    "nothing_sum": Sum("spent", filter=NO_PICTURE),
    "calls_sum": Sum("calls"),
    "failed_sum": Sum("calls", filter=NO_PICTURE),
    "delivered_sum": Sum("delivered"),
    "kept_sum": Sum("kept"),
}
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
    """The sums of a period by group, and by code of what brought no picture."""

    by_group: dict[int, Sums] = field(default_factory=lambda: defaultdict(Sums))
    by_code: dict[str, Sums] = field(default_factory=lambda: defaultdict(Sums))
    # Unconfirmed money by day, for the bars
    unconfirmed: dict[date, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    @cached_property
    def total(self) -> Sums:
        return added((0, sums) for sums in self.by_group.values()).get(0, Sums())


def figures(scope: Scope) -> Figures:
    found = Figures()
    for piece in scope.pieces():
        _add_groups(found, piece)
        _add_codes(found, piece)
    _add_unconfirmed(found, scope)
    _add_under_way(found, scope)
    _add_unpriced(found, scope)
    return Figures(_not_empty(found.by_group), _not_empty(found.by_code), found.unconfirmed)


def total(scope: Scope, condition: Q = Q()) -> Sums:  # noqa: B008  (never changed)
    """What was booked, and what it brought; without what is open."""
    found = Sums()
    for piece in scope.pieces() if scope.groups().exists() else ():
        found.add(_measured(piece.filter(condition).aggregate(**MEASURED).values()))
    return found


def _not_empty(rows: dict[Any, Sums]) -> dict[Any, Sums]:
    """Without who only had calls that were free."""
    return {key: sums for key, sums in rows.items() if not sums.is_empty}


def _measured(amounts: Iterable[Any]) -> Sums:
    known = zip(NAMED, amounts, strict=True)
    return Sums(**{name: amount for name, amount in known if amount})


def _add_groups(found: Figures, piece: QuerySet[Any]) -> None:
    rows = piece.values_list("group").order_by().annotate(**MEASURED)
    for group, *amounts in rows:
        found.by_group[group].add(_measured(amounts))


def _add_codes(found: Figures, piece: QuerySet[Any]) -> None:
    rows = piece.exclude(code="").values_list("code").order_by()
    for code, spent, calls in rows.annotate(Sum("spent"), Sum("calls")):
        found.by_code[code].add(Sums(spent=spent, nothing=spent, calls=calls, failed=calls))


def _add_unconfirmed(found: Figures, scope: Scope) -> None:
    for call in open_calls(scope, UNCONFIRMED):
        held = call.held or ZERO
        for row in (found.by_group[call.group], found.by_code[call.code]):
            row.unconfirmed_calls += 1
            row.unconfirmed += held
        found.unconfirmed[call.day] += held


def _add_under_way(found: Figures, scope: Scope) -> None:
    for call in open_calls(scope, UNDER_WAY):
        found.by_group[call.group].held_calls += 1
        found.by_group[call.group].held += call.held or ZERO


def _add_unpriced(found: Figures, scope: Scope) -> None:
    counts = unpriced_attempts(scope).values_list("spend_group").order_by()
    for group, count in counts.annotate(Count("pk")):
        found.by_group[group].unpriced += count


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
