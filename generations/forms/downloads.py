"""What people take away and in which form."""

import re
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _

from generations.services.copies.choices import FORMS, FULL, MARKED, ORIGINAL, SIZES, Choice

BETWEEN_IDS = re.compile(r"[\s,]+")


def default_form() -> str:
    """What a plain download is: the untouched original, or a marked copy of it."""
    return MARKED if settings.MARK_ORIGINALS else ORIGINAL


class DownloadForm(forms.Form):
    """The form, the size, and whether the mark tells prompt and model; each may be left out."""

    form = forms.ChoiceField(choices=[(it, it) for it in FORMS], required=False)
    size = forms.ChoiceField(choices=[(it, it) for it in (FULL, *SIZES)], required=False)
    is_told = forms.BooleanField(required=False)

    def choice(self) -> Choice:
        data = self.cleaned_data
        return Choice(
            form=data["form"] or default_form(),
            size=data["size"] or FULL,
            is_told=data["is_told"],
        )


class BundleForm(DownloadForm):
    """Beside that the public ids of pictures: `images`, again and again or with commas."""

    images = forms.Field(required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self._ids = [
            word for text in data.getlist("images") for word in BETWEEN_IDS.split(text) if word
        ]

    def clean_images(self) -> set[UUID]:
        most = settings.BUNDLE_MAX_PICTURES
        try:
            found = {UUID(word) for word in self._ids[: most + 1]}
        except ValueError:
            raise forms.ValidationError(
                _("The list of pictures arrived damaged. Select them again.")
            ) from None
        if not found:
            raise forms.ValidationError(_("No picture was selected. Select one or more."))
        if len(self._ids) > most:
            raise forms.ValidationError(too_many())
        return found


def too_many() -> str:
    return _("One download takes up to %(most)d pictures. Select fewer.") % {
        "most": settings.BUNDLE_MAX_PICTURES
    }
