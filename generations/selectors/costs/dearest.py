"""The dearest generations: of those submitted in a period, what each cost so far in all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Left

from generations.models import Generation, GenerationSpend
from generations.selectors.costs.scope import Scope

SHOWN = 10
PROMPT_LENGTH = 240
# From the index of days: first the dearest of each, and then of the ten days that have the dearest
# of all their ten, among which the dearest are. A year reads no more than that
BY_DAY = """
    WITH best AS (
        SELECT days.day::date, top.spent
        FROM generate_series(%(first)s::date, %(last)s::date, interval '1 day') AS days(day)
        CROSS JOIN LATERAL (
            SELECT spent FROM generations_generationspend
            WHERE is_demo = %(is_demo)s AND day = days.day::date AND spent > 0
            ORDER BY spent DESC
            LIMIT 1
        ) AS top
        ORDER BY top.spent DESC, days.day DESC
        LIMIT %(shown)s
    )
    SELECT dearest.generation_id
    FROM best CROSS JOIN LATERAL (
        SELECT generation_id, spent FROM generations_generationspend
        WHERE is_demo = %(is_demo)s AND day = best.day AND spent > 0
        ORDER BY spent DESC
        LIMIT %(shown)s
    ) AS dearest
    ORDER BY dearest.spent DESC, best.day DESC, dearest.generation_id
    LIMIT %(shown)s
"""

# Of a long period most of a group's dearest are in it
BY_GROUP = """
    SELECT dearest.generation_id
    FROM unnest(%(groups)s::bigint[]) AS groups(id)
    CROSS JOIN LATERAL (
        SELECT generation_id, spent, day FROM generations_generationspend
        WHERE group_id = groups.id AND spent > 0 AND day BETWEEN %(first)s AND %(last)s
        ORDER BY spent DESC
        LIMIT %(shown)s
    ) AS dearest
    ORDER BY dearest.spent DESC, dearest.day DESC, dearest.generation_id
    LIMIT %(shown)s
"""
LONG_DAYS = 100


@dataclass(frozen=True)
class Dear:
    """A generation and what it cost so far (USD); its prompt is cut off."""

    generation: Generation
    spent: Decimal


def dearest(scope: Scope) -> Sequence[Dear]:
    """The ten dearest, those first."""
    found: Iterable[UUID]
    if connection.vendor == "postgresql" and not scope.is_narrowed:
        found = _found(BY_DAY, scope, is_demo=scope.is_demo)
    elif connection.vendor == "postgresql" and scope.length > LONG_DAYS:
        found = _found(BY_GROUP, scope, groups=list(scope.groups().values_list("pk", flat=True)))
    else:
        found = dearest_first(scope).values_list("pk", flat=True)[:SHOWN]
    return with_generations(found)


def dearest_first(scope: Scope) -> QuerySet[GenerationSpend]:
    """All that cost anything."""
    rows = GenerationSpend.objects.filter(
        is_demo=scope.is_demo, day__gte=scope.first, day__lte=scope.last, spent__gt=0
    )
    if scope.is_narrowed:
        rows = rows.filter(group__in=scope.groups())
    return rows.order_by("-spent", "-day", "pk")


def with_generations(pks: Iterable[UUID]) -> list[Dear]:
    """What they cost and what they were, the dearest first."""
    spent = dict(GenerationSpend.objects.filter(pk__in=list(pks)).values_list("pk", "spent"))
    generations = Generation.objects.filter(pk__in=spent).select_related("requested_by", "project")
    cut = generations.annotate(caption=Left("prompt", PROMPT_LENGTH)).defer("prompt")
    found = [Dear(it, spent[it.pk]) for it in cut]
    return sorted(found, key=lambda dear: (-dear.spent, str(dear.generation.pk)))


def _found(statement: str, scope: Scope, **values: Any) -> list[UUID]:
    values |= {"first": scope.first, "last": scope.last, "shown": SHOWN}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]
