"""Addresses and words of the costs pages."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from generations.forms.costs import CostsForm
from generations.services.amounts import money
from generations.services.spend.days import month_end

register = template.Library()

FOUR_PLACES = Decimal("0.0001")


@register.simple_tag(takes_context=True)
def review_address(context: Any, **changes: Any) -> str:
    """The review with changes; what is not named stays as it is."""
    return f"{reverse(context['review_name'])}?{context['form'].query(**changes)}"


@register.simple_tag(takes_context=True)
def behind(context: Any, of: str = "", key: str = "", **changes: Any) -> str:
    """The generations behind a number: of the page's days, narrowed by `of` (a field) to `key`."""
    changes |= {of: key} if of else {}
    return list_address(context, **changes)


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
    return f"{reverse(context['list_name'])}?{context['form'].generations_query(**changes)}"


def period_in_words(first: date, last: date) -> str:
    if first == last:
        return date_format(first, "j F Y")
    if first.day == 1 and last == month_end(first):
        return date_format(first, "F Y")
    shape = "j F" if first.year == last.year else "j F Y"
    days = {"first": date_format(first, shape), "last": date_format(last, "j F Y")}
    return _("%(first)s – %(last)s") % days
