"""New prices as staff enter them, one by one or as a file, and what is wrong with them."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generations.forms.money import DollarField
from generations.forms.usage_imports import table_fault
from generations.models import ImageModel, PriceListItem
from generations.services.prices.file import LARGEST, SIZE, WITH_SOURCE, WORD, PriceFault
from generations.services.prices.rows import KnownPrices, NewPrice
from generations.services.spend.days import today

MAX_MEGABYTES = 20
Unit = PriceListItem.Unit


class ModelField(forms.ModelChoiceField):
    """An image model by provider/name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj)


class PriceForm(forms.Form):
    """One price from a day on; valid, `price` is ready."""

    model = ModelField(
        ImageModel.objects.order_by("provider", "name"),
        label=gettext_lazy("Model"),
        empty_label=None,
        error_messages={
            "required": gettext_lazy("Choose a model."),
            "invalid_choice": gettext_lazy("This model is not known here."),
        },
    )
    unit = forms.ChoiceField(
        choices=Unit.choices,
        label=gettext_lazy("Price of one"),
        error_messages={"invalid_choice": gettext_lazy("Choose what it is the price of.")},
    )
    size = forms.CharField(
        required=False,
        max_length=12,
        label=gettext_lazy("Size"),
        validators=[
            RegexValidator(f"^{SIZE.pattern}$", gettext_lazy("Write a size like 1024x1024."))
        ],
        error_messages={"max_length": gettext_lazy("Write a size like 1024x1024.")},
    )
    quality = forms.CharField(
        required=False,
        max_length=10,
        label=gettext_lazy("Quality"),
        validators=[
            RegexValidator(f"^{WORD.pattern}$", gettext_lazy("Write the API’s word, like high."))
        ],
        error_messages={"max_length": gettext_lazy("Write the API’s word, like high.")},
    )
    unit_price = DollarField(
        label=gettext_lazy("Price ($)"),
        max_value=LARGEST,
        error_messages={
            "required": gettext_lazy("Write the price."),
            "max_value": gettext_lazy("Write an amount in US dollars, like 20 or 0.009."),
        },
    )
    begins = forms.DateField(
        label=gettext_lazy("From day"),
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": gettext_lazy("Choose the day from which it is valid."),
            "invalid": gettext_lazy("Write the day like 2026-12-01."),
        },
    )
    source = forms.CharField(
        max_length=200,
        label=gettext_lazy("Where it stands"),
        error_messages={
            "required": gettext_lazy("Write where the price stands, such as the provider’s page."),
            "max_length": gettext_lazy("Use 200 characters at most."),
            "null_characters_not_allowed": gettext_lazy("Type it afresh."),
        },
    )

    taken = gettext_lazy(
        "There is a price from this day already. Withdraw that first, or choose a later day."
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, auto_id="price-%s", initial={"begins": today().isoformat()} | kwargs)

    @property
    def price(self) -> NewPrice:
        said = self.cleaned_data
        return NewPrice(
            provider=said["model"].provider,
            model=said["model"].name,
            **{name: said[name] for name in ("unit", "size", "quality", "unit_price")},
            begins=said["begins"],
            source=said["source"],
        )

    def clean_begins(self) -> Any:
        day = self.cleaned_data["begins"]
        if day < today():
            sentence = _("Choose today or later: what was called before keeps its price.")
            raise forms.ValidationError(sentence)
        if day.year >= 2200:
            raise forms.ValidationError(_("Write the day like 2026-12-01."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        is_image = cleaned.get("unit") == Unit.IMAGE
        for name in ("size", "quality"):
            if cleaned.get(name) and not is_image:
                self.add_error(name, _("Only prices of pictures have one. Leave it empty."))
        if not self.errors:
            self._compare(self.price)
        return cleaned

    def _compare(self, new: NewPrice) -> None:
        there = KnownPrices(new.key).of_the_same_time(new)
        if there == new.unit_price:
            self.add_error("unit_price", _("This is its price already."))
        elif there is not None and not new.is_from_now:
            self.add_error("begins", self.taken)


class PriceFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File (CSV)"),
        max_length=200,
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty. Export it again."),
            "invalid": gettext_lazy("The file did not arrive whole. Send it again."),
            "max_length": gettext_lazy("The file’s name is too long. Shorten it."),
        },
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_MEGABYTES * 1024 * 1024:
            sentence = _("The file has more than %(limit)d MB. Leave out what is unchanged.")
            raise forms.ValidationError(sentence % {"limit": MAX_MEGABYTES})
        return file

    def refuse(self, fault: str) -> None:
        """Says at the file why it is no table."""
        self.add_error("file", table_fault(fault))

    def refuse_head(self, missing: Sequence[str]) -> None:
        sentence = _(
            "These columns are missing: %(missing)s. The first line must name %(all)s;"
            " size, quality and source may be left out."
        )
        facts = {"missing": ", ".join(missing), "all": ", ".join(WITH_SOURCE)}
        self.add_error("file", sentence % facts)


def fault_words(fault: PriceFault) -> str:
    """What is wrong in a line, and what to write instead."""
    return _("Line %(number)d: %(fault)s") % {"number": fault.number, "fault": _fault(fault)}


def _fault(fault: PriceFault) -> str:
    sentences = {
        "no_model": _("provider or model is missing."),
        "unit": _("“%(cell)s” is no unit. Write one of %(units)s."),
        "only_images": _("“%(cell)s”: only prices of the unit image have a size or a quality."),
        "size": _("“%(cell)s” is no size. Write it like 1024x1024, or leave it empty."),
        "quality": _("“%(cell)s” is no quality. Write the API’s word, or leave it empty."),
        "price": _("“%(cell)s” is no price. Write US dollars like 0.009."),
        "places": _("“%(cell)s” has more than six places."),
        "ambiguous": _("“%(cell)s” may mean a thousand or one. Write 1000 or 1.000."),
        "date": _("“%(cell)s” is no day. Write it like 2026-12-01."),
        "contradiction": _("another price than in line %(cell)s for the same from the same day."),
        "superseded": _(
            "$%(cell)s stands there from this day already. A price is superseded, never edited:"
            " withdraw it before it begins, or choose a later day."
        ),
        "past": _(
            "%(cell)s is over. New prices begin today or later: what was called before keeps its"
            " price."
        ),
        "model": _("there is no model %(cell)s here. Add it first."),
    }
    return sentences[fault.fault] % {"cell": fault.cell[:60], "units": ", ".join(Unit.values)}
