"""Bars drawn on the server as SVG, wide and narrow, with the same figures in a table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from generations.selectors.costs.bars import OTHERS, OUTCOME, Bar, Bars
from generations.services.amounts import money
from generations.templatetags.costs import list_address, period_in_words, review_address

register = template.Library()

MOST_TICKS = 5
CENT = Decimal("0.01")
STEPS = (1, 2, 5)
# Below and above the bars, for words
FOOT, HEAD = 22, 14
LEAST_HEIGHT = 0.8
UNCONFIRMED_HEIGHT = 5.0


@dataclass(frozen=True)
class Shape:
    """A drawing's size, in its own units."""

    name: str
    width: int
    height: int
    left: int
    label_width: int


WIDE = Shape("wide", 1120, 240, 52, 60)
NARROW = Shape("narrow", 360, 190, 44, 54)


@dataclass(frozen=True)
class Part:
    css: str
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True)
class Column:
    """A bar: its parts from below, its words, and where its number opens."""

    title: str
    address: str
    parts: Sequence[Part]
    hit: Part


@dataclass(frozen=True)
class Word:
    x: str
    y: str
    text: str


@dataclass(frozen=True)
class Drawing:
    shape: Shape
    columns: Sequence[Column]
    ticks: Sequence[Word]
    labels: Sequence[Word]
    limit: Word | None


@dataclass(frozen=True)
class Cell:
    amount: Decimal
    address: str


@register.inclusion_tag("costs/_chart.html", takes_context=True)
def spend_chart(context: Any, bars: Bars, limit: Decimal | None = None) -> dict[str, Any]:
    """`limit` is what may be spent a day on average (USD)."""
    addresses = [_address(context, bar) for bar in bars.bars]
    titles = [_title(bars, bar) for bar in bars.bars]
    return {
        "bars": bars,
        "drawings": [_drawing(bars, shape, addresses, titles, limit) for shape in (WIDE, NARROW)],
        "words": period_in_words(*context["form"].days),
    }


@register.inclusion_tag("costs/_chart_table.html", takes_context=True)
def spend_table(context: Any, bars: Bars) -> dict[str, Any]:
    names = ("form", "review_name", "list_name", "table_name")
    return {name: context[name] for name in names} | {
        "bars": bars,
        "unit": {"day": _("Day"), "week": _("Week"), "month": _("Month")}[bars.unit],
        "rows": [
            (bar, period_in_words(bar.first, bar.last), list(_cells(context, bars, bar)))
            for bar in bars.bars
            if bar.spent or bar.unconfirmed
        ],
    }


@register.filter
def series_class(place: int, bars: Bars) -> str:
    """The colour of a series, by its place."""
    series = bars.series[place]
    if bars.by == OUTCOME:
        return series.key
    return OTHERS if series.key == OTHERS else str(place + 1)


def _cells(context: Any, bars: Bars, bar: Bar) -> Iterator[Cell]:
    for series, amount in zip(bars.series, bar.parts, strict=True):
        if not amount:
            yield Cell(amount, "")
        elif series.key == OTHERS:
            # Which ones they are is in the tables of the review of these days
            yield Cell(amount, review_address(context, since=bar.first, until=bar.last))
        else:
            yield Cell(amount, _address(context, bar, **{_field(bars): series.key}))


def _field(bars: Bars) -> str:
    return "outcome" if bars.by == OUTCOME else bars.by


def _address(context: Any, bar: Bar, **narrowed: str) -> str:
    return list_address(context, since=bar.first, until=bar.last, **narrowed)


def _drawing(
    bars: Bars,
    shape: Shape,
    addresses: Sequence[str],
    titles: Sequence[str],
    limit: Decimal | None,
) -> Drawing:
    scale = _Scale(bars, shape)
    columns = [
        Column(titles[place], addresses[place], list(scale.parts(place, bar)), scale.hit(place))
        for place, bar in enumerate(bars.bars)
    ]
    ticks = [Word("0", _n(scale.y(float(tick))), _axis_money(tick)) for tick in scale.ticks]
    labels = list(_labels(bars, shape, scale))
    return Drawing(shape, columns, ticks, labels, _limit_line(bars, scale, limit))


