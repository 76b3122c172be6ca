"""The second step of signing in: how its secrets are kept, and what of it is written down."""

import base64
import hashlib
import secrets
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext as _

from generations.models.audit_actions import Action
from generations.services import audit
from generations.views.client_address import client_address


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets lie encrypted in the database, under SECRET_KEY: a copy of it alone opens nothing."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """After a change of SECRET_KEY no code fits any more; staff reset the step."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            # One that nobody knows, and that is another each time
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey %(number)d") % {"number": count + 1}


@receiver([authenticator_added, authenticator_removed, authenticator_reset])
def note_change(
    signal: Any, request: HttpRequest, user: Any, authenticator: Authenticator, **_more: Any
) -> None:
    is_codes = authenticator.type == Authenticator.Type.RECOVERY_CODES
    action = Action.SECOND_FACTOR_ADDED
    if signal is authenticator_removed:
        action = Action.SECOND_FACTOR_REMOVED
    elif is_codes:
        action = Action.RECOVERY_CODES_MADE
    details = {} if is_codes else {"method": str(authenticator.type)}
    _note(request, user, action, actor=user, details=details)


@receiver(authentication_failed)
def note_failure(request: HttpRequest, user: Any, **_more: Any) -> None:
    """A right password, and a wrong code after it."""
    _note(request, user, Action.SIGN_IN_FAILED, actor=None, details={"method": "mfa"})


def _note(
    request: HttpRequest, user: Any, action: Action, *, actor: Any, details: dict[str, Any]
) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject=audit.about(user),
        details=details,
        address=client_address(request),
    )


def _cipher() -> Fernet:
    key = hashlib.sha256(f"second-factor:{settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
