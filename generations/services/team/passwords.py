"""Links for a new password: made by staff, for whoever has lost theirs; good once, for some days.

Nothing of them is kept: a link is a signature over the password it is to replace, so that it
ends with that, with the next sign-in, and after PASSWORD_RESET_TIMEOUT; and over who made it, so
that it ends when that person leaves the staff.
"""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from generations.models import Membership
from generations.models.audit_actions import Action
from generations.services import audit
from generations.services.team.accounts import check_password
from generations.services.team.sessions import end_sessions

# In the place of the maker: the operator, at the command line
OPERATOR = 0


class _Tokens(PasswordResetTokenGenerator):
    """Tokens of the links that one person of the staff made, or the operator (None)."""

    key_salt = "generations.services.team.passwords"

    def __init__(self, maker: User | None) -> None:
        super().__init__()
        self._maker = maker

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        signed = f"{super()._make_hash_value(user, timestamp)} {_links_ended_at(user)}"
        if self._maker is None:
            return signed
        return f"{signed} {self._maker.pk} {_links_ended_at(self._maker)}"


def make_password_link(*, person: User, by: Any) -> tuple[str, str]:
    """The two parts of a new link: whose it is and who made it, and its token."""
    audit.record(actor=by, action=Action.PASSWORD_LINK_MADE, subject=audit.about(person))
    made = f"{person.pk} {by.pk if by else OPERATOR}"
    return urlsafe_base64_encode(force_bytes(made)), _Tokens(by).make_token(person)


def person_of_link(uid: str, token: str) -> User | None:
    """Whose password a link may replace now; nobody's where it is used, expired or made up."""
    try:
        person_id, maker_id = map(int, urlsafe_base64_decode(uid).split())
    except (ValueError, OverflowError):
        return None
    if max(person_id, maker_id) >= 2**63:
        return None
    person = User.objects.filter(pk=person_id, is_active=True).first()
    maker = User.objects.filter(pk=maker_id, is_active=True, is_staff=True).first()
    if maker is None and maker_id != OPERATOR:
        return None
    return person if _Tokens(maker).check_token(person, token) else None


def _links_ended_at(person: Any) -> datetime | None:
    ended = Membership.objects.filter(person=person).values_list("links_ended_at", flat=True)
    return ended.first()


@transaction.atomic
def replace_password(*, person: User, password: str, address: str | None) -> None:
    """Raises AccountRefused where the password will not do. Signs the person out everywhere."""
    check_password(person, password)
    person.set_password(password)
    person.save(update_fields=["password"])
    end_sessions(person=person)
    audit.record(
        actor=person,
        action=Action.PASSWORD_CHANGED,
        subject=audit.about(person),
        details={"method": "link"},
        address=address,
    )
