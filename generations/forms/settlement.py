"""What a person says about an unconfirmed attempt: charged or not, how much, and why."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.formats import get_format
from django.utils.translation import gettext_lazy as _

from generations.models import Attempt
from generations.models.fields import MICRO_DOLLAR

CHARGED = [("no", _("Not charged")), ("yes", _("Charged"))]


class AmountField(forms.DecimalField):
    """US dollars to the micro-dollar; a dollar sign may stand before them.

    Where the language writes a comma before the places, one is understood beside the point.
    """

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        return super().to_python(_with_a_point(value) if isinstance(value, str) else value)


class OutcomeForm(forms.Form):
    """What a call cost, and how one knows."""

    charged = forms.ChoiceField(
        choices=CHARGED,
        error_messages={
            "required": _("Choose whether it was charged."),
            "invalid_choice": _("Choose whether it was charged."),
        },
    )
    amount = AmountField(
        required=False,
        max_digits=14,
        decimal_places=6,
        min_value=MICRO_DOLLAR,
        error_messages={
            "invalid": _("Write an amount in US dollars, like 0.009."),
            "min_value": _("Write more than $0, or choose “Not charged”."),
            "max_decimal_places": _("Write six places at most, like 0.000001."),
            "max_digits": _("Write an amount in US dollars, like 0.009."),
            "max_whole_digits": _("Write an amount in US dollars, like 0.009."),
        },
    )
    reason = forms.CharField(
        max_length=200,
        error_messages={
            "required": _("Write how you know, such as the line of the bill."),
            "max_length": _("Write at most 200 characters."),
        },
    )

    def clean(self) -> dict[str, Any]:
        """An amount says nothing where nothing was charged."""
        values = super().clean() or {}
        if values.get("charged") == "no":
            values["amount"] = None
            self.errors.pop("amount", None)
        return values

    @property
    def is_charged(self) -> bool:
        return bool(self.cleaned_data["charged"] == "yes")


class SettlementForm(OutcomeForm):
    """One attempt; its estimate stands in the field of the amount."""

    def __init__(self, *args: Any, attempt: Attempt, **kwargs: Any) -> None:
        initial = {"amount": _plain(attempt.estimate)}
        kwargs |= {"initial": initial, "auto_id": f"%s-{attempt.id}"}
        super().__init__(*args, **kwargs)
        self.attempt = attempt


class AttemptsField(forms.ModelMultipleChoiceField):
    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except forms.ValidationError as error:
            if error.code == "required":
                raise
            # Whatever the word was that is no id
            message = self.error_messages["invalid_choice"]
            raise forms.ValidationError(message, code="invalid_choice") from None


class SettlementsForm(OutcomeForm):
    """Several attempts at once; without an amount, each costs its estimate."""

    attempts = AttemptsField(
        Attempt.objects.all(),
        error_messages={
            "required": _("Choose the attempts first."),
            "invalid_choice": _("One of the attempts is not there. Choose again."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"auto_id": "%s-of-many"} | kwargs))


def _with_a_point(typed: str) -> str:
    amount = typed.replace("$", "")
    has_comma = get_format("DECIMAL_SEPARATOR") == "," and "." not in amount
    return amount.replace(",", ".") if has_comma else amount


def _plain(amount: Decimal | None) -> str:
    """The estimate without idle zeros: "0.009"."""
    return "" if amount is None else f"{amount:f}".rstrip("0").rstrip(".")
