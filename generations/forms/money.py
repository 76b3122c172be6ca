"""Amounts that people type: US dollars to the micro-dollar."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class DollarField(forms.DecimalField):
    """A sign for dollars may stand before the amount; nothing below zero, six places at most."""

    def __init__(self, **kwargs: Any) -> None:
        wrong = _("Write an amount in US dollars, like 20 or 0.009.")
        errors = {
            "invalid": wrong,
            "min_value": _("Write an amount that is not below zero."),
            "max_decimal_places": _("Write six places at most, like 0.000001."),
            "max_digits": wrong,
            "max_whole_digits": wrong,
        } | kwargs.pop("error_messages", {})
        # Dollars before the point: what people name in a budget or a price list
        options = {"max_digits": 14, "decimal_places": 6, "min_value": 0} | kwargs
        super().__init__(error_messages=errors, **options)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        return super().to_python(value.replace("$", "") if isinstance(value, str) else value)


def plain_amount(amount: Decimal | None) -> str:
    """An amount for a field, without idle zeros: "0.009"; empty for None."""
    if amount is None:
        return ""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
