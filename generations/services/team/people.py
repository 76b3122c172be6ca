"""People of the team: their role, their name, their models, and their leaving."""

from collections.abc import Sequence
from typing import Any

import structlog
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from generations.models import ImageModel, Membership, ShareLink
from generations.models.audit_actions import Action
from generations.services import audit, live
from generations.services.share_links.links import revoke_links
from generations.services.team.accounts import check_email
from generations.services.team.invitations import revoke_invitations_of, role_name
from generations.services.team.sessions import end_sessions
from generations.services.team.tokens import revoke_tokens_of

log = structlog.get_logger(__name__)


class LastStaff(Exception):
    """Nobody of the staff would be left."""


@transaction.atomic
def change_role(*, person: User, is_staff: bool, by: Any) -> None:
    """Makes a member staff or staff a member, whose open invitations end. Raises LastStaff."""
    current = _locked(person)
    if current.is_staff == is_staff:
        return
    if not is_staff:
        _keep_one_of_the_staff(current)
    User.objects.filter(pk=current.pk).update(is_staff=is_staff, is_superuser=is_staff)
    roles = [role_name(not is_staff), role_name(is_staff)]
    subject = audit.about(current)
    audit.record(actor=by, action=Action.ROLE_CHANGED, subject=subject, details={"role": roles})
    if not is_staff:
        _end_what_staff_gave(current, by)


@transaction.atomic
def change_person(*, person: User, name: str, email: str, by: Any) -> None:
    """Another name or e-mail address. Raises AccountRefused where another person has that."""
    before = {"name": person.get_full_name(), "email": person.email}
    after = {"name": name, "email": email}
    person.first_name, person.last_name, person.email = name, "", email
    check_email(person)
    person.save(update_fields=["first_name", "last_name", "email"])
    changes = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    if changes:
        subject = audit.about(person)
        audit.record(actor=by, action=Action.PERSON_CHANGED, subject=subject, details=changes)


@transaction.atomic
def permit_models(*, person: User, image_models: Sequence[ImageModel] | None, by: Any) -> None:
    """Which models a person may use from now on; None for all there are and will be."""
    membership, _is_new = Membership.objects.get_or_create(person=person)
    membership.has_all_models = image_models is None
    membership.save(update_fields=["has_all_models"])
    membership.image_models.set(image_models or [])
    names = ["all"] if image_models is None else [str(it) for it in image_models]
    audit.record(
        actor=by,
        action=Action.MODELS_PERMITTED,
        subject=audit.about(person),
        details={"models": ", ".join(names) or "none"},
    )


@transaction.atomic
def deactivate_person(*, person: User, by: Any) -> None:
    """Ends a person's access at once; everything they made, and what it cost, stays.

    What opens the site to them ends in the same transaction: add to `_end_access` what does so
    from now on. What they submitted goes on. Raises LastStaff.
    """
    current = _locked(person)
    if not current.is_active:
        return
    if current.is_staff:
        _keep_one_of_the_staff(current)
    User.objects.filter(pk=current.pk).update(is_active=False)
    Membership.objects.update_or_create(
        person=current, defaults={"deactivated_at": timezone.now(), "deactivated_by": by}
    )
    audit.record(actor=by, action=Action.PERSON_DEACTIVATED, subject=audit.about(current))
    _end_access(current, by)
    log.warning("person_deactivated", person=current.pk, by=by.pk)


@transaction.atomic
def reactivate_person(*, person: User, by: Any) -> None:
    """Lets a person sign in again; sessions, tokens and links of before stay ended."""
    if not User.objects.filter(pk=person.pk, is_active=False).update(is_active=True):
        return
    Membership.objects.filter(person=person).update(deactivated_at=None, deactivated_by=None)
    end_sessions(person=person)
    audit.record(actor=by, action=Action.PERSON_REACTIVATED, subject=audit.about(person))


@transaction.atomic
def sign_out_everywhere(*, person: User, by: Any) -> None:
    """Ends every session of a person; they may sign in again."""
    count = end_sessions(person=person)
    live.publish_signed_out(user_id=person.pk)
    if count:
        audit.record(
            actor=by,
            action=Action.SESSIONS_ENDED,
            subject=audit.about(person),
            details={"count": count},
        )


def _end_access(person: User, by: Any) -> None:
    """Everything by which a person, or whoever they gave it to, gets in."""
    end_sessions(person=person)
    revoke_tokens_of(person=person, by=by)
    revoke_links(links=ShareLink.objects.filter(made_by=person), by=by)
    _end_what_staff_gave(person, by)
    # Open tabs look at once whether they may still listen
    live.publish_signed_out(user_id=person.pk)


def _end_what_staff_gave(person: User, by: Any) -> None:
    """The doors that a person opened to others as one of the staff."""
    revoke_invitations_of(person=person, by=by)
    now = timezone.now()
    Membership.objects.update_or_create(person=person, defaults={"links_ended_at": now})


def _locked(person: User) -> User:
    """The person as they are now; whoever changes staff at the same time waits."""
    list(User.objects.select_for_update().filter(is_staff=True).order_by("pk").values_list("pk"))
    return User.objects.select_for_update().get(pk=person.pk)


def _keep_one_of_the_staff(person: User) -> None:
    if not User.objects.filter(is_staff=True, is_active=True).exclude(pk=person.pk).exists():
        raise LastStaff
