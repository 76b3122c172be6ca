"""The first staff account: by a link that works once, or unattended."""

import hashlib
import hmac
import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from generations.models.audit_actions import Action
from generations.services import audit


class SetupRefused(Exception):
    """No account was made; `field` is "username", "password" or "" for the link itself."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def setup_link_token() -> str | None:
    """A new token for the link of the first start; None once there is a staff account.

    Only its hash is kept, so each call makes the links before it void.
    """
    if has_staff():
        _token_file().unlink(missing_ok=True)
        return None
    token = secrets.token_urlsafe(24)
    _token_file().write_text(_hash(token))
    return token


def is_setup_token(token: str) -> bool:
    """Whether a token is that of the link which is valid now."""
    try:
        kept = _token_file().read_text()
    except FileNotFoundError:
        return False
    return hmac.compare_digest(kept, _hash(token)) and not has_staff()


def claim_setup(*, token: str, username: str, password: str) -> User:
    """Makes the first staff account; the token is used up. Raises `SetupRefused`."""
    if not is_setup_token(token):
        raise SetupRefused(_("This link is no longer valid."))
    person = _checked_person(username, password)
    claimed = _claim_token()
    try:
        return _save_first_staff(person)
    except BaseException:
        claimed.rename(_token_file())
        raise
    finally:
        claimed.unlink(missing_ok=True)


def make_first_staff(*, username: str, password: str) -> User | None:
    """The first staff account without a link; None when there is one. Raises `SetupRefused`."""
    if has_staff():
        return None
    return _save_first_staff(_checked_person(username, password))


def has_staff() -> bool:
    return User.objects.filter(is_staff=True, is_active=True).exists()


def _checked_person(username: str, password: str) -> User:
    person = User(username=username.strip(), is_staff=True, is_superuser=True)
    person.set_password(password)
    try:
        person.full_clean(exclude=["password"])
    except ValidationError as error:
        raise SetupRefused(" ".join(error.messages), field="username") from None
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise SetupRefused(" ".join(error.messages), field="password") from None
    return person


def _claim_token() -> Path:
    """Takes the token away from everyone else: of two at once, one finds nothing to take."""
    claimed = _token_file().with_suffix(f".{secrets.token_hex(4)}")
    try:
        _token_file().rename(claimed)
    except FileNotFoundError:
        raise SetupRefused(_("This link is no longer valid.")) from None
    return claimed


def _save_first_staff(person: User) -> User:
    try:
        with transaction.atomic():
            person.save()
            audit.record(
                actor=person, action=Action.FIRST_ACCOUNT_MADE, subject=audit.about(person)
            )
    except IntegrityError:
        raise SetupRefused(_("This name is taken."), field="username") from None
    return person


def _token_file() -> Path:
    return Path(settings.DATA_DIR) / "setup_token"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
