"""Where a person is signed in, and when they were seen."""

from typing import Any

from allauth.usersessions.models import UserSession
from django.utils import timezone

from generations.models import Membership


def end_sessions(*, person: Any, but: str | None = None) -> int:
    """Signs a person out everywhere, but for the session of that key; answers how many ended."""
    sessions = UserSession.objects.filter(user=person).exclude(session_key=but or "")
    ended = 0
    for session in sessions:
        session.end()
        ended += 1
    return ended


def note_seen(*, person_id: int) -> None:
    """Keeps that a person was here just now."""
    now = timezone.now()
    if not Membership.objects.filter(person=person_id).update(last_seen_at=now):
        Membership.objects.get_or_create(person_id=person_id, defaults={"last_seen_at": now})
