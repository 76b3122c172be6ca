"""Where a person is signed in, and when they were seen."""

from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from generations.models import Membership
from generations.models.audit_actions import Action
from generations.services import audit, live


def end_sessions(*, person: Any, but: str | None = None) -> int:
    """Signs a person out everywhere, but for the session of that key; answers how many ended."""
    sessions = UserSession.objects.filter(user=person).exclude(session_key=but or "")
    ended = 0
    for session in sessions:
        session.end()
        ended += 1
    return ended


def forget_old_sessions() -> None:
    """Sessions that are over, and what was known of them."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    alive = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(alive)).delete()


def note_seen(*, person_id: int) -> None:
    """Keeps that a person was here just now."""
    now = timezone.now()
    if not Membership.objects.filter(person=person_id).update(last_seen_at=now):
        Membership.objects.get_or_create(person_id=person_id, defaults={"last_seen_at": now})


@transaction.atomic
def end_session(*, session: UserSession, by: Any) -> None:
    """Signs a person out in one browser."""
    session.end()
    _note(session.user, by, 1)


@transaction.atomic
def end_other_sessions(*, person: Any, but: str | None) -> None:
    """Signs a person out in every browser but the one of that session."""
    if count := end_sessions(person=person, but=but):
        _note(person, person, count)


def _note(person: Any, by: Any, count: int) -> None:
    live.publish_signed_out(user_id=person.pk)
    subject = audit.about(person)
    audit.record(actor=by, action=Action.SESSIONS_ENDED, subject=subject, details={"count": count})
