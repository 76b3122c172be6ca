"""Turns deliveries into pictures: fetched, verified, stored; a failed download is only repeated."""

from collections.abc import Iterable
from datetime import timedelta
from functools import partial

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Min, QuerySet
from django.utils import timezone

from generations.models import Attempt, Delivery
from generations.providers.base import Code
from generations.providers.results import FetchError, FetchLimits
from generations.services import live, queue
from generations.services.attempts.record import arrived_name
from generations.services.attempts.settle import settle_attempt
from generations.services.database import insist, let_go, storable
from generations.services.images import store_image
from generations.services.originals import (
    StorageFailed,
    delete,
    exists,
    read_bytes,
    saving,
    size_of,
)
from generations.services.pictures import PictureRefused, reading_room
from generations.services.workers import WorkerProcess

BACKOFF_SECONDS = (2, 5, 15, 60, 300)
# However old it is: the machine may have been off, or its clock may have jumped
LEAST_REPEATS = 2
# A mirror may name an address a minute before it serves the picture
REPEATS_OF_A_REFUSAL = 4
# A network may cut a file whose length nobody said, a mirror may give a page in its place
REPEATS_OF_NO_PICTURE = 2

log = structlog.get_logger(__name__)


def collect_pictures(attempt: Attempt, worker: WorkerProcess) -> None:
    """Works through what was delivered; settles, or leaves the rest for a later try."""
    deliveries = insist(lambda: list(attempt.deliveries.all()))
    for delivery in filter(_is_pending, deliveries):
        _collect(delivery, attempt, worker)
    is_decided = not any(map(_is_pending, deliveries))
    # Another worker may have brought more meanwhile
    if is_decided and insist(partial(settle_attempt, attempt)):
        _tidy(attempt, deliveries)
    else:
        insist(partial(_leave_for_later, attempt))


def _is_pending(delivery: Delivery) -> bool:
    return delivery.status == Delivery.Status.PENDING


def _pending(attempt: Attempt) -> QuerySet[Delivery]:
    return attempt.deliveries.filter(status=Delivery.Status.PENDING)


def _collect(delivery: Delivery, attempt: Attempt, worker: WorkerProcess) -> None:
    try:
        if not delivery.file and not _is_there_already(delivery, attempt):
            _fetch(delivery, attempt, worker)
        with reading_room.taken(size_of(delivery.file)):
            store_image(delivery, read_bytes(delivery.file))
    except FetchError as error:
        insist(partial(_not_fetched, delivery, error))
    except PictureRefused as refused:
        insist(partial(_not_taken, delivery, refused))
    except (StorageFailed, OSError) as error:
        # A disk that is full or away: what is paid for waits until it is back
        log.warning("picture_not_stored", error=str(error))
        insist(partial(_not_stored, delivery, error))


def _is_there_already(delivery: Delivery, attempt: Attempt) -> bool:
    """Takes what a worker had fetched when it died: the address may be gone by now."""
    name = arrived_name(attempt, delivery.position)
    if not exists(name):
        return False
    _keep(delivery, name)
    return True


def _fetch(delivery: Delivery, attempt: Attempt, worker: WorkerProcess) -> None:
    """Downloads a picture into a file before anything is done with it."""
    endpoint = settings.PROVIDERS.get(attempt.provider)
    let_go()
    limits = FetchLimits(max_bytes=settings.PICTURE_MAX_BYTES)
    name = arrived_name(attempt, delivery.position)
    with saving(name) as file:
        worker.loop.fetch(delivery.url, into=file, endpoint=endpoint, limits=limits)
    _keep(delivery, name)


def _keep(delivery: Delivery, name: str) -> None:
    delivery.file = name
    insist(partial(delivery.save, update_fields=["file"]))


def _not_fetched(delivery: Delivery, error: FetchError) -> None:
    log.warning("download_failed", code=error.code, tries=delivery.tries + 1)
    if _is_hopeless(delivery, error):
        _refuse(delivery, error.code, error.detail)
    else:
        _try_later(delivery)


def _is_hopeless(delivery: Delivery, error: FetchError) -> bool:
    if error.is_final and error.code == Code.DOWNLOAD_FAILED:
        return delivery.tries >= REPEATS_OF_A_REFUSAL
    return error.is_final or _is_old(delivery)


def _not_stored(delivery: Delivery, error: OSError) -> None:
    is_gone = isinstance(error, FileNotFoundError)
    if is_gone and delivery.url:
        # It can be fetched again
        delivery.file = ""
    elif is_gone and _is_old(delivery):
        _refuse(delivery, Code.DOWNLOAD_FAILED, f"{delivery.file} is gone.")
        return
    _try_later(delivery)


def _not_taken(delivery: Delivery, refused: PictureRefused) -> None:
    is_no_picture = refused.code == Code.NOT_A_PICTURE
    if delivery.url and is_no_picture and delivery.tries < REPEATS_OF_NO_PICTURE:
        log.warning("download_was_no_picture", tries=delivery.tries + 1)
        delete(delivery.file)
        delivery.file = ""
        _try_later(delivery)
    else:
        _refuse(delivery, refused.code, str(refused.facts))


def _is_old(delivery: Delivery) -> bool:
    age = (timezone.now() - delivery.created_at).total_seconds()
    return delivery.tries >= LEAST_REPEATS and age > settings.DOWNLOAD_GIVE_UP_SECONDS


def _refuse(delivery: Delivery, code: Code, detail: str) -> None:
    """Unless another worker has brought it meanwhile."""
    Delivery.objects.filter(
        id=delivery.id, status=Delivery.Status.PENDING, file=delivery.file
    ).update(status=Delivery.Status.REFUSED, code=code, detail=storable(detail)[:2000])
    delivery.status = Delivery.Status.REFUSED


def _try_later(delivery: Delivery) -> None:
    wait = BACKOFF_SECONDS[min(delivery.tries, len(BACKOFF_SECONDS) - 1)]
    delivery.tries += 1
    delivery.not_before = timezone.now() + timedelta(seconds=wait)
    delivery.save(update_fields=["tries", "not_before", "file"])


def _leave_for_later(attempt: Attempt) -> None:
    """Gives the attempt up until the next download is due, so that no thread waits for it."""
    due = _pending(attempt).aggregate(due=Min("not_before"))["due"] or timezone.now()
    with transaction.atomic():
        mine = Attempt.objects.filter(
            id=attempt.id, status=Attempt.Status.COLLECTING, worker=attempt.worker_id
        )
        mine.update(worker=None, not_before=due)
        queue.ring(delay_seconds=max(0.0, (due - timezone.now()).total_seconds()))
        live.publish_state(user_id=attempt.requested_by_id, generation_id=attempt.generation_id)


def _tidy(attempt: Attempt, deliveries: Iterable[Delivery]) -> None:
    """Drops the copies of what lies elsewhere now; refused bytes stay for a person to look at."""
    for delivery in deliveries:
        if delivery.status == Delivery.Status.STORED:
            delete(delivery.file)
    if attempt.partial_file:
        delete(attempt.partial_file)
        Attempt.objects.filter(id=attempt.id).update(partial_file="")
