"""What a person changes about themselves."""

from django import forms
from django.utils.translation import gettext_lazy as _


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("What it is for"),
        max_length=80,
        error_messages={"required": _("Write what it is for, as “Night job”.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class OwnNameForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        error_messages={"required": _("Write how the team shall see you.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
