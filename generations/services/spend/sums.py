"""Keeps the sums of days and months with the ledger: in its transaction, by adding, unread.

A row is locked from here to the commit, so every transaction adds as late as it can, first to the
generation, then to months, then to days. Who adds for many attempts in one transaction does it by
hand (`entered_by`), on rows of its own.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import DateTimeField, F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from generations.models import (
    Attempt,
    DailySpend,
    GenerationSpend,
    LedgerEntry,
    MonthlySpend,
    OutputImage,
)
from generations.models.fields import ExactMoneyField
from generations.services.spend.adding import Key, add
from generations.services.spend.days import month_start, team_day
from generations.services.spend.groups import group_of
from generations.services.spend.past import note_changes
from generations.services.spend.prints import Line, print_of

Kind = LedgerEntry.Kind
SET_ASIDE = (Kind.HOLD, Kind.RELEASE)


def count_lines(
    lines: Sequence[LedgerEntry],
    attempt: Attempt,
    delivered: Sequence[OutputImage] = (),
    *,
    is_booked: bool = False,
) -> None:
    """Counts an attempt's lines that were just written, and the pictures that they settle.

    `is_booked`: lines before them cost already, so that the attempt counts as a call.
    """
    for line in lines:
        if line.kind not in SET_ASIDE:
            _add_to_generation(attempt, line)
    measures: dict[Key, Counter[str]] = defaultdict(Counter)
    for line, is_call in _with_calls(lines, is_booked=is_booked):
        measures[key_of(line, code_of(attempt))].update(measures_of(line, is_call=is_call))
    charged_at = next((line.created_at for line in lines if line.kind == Kind.CHARGE), None)
    for image in delivered:
        key = Key(team_day(charged_at or image.created_at), group_of(attempt))
        measures[key].update(delivered=1, kept=1)
    add_sums(measures)


def follow_outcome(attempt: Attempt, *, before: str) -> None:
    """Moves what was booked for an attempt whose outcome has changed, from the code `before`."""
    after = code_of(attempt)
    if after == before:
        return
    moved: dict[Key, Counter[str]] = defaultdict(Counter)
    lines = attempt.ledger_entries.exclude(kind__in=SET_ASIDE).order_by("pk")
    for line, is_call in _with_calls(lines, is_booked=False):
        measures = measures_of(line, is_call=is_call)
        moved[key_of(line, before)].subtract(measures)
        moved[key_of(line, after)].update(measures)
    add_sums(moved)


def count_delivered(attempt: Attempt, images: Sequence[OutputImage]) -> None:
    """Counts pictures that came when their attempt had been booked already."""
    if images:
        group_of(attempt)
        _count_pictures(images, delivered=1, kept=1)


def count_kept(images: Sequence[OutputImage], change: int) -> None:
    """Counts pictures into the gallery (1) or out of it (−1)."""
    _count_pictures(images, delivered=0, kept=change)


def code_of(attempt: Attempt) -> str:
    """Why an attempt has no picture; empty where it has one or still may."""
    return "" if attempt.picture_count else attempt.code


def key_of(line: Line, code: str) -> Key:
    return Key(
        day=team_day(line.created_at),
        group=line.spend_group_id or 0,
        code="" if line.kind in SET_ASIDE else code,
        is_by_hand=line.entered_by_id is not None,
    )


def _with_calls(
    lines: Iterable[LedgerEntry], *, is_booked: bool
) -> Iterator[tuple[LedgerEntry, bool]]:
    """Each with whether its attempt counts as a call with it: with its first line that costs."""
    for line in lines:
        costs = line.kind not in SET_ASIDE
        yield line, costs and not is_booked
        is_booked = is_booked or costs


def measures_of(line: Line, *, is_call: bool) -> dict[str, Any]:
    """What a line adds to its row."""
    is_held = line.kind in SET_ASIDE
    return {
        "lines": 1,
        "prints": print_of(line),
        "calls": int(is_call),
        "spent": Decimal(0) if is_held else line.amount,
        "held": line.amount if is_held else Decimal(0),
    }


def charged_or_made_at() -> Coalesce:
    """For queries of pictures: when their call was charged; else, its cost unknown, when made."""
    charges = LedgerEntry.objects.filter(attempt=OuterRef("attempt"), kind=Kind.CHARGE)
    charged_at = Subquery(charges.values("created_at")[:1])
    return Coalesce(charged_at, F("created_at"), output_field=DateTimeField())


def add_sums(found: Mapping[Key, Mapping[str, Any]]) -> None:
    """Adds to months and to days, always in the same order: nobody waits for each other."""
    add(MonthlySpend, in_months(found))
    add(DailySpend, found)
    note_changes(key.day for key in found)


def in_months(found: Mapping[Key, Mapping[str, Any]]) -> dict[Key, Counter[str]]:
    """The sums of days added up to those of their months."""
    by_month: dict[Key, Counter[str]] = defaultdict(Counter)
    for key, measures in found.items():
        by_month[replace(key, day=month_start(key.day))].update(measures)
    return by_month


def _add_to_generation(attempt: Attempt, line: LedgerEntry) -> None:
    assert line.spend_group_id is not None
    rows = GenerationSpend.objects.filter(generation=attempt.generation_id)
    change = {"spent": F("spent") + Value(line.amount, output_field=ExactMoneyField())}
    if not rows.update(**change):
        GenerationSpend.objects.bulk_create(
            [
                GenerationSpend(
                    generation_id=attempt.generation_id,
                    group_id=line.spend_group_id,
                    is_demo=line.is_demo,
                    day=team_day(attempt.generation.created_at),
                )
            ],
            ignore_conflicts=True,
        )
        rows.update(**change)


def _count_pictures(images: Iterable[OutputImage], *, delivered: int, kept: int) -> None:
    counts: Counter[Key] = Counter()
    found = OutputImage.objects.filter(pk__in=[image.pk for image in images])
    moments = found.annotate(moment=charged_or_made_at())
    group: int | None
    moment: datetime
    for group, moment in moments.values_list("attempt__spend_group", "moment"):
        if group is not None:
            counts[Key(team_day(moment), group)] += 1
    add_sums(
        {
            key: {"delivered": delivered * count, "kept": kept * count}
            for key, count in counts.items()
        }
    )
