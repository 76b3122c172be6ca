"""Money in words: always with its unit and its certainty."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

MICRO_DOLLAR = Decimal("0.000001")
SHORTEST = 3


def money(amount: Decimal | int | str | None) -> str:
    """An exact amount in US dollars, three to six places: "$0.018"; None is "unknown"."""
    if amount is None or amount == "":
        return _("unknown")
    exact = Decimal(amount).quantize(MICRO_DOLLAR, rounding=ROUND_HALF_UP)
    whole, _dot, places = f"{abs(exact):,.6f}".partition(".")
    sign = "−" if exact < 0 else ""
    return f"{sign}${whole}.{places.rstrip('0').ljust(SHORTEST, '0')}"


def about(amount: Decimal | None) -> str:
    """An amount that is expected, not known: "About $0.053"; None is "Unknown"."""
    if amount is None:
        return _("Unknown")
    return _("About %(amount)s") % {"amount": money(amount)}


def few_figures(amount: Decimal) -> str:
    """An amount where there is little room, to two figures: "$0.013"."""
    places = max(SHORTEST, 1 - amount.adjusted())
    return money(amount.quantize(Decimal(1).scaleb(-min(places, 6)), rounding=ROUND_HALF_UP))


def roughly(amount: Decimal) -> str:
    """An expected amount, to two figures: "about $0.013"."""
    return _("about %(amount)s") % {"amount": few_figures(amount)}


def perhaps(amount: Decimal | None) -> str:
    """An amount that nobody knows yet: "unknown, perhaps $0.009"."""
    if not amount:
        return _("unknown")
    return _("unknown, perhaps %(amount)s") % {"amount": money(amount)}
