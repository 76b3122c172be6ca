"""What an account needs before it is saved: a name nobody has, a password that will do."""

from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _


class AccountRefused(Exception):
    """The account was not saved; `field` is "username", "email" or "password"."""

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


def checked_account(*, password: str | None, **facts: Any) -> User:
    """An account that is not saved yet; None for the password of one that signs in elsewhere.

    Raises AccountRefused.
    """
    person = User(**facts)
    person.set_password(password)
    check_email(person)
    try:
        person.full_clean(exclude=["password", "first_name", "email"])
    except ValidationError as error:
        raise AccountRefused(" ".join(error.messages), field="username") from None
    if password is not None:
        check_password(person, password)
    return person


def check_password(person: User, password: str) -> None:
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise AccountRefused(" ".join(error.messages), field="password") from None


def check_email(person: User) -> None:
    """People sign in by it: it is one person's."""
    others = User.objects.exclude(pk=person.pk)
    if person.email and others.filter(email__iexact=person.email).exists():
        raise AccountRefused(_("Another account has this e-mail address."), field="email")


def save_account(person: User) -> None:
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:
        raise AccountRefused(_("This name is taken."), field="username") from None
