"""Reads the few sums of months that are over, instead of the thousands of their groups."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from generations.models import PastMonthSpend
from generations.selectors.costs.scope import NO_PROJECT, Scope
from generations.selectors.costs.sums import Sums

Of = PastMonthSpend.Of


def past_sums(scope: Scope) -> Iterator[tuple[str, str, Sums]]:
    """Of all such months together, by each person, model, project and code."""
    rows = scope.past().values_list("of", "key").order_by()
    sums = {f"sum_of_{name}": Sum(name) for name in PastMonthSpend.MEASURES}
    for of, key, *measures in rows.annotate(**sums):
        yield of, project_key(key) if of == Of.PROJECT else key, Sums(*measures)


def past_spent(scope: Scope, by: str) -> Iterator[tuple[date, str, Decimal]]:
    """What was spent in each such month, by each person, model or project."""
    rows = scope.past().filter(of=by).values_list("month", "key", "spent")
    for month, key, spent in rows:
        yield month, project_key(key) if by == Of.PROJECT else key, spent


def past_outcomes(scope: Scope) -> Iterator[tuple[date, Decimal, Decimal]]:
    """What was spent in each such month, and how much of it for nothing."""
    rows = scope.past().filter(of=Of.PERSON).values_list("month").order_by()
    yield from rows.annotate(Sum("spent"), Sum("nothing"))


def project_key(key: str | None) -> str:
    """SQLite writes ids without their dashes."""
    return str(UUID(key)) if key else NO_PROJECT
