"""Reads the few sums of days and months that are over."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet, Sum

from generations.models import PastSpend
from generations.selectors.costs.scope import NO_PROJECT
from generations.selectors.costs.sums import Sums

Of = PastSpend.Of


def past_sums(past: QuerySet[PastSpend]) -> Iterator[tuple[str, str, Sums]]:
    """Of all the time together, by each person, model, project and code."""
    rows = past.values_list("of", "key").order_by()
    sums = {f"sum_of_{name}": Sum(name) for name in PastSpend.MEASURES}
    for of, key, *measures in rows.annotate(**sums):
        yield of, project_key(key) if of == Of.PROJECT else key, Sums(*measures)


def past_spent(past: QuerySet[PastSpend], by: str) -> Iterator[tuple[date, str, Decimal]]:
    """What was spent on each day or in each month, by each person, model or project."""
    rows = past.filter(of=by).values_list("day", "key", "spent")
    for day, key, spent in rows:
        yield day, project_key(key) if by == Of.PROJECT else key, spent


def past_outcomes(past: QuerySet[PastSpend]) -> Iterator[tuple[date, Decimal, Decimal]]:
    """What was spent on each day or in each month, and how much of it for nothing."""
    rows = past.filter(of=Of.PERSON).values_list("day").order_by()
    yield from rows.annotate(Sum("spent"), Sum("nothing"))


def project_key(key: str | None) -> str:
    """SQLite writes ids without their dashes."""
    return str(UUID(key)) if key else NO_PROJECT
