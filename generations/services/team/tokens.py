"""Personal API tokens: made, shown once, used, revoked."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from generations.models import ApiToken
from generations.models.audit_actions import Action
from generations.services import audit

# So that people, and programs that look for lost secrets, know one when they see it
PREFIX = "proofsheet_"
MOST_TOKENS = 20
# A script may call many times a second: its use is written down once in this time
USE_NOTED_EVERY = timedelta(minutes=1)


class TooManyTokens(Exception):
    """A person has as many tokens as one may have."""


@transaction.atomic
def make_token(*, person: Any, name: str) -> tuple[ApiToken, str]:
    """A new token, and its text, which nobody can read again. Raises TooManyTokens."""
    User.objects.select_for_update().get(pk=person.pk)
    if ApiToken.objects.filter(person=person, revoked_at=None).count() >= MOST_TOKENS:
        raise TooManyTokens
    text = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        person=person, name=name, token_hash=_hash(text), ending=text[-4:]
    )
    audit.record(actor=person, action=Action.API_TOKEN_MADE, subject=audit.about(token))
    return token, text


@transaction.atomic
def revoke_token(*, token: ApiToken, by: Any) -> None:
    """Ends a token at once; does nothing when it has ended."""
    in_use = ApiToken.objects.filter(pk=token.pk, revoked_at=None)
    if in_use.update(revoked_at=timezone.now()):
        details = {"person": audit.about(token.person).label}
        subject = audit.about(token)
        audit.record(actor=by, action=Action.API_TOKEN_REVOKED, subject=subject, details=details)


def revoke_tokens_of(*, person: Any, by: Any) -> None:
    """Ends every token of a person."""
    for token in ApiToken.objects.filter(person=person, revoked_at=None).select_related("person"):
        revoke_token(token=token, by=by)


def person_of_token(text: str) -> User | None:
    """Whose token it is, while it is in use and they are active; notes that it was used."""
    if not text.startswith(PREFIX):
        return None
    found = ApiToken.objects.filter(
        token_hash=_hash(text), revoked_at=None, person__is_active=True
    ).select_related("person")
    token = found.first()
    if token is None:
        return None
    now = timezone.now()
    is_due = Q(last_used_at=None) | Q(last_used_at__lt=now - USE_NOTED_EVERY)
    if token.last_used_at is None or token.last_used_at < now - USE_NOTED_EVERY:
        ApiToken.objects.filter(is_due, pk=token.pk).update(last_used_at=now)
    return token.person


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
