"""What staff say of a provider's usage export: the file, its columns, and what is to be booked."""

from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generations.models import UsageDifference
from generations.services.usage_imports.columns import Columns
from generations.services.usage_imports.lines import LineFault

MAX_MEGABYTES = 50
DECIMAL_SIGNS = [
    (".", gettext_lazy("Point: 0.009")),
    (",", gettext_lazy("Comma: 0,009")),
]
DAY_ORDERS = [
    ("month", gettext_lazy("Month first: 12/31/2026")),
    ("day", gettext_lazy("Day first: 31/12/2026")),
]


class ExportForm(forms.Form):
    provider = forms.ChoiceField(
        error_messages={
            "required": gettext_lazy("Choose the provider that the file is from."),
            "invalid_choice": gettext_lazy("Choose the provider that the file is from."),
        }
    )
    file = forms.FileField(
        max_length=200,
        error_messages={
            "required": gettext_lazy("Choose the file that the provider’s site exports (CSV)."),
            "empty": gettext_lazy("The file is empty. Export it again."),
            "invalid": gettext_lazy("The file did not arrive whole. Send it again."),
            "max_length": gettext_lazy("The file’s name is too long. Shorten it."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        provider: Any = self.fields["provider"]
        provider.choices = [(name, name) for name in settings.PROVIDERS]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_MEGABYTES * 1024 * 1024:
            raise forms.ValidationError(
                _("The file has more than %(limit)d MB. Export fewer days at a time.")
                % {"limit": MAX_MEGABYTES}
            )
        return file

    def refuse(self, fault: str) -> None:
        """Says at the file why it is no table; `fault` is that of UnreadableTable."""
        self.add_error("file", table_fault(fault))


class ColumnsForm(forms.Form):
    """Which column holds what; valid, `columns` is ready."""

    time = forms.ChoiceField()
    amount = forms.ChoiceField()
    model = forms.ChoiceField(required=False)
    request_id = forms.ChoiceField(required=False)
    zone = forms.CharField(max_length=60)
    decimal_sign = forms.ChoiceField(choices=DECIMAL_SIGNS)
    day_order = forms.ChoiceField(choices=DAY_ORDERS)
    units_per_dollar = forms.DecimalField(
        min_value=Decimal("0.000001"),
        max_digits=20,
        error_messages={
            "required": gettext_lazy("Write 1 where the amounts are US dollars."),
            "invalid": gettext_lazy("Write a number, 1 where the amounts are US dollars."),
            "min_value": gettext_lazy("Write a number above 0."),
        },
    )

    def __init__(self, data: Any = None, *, head: Sequence[str], proposed: Columns) -> None:
        order = "day" if proposed.day_first else "month"
        super().__init__(data, initial=asdict(proposed) | {"day_order": order})
        for name in ("time", "amount", "model", "request_id"):
            field: Any = self.fields[name]
            none = [("", _("No such column") if name in ("model", "request_id") else "–")]
            field.choices = none + [(column, column) for column in head]
            field.error_messages["required"] = _("Choose the column.")
            field.error_messages["invalid_choice"] = _("The file has no such column. Choose again.")

    def clean_zone(self) -> str:
        zone: str = self.cleaned_data["zone"].strip()
        if zone not in available_timezones():
            raise forms.ValidationError(_("Write a time zone’s name, like UTC or Asia/Shanghai."))
        return zone

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("time") and values.get("time") == values.get("amount"):
            self.add_error(
                "amount", _("This column holds the time. Choose the one with the amount.")
            )
        return values

    def refuse_units(self) -> None:
        sentence = _("All amounts together would be more than $10,000,000. Are these dollars?")
        self.add_error("units_per_dollar", sentence)

    @property
    def columns(self) -> Columns:
        values = dict(self.cleaned_data)
        is_day_first = values.pop("day_order") == "day"
        units = values.pop("units_per_dollar")
        return Columns(**values, day_first=is_day_first, units_per_dollar=f"{units:f}")


class BookingForm(forms.Form):
    causes = forms.MultipleChoiceField(
        choices=UsageDifference.Cause.choices,
        error_messages={
            "required": gettext_lazy("Choose which differences are to be booked."),
            "invalid_choice": gettext_lazy("Choose which differences are to be booked."),
            "invalid_list": gettext_lazy("Choose which differences are to be booked."),
        },
    )
    reason = forms.CharField(
        max_length=200,
        error_messages={
            "required": gettext_lazy("Write why; it stands beside each line in the ledger."),
            "max_length": gettext_lazy("Write at most 200 characters."),
        },
    )


def table_fault(fault: str) -> str:
    """What is wrong with a file that is no table, and what to do."""
    return {
        "empty": _("The file is empty. Export it again."),
        "encoding": _("The file is not UTF-8 text. Save it as “CSV UTF-8” and choose it again."),
        "storage": _("The file could not be kept here. Try again once the disk has room."),
        "too_long": _("The file has more than 500,000 lines. Export fewer days at a time."),
    }.get(fault, _("The file is no table with a head and lines. Export it as CSV."))


def line_fault(fault: LineFault) -> str:
    """What is wrong with a cell."""
    facts = {"number": fault.number, "cell": fault.cell[:60]}
    if not fault.cell and fault.fault == "time":
        return _("Line %(number)d has no time.") % facts
    if not fault.cell:
        return _("Line %(number)d has no amount.") % facts
    if fault.fault == "time":
        return _("Line %(number)d: “%(cell)s” is no time that can be read.") % facts
    return _("Line %(number)d: “%(cell)s” is no amount.") % facts
