"""People whom the team's own provider sends: known, invited, or from anybody it knows."""

import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from generations.models import Invitation
from generations.models.audit_actions import Action
from generations.services import audit
from generations.services.team.accounts import AccountRefused, checked_account, save_account
from generations.services.team.invitations import (
    InvitationGone,
    accept_invitation,
    open_invitation_for,
)
from generations.services.team.people import LastStaff, change_role

ANYBODY = "anybody"


class NotAdmitted(Exception):
    """Nobody comes in; `reason` is "unverified", "not-invited" or "different-people"."""

    def __init__(self, reason: str, *, email: str = "") -> None:
        super().__init__(reason)
        self.reason, self.email = reason, email


@dataclass(frozen=True)
class Newcomer:
    """Somebody the provider vouches for; `email` is empty where it does not vouch for that."""

    email: str
    name: str
    username: str


@transaction.atomic
def admit(*, newcomer: Newcomer, invitation: Invitation | None) -> User:
    """The account of somebody who comes the first time: that of their e-mail, or a new one.

    `invitation` is the one whose link they followed. Raises NotAdmitted.
    """
    if not newcomer.email:
        raise NotAdmitted("unverified")
    known = User.objects.filter(email__iexact=newcomer.email).first()
    if known is not None:
        return known
    return _by_invitation(newcomer, invitation) or _by_provider(newcomer)


def follow_role(*, person: User, values: list[str] | None) -> None:
    """Makes a person staff or a member as the provider says; None: it says nothing of roles.

    The last of the staff stays staff, whatever it says.
    """
    if values is None:
        return
    is_staff = not set(values).isdisjoint(settings.OIDC_STAFF_VALUES)
    try:
        change_role(person=person, is_staff=is_staff, by=None)
    except LastStaff:
        return
    person.refresh_from_db(fields=["is_staff", "is_superuser"])


def _by_invitation(newcomer: Newcomer, followed: Invitation | None) -> User | None:
    """A link for somebody else's address is not theirs."""
    if followed is not None and followed.email.lower() not in ("", newcomer.email.lower()):
        followed = None
    invitation = followed or open_invitation_for(newcomer.email)
    if invitation is None:
        return None
    try:
        return accept_invitation(
            invitation=invitation,
            username=free_username(newcomer),
            name=newcomer.name or invitation.name,
            password=None,
            email=newcomer.email,
        )
    except (InvitationGone, AccountRefused):
        return None


def _by_provider(newcomer: Newcomer) -> User:
    if settings.OIDC_ADMITS != ANYBODY:
        raise NotAdmitted("not-invited", email=newcomer.email)
    person = checked_account(
        password=None,
        username=free_username(newcomer),
        first_name=newcomer.name,
        email=newcomer.email,
    )
    save_account(person)
    audit.record(
        actor=person,
        action=Action.ACCOUNT_MADE,
        subject=audit.about(person),
        details={"email": person.email},
    )
    return person


def free_username(newcomer: Newcomer) -> str:
    """As the provider calls them, with a number where somebody has that name already."""
    wanted = newcomer.username.partition("@")[0] or newcomer.email.partition("@")[0]
    name = re.sub(r"[^\w.+-]", "", wanted)[:140] or "person"
    taken = {it.lower() for it in _names_like(name)}
    numbered = (f"{name}{number}" for number in range(2, len(taken) + 3))
    return (
        name
        if name.lower() not in taken
        else next(it for it in numbered if it.lower() not in taken)
    )


def _names_like(name: str) -> Any:
    return User.objects.filter(username__istartswith=name).values_list("username", flat=True)
