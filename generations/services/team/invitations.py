"""Invitations: a link that makes one account, once, within its days."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from generations.models import Invitation
from generations.models.audit_actions import Action
from generations.services import audit
from generations.services.team.accounts import check_email, checked_account, save_account


class InvitationGone(Exception):
    """There is no such invitation that is still open."""


@transaction.atomic
def invite(
    *, by: Any, name: str = "", email: str = "", is_staff: bool = False, days: int
) -> tuple[Invitation, str]:
    """A new invitation with its token, which nobody can read again.

    Raises AccountRefused where somebody has this e-mail address: they could not accept it.
    """
    check_email(User(email=email))
    token = secrets.token_urlsafe(24)
    invitation = Invitation.objects.create(
        token_hash=_hash(token),
        name=name,
        email=email,
        is_staff=is_staff,
        invited_by=by,
        expires_at=timezone.now() + timedelta(days=days),
    )
    audit.record(
        actor=by,
        action=Action.PERSON_INVITED,
        subject=audit.about(invitation),
        details={"role": role_name(is_staff), "days": days} | ({"email": email} if email else {}),
    )
    return invitation, token


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: Any) -> None:
    """Closes a link that was not used; does nothing when it was, or is closed."""
    if _open_now().filter(pk=invitation.pk).update(revoked_at=timezone.now()):
        subject = audit.about(invitation)
        audit.record(actor=by, action=Action.INVITATION_REVOKED, subject=subject)


def revoke_invitations_of(*, person: Any, by: Any) -> None:
    """Closes every open link that a person made."""
    for invitation in _open_now().filter(invited_by=person):
        revoke_invitation(invitation=invitation, by=by)


def open_invitation(token: str) -> Invitation | None:
    """The invitation of a token, while it can be accepted."""
    return _open_now().filter(token_hash=_hash(token)).first()


def still_open(invitation_id: str) -> Invitation | None:
    """An invitation that was open before, while it can be accepted."""
    return _open_now().filter(pk=invitation_id).first()


def open_invitation_for(email: str) -> Invitation | None:
    """The latest invitation of an e-mail address, while it can be accepted."""
    return _open_now().filter(email__iexact=email).first() if email else None


@transaction.atomic
def accept_invitation(
    *, invitation: Invitation, username: str, name: str, password: str | None, email: str = ""
) -> User:
    """Makes the account and uses the invitation up; no password for one that signs in elsewhere.

    `email` is known to be the person's own; else it is that of the invitation.

    Raises AccountRefused (then the invitation stays open) and InvitationGone.
    """
    current = _open_now().select_for_update().filter(pk=invitation.pk).first()
    if current is None:
        raise InvitationGone
    person = checked_account(
        password=password,
        username=username,
        first_name=name,
        email=email or current.email,
        is_staff=current.is_staff,
    )
    save_account(person)
    current.accepted_at, current.accepted_by = timezone.now(), person
    current.save(update_fields=["accepted_at", "accepted_by"])
    audit.record(
        actor=person,
        action=Action.INVITATION_ACCEPTED,
        subject=audit.about(person),
        details={"role": role_name(person.is_staff)},
    )
    return person


def role_name(is_staff: bool) -> str:
    """The role as the audit log keeps it."""
    return "staff" if is_staff else "member"


def is_open(now: datetime) -> Q:
    return Q(accepted_at=None, revoked_at=None, expires_at__gt=now)


def _open_now() -> QuerySet[Invitation]:
    return Invitation.objects.filter(is_open(timezone.now()))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
