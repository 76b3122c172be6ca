"""Addresses and words of the costs pages."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from functools import cache
from html import escape
from typing import Any

from django import template
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from generations.forms.costs import CostsForm
from generations.selectors.costs.sums import Sums
from generations.services.amounts import money
from generations.services.spend.days import month_end

register = template.Library()

FOUR_PLACES = Decimal("0.0001")
OPTIONAL = "table__optional"
NONE = mark_safe('<td><span class="is-zero">–</span></td>')
OPTIONAL_NONE = mark_safe('<td class="table__optional"><span class="is-zero">–</span></td>')
# The generations behind a number, by outcome
Behind = Callable[..., str]
Cell = Callable[[Sums, Behind], SafeString]


@register.simple_tag(takes_context=True)
def review_address(context: Any, **changes: Any) -> str:
    """The review with changes; what is not named stays as it is."""
    return f"{context['review_start']}?{context['form'].query(**changes)}"


@register.simple_tag(takes_context=True)
def behind(context: Any, of: str = "", key: str = "", **changes: Any) -> str:
    """The generations behind a number: of the page's days, narrowed by `of` (a field) to `key`."""
    changes |= {of: key} if of else {}
    return list_address(context, **changes)


@register.simple_tag(takes_context=True)
def sum_cells(context: Any, sums: Sums, of: str = "", key: str = "") -> SafeString:
    """The cells of a row of a breakdown; made here, since a page may have hundreds of rows."""
    narrowed = {of: key} if of else {}

    @cache
    def behind_it(outcome: str = "") -> str:
        asked = {"outcome": outcome} if outcome else {}
        return list_address(context, **narrowed, **asked)

    return joined([made(sums, behind_it) for made in CELLS])


@register.simple_tag(takes_context=True)
def table_address(context: Any, table: str) -> str:
    """A table of the page as CSV."""
    return f"{reverse(context['table_name'], args=[table])}?{context['form'].query()}"


@register.simple_tag(takes_context=True)
def list_address_now(context: Any, name: str, **changes: Any) -> str:
    """The list as it stands in the address, by another name or with changes."""
    return f"{reverse(name)}?{context['form'].query(**changes)}"


@register.simple_tag
def days_in_words(form: CostsForm) -> str:
    """ "November 2026", "21 November 2026", "3 September – 21 November 2026"."""
    return period_in_words(*form.days)


@register.filter
def count(number: int) -> str:
    """ "2,243"."""
    return f"{number:,}"


@register.filter
def each(amount: Decimal | None) -> str:
    """What one picture costs on average: "$0.0208"; "–" where there is none."""
    if amount is None:
        return "–"
    return money(amount.quantize(FOUR_PLACES) if amount >= FOUR_PLACES else amount)


@register.filter
def percent_of(part: Decimal, whole: Decimal) -> str:
    """ "3.3 %"."""
    return _("%(number)s %%") % {"number": f"{part / whole * 100:.1f}"} if whole else ""


@register.filter
def place_in_address(place: tuple[date, int, str]) -> str:
    return "_".join(str(it) for it in place)


def list_address(context: Any, **changes: Any) -> str:
    return f"{context['list_start']}?{context['form'].generations_query(**changes)}"


def period_in_words(first: date, last: date) -> str:
    if first == last:
        return date_format(first, "j F Y")
    if first.day == 1 and last == month_end(first):
        return date_format(first, "F Y")
    shape = "j F" if first.year == last.year else "j F Y"
    days = {"first": date_format(first, shape), "last": date_format(last, "j F Y")}
    return _("%(first)s – %(last)s") % days


def joined(parts: Iterable[SafeString]) -> SafeString:
    """Of what is safe already; a page has thousands."""
    return mark_safe("".join(parts))


def linked(address: str, words: str, css: str = "") -> SafeString:
    """Escaped here: a page has hundreds, and format_html takes several times as long."""
    start = f'class="{css}" ' if css else ""
    return mark_safe(f'<a {start}href="{escape(address)}">{escape(words)}</a>')


def cell(content: str, css: str = "") -> SafeString:
    """A cell of a table; its content is safe already."""
    return mark_safe(f'<td class="{css}">{content}</td>' if css else f"<td>{content}</td>")


def _spent(sums: Sums, behind_it: Behind) -> SafeString:
    """On narrow tables what is unconfirmed stands here as well."""
    parts = [linked(behind_it(), money(sums.spent))]
    if sums.unpriced:
        words = _("+ %(calls)s unknown") % {"calls": count(sums.unpriced)}
        parts.append(linked(behind_it("unpriced"), words, "is-unsure tiny costs__below"))
    if sums.unconfirmed_calls:
        parts.append(
            linked(
                behind_it("unconfirmed"), unconfirmed_words(sums), "is-unsure tiny costs__narrow"
            )
        )
    return cell(joined(parts))


def _nothing(sums: Sums, behind_it: Behind) -> SafeString:
    if not (sums.failed or sums.nothing):
        return NONE
    return cell(linked(behind_it("nothing"), money(sums.nothing), "is-nothing"))


def _unconfirmed(sums: Sums, behind_it: Behind) -> SafeString:
    if not sums.unconfirmed_calls:
        return OPTIONAL_NONE
    words = linked(behind_it("unconfirmed"), unconfirmed_words(sums), "is-unsure")
    return cell(words, OPTIONAL)


@register.filter
def unconfirmed_words(sums: Sums) -> str:
    """What the calls may have cost that nobody knows of, as far as they have a price."""
    if not sums.unconfirmed:
        return _("unknown")
    words = {"amount": money(sums.unconfirmed), "calls": count(sums.unconfirmed_unpriced)}
    if sums.unconfirmed_unpriced:
        return _("perhaps %(amount)s + %(calls)s unknown") % words
    return _("perhaps %(amount)s") % words


def _linked_count(name: str, outcome: str, css: str = "") -> Cell:
    def made(sums: Sums, behind_it: Behind) -> SafeString:
        return cell(linked(behind_it(outcome), count(getattr(sums, name))), css)

    return made


def _each(name: str, css: str = "") -> Cell:
    return lambda sums, _: cell(each(getattr(sums, name)), css)


CELLS: list[Cell] = [
    _spent,
    _nothing,
    _unconfirmed,
    _linked_count("calls", "", OPTIONAL),
    _linked_count("delivered", "pictures"),
    _linked_count("kept", "pictures", OPTIONAL),
    _each("each"),
    _each("each_kept", OPTIONAL),
]
