"""Months as a bookkeeper sees them: which are closed, and one as a statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from generations.models import ClosedMonth, LedgerEntry, MonthlySpend, UsageImport
from generations.models.fields import MICRO_DOLLAR
from generations.selectors.costs.breakdowns import Row, rows_by
from generations.selectors.costs.figures import figures
from generations.selectors.costs.scope import Scope
from generations.selectors.costs.sums import Sums
from generations.selectors.moment import one_moment
from generations.services.months import is_over, next_month
from generations.services.spend.days import DAY, month_start

MOST = 120


@dataclass(frozen=True)
class Month:
    """One line of the list; `spent` in USD, without demo."""

    first_day: date
    spent: Decimal
    closed: ClosedMonth | None

    @property
    def may_be_closed(self) -> bool:
        return self.closed is None and is_over(self.first_day)


@dataclass(frozen=True)
class Late:
    """What was booked in a month about an earlier one that was closed by then (USD)."""

    about: date
    lines: int
    amount: Decimal


@dataclass(frozen=True)
class Statement:
    """A month on one page; `late` counts in `total` already."""

    month: Month
    total: Sums
    projects: Sequence[Row]
    people: Sequence[Row]
    models: Sequence[Row]
    late: Sequence[Late]
    imports: Sequence[UsageImport]

    @property
    def last_day(self) -> date:
        return next_month(self.month.first_day) - DAY


def months(today: date) -> list[Month]:
    """Every month from the first with a line to this one, the newest first."""
    spent = _spent_by_month()
    closed = {one.first_day: one for one in ClosedMonth.objects.select_related("closed_by")}
    found = []
    month = min([*spent, month_start(today)])
    while month <= month_start(today):
        found.append(Month(month, spent.get(month, Decimal(0)), closed.get(month)))
        month = next_month(month)
    return found[::-1][:MOST]


def statement(first_day: date) -> Statement:
    """As the month is at this moment."""
    scope = Scope(first=first_day, last=next_month(first_day) - DAY)
    closed = ClosedMonth.objects.select_related("closed_by").filter(first_day=first_day).first()
    with one_moment():
        found = figures(scope)
        return Statement(
            month=Month(first_day, found.total.spent, closed),
            total=found.total,
            projects=rows_by("project", found),
            people=rows_by("person", found),
            models=rows_by("model", found),
            late=_late(scope),
            imports=list(_imports(scope)),
        )


def _spent_by_month() -> dict[date, Decimal]:
    """Only months that have a sum."""
    rows = MonthlySpend.objects.filter(group__is_demo=False).order_by()
    return dict(rows.values_list("day").annotate(Sum("spent")))


def _late(scope: Scope) -> list[Late]:
    lines = LedgerEntry.objects.filter(
        late_for__isnull=False,
        is_demo=False,
        kind__in=(LedgerEntry.Kind.CHARGE, LedgerEntry.Kind.ADJUSTMENT),
        **scope.moments("created_at"),
    ).order_by()
    rows = lines.values_list("late_for").annotate(Count("pk"), Sum("amount"))
    # SQLite adds up floating point numbers
    return [
        Late(about, count, amount.quantize(MICRO_DOLLAR)) for about, count, amount in sorted(rows)
    ]


def _imports(scope: Scope) -> QuerySet[UsageImport]:
    """The providers' records of those days, with how much of them is not booked."""
    found = UsageImport.objects.filter(
        read_at__isnull=False,
        last_at__gte=scope.moments("at")["at__gte"],
        first_at__lt=scope.moments("at")["at__lt"],
    )
    return found.order_by("provider", "first_at")
