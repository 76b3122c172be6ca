"""The second step of signing in: who must have one, who has one, and taking it away."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction

from generations.models.audit_actions import Action
from generations.services import audit, live
from generations.services.team.sessions import end_sessions

OFF, STAFF, EVERYBODY = "off", "staff", "everybody"
STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def is_second_factor_required(person: Any) -> bool:
    rule = settings.REQUIRE_TWO_FACTOR
    return bool(rule == EVERYBODY or (rule == STAFF and person.is_staff))


def has_second_factor(person: Any) -> bool:
    return bool(Authenticator.objects.filter(user=person.pk, type__in=STEPS).exists())


@transaction.atomic
def reset_second_factor(*, person: Any, by: Any) -> None:
    """For somebody who has lost phone and key: the password alone signs in, until a new set-up.

    Ends their sessions, so that whoever has found the phone is out.
    """
    found, _each = Authenticator.objects.filter(user=person.pk).delete()
    if found:
        end_sessions(person=person)
        live.publish_signed_out(user_id=person.pk)
        audit.record(actor=by, action=Action.SECOND_FACTOR_RESET, subject=audit.about(person))
