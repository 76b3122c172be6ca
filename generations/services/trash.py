"""Pictures out of the gallery, back into it, and gone for good; the money stays as it is."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from generations.models import (
    Attempt,
    Collection,
    CollectionItem,
    Delivery,
    Favourite,
    Generation,
    OutputImage,
    SearchText,
    ShareLinkItem,
    ShareReview,
)
from generations.models.audit_actions import Action
from generations.services import audit, live
from generations.services.audit import Subject
from generations.services.copies.store import forget_copies
from generations.services.database import no_new_rows
from generations.services.originals import delete
from generations.services.spend import sums
from generations.services.thumbnails import small_thumbnail_of

Images = QuerySet[OutputImage]
BATCH = 200

log = structlog.get_logger(__name__)


@transaction.atomic
def trash_images(*, user: Any, images: Images) -> list[OutputImage]:
    """Takes pictures out of the gallery; answers those that were in it."""
    return _change(
        images.filter(is_in_gallery=True),
        is_in_gallery=False,
        trashed_at=timezone.now(),
        trashed_by=user,
    )


@transaction.atomic
def restore_images(*, images: Images) -> list[OutputImage]:
    """Puts pictures of the trash back to their place in the gallery; answers which."""
    return _change(
        images.filter(trashed_at__isnull=False, deleted_at=None),
        is_in_gallery=True,
        trashed_at=None,
        trashed_by=None,
    )


def delete_images(*, images: Images, deleted_by: Any = None) -> list[OutputImage]:
    """Deletes pictures of the trash with their files; rows and ledger stay. Answers which.

    `deleted_by` is the person; None where their days in the trash are over.
    """
    with transaction.atomic():
        deleted = _change(
            images.filter(trashed_at__isnull=False, deleted_at=None), deleted_at=timezone.now()
        )
        _forget(deleted)
        _note(deleted, deleted_by)
    _remove_files(deleted)
    return deleted


def purge_trash(*, now: datetime) -> int:
    """Deletes what was in the trash for its days, and what a crash left half deleted."""
    _remove_files(OutputImage.objects.filter(deleted_at__isnull=False).exclude(file=""))
    limit = now - timedelta(days=settings.TRASH_RETENTION_DAYS)
    too_old = OutputImage.objects.in_trash().filter(trashed_at__lte=limit)
    count = 0
    while frames := list(too_old.values_list("pk", flat=True)[:BATCH]):
        count += len(delete_images(images=OutputImage.objects.filter(pk__in=frames)))
    if count:
        log.info("trash_purged", count=count)
    return count


def _change(images: Images, **values: Any) -> list[OutputImage]:
    """Under the lock of settling, which writes the same rows."""
    generations = set(images.values_list("generation", flat=True))
    locked = Generation.objects.select_for_update().filter(pk__in=generations).order_by("pk")
    for generation in locked:
        live.publish_state(user_id=generation.requested_by_id, generation_id=generation.pk)
    found = list(images.order_by("pk"))
    if "is_in_gallery" in values:
        sums.count_kept(found, 1 if values["is_in_gallery"] else -1)
    OutputImage.objects.filter(pk__in=[image.pk for image in found]).update(**values)
    return found


def _forget(images: Sequence[OutputImage]) -> None:
    """What was only there for the picture, and the addresses that it once came from."""
    Collection.objects.filter(cover__in=images).update(cover=None)
    for model in (SearchText, Favourite, CollectionItem, ShareLinkItem, ShareReview):
        model.objects.filter(image__in=images).delete()
    for image in images:
        Delivery.objects.filter(attempt=image.attempt_id, position=image.position).update(url="")


def _note(images: Sequence[OutputImage], deleted_by: Any) -> None:
    """What a person deletes is written down picture by picture."""
    if deleted_by is not None:
        subjects = (Subject("outputimage", str(it.uuid), it.frame_number) for it in images)
        audit.record_each(actor=deleted_by, action=Action.PICTURE_DELETED, subjects=subjects)
    elif images:
        details = {"count": len(images), "frames": [it.frame_number for it in images]}
        audit.record(actor=None, action=Action.TRASH_PURGED, details=details)


def _remove_files(images: Iterable[OutputImage]) -> None:
    """A name leaves the row only after its file, so that a crash in between is made good."""
    for image in images:
        if _remove_unused(image.file, users=OutputImage.objects.filter(sha256=image.sha256)):
            forget_copies(image.sha256)
        users = OutputImage.objects.filter(thumbnail=image.thumbnail)
        _remove_unused(image.thumbnail, small_thumbnail_of(image.thumbnail), users=users)
        _remove_partial(image.attempt_id)
        OutputImage.objects.filter(pk=image.pk).update(file="", thumbnail="", placeholder="")


def _remove_unused(*names: str, users: Images) -> bool:
    """Removes files unless a picture that is not deleted has them; answers whether it did."""
    with no_new_rows(OutputImage):
        is_unused = not users.filter(deleted_at=None).exists()
        for name in names if is_unused else ():
            delete(name)
        return is_unused


def _remove_partial(attempt_id: Any) -> None:
    """The sketch of a call, once no picture of the call is left."""
    call = Attempt.objects.filter(~Q(partial_file=""), pk=attempt_id)
    attempt = call.exclude(images__deleted_at=None).first()
    if attempt:
        delete(attempt.partial_file)
        call.update(partial_file="")