def _limit_line(bars: Bars, scale: "_Scale", limit: Decimal | None) -> Word | None:
    """Only across days, and where it does not lie far above all bars."""
    if limit is None or bars.unit != "day" or limit > scale.ticks[-1]:
        return None
    words = _("budget a day %(amount)s") % {"amount": money(limit.quantize(CENT))}
    return Word("0", _n(scale.y(float(limit))), words)


class _Scale:
    """From dollars and places to the units of a drawing."""

    def __init__(self, bars: Bars, shape: Shape) -> None:
        self._shape, self._bars = shape, bars
        top = max((bar.spent + bar.unconfirmed for bar in bars.bars), default=Decimal(0))
        self.ticks = list(_ticks(top))
        self._top = float(max(self.ticks[-1], top))
        self._slot = (shape.width - shape.left) / max(len(bars.bars), 1)
        self._bar = max(self._slot * 0.62, min(self._slot, 1.5)) if self._slot < 60 else 37.0
        self._base = shape.height - FOOT

    def y(self, dollars: float) -> float:
        return self._base - dollars / self._top * (self._base - HEAD)

    def middle(self, place: int) -> float:
        return self._shape.left + (place + 0.5) * self._slot

    def hit(self, place: int) -> Part:
        x = self._shape.left + place * self._slot
        return Part("hit", _n(x), _n(HEAD), _n(self._slot), _n(self._base - HEAD))

    def parts(self, place: int, bar: Bar) -> Iterator[Part]:
        x, top = self.middle(place) - self._bar / 2, float(self._base)
        for number, amount in enumerate(bar.parts):
            # Corrections may make a day cost less than nothing; there is nothing to draw
            if amount > 0:
                height = max(self._base - self.y(float(amount)), LEAST_HEIGHT)
                top -= height
                css = series_class(number, self._bars)
                yield Part(css, _n(x), _n(top), _n(self._bar), _n(height))
        if bar.unconfirmed > 0:
            height = max(self._base - self.y(float(bar.unconfirmed)), UNCONFIRMED_HEIGHT)
            inset = min(0.5, self._bar / 4)
            y, width = top - height - 1, self._bar - 2 * inset
            yield Part("unconfirmed", _n(x + inset), _n(y), _n(width), _n(height))


def _ticks(top: Decimal) -> Iterator[Decimal]:
    """Round amounts from nothing up to the dearest bar, about five of them."""
    if top <= 0:
        yield from (Decimal(0), Decimal(1))
        return
    exponent = (top / MOST_TICKS).adjusted()
    sizes = (Decimal(step).scaleb(power) for power in (exponent, exponent + 1) for step in STEPS)
    step = next(size for size in sizes if size * MOST_TICKS >= top)
    tick = Decimal(0)
    yield tick
    while tick < top:
        tick += step
        yield tick


def _axis_money(amount: Decimal) -> str:
    """Without places that say nothing: "$5", "$0.05"."""
    return f"${amount.normalize():,f}"


def _labels(bars: Bars, shape: Shape, scale: _Scale) -> Iterator[Word]:
    room = max(int((shape.width - shape.left) / shape.label_width), 1)
    every = max(-(-len(bars.bars) // room), 1)
    if bars.unit == "day" and every > 1:
        every = 7 * -(-every // 7)
    month = 0
    for place in range(0, len(bars.bars), every):
        day = bars.bars[place].first
        is_new, month = day.month != month, day.month
        text = _label(bars.unit, day, is_new)
        yield Word(_n(scale.middle(place)), _n(shape.height - 5), text)


def _label(unit: str, day: date, is_new_month: bool) -> str:
    if unit == "month":
        return date_format(day, "M Y")
    return date_format(day, "j M") if is_new_month or unit == "week" else str(day.day)


def _title(bars: Bars, bar: Bar) -> str:
    """What a bar is when pointed at, line by line."""
    days = {"days": period_in_words(bar.first, bar.last), "amount": money(bar.spent)}
    lines = [_("%(days)s: %(amount)s") % days]
    lines += [
        f"{series.name}: {money(amount)}"
        for series, amount in zip(bars.series, bar.parts, strict=True)
        if amount
    ]
    if bar.unconfirmed:
        lines.append(_("Unconfirmed, perhaps %(amount)s") % {"amount": money(bar.unconfirmed)})
    return "\n".join(lines)


def _n(number: float) -> str:
    return f"{number:.1f}"
