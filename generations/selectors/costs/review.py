"""Everything that a costs page shows of a period."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from generations.models import Budget
from generations.selectors.costs.bars import Bars, bars
from generations.selectors.costs.breakdowns import Row, rows_by
from generations.selectors.costs.collections import are_few, rows_by_collection
from generations.selectors.costs.dearest import Dear, dearest
from generations.selectors.costs.figures import figures
from generations.selectors.costs.forecast import Forecast, forecast
from generations.selectors.costs.scope import NO_PROJECT, Scope
from generations.selectors.costs.sums import Sums, total
from generations.selectors.moment import one_moment
from generations.services.budgets.standing import (
    Standing,
    budgets_in_force,
    standings,
    standings_for,
)
from generations.services.spend.days import month_end


@dataclass(frozen=True)
class Review:
    """`other_money` is that of the same period in demo money, or in real where demo is shown.

    `collections` is None where they are too many to be added up unasked.
    """

    scope: Scope
    total: Sums
    other_money: Sums
    bars: Bars
    people: Sequence[Row]
    models: Sequence[Row]
    projects: Sequence[Row]
    collections: Sequence[Row] | None
    failures: Sequence[Row]
    dearest: Sequence[Dear]
    forecast: Forecast | None
    budgets: Sequence[Standing]

    @property
    def daily_limit(self) -> Decimal | None:
        """What may be spent a day on average, for the line across the bars (USD)."""
        limits = {it.budget.period: it.budget.limit for it in self.budgets if it.budget.limit}
        month = limits.get(Budget.Period.MONTH)
        days = month_end(self.scope.last).day
        return limits.get(Budget.Period.DAY) or (month and month / days)


def review(
    scope: Scope,
    *,
    by: str,
    today: date,
    has_people: bool = True,
    has_collections: bool = False,
) -> Review:
    """As it was at one moment, so that all its figures belong together."""
    with one_moment():
        found = figures(scope)
        other = replace(scope, is_demo=not scope.is_demo)
        return Review(
            scope=scope,
            total=found.total,
            other_money=total(other),
            bars=bars(scope, by, found),
            people=rows_by("person", found) if has_people else [],
            models=rows_by("model", found),
            projects=rows_by("project", found),
            collections=rows_by_collection(scope) if has_collections or are_few() else None,
            failures=rows_by("code", found),
            dearest=dearest(scope),
            forecast=_forecast(scope, today),
            budgets=_budgets(scope, today),
        )


def table_rows(scope: Scope, table: str) -> list[Row]:
    """One of the tables with all its rows."""
    if table == "collection":
        return rows_by_collection(scope)
    with one_moment():
        return rows_by(table, figures(scope))


def period_bars(scope: Scope, by: str) -> Bars:
    with one_moment():
        return bars(scope, by, figures(scope))


def _forecast(scope: Scope, today: date) -> Forecast | None:
    """Only where this month is looked at."""
    is_now = scope.first <= today <= scope.last
    return forecast(scope, today) if is_now else None


def _budgets(scope: Scope, today: date) -> list[Standing]:
    """How those budgets stand that limit what is looked at, in their current periods."""
    if scope.is_demo or scope.model or not scope.first <= today <= scope.last:
        return []
    if scope.person is not None:
        found = standings_for(person_id=scope.person)
        return [it for it in found if it.budget.scope != Budget.Scope.TEAM]
    if scope.project == NO_PROJECT:
        return []
    rows = budgets_in_force().filter(
        **({"project": UUID(scope.project)} if scope.project else {"scope": Budget.Scope.TEAM})
    )
    return standings([(budget, budget.account_of(0)) for budget in rows])
