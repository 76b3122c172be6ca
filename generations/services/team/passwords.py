"""Links for a new password: made by staff, for whoever has lost theirs; good once, for some days.

Nothing of them is kept: a link is a signature over the password it is to replace, so that it
ends with that, with the next sign-in, and after PASSWORD_RESET_TIMEOUT.
"""

from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from generations.models.audit_actions import Action
from generations.services import audit
from generations.services.team.accounts import check_password
from generations.services.team.sessions import end_sessions


def make_password_link(*, person: User, by: Any) -> tuple[str, str]:
    """The two parts of a new link: whose it is, and its token."""
    audit.record(actor=by, action=Action.PASSWORD_LINK_MADE, subject=audit.about(person))
    uid = urlsafe_base64_encode(force_bytes(person.pk))
    return uid, default_token_generator.make_token(person)


def person_of_link(uid: str, token: str) -> User | None:
    """Whose password a link may replace now; nobody's where it is used, expired or made up."""
    try:
        key = int(urlsafe_base64_decode(uid))
    except (ValueError, OverflowError):
        return None
    person = User.objects.filter(pk=key, is_active=True).first() if key < 2**63 else None
    return person if default_token_generator.check_token(person, token) else None


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
