"""The figures of a period by person, model, project and reason; a costs page is made of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import chain
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet

from generations.models import SpendGroup
from generations.selectors.costs.past import past_sums, project_key
from generations.selectors.costs.scope import NO_PROJECT, Scope
from generations.selectors.costs.sums import (
    UNCONFIRMED,
    UNDER_WAY,
    ZERO,
    OpenCall,
    Sums,
    open_calls,
    unpriced_attempts,
)

PERSON, MODEL, PROJECT, CODE = "person", "model", "project", "code"
BOOKED = ("spent", "calls", "delivered", "kept")
Keys = Mapping[str, str]

# There may be tens of thousands of rows: they are added up for each group, of which there are few,
# and only the sums of groups are added up by three
STATEMENT = """
    WITH found (spend_group, code, spent, calls, delivered, kept) AS NOT MATERIALIZED ({found}),
    named AS MATERIALIZED (
        SELECT {sums}, CAST(person_id AS text) AS person, provider || '/' || model AS model,
            CAST(project_id AS text) AS project
        FROM (
            SELECT spend_group, {summed} FROM found GROUP BY spend_group
        ) AS grouped JOIN generations_spendgroup AS groups ON groups.id = spend_group
    )
    {parts}
    UNION ALL SELECT 'code', code, SUM(spent), SUM(spent), SUM(calls), SUM(calls), 0, 0
    FROM found WHERE code <> '' GROUP BY code
"""
MEASURES = {
    "spent": "spent",
    "for_nothing": "CASE WHEN code <> '' THEN spent ELSE 0 END",
    "calls": "calls",
    "failed": "CASE WHEN code <> '' THEN calls ELSE 0 END",
    "delivered": "delivered",
    "kept": "kept",
}
PART = "SELECT '{of}', {of}, {sums} FROM named GROUP BY {of}"


@dataclass
class Figures:
    """The sums of a period: `by` person, model, project and, of what brought no picture, code."""

    by: dict[str, dict[str, Sums]] = field(default_factory=lambda: defaultdict(dict))
    # Unconfirmed money by day, for the bars
    unconfirmed: dict[date, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    @cached_property
    def total(self) -> Sums:
        found = Sums()
        for sums in self.by[PERSON].values():
            found.add(sums)
        return found

    def row(self, of: str, key: str) -> Sums:
        return self.by[of].setdefault(key, Sums())


def figures(scope: Scope) -> Figures:
    found = Figures()
    past, rest = scope.parts
    for of, key, sums in chain(past_sums(past), _booked(rest)):
        found.row(of, key).add(sums)
    _add_open(found, scope)
    # Without who only had calls that were free
    for of, rows in found.by.items():
        found.by[of] = {key: sums for key, sums in rows.items() if not sums.is_empty}
    return found


def _booked(pieces: Sequence[QuerySet[Any]]) -> Iterator[tuple[str, str, Sums]]:
    """What was booked, by each of the four at once."""
    if not pieces:
        return
    rows = [it.values_list("group", "code", *BOOKED).order_by().query for it in pieces]
    parts = [it.sql_with_params() for it in rows]
    values = [value for _sql, some in parts for value in some]
    with connection.cursor() as cursor:
        cursor.execute(_statement(" UNION ALL ".join(sql for sql, _some in parts)), values)
        found = cursor.fetchall()
    for of, key, spent, nothing, calls, failed, delivered, kept in found:
        counts = int(calls), int(failed), int(delivered), int(kept)
        sums = Sums(_dollars(spent), _dollars(nothing), *counts)
        yield of, project_key(key) if of == PROJECT else key, sums


def _statement(found: str) -> str:
    of_named = ", ".join(f"SUM({name})" for name in MEASURES)
    return STATEMENT.format(
        found=found,
        sums=", ".join(MEASURES),
        summed=", ".join(f"CAST(SUM({sql}) AS bigint) AS {it}" for it, sql in MEASURES.items()),
        parts=" UNION ALL ".join(
            PART.format(of=of, sums=of_named) for of in (PERSON, MODEL, PROJECT)
        ),
    )


def _dollars(micro_dollars: Any) -> Decimal:
    return Decimal(int(micro_dollars)).scaleb(-6)


def _add_open(found: Figures, scope: Scope) -> None:
    """What is set aside, and what nobody knows the price of: of few calls at any time."""
    unconfirmed = open_calls(scope, UNCONFIRMED)
    under_way = open_calls(scope, UNDER_WAY)
    unpriced = dict(unpriced_attempts(scope).values_list("spend_group").annotate(Count("pk")))
    keys = _keys_of({*unpriced, *(call.group for call in unconfirmed + under_way)})
    for call in unconfirmed:
        _add_unconfirmed(found, call, keys[call.group])
    for call in under_way:
        for of, key in keys[call.group].items():
            row = found.row(of, key)
            row.held_calls += 1
            row.held += call.held or ZERO
    for group, count in unpriced.items():
        for of, key in keys[group].items():
            found.row(of, key).unpriced += count


def _add_unconfirmed(found: Figures, call: OpenCall, keys: Keys) -> None:
    held = call.held or ZERO
    for of, key in {**keys, CODE: call.code}.items():
        row = found.row(of, key)
        row.unconfirmed_calls += 1
        row.unconfirmed_unpriced += call.held is None
        row.unconfirmed += held
    found.unconfirmed[call.day] += held


def _keys_of(groups: Iterable[int]) -> Mapping[int, Keys]:
    """Whose, with what and for what a group's calls are."""
    rows = SpendGroup.objects.filter(pk__in=groups).values_list(
        "pk", "person", "provider", "model", "project"
    )
    return {
        pk: {
            PERSON: str(person),
            MODEL: f"{provider}/{model}",
            PROJECT: str(project) if project else NO_PROJECT,
        }
        for pk, person, provider, model, project in rows
    }
