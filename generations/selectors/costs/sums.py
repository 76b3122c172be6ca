"""Sums of money, calls and pictures, and the calls that are still open."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from generations.models import Attempt, LedgerEntry, PastSpend
from generations.providers.base import Charged
from generations.selectors.costs.scope import Scope
from generations.services.spend.days import team_day
from generations.services.spend.past import NO_PICTURE

ZERO = Decimal(0)
# In the order of the first fields of Sums
MEASURED = {
    "spent_sum": Sum("spent"),
    "nothing_sum": Sum("spent", filter=NO_PICTURE),
    "calls_sum": Sum("calls"),
    "failed_sum": Sum("calls", filter=NO_PICTURE),
    "delivered_sum": Sum("delivered"),
    "kept_sum": Sum("kept"),
}
PAST_MEASURED = {f"{name}_sum": Sum(name) for name in PastSpend.MEASURES}
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
    and for calls under way; nothing was set aside for the `unconfirmed_unpriced` among them, whose
    price is not known. `unpriced` calls were charged, and nobody knows how much.
    """

    spent: Decimal = ZERO
    nothing: Decimal = ZERO
    calls: int = 0
    failed: int = 0
    delivered: int = 0
    kept: int = 0
    unconfirmed: Decimal = ZERO
    unconfirmed_calls: int = 0
    unconfirmed_unpriced: int = 0
    held: Decimal = ZERO
    held_calls: int = 0
    unpriced: int = 0

    def add(self, other: "Sums") -> None:
        """Written out: a page adds up thousands."""
        self.spent += other.spent
        self.nothing += other.nothing
        self.calls += other.calls
        self.failed += other.failed
        self.delivered += other.delivered
        self.kept += other.kept
        self.unconfirmed += other.unconfirmed
        self.unconfirmed_calls += other.unconfirmed_calls
        self.unconfirmed_unpriced += other.unconfirmed_unpriced
        self.held += other.held
        self.held_calls += other.held_calls
        self.unpriced += other.unpriced

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


class OpenCall(NamedTuple):
    """A call that is open, on the day of its hold (USD; None where nothing could be set aside)."""

    generation: UUID
    group: int
    code: str
    day: date
    line: int
    held: Decimal | None


def total(scope: Scope, condition: Q = Q()) -> Sums:  # noqa: B008  (never changed)
    """What was booked, and what it brought; without what is open."""
    found = Sums()
    if not scope.groups().exists():
        return found
    # A condition asks for more than the sums of the past tell
    past, rest = (None, scope.pieces()) if condition else scope.parts
    if past is not None:
        people = past.filter(of=PastSpend.Of.PERSON)
        found.add(_measured(people.aggregate(**PAST_MEASURED).values()))
    for piece in rest:
        found.add(_measured(piece.filter(condition).aggregate(**MEASURED).values()))
    return found


def _measured(amounts: Iterable[Any]) -> Sums:
    spent, nothing, *counts = amounts
    calls, failed, delivered, kept = (count or 0 for count in counts)
    return Sums(spent or ZERO, nothing or ZERO, calls, failed, delivered, kept)


def open_calls(scope: Scope, state: State) -> list[OpenCall]:
    """Those whose money was set aside in the period, or would have been.

    There are few of them at any time: they are read from their index, whatever the period.
    """
    names = ("pk", "generation", "spend_group", "code", "created_at")
    rows = list(Attempt.objects.filter(**state).order_by().values_list(*names))
    groups = scope.groups().filter(pk__in={row[2] for row in rows})
    wanted = set(groups.values_list("pk", flat=True))
    found = [row for row in rows if row[2] in wanted]
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
