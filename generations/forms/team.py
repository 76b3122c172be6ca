"""Forms about people: inviting them, what they are called, and what they may use."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from generations.models import ImageModel

ROLES = [("member", _("Member")), ("staff", pgettext_lazy("role", "Staff"))]
DAYS = [("1", _("1 day")), ("7", _("7 days")), ("30", _("30 days"))]
CHOOSE_ROLE = {"required": _("Choose a role."), "invalid_choice": _("Choose a role.")}
EMAIL_FAULT = _("Write an e-mail address like ana@example.com, or leave it empty.")


def _name() -> forms.CharField:
    return forms.CharField(
        label=_("Name"),
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def _email() -> forms.EmailField:
    return forms.EmailField(
        label=_("E-mail"),
        required=False,
        max_length=254,
        error_messages={"invalid": EMAIL_FAULT},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=ROLES, error_messages=CHOOSE_ROLE)

    @property
    def is_staff(self) -> bool:
        return bool(self.cleaned_data["role"] == "staff")


class InvitationForm(RoleForm):
    """Whom to invite; name and e-mail are what the account starts with."""

    name = _name()
    email = _email()
    days = forms.ChoiceField(
        label=_("Valid for"),
        choices=DAYS,
        initial="7",
        error_messages={
            "required": _("Choose how long the link is valid."),
            "invalid_choice": _("Choose how long the link is valid."),
        },
    )
    field_order = ("name", "email", "role", "days")


class PersonForm(forms.Form):
    name = _name()
    email = _email()


class ImageModelsField(forms.ModelMultipleChoiceField):
    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except OverflowError:
            # A number that SQLite cannot even look for
            message = self.error_messages["invalid_choice"]
            raise forms.ValidationError(message, code="invalid_choice") from None


class ModelsForm(forms.Form):
    """All models, or those that are ticked."""

    all_models = forms.BooleanField(required=False)
    models = ImageModelsField(
        queryset=ImageModel.objects.all(),
        required=False,
        error_messages={
            "invalid_choice": _("A model is not there any more. Choose again."),
            "invalid_pk_value": _("A model is not there any more. Choose again."),
            "list": _("A model is not there any more. Choose again."),
        },
    )

    @property
    def permitted(self) -> list[ImageModel] | None:
        """None where all may be used."""
        if self.cleaned_data["all_models"]:
            return None
        return list(self.cleaned_data["models"])


class NewPasswordForm(forms.Form):
    """A password, twice; whether it will do, the service says."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=password_validators_help_text_html(),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    repeated = forms.CharField(
        label=_("Password once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        password, repeated = cleaned.get("password"), cleaned.get("repeated")
        if password and repeated and password != repeated:
            self.add_error("repeated", _("The two passwords differ. Write the same one twice."))
        return cleaned


class AcceptanceForm(NewPasswordForm):
    """What somebody who was invited chooses."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        error_messages={"required": _("Write how the team shall see you.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        help_text=_("You sign in with it. Letters, digits and @ . + - _"),
        error_messages={"required": _("Write a name to sign in with.")},
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    field_order = ("name", "username", "password", "repeated")
