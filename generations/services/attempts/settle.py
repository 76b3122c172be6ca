"""Ends attempts: state, ledger and the cost of each picture in one transaction."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from generations.models import Attempt, Delivery, Generation, OutputImage
from generations.providers.base import Charged, Code, ProviderError
from generations.services import gallery, ledger, live, pricing, queue
from generations.services.database import storable
from generations.services.spend import sums

MAX_SENDS = 3
RETRY_SECONDS = (2, 10)
LONGEST_RETRY_SECONDS = 300

Status = Attempt.Status
log = structlog.get_logger(__name__)


def start_collecting(attempt: Attempt, *, by: UUID | None) -> bool:
    """Moves a call that delivered something to collecting; False when nothing was delivered.

    `by` is the worker that goes on with it; None leaves it to whoever claims it. Also from what
    was given up or settled already: a worker that was thought lost may still bring what was paid.
    """
    if not attempt.deliveries.exists():
        return False
    with transaction.atomic():
        generation = _lock(attempt)
        if attempt.sent_at is not None and _move_to_collecting(attempt, by):
            attempt.status, attempt.worker_id = Status.COLLECTING, by
            _reopen(generation)
            _announce(attempt)
    return True


@transaction.atomic
def settle_attempt(attempt: Attempt) -> None:
    """Ends an attempt whose deliveries are all decided: releases the hold, books the charge,
    writes each picture's cost. A picture that came after that takes its share of the same cost.
    """
    generation = _lock(attempt)
    current = Attempt.objects.select_for_update().get(id=attempt.id)
    images = list(current.images.order_by("position"))
    is_booked = current.charged == Charged.YES
    if current.status != Status.COLLECTING and not (is_booked and _has_unpriced(images)):
        return
    current.generation = generation
    cost = current.cost
    if not is_booked:
        # What was delivered is paid for, also where it could not be opened
        delivered = max(len(images), current.deliveries.count())
        cost = pricing.cost_of_call(current, picture_count=delivered)
    before = sums.code_of(current)
    new = [image for image in images if not image.image_model]
    shares = pricing.share_cost(cost, len(images))
    for image, share in zip(images, shares, strict=True):
        image.cost = share
        gallery.fill_in_for_gallery(image, generation)
        image.save(update_fields=["cost", *gallery.FIELDS])
    gallery.write_search_texts(images, current)
    current.code = "" if images else _why_no_picture(current)
    current.picture_count = len(images)
    sums.follow_outcome(current, before=before)
    _end(current, Status.SUCCEEDED if images else Status.FAILED, Charged.YES, cost)
    sums.count_delivered(current, new)
    if images:
        live.publish_images(user_id=current.requested_by_id, generation_id=current.generation_id)
    attempt.refresh_from_db()


@transaction.atomic
def close_attempt(attempt: Attempt, error: ProviderError) -> None:
    """Ends a call that delivered nothing, or queues it again where that is surely free.

    Does nothing when that call is not under way any more, or is another worker's by now.
    """
    generation = _lock(attempt)
    current = Attempt.objects.select_for_update().get(id=attempt.id)
    if current.status != Status.CALLING or not _is_same_call(current, attempt):
        return
    current.generation = generation
    current.code, current.detail = error.code, storable(error.detail)
    current.provider_request_id = error.request_id[:200] or current.provider_request_id
    if _may_be_sent_again(current, generation, error):
        _queue_again(current, error)
    else:
        charged = _is_charged(current, generation, error)
        _end(current, _final_status(error, charged), charged, _cost_of_failure(current, charged))
    attempt.refresh_from_db()


@transaction.atomic
def cancel_queued_attempt(attempt: Attempt) -> bool:
    """Ends an attempt that was never sent, for free; False when it is not queued any more."""
    generation = _lock(attempt)
    canceled = Attempt.objects.filter(id=attempt.id, status=Status.QUEUED).update(
        status=Status.CANCELED
    )
    if canceled:
        attempt.refresh_from_db()
        attempt.generation = generation
        attempt.code = Code.CANCELED
        _end(attempt, Status.CANCELED, Charged.NO, Decimal(0))
    return bool(canceled)


def _lock(attempt: Attempt) -> Generation:
    """Locks the generation first, always, so that two slots that end at once see each other."""
    return Generation.objects.select_for_update().get(id=attempt.generation_id)


def _is_same_call(current: Attempt, attempt: Attempt) -> bool:
    return (current.worker_id, current.sent_at) == (attempt.worker_id, attempt.sent_at)


def _move_to_collecting(attempt: Attempt, by: UUID | None) -> bool:
    same_call = Attempt.objects.filter(id=attempt.id, sent_at=attempt.sent_at)
    running = same_call.filter(status=Status.CALLING, worker=attempt.worker_id)
    given_up = same_call.filter(status=Status.UNCONFIRMED, charged=Charged.UNKNOWN)
    settled = same_call.filter(status=Status.UNCONFIRMED, charged__in=(Charged.YES, Charged.NO))
    # Booked already: the ledger says so, and goes on saying so
    booked = same_call.filter(
        status__in=(Status.SUCCEEDED, Status.FAILED),
        charged=Charged.YES,
        deliveries__status=Delivery.Status.PENDING,
    )
    moved: dict[str, Any] = {"status": Status.COLLECTING, "worker": by, "finished_at": None}
    unknown: dict[str, Any] = moved | {"percent": 100, "code": "", "charged": ""}
    return bool(
        running.update(**unknown)
        or given_up.update(**unknown)
        or _reopen_settled(settled, moved)
        or booked.update(**moved)
    )


def _reopen_settled(settled: QuerySet[Attempt], moved: dict[str, Any]) -> int:
    """What a person has settled is no failure any more while its pictures are collected."""
    current = settled.first()
    if current is None:
        return 0
    before = sums.code_of(current)
    settled.update(**moved, code="")
    current.code = ""
    sums.follow_outcome(current, before=before)
    return 1


def _reopen(generation: Generation) -> None:
    if generation.is_finished:
        generation.status, generation.finished_at = Generation.Status.RUNNING, None
        generation.save(update_fields=["status", "finished_at"])


def _has_unpriced(images: list[OutputImage]) -> bool:
    return any(image.cost is None for image in images)


def _end(attempt: Attempt, status: str, charged: Charged, cost: Decimal | None) -> None:
    was_booked = attempt.charged == Charged.YES
    attempt.status, attempt.charged = status, charged
    attempt.cost = None if charged == Charged.UNKNOWN else cost
    attempt.finished_at = timezone.now()
    attempt.worker = None
    attempt.save()
    if not was_booked:
        _book(attempt)
    _finish_generation(attempt.generation)
    _announce(attempt)
    log.info("attempt_ended", status=status, code=attempt.code, charged=charged)


def _book(attempt: Attempt) -> None:
    if attempt.charged != Charged.UNKNOWN:
        ledger.release(attempt)
    if attempt.charged == Charged.YES and attempt.cost is not None:
        ledger.charge(attempt, attempt.cost)


def _finish_generation(generation: Generation) -> None:
    """Gives the generation its final state once every attempt of it has one."""
    ends = list(generation.attempts.values_list("status", "code"))
    if any(status in Attempt.UNFINISHED for status, _ in ends):
        return
    generation.status = _status_of(generation, ends)
    generation.finished_at = timezone.now()
    generation.save(update_fields=["status", "finished_at"])


def _status_of(generation: Generation, ends: list[tuple[str, str]]) -> str:
    if any(status == Status.SUCCEEDED for status, _ in ends):
        return Generation.Status.SUCCEEDED
    was_canceled = any(code == Code.CANCELED for _, code in ends)
    if generation.cancel_requested_at and was_canceled:
        return Generation.Status.CANCELED
    return Generation.Status.FAILED


def _why_no_picture(attempt: Attempt) -> str:
    refused = attempt.deliveries.filter(status=Delivery.Status.REFUSED).first()
    return refused.code if refused else Code.NO_IMAGE


def _may_be_sent_again(attempt: Attempt, generation: Generation, error: ProviderError) -> bool:
    return (
        error.is_retryable
        and error.charged == Charged.NO
        and attempt.sends < MAX_SENDS
        and generation.cancel_requested_at is None
    )


def _queue_again(attempt: Attempt, error: ProviderError) -> None:
    asked = error.retry_after or RETRY_SECONDS[attempt.sends - 1]
    delay = min(asked, LONGEST_RETRY_SECONDS)
    attempt.status, attempt.phase, attempt.worker = Status.QUEUED, "", None
    attempt.sent_at = None
    attempt.not_before = timezone.now() + timedelta(seconds=delay)
    attempt.save()
    queue.ring(delay_seconds=delay)
    _announce(attempt)
    log.info("attempt_waits", code=error.code, seconds=delay)


def _is_charged(attempt: Attempt, generation: Generation, error: ProviderError) -> Charged:
    asks_the_model = error.charged == Charged.AS_MODEL or (
        error.code == Code.CANCELED and error.charged == Charged.UNKNOWN
    )
    if not asks_the_model:
        return error.charged
    if pricing.charges_failures(generation):
        return Charged.YES
    return Charged.NO if error.charged == Charged.AS_MODEL else Charged.UNKNOWN


def _final_status(error: ProviderError, charged: Charged) -> str:
    if charged == Charged.UNKNOWN:
        return Status.UNCONFIRMED
    return Status.CANCELED if error.code == Code.CANCELED else Status.FAILED


def _cost_of_failure(attempt: Attempt, charged: Charged) -> Decimal | None:
    if charged == Charged.NO:
        return Decimal(0)
    return pricing.cost_of_call(attempt, picture_count=0)


def _announce(attempt: Attempt) -> None:
    live.publish_state(user_id=attempt.requested_by_id, generation_id=attempt.generation_id)
