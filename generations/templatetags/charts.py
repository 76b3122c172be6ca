"""Bars drawn on the server as SVG, wide and narrow, with the same figures in a table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from generations.selectors.costs.bars import OTHERS, OUTCOME, Bar, Bars
from generations.services.amounts import money
from generations.templatetags.costs import (
    NONE,
    cell,
    joined,
    linked,
    list_address,
    period_in_words,
    review_address,
)

register = template.Library()

MOST_TICKS = 5
CENT = Decimal("0.01")
STEPS = (1, 2, 5)
# Below and above the bars, for words
FOOT, HEAD = 22, 14
LEAST_HEIGHT = 0.8
UNCONFIRMED_HEIGHT = 5.0
RECT = '<rect class="{}"{} x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>'
BAR_END = mark_safe("</a>")
HEAD_OF_BAR = '<a class="chart__bar" href="{}" aria-label="{}"><title>{}</title>'


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
class Word:
    x: str
    y: str
    text: str


@dataclass(frozen=True)
class Drawing:
    shape: Shape
    columns: SafeString
    ticks: Sequence[Word]
    labels: Sequence[Word]
    limit: Word | None


@register.inclusion_tag("costs/_chart.html", takes_context=True)
def spend_chart(context: Any, bars: Bars, limit: Decimal | None = None) -> dict[str, Any]:
    """`limit` is what may be spent a day on average (USD)."""
    heads = [
        format_html(HEAD_OF_BAR, _address(context, bar), title := _title(bars, bar), title)
        for bar in bars.bars
    ]
    return {
        "bars": bars,
        "drawings": [_drawing(bars, shape, heads, limit) for shape in (WIDE, NARROW)],
        "words": period_in_words(*context["form"].days),
    }


@register.inclusion_tag("costs/_chart_table.html", takes_context=True)
def spend_table(context: Any, bars: Bars) -> dict[str, Any]:
    names = ("form", "review_start", "list_start", "table_name")
    return {name: context[name] for name in names} | {
        "bars": bars,
        "unit": {"day": _("Day"), "week": _("Week"), "month": _("Month")}[bars.unit],
        "rows": [
            (bar, period_in_words(bar.first, bar.last), _cells(context, bars, bar))
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


def _cells(context: Any, bars: Bars, bar: Bar) -> SafeString:
    cells = [
        _cell(context, bars, bar, series.key, amount)
        for series, amount in zip(bars.series, bar.parts, strict=True)
    ]
    return joined(cells)


def _cell(context: Any, bars: Bars, bar: Bar, key: str, amount: Decimal) -> SafeString:
    if not amount:
        return NONE
    if key == OTHERS:
        # Which ones they are is in the tables of the review of these days
        address = review_address(context, since=bar.first, until=bar.last)
    else:
        address = _address(context, bar, **{_field(bars): key})
    return cell(linked(address, money(amount)))


def _field(bars: Bars) -> str:
    return "outcome" if bars.by == OUTCOME else bars.by


def _address(context: Any, bar: Bar, **narrowed: str) -> str:
    return list_address(context, since=bar.first, until=bar.last, **narrowed)


def _drawing(
    bars: Bars, shape: Shape, heads: Sequence[SafeString], limit: Decimal | None
) -> Drawing:
    scale = _Scale(bars, shape)
    columns = [
        joined([heads[place], scale.hit(place), parts, BAR_END])
        for place, bar in enumerate(bars.bars)
        if (parts := scale.parts(place, bar))
    ]
    ticks = [Word("0", _n(scale.y(float(tick))), _axis_money(tick)) for tick in scale.ticks]
    labels = list(_labels(bars, shape, scale))
    drawn = joined(columns)
    return Drawing(shape, drawn, ticks, labels, _limit_line(bars, scale, limit))


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
        self._classes = [series_class(number, bars) for number in range(len(bars.series))]

    def y(self, dollars: float) -> float:
        return self._base - dollars / self._top * (self._base - HEAD)

    def middle(self, place: int) -> float:
        return self._shape.left + (place + 0.5) * self._slot

    def hit(self, place: int) -> SafeString:
        """The whole height of a bar's place, to be pointed at."""
        x = self._shape.left + place * self._slot
        return _rect("chart__hit", "", x, HEAD, self._slot, self._base - HEAD)

    def parts(self, place: int, bar: Bar) -> SafeString:
        x, top, found = self.middle(place) - self._bar / 2, float(self._base), []
        for number, amount in enumerate(bar.parts):
            # Corrections may make a day cost less than nothing; there is nothing to draw
            if amount > 0:
                height = max(self._base - self.y(float(amount)), LEAST_HEIGHT)
                top -= height
                css = f"chart__part chart__part--{self._classes[number]}"
                found.append(_rect(css, "", x, top, self._bar, height))
        if bar.unconfirmed > 0:
            height = max(self._base - self.y(float(bar.unconfirmed)), UNCONFIRMED_HEIGHT)
            fill = f"url(#hatch-{self._shape.name})"
            css = "chart__part chart__part--unconfirmed"
            found.append(_rect(css, fill, x, top - height - 1, self._bar, height))
        return joined(found)


def _rect(css: str, fill: str, *numbers: float) -> SafeString:
    """Of our own words and numbers alone."""
    painted = f' fill="{fill}"' if fill else ""
    return mark_safe(RECT.format(css, painted, *numbers))


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
