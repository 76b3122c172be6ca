"""Proves that the daily sums are the sums of the ledger, or names each that is not."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F

from generations.models import (
    Attempt,
    DailySpend,
    GenerationSpend,
    MonthlySpend,
    PastSpend,
    PastSpendChange,
    SpendGroup,
    SpendZone,
)
from generations.selectors.moment import one_moment
from generations.services.spend.adding import Key
from generations.services.spend.days import each_day
from generations.services.spend.expected import (
    chunks_of_generations,
    expected_generations,
    expected_sums,
    kept_sums,
    slices,
)
from generations.services.spend.past import Span, expected_past
from generations.services.spend.rebuild import lines_gone_astray
from generations.services.spend.sums import in_months

MONEY = ("spent", "held")


@dataclass
class Checked:
    """How much a check has read."""

    rows: int = 0
    lines: int = 0
    generations: int = 0


def differences(checked: Checked | None = None) -> Iterator[str]:
    """Everything in which the sums and the ledger differ, each in a sentence for operators."""
    checked = checked or Checked()
    yield from _differences_of_zone()
    yield from _lines_astray()
    yield from _groups_astray()
    for first, last in slices():
        with one_moment():
            expected, kept = expected_sums(first, last), kept_sums(DailySpend, first, last)
            months = kept_sums(MonthlySpend, first, first)
            told_of_past = list(_differences_of_past(first, last))
        checked.rows += len(kept)
        checked.lines += sum(row["lines"] for row in expected.values())
        for key in sorted({*expected, *kept}):
            yield from _differences_of(key, kept.get(key, {}), expected.get(key, {}))
        # Only against the days: a line that was changed is named once
        summed = in_months(kept)
        for key in sorted({*summed, *months}):
            told = _differences_of(key, months.get(key, {}), summed.get(key, {}))
            yield from (f"the month of {difference}" for difference in told)
        yield from told_of_past
    for within in chunks_of_generations():
        yield from _differences_of_generations(within, checked)


def _differences_of_zone() -> Iterator[str]:
    zone = SpendZone.objects.first()
    if zone is None or zone.name != settings.TIME_ZONE:
        was = zone.name if zone else "no time zone"
        yield f"the sums are of the days of {was}, TIME_ZONE is {settings.TIME_ZONE}"


def _lines_astray() -> Iterator[str]:
    for line in lines_gone_astray().iterator():
        if line.spend_group_id is None:
            yield f"line {line.pk} is counted nowhere: it was not written by the ledger"
        else:
            yield f"line {line.pk} is not counted where its attempt {line.attempt_id} is"


def _groups_astray() -> Iterator[str]:
    counted = Attempt.objects.filter(spend_group__isnull=False)
    astray = counted.exclude(
        spend_group__person=F("requested_by"),
        spend_group__provider=F("provider"),
        spend_group__model=F("model"),
        spend_group__is_demo=F("generation__is_demo"),
    )
    for pk in astray.values_list("pk", flat=True).iterator():
        yield f"attempt {pk} is counted for another person, another model or other money"


def _differences_of(
    key: Key, kept: Mapping[str, Any], expected: Mapping[str, Any]
) -> Iterator[str]:
    names = [it for it in {**expected, **kept} if kept.get(it, 0) != expected.get(it, 0)]
    told = [
        f"{name} {_shown(name, kept.get(name, 0))}, its lines say"
        f" {_shown(name, expected.get(name, 0))}"
        for name in names
        if name != "prints"
    ]
    if told:
        yield f"{_where(key)}: {'; '.join(told)}"
    elif names:
        yield f"{_where(key)}: the sums agree, but a line of it was changed"


def _differences_of_past(first: date, last: date) -> Iterator[str]:
    """Only against the sums of groups, and where pages read them: not where a day was added to."""
    changed = set(
        PastSpendChange.objects.filter(day__gte=first, day__lte=last).values_list("day", flat=True)
    )
    for span, days in ((Span.DAY, set(each_day(first, last)) - changed), (Span.MONTH, {first})):
        if span == Span.MONTH and changed:
            continue
        kept = _by_key(PastSpend.objects.filter(span=span, day__in=days))
        told = {key[0] for key in kept}
        expected = _by_key(expected_past(span, told))
        for key in sorted({*kept, *expected}):
            says, should = (_measures(rows.get(key)) for rows in (kept, expected))
            if says != should:
                day, _is_demo, of, name = key
                yield f"the {span} of {day}, summed up by {of} {name}: {says}, not {should}"


def _by_key(rows: Iterable[PastSpend]) -> dict[tuple[date, bool, str, str], PastSpend]:
    return {(row.day, row.is_demo, row.of, row.key): row for row in rows}


def _measures(row: PastSpend | None) -> list[str]:
    names = PastSpend.MEASURES
    return [str(getattr(row, name)) for name in names] if row else []


def _differences_of_generations(within: tuple[UUID, UUID], checked: Checked) -> Iterator[str]:
    with one_moment():
        expected = expected_generations(within)
        rows = GenerationSpend.objects.filter(generation__gte=within[0], generation__lte=within[1])
        kept = dict(rows.values_list("generation", "spent"))
    checked.generations += len(kept)
    for generation in sorted({*expected, *kept}):
        says, should = kept.get(generation, Decimal(0)), expected.get(generation, Decimal(0))
        if says != should:
            yield f"generation {generation}: spent ${says:.6f}, its lines say ${should:.6f}"


def _where(key: Key) -> str:
    group = SpendGroup.objects.select_related("person", "project").get(pk=key.group)
    words = [f"{key.day}", group.person.get_username(), f"{group.provider}/{group.model}"]
    words += [group.project.name] if group.project else []
    words += [key.code] if key.code else []
    words += ["booked by hand"] if key.is_by_hand else []
    return ", ".join(words) + (" (demo)" if group.is_demo else "")


def _shown(name: str, amount: Any) -> str:
    return f"${amount:.6f}" if name in MONEY else f"{amount}"
