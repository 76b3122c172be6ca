"""The figures of a period, by group and by code; everything on a costs page is made of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from generations.models import Attempt, LedgerEntry
from generations.providers.base import Charged
from generations.selectors.costs.scope import Scope
from generations.services.spend.days import team_day

ZERO = Decimal(0)
MEASURES = ("spent", "calls", "delivered", "kept")
Status = Attempt.Status
# What is open at this moment: nobody knows, or nobody can know yet
UNCONFIRMED = {"attempt__status": Status.UNCONFIRMED, "attempt__charged": Charged.UNKNOWN}
UNDER_WAY = {"attempt__status__in": Attempt.UNFINISHED, "attempt__charged": ""}


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

    def __add__(self, other: "Sums") -> "Sums":
        names = self.__dataclass_fields__
        return Sums(**{name: getattr(self, name) + getattr(other, name) for name in names})

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


@dataclass
class Figures:
    """The sums of a period, each under its group's id and its code."""

    rows: Mapping[tuple[int, str], Sums]
    # Unconfirmed money by day, for the bars
    unconfirmed: Mapping[date, Decimal] = field(default_factory=dict)

    @property
    def total(self) -> Sums:
        return _sum(self.rows.values())

    def by_group(self) -> dict[int, Sums]:
        found: dict[int, Sums] = {}
        for (group, _code), sums in self.rows.items():
            found[group] = found.get(group, Sums()) + sums
        return found

    def by_code(self) -> dict[str, Sums]:
        """Only what brought no picture."""
        found: dict[str, Sums] = {}
        for (_group, code), sums in self.rows.items():
            if code:
                found[code] = found.get(code, Sums()) + sums
        return found


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
    return _sum(found.values())


def _add_booked(rows: dict[tuple[int, str], Sums], scope: Scope) -> None:
    values = scope.days().values_list("group", "code").order_by()
    for group, code, spent, calls, delivered, kept in values.annotate(
        *[Sum(name) for name in MEASURES]
    ):
        row = rows[group, code]
        row.spent, row.calls, row.delivered, row.kept = spent, calls, delivered, kept
        if code:
            row.nothing, row.failed = spent, calls


def _add_unconfirmed(rows: dict[tuple[int, str], Sums], scope: Scope) -> dict[date, Decimal]:
    """Also the calls for which nothing could be set aside, their price being unknown."""
    by_day: dict[date, Decimal] = defaultdict(Decimal)
    lines = open_lines(scope, UNCONFIRMED)
    for group, code, moment, amount in lines.values_list(
        "spend_group", "attempt__code", "created_at", "amount"
    ):
        rows[group, code].unconfirmed += amount
        rows[group, code].unconfirmed_calls += 1
        by_day[team_day(moment)] += amount
    unheld = unheld_attempts(scope, UNCONFIRMED)
    for group, code in unheld.values_list("spend_group", "code"):
        rows[group, code].unconfirmed_calls += 1
    return by_day


def _add_under_way(rows: dict[tuple[int, str], Sums], scope: Scope) -> None:
    for group, amount in open_lines(scope, UNDER_WAY).values_list("spend_group", "amount"):
        rows[group, ""].held += amount
        rows[group, ""].held_calls += 1
    for (group,) in unheld_attempts(scope, UNDER_WAY).values_list("spend_group"):
        rows[group, ""].held_calls += 1


def _add_unpriced(rows: dict[tuple[int, str], Sums], scope: Scope) -> None:
    counts = unpriced_attempts(scope).values_list("spend_group").order_by()
    for group, count in counts.annotate(Count("pk")):
        rows[group, ""].unpriced += count


def open_lines(scope: Scope, state: Mapping[str, object]) -> QuerySet[LedgerEntry]:
    """The holds of the period that are open, by the states above."""
    return LedgerEntry.objects.filter(
        kind=LedgerEntry.Kind.HOLD,
        spend_group__in=scope.groups().values("pk"),
        **scope.moments("created_at"),
        **state,
    ).order_by()


def unheld_attempts(scope: Scope, state: Mapping[str, object]) -> QuerySet[Attempt]:
    """The open attempts of the period without a hold."""
    own = {name.removeprefix("attempt__"): value for name, value in state.items()}
    return Attempt.objects.filter(
        estimate=None,
        spend_group__in=scope.groups().values("pk"),
        **scope.moments("created_at"),
        **own,
    ).order_by()


def unpriced_attempts(scope: Scope) -> QuerySet[Attempt]:
    """The calls that ended in the period, were charged, and nobody knows how much."""
    return Attempt.objects.filter(
        charged=Charged.YES,
        cost=None,
        spend_group__in=scope.groups().values("pk"),
        **scope.moments("finished_at"),
    ).order_by()


def _sum(rows: Iterable[Sums]) -> Sums:
    found = Sums()
    for row in rows:
        found = found + row
    return found
