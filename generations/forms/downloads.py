"""What people take away and in which form."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _

from generations.forms.pictures import PicturesForm
from generations.services.copies.choices import FORMS, FULL, MARKED, ORIGINAL, SIZES, Choice


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


class BundleForm(PicturesForm, DownloadForm):
    """Beside that the pictures."""

    def too_many(self) -> str:
        return too_many()


def too_many() -> str:
    return _("One download takes up to %(most)d pictures. Select fewer.") % {
        "most": settings.BUNDLE_MAX_PICTURES
    }
