"""Turns deliveries into pictures: fetched, verified, stored; a failed download is only repeated."""

from datetime import timedelta
from functools import partial

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from generations.models import Attempt, Delivery, OutputImage
from generations.providers.base import Code
from generations.providers.results import FetchError, FetchLimits
from generations.services import live, queue
from generations.services.attempts.settle import settle_attempt
from generations.services.database import insist, let_go
from generations.services.originals import delete, read_bytes, store_bytes
from generations.services.pictures import ExaminedPicture, PictureRefused, examine_picture
from generations.services.workers import WorkerProcess

BACKOFF_SECONDS = (2, 5, 15, 60, 300)

log = structlog.get_logger(__name__)


def collect_pictures(attempt: Attempt, worker: WorkerProcess) -> None:
    """Works through what was delivered; settles, or leaves the rest for a later try."""
    for delivery in attempt.deliveries.filter(status=Delivery.Status.PENDING):
        _collect(delivery, attempt, worker)
    pending = attempt.deliveries.filter(status=Delivery.Status.PENDING)
    if insist(pending.exists):
        insist(lambda: _leave_for_later(attempt))
    else:
        insist(lambda: settle_attempt(attempt))
        _tidy(attempt)


def _collect(delivery: Delivery, attempt: Attempt, worker: WorkerProcess) -> None:
    try:
        _store(delivery, attempt, _content(delivery, attempt, worker))
    except FetchError as error:
        insist(partial(_not_fetched, delivery, error))
    except PictureRefused as refused:
        insist(partial(_refuse, delivery, refused.code, str(refused.facts)))
    except OSError as error:
        # A disk that is full or away: what is paid for waits until it is back
        log.warning("picture_not_stored", error=str(error))
        insist(partial(_try_later, delivery))


def _content(delivery: Delivery, attempt: Attempt, worker: WorkerProcess) -> bytes:
    if delivery.file:
        return read_bytes(delivery.file)
    endpoint = settings.PROVIDERS.get(attempt.provider)
    let_go()
    limits = FetchLimits(max_bytes=settings.PICTURE_MAX_BYTES)
    return worker.loop.fetch(delivery.url, endpoint=endpoint, limits=limits)


def _store(delivery: Delivery, attempt: Attempt, content: bytes) -> None:
    """Original byte for byte, thumbnail and placeholder, then the rows in one transaction."""
    picture = examine_picture(
        content,
        max_bytes=settings.PICTURE_MAX_BYTES,
        max_pixels=settings.PICTURE_MAX_PIXELS,
        thumbnail_width=settings.THUMBNAIL_WIDTH,
    )
    file = store_bytes("originals", content, extension=picture.extension)
    thumbnail = store_bytes("thumbnails", picture.thumbnail, extension="webp")
    insist(lambda: _save_image(delivery, attempt, picture, file, thumbnail, len(content)))


def _save_image(
    delivery: Delivery,
    attempt: Attempt,
    picture: ExaminedPicture,
    *files_and_size: str | int,
) -> None:
    file, thumbnail, byte_size = files_and_size
    with transaction.atomic():
        OutputImage.objects.get_or_create(
            attempt=attempt,
            position=delivery.position,
            defaults={
                "generation_id": attempt.generation_id,
                "file": file,
                "thumbnail": thumbnail,
                "placeholder": picture.placeholder,
                "sha256": picture.sha256,
                "content_type": picture.content_type,
                "byte_size": byte_size,
                "width": picture.width,
                "height": picture.height,
                "is_transparent": picture.is_transparent,
            },
        )
        delivery.status = Delivery.Status.STORED
        delivery.save(update_fields=["status"])


def _not_fetched(delivery: Delivery, error: FetchError) -> None:
    age = (timezone.now() - delivery.created_at).total_seconds()
    log.warning("download_failed", code=error.code, tries=delivery.tries + 1)
    if error.is_final or age > settings.DOWNLOAD_GIVE_UP_SECONDS:
        _refuse(delivery, error.code, error.detail)
    else:
        _try_later(delivery)


def _refuse(delivery: Delivery, code: Code, detail: str) -> None:
    delivery.status, delivery.code, delivery.detail = Delivery.Status.REFUSED, code, detail[:2000]
    delivery.save(update_fields=["status", "code", "detail"])


def _try_later(delivery: Delivery) -> None:
    wait = BACKOFF_SECONDS[min(delivery.tries, len(BACKOFF_SECONDS) - 1)]
    delivery.tries += 1
    delivery.not_before = timezone.now() + timedelta(seconds=wait)
    delivery.save(update_fields=["tries", "not_before"])


def _leave_for_later(attempt: Attempt) -> None:
    """Gives the attempt up until the next download is due, so that no thread waits for it."""
    pending = attempt.deliveries.filter(status=Delivery.Status.PENDING)
    due = pending.aggregate(due=Min("not_before"))["due"] or timezone.now()
    with transaction.atomic():
        Attempt.objects.filter(id=attempt.id, status=Attempt.Status.COLLECTING).update(
            worker=None, not_before=due
        )
        delay = max(0.0, (due - timezone.now()).total_seconds())
        queue.ring(delay_seconds=delay)
        live.publish_state(user_id=attempt.requested_by_id, generation_id=attempt.generation_id)


def _tidy(attempt: Attempt) -> None:
    """Drops the copies that lie elsewhere now: bytes as they arrived, the partial picture."""
    stored = attempt.deliveries.filter(status=Delivery.Status.STORED).exclude(file="")
    for delivery in stored:
        delete(delivery.file)
    if attempt.partial_file:
        delete(attempt.partial_file)
        Attempt.objects.filter(id=attempt.id).update(partial_file="")
