"""What guests of a link may send: a password, a favourite, a short comment under a name."""

import re
import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LONGEST_PASSWORD = 128
NAME_LENGTH, COMMENT_LENGTH = 60, 500
# What would turn the text around it, or hide in it; joiners stay, some scripts need them
UNSEEN = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]")


class PasswordForm(forms.Form):
    """Any text is tried, an empty one too: what is wrong and what is missing look the same."""

    password = forms.Field(
        label=gettext_lazy("Password"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def tried(self) -> str:
        self.full_clean()
        return str(self.cleaned_data["password"] or "")[:LONGEST_PASSWORD]


class ReviewForm(forms.Form):
    """`name` where the guest has none yet; `favourite` on or off, or a `comment`."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=NAME_LENGTH,
        required=False,
        error_messages={"max_length": gettext_lazy("Use 60 characters at most.")},
    )
    favourite = forms.ChoiceField(choices=[("on", "on"), ("off", "off")], required=False)
    comment = forms.CharField(
        label=gettext_lazy("Comment"),
        max_length=COMMENT_LENGTH,
        required=False,
        error_messages={
            "max_length": gettext_lazy("The comment is too long: up to 500 characters.")
        },
    )

    def __init__(self, data: Any = None, *, is_known: bool, **more: Any) -> None:
        super().__init__(data, **more)
        self.is_known = is_known

    def clean_name(self) -> str:
        name = _seen(self.cleaned_data["name"])
        if not name and not self.is_known:
            raise forms.ValidationError(_("Say who you are, so that your choice has a name."))
        return " ".join(name.split())

    def clean_comment(self) -> str:
        return _seen(self.cleaned_data["comment"])

    def is_favourite(self) -> bool | None:
        """None where the favourite was not pressed."""
        pressed = self.cleaned_data["favourite"]
        return pressed == "on" if pressed else None

    def comment_left(self) -> str | None:
        """None where no comment was sent at all."""
        return self.cleaned_data["comment"] if "comment" in self.data else None


def _seen(text: str) -> str:
    normal = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return UNSEEN.sub("", normal).strip()
