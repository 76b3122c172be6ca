"""The people of the team, and what is open between them and the door."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from generations.models import Attempt, AuditEntry, ImageModel, Invitation, Membership
from generations.services.team.invitations import is_open

LATEST = 10


@dataclass(frozen=True)
class Colleague:
    """A person of the team; `running` are their calls under way, here and at providers."""

    person: User
    membership: Membership | None
    running: int

    @property
    def name(self) -> str:
        return self.person.get_full_name() or self.person.get_username()


def people() -> QuerySet[User]:
    """Everybody who has or had an account: who may sign in first, each group by name."""
    return User.objects.select_related("membership").order_by(
        "-is_active", "first_name", "last_name", "username"
    )


def colleagues(persons: Sequence[User]) -> Sequence[Colleague]:
    """What the list shows of some people, from one more query."""
    unfinished = Attempt.objects.filter(requested_by__in=persons, status__in=Attempt.UNFINISHED)
    counts = unfinished.values("requested_by").annotate(count=Count("pk")).order_by()
    running = {row["requested_by"]: row["count"] for row in counts}
    return [
        Colleague(person, getattr(person, "membership", None), running.get(person.pk, 0))
        for person in persons
    ]


def open_invitations() -> QuerySet[Invitation]:
    return Invitation.objects.filter(is_open(timezone.now())).select_related("invited_by")


def sessions_of(person: Any) -> QuerySet[UserSession]:
    """Where a person is signed in now, the latest first."""
    alive = Session.objects.filter(
        session_key=OuterRef("session_key"), expire_date__gt=timezone.now()
    )
    rows = UserSession.objects.filter(Exists(alive), user=person)
    return rows.order_by("-last_seen_at", "-pk")


def latest_about(person: Any) -> Sequence[AuditEntry]:
    """What was last done by a person, and to them."""
    about = Q(subject_kind="user", subject_id=str(person.pk))
    by_them = AuditEntry.objects.select_related("actor").filter(actor=person)
    to_them = AuditEntry.objects.select_related("actor").filter(about).exclude(actor=person)
    # Two short walks along an index each: together they would be one along none
    found = [*by_them[:LATEST], *to_them[:LATEST]]
    return sorted(found, key=lambda entry: (entry.at, entry.pk), reverse=True)[:LATEST]


def image_models_to_permit() -> QuerySet[ImageModel]:
    """Every image model that is switched on."""
    return ImageModel.objects.filter(is_enabled=True)
