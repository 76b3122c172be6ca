"""What a person changes about themselves."""

from django import forms
from django.utils.translation import gettext_lazy as _


class OwnNameForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        error_messages={"required": _("Write how the team shall see you.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
