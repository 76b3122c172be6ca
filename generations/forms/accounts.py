"""Forms about people."""

from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from generations.forms.team import NewPasswordForm


class SignInForm(LoginForm):
    """A name longer than any account's is refused before the database is asked for it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].validators.append(MaxLengthValidator(254))


class FirstAccountForm(NewPasswordForm):
    """Name and password of the first account; whether they will do, the service says."""

    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    field_order = ("username", "password", "repeated")
