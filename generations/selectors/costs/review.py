"""Everything that a costs page shows of a period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from generations.selectors.costs.bars import Bars, bars
from generations.selectors.costs.breakdowns import Row, groups_of, rows_by, rows_by_code
from generations.selectors.costs.collections import rows_by_collection
from generations.selectors.costs.dearest import Dear, dearest
from generations.selectors.costs.forecast import Forecast, forecast
from generations.selectors.costs.scope import Scope
from generations.selectors.costs.sums import Sums, figures, total
from generations.selectors.moment import one_moment


@dataclass(frozen=True)
class Review:
    """`other_money` is that of the same period in demo money, or in real where demo is shown."""

    scope: Scope
    total: Sums
    other_money: Sums
    bars: Bars
    people: Sequence[Row]
    models: Sequence[Row]
    projects: Sequence[Row]
    collections: Sequence[Row]
    failures: Sequence[Row]
    dearest: Sequence[Dear]
    forecast: Forecast | None


def review(scope: Scope, *, by: str, today: date, has_people: bool = True) -> Review:
    """As it was at one moment, so that all its figures belong together."""
    with one_moment():
        found = figures(scope)
        groups = groups_of(group for group, _code in found.rows)
        other = Scope(**{**vars(scope), "is_demo": not scope.is_demo})
        return Review(
            scope=scope,
            total=found.total,
            other_money=total(other),
            bars=bars(scope, by, found),
            people=rows_by("person", found, groups) if has_people else [],
            models=rows_by("model", found, groups),
            projects=rows_by("project", found, groups),
            collections=rows_by_collection(scope),
            failures=rows_by_code(found),
            dearest=dearest(scope),
            forecast=_forecast(scope, today),
        )


def table_rows(scope: Scope, table: str) -> list[Row]:
    """One of the tables with all its rows."""
    if table == "collection":
        return rows_by_collection(scope)
    with one_moment():
        found = figures(scope)
        if table == "code":
            return rows_by_code(found)
        return rows_by(table, found, groups_of(group for group, _code in found.rows))


def period_bars(scope: Scope, by: str) -> Bars:
    with one_moment():
        return bars(scope, by, figures(scope))


def _forecast(scope: Scope, today: date) -> Forecast | None:
    """Only where this month is looked at."""
    is_now = scope.first <= today <= scope.last
    return forecast(scope, today) if is_now else None
