"""Spend over time, in bars that are stacked by model, by person, by project or by outcome."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from generations.models import PastSpend
from generations.selectors.costs.breakdowns import names_of
from generations.selectors.costs.figures import Figures
from generations.selectors.costs.past import past_outcomes, past_spent
from generations.selectors.costs.scope import NO_PROJECT, Scope
from generations.services.spend.days import DAY, each_day, month_end

# Longer periods have a bar for each week, and then for each month
MOST_DAYS = 100
MOST_WEEKS_DAYS = 190
MOST_SERIES = 6
OTHERS = "others"
PICTURES, NOTHING = "pictures", "nothing"
OUTCOME = "outcome"
FIELDS = {"model": ["provider", "model"]}


@dataclass(frozen=True)
class Series:
    """A colour of the bars; `key` is what a link narrows to."""

    key: str
    name: str
    total: Decimal


@dataclass(frozen=True)
class Bar:
    """Some days and what was spent on them (USD): a part for each series, in their order."""

    first: date
    last: date
    parts: Sequence[Decimal]
    unconfirmed: Decimal

    @property
    def spent(self) -> Decimal:
        return sum(self.parts, Decimal(0))


@dataclass(frozen=True)
class Bars:
    """`by` is what they are stacked by, `unit` is day, week or month."""

    by: str
    unit: str
    series: Sequence[Series]
    bars: Sequence[Bar]

    @property
    def total(self) -> Decimal:
        return sum((bar.spent for bar in self.bars), Decimal(0))

    @property
    def unconfirmed(self) -> Decimal:
        return sum((bar.unconfirmed for bar in self.bars), Decimal(0))


Span = tuple[date, date]
Amounts = Mapping[tuple[Span, str], Decimal]


def bars(scope: Scope, by: str, figures: Figures) -> Bars:
    spans = list(spans_of(scope))
    span_of = {day: span for span in spans for day in each_day(*span)}
    amounts: dict[tuple[Span, str], Decimal] = defaultdict(Decimal)
    for day, key, spent in _spent(scope, by):
        amounts[span_of[day], key] += spent
    series = _series(by, amounts)
    totals: dict[Span, Decimal] = defaultdict(Decimal)
    unconfirmed: dict[Span, Decimal] = defaultdict(Decimal)
    for (span, _key), spent in amounts.items():
        totals[span] += spent
    for day, held in figures.unconfirmed.items():
        unconfirmed[span_of[day]] += held
    drawn = [
        Bar(*span, _parts(span, series, amounts, totals[span]), unconfirmed[span]) for span in spans
    ]
    return Bars(by=by, unit=unit_of(scope), series=series, bars=drawn)


def unit_of(scope: Scope) -> str:
    if scope.length <= MOST_DAYS:
        return "day"
    return "week" if scope.length <= MOST_WEEKS_DAYS else "month"


def spans_of(scope: Scope) -> Iterator[Span]:
    """First and last day of each bar; the first and the last bar may be cut off."""
    unit, first = unit_of(scope), scope.first
    while first <= scope.last:
        last = min(_end_of(unit, first), scope.last)
        yield first, last
        first = last + DAY


def _end_of(unit: str, day: date) -> date:
    if unit == "day":
        return day
    if unit == "week":
        return day + (6 - day.weekday()) * DAY
    return month_end(day)


def _spent(scope: Scope, by: str) -> Iterator[tuple[date, str, Decimal]]:
    # Months begin with their first day, as the bars of months do
    parts = scope.parts if unit_of(scope) == "month" else scope.parts_of_days
    yield from _spent_in_the_past(parts.past, by)
    names = ["code"] if by == OUTCOME else [f"group__{it}" for it in FIELDS.get(by, [by])]
    for piece in parts.rest:
        rows = piece.values_list("day", *names).order_by()
        for day, *key, spent in rows.annotate(Sum("spent")):
            yield day, _key(by, key), spent


def _spent_in_the_past(past: QuerySet[PastSpend], by: str) -> Iterator[tuple[date, str, Decimal]]:
    if by != OUTCOME:
        yield from past_spent(past, by)
        return
    for day, spent, nothing in past_outcomes(past):
        yield day, PICTURES, spent - nothing
        yield day, NOTHING, nothing


def _key(by: str, values: Sequence[Any]) -> str:
    if by == OUTCOME:
        return NOTHING if values[0] else PICTURES
    return "/".join(str(it) for it in values if it) or NO_PROJECT


def _series(by: str, amounts: Amounts) -> list[Series]:
    """The dearest ones, and one for all others."""
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for (_span, key), spent in amounts.items():
        totals[key] += spent
    if by == OUTCOME:
        names = {PICTURES: _("With a picture"), NOTHING: _("Bought nothing")}
        return [Series(key, names[key], totals[key]) for key in names]
    # Also what came to nothing in the end: its days did not
    spending = {key for (_span, key), spent in amounts.items() if spent}
    keys = sorted(spending, key=lambda key: (-totals[key], key))
    shown = keys if len(keys) <= MOST_SERIES else keys[: MOST_SERIES - 1]
    names = dict(names_of(by, keys))
    series = [Series(key, names.get(key, key), totals[key]) for key in shown]
    if rest := keys[len(shown) :]:
        series.append(Series(OTHERS, _("Others"), sum((totals[key] for key in rest), Decimal(0))))
    return series


def _parts(span: Span, series: Sequence[Series], amounts: Amounts, total: Decimal) -> list[Decimal]:
    parts = [amounts.get((span, it.key), Decimal(0)) for it in series]
    if series and series[-1].key == OTHERS:
        parts[-1] = total - sum(parts[:-1], Decimal(0))
    return parts
