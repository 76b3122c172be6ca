"""Several pictures that a person has chosen."""

import re
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _

BETWEEN_IDS = re.compile(r"[\s,]+")


class PicturesForm(forms.Form):
    """The public ids of pictures: `images`, again and again, or with spaces or commas."""

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
            raise forms.ValidationError(self.too_many())
        return found

    def too_many(self) -> str:
        return _("Up to %(most)d pictures at once. Select fewer.") % {
            "most": settings.BUNDLE_MAX_PICTURES
        }

    def sentences(self) -> list[str]:
        """Everything that has to change."""
        return [str(fault) for faults in self.errors.values() for fault in faults]
