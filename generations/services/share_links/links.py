"""Links for guests: made, changed, given another address, revoked."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from generations.models import Collection, OutputImage, ShareLink, ShareLinkItem
from generations.models.audit_actions import Action
from generations.services import audit
from generations.services.share_links.tokens import hash_of, new_seed, token_from

Kind = ShareLink.Kind
# What of the settings the audit log tells; a note may be long and private
TOLD = ("title", "expires_at", "allow_download", "show_prompt", "show_author", "allow_review")
# More of them are only counted there; the link itself knows them all
MOST_FRAMES = 200


@dataclass(frozen=True, kw_only=True)
class ShareSettings:
    """What a maker decides; `expires_at` None is never."""

    title: str = ""
    note: str = ""
    expires_at: datetime | None
    allow_download: bool = False
    show_prompt: bool = False
    show_author: bool = False
    allow_review: bool = False
    project_id: UUID | None = None


@transaction.atomic
def share_images(
    *, user: Any, images: Sequence[OutputImage], settings: ShareSettings, password: str = ""
) -> ShareLink:
    """A link for these pictures in this order, and for no others, whatever comes later."""
    kind = Kind.PICTURE if len(images) == 1 else Kind.SELECTION
    link = _make(user, settings, password, kind=kind)
    ShareLinkItem.objects.bulk_create(
        ShareLinkItem(link=link, image=image, position=position)
        for position, image in enumerate(images, start=1)
    )
    frames = [image.frame_number for image in images[:MOST_FRAMES]]
    _note_made(link, {"count": len(images), "frames": frames})
    return link


@transaction.atomic
def share_collection(
    *, user: Any, collection: Collection, settings: ShareSettings, password: str = ""
) -> ShareLink:
    """A link for a collection as it is whenever somebody looks."""
    link = _make(user, settings, password, kind=Kind.COLLECTION, collection=collection)
    _note_made(link, {"collection": collection.name})
    return link


@transaction.atomic
def change_link(
    *, link: ShareLink, by: Any, settings: ShareSettings, password: str | None = None
) -> None:
    """Takes the settings as they are now; `password` None leaves it, empty takes it away.

    Another password closes the link for who got in with the one before.
    """
    changed = asdict(settings)
    if password is not None:
        changed["password"] = _hashed(password)
    before = _told(link)
    ShareLink.objects.filter(pk=link.pk).update(**changed)
    link.refresh_from_db()
    after = _told(link)
    details = {name: [before[name], after[name]] for name in after if after[name] != before[name]}
    if password:
        details["is_protected"] = [before["is_protected"], True]
    if details:
        _note(link, by, Action.LINK_CHANGED, details)


@transaction.atomic
def renew_address(*, link: ShareLink, by: Any) -> None:
    """Another address for the same link; the one before opens nothing from now on."""
    ShareLink.objects.filter(pk=link.pk).update(**_address(new_seed()))
    _note(link, by, Action.LINK_READDRESSED, {})


@transaction.atomic
def revoke_links(*, links: QuerySet[ShareLink], by: Any) -> int:
    """Closes links for good, with every address under them; answers how many were not yet."""
    found = list(links.filter(revoked_at=None).select_for_update(of=("self",)))
    for link in found:
        _note(link, by, Action.LINK_REVOKED, {"made_by": str(link.made_by)})
    ShareLink.objects.filter(pk__in=[link.pk for link in found]).update(
        revoked_at=timezone.now(), revoked_by=by
    )
    return len(found)


def _make(user: Any, settings: ShareSettings, password: str, **what: Any) -> ShareLink:
    return ShareLink.objects.create(
        made_by=user,
        password=_hashed(password),
        **_address(new_seed()),
        **asdict(settings),
        **what,
    )


def _note_made(link: ShareLink, what: dict[str, Any]) -> None:
    _note(link, link.made_by, Action.LINK_MADE, what | _told(link))


def _note(link: ShareLink, by: Any, action: Action, details: dict[str, Any]) -> None:
    label = link.title or str(link.get_kind_display())
    audit.record(actor=by, action=action, subject=audit.about(link, label), details=details)


def _told(link: ShareLink) -> dict[str, Any]:
    told = {name: getattr(link, name) for name in TOLD}
    until = link.open_until
    return told | {"expires_at": str(until or ""), "is_protected": bool(link.password)}


def _address(seed: str) -> dict[str, str]:
    return {"seed": seed, "token_hash": hash_of(token_from(seed))}


def _hashed(password: str) -> str:
    return make_password(password) if password else ""
