"""Ends attempts: state, ledger and the cost of each picture in one transaction."""

from collections.abc import Sequence
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
from generations.services.attempts import failures
from generations.services.database import storable
from generations.services.spend import sums

RETRY_SECONDS = (2, 10)
OUTCOME = ("status", "worker", "code", "detail", "provider_request_id")

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
def settle_attempt(attempt: Attempt) -> bool:
    """Ends an attempt whose deliveries are all decided: releases the hold, books the charge,
    writes each picture's cost. A picture that came after that takes its share of the same cost.

    False, and nothing is done, while one of its deliveries is not decided.
    """
    current = _lock_with_generation(attempt)
    deliveries = list(current.deliveries.all())
    if any(delivery.status == Delivery.Status.PENDING for delivery in deliveries):
        return False
    images = list(current.images.order_by("position"))
    is_booked = current.charged == Charged.YES
    if current.status == Status.COLLECTING or (is_booked and _has_unpriced(images)):
        _settle(current, images, deliveries)
        _show(attempt, current)
    return True


def _settle(
    current: Attempt, images: Sequence[OutputImage], deliveries: Sequence[Delivery]
) -> None:
    cost = current.cost
    if current.charged != Charged.YES:
        # What was delivered is paid for, also where it could not be opened
        delivered = max(len(images), len(deliveries))
        cost = pricing.cost_of_call(current, picture_count=delivered)
    before = sums.code_of(current)
    new = [image for image in images if not image.image_model]
    shares = pricing.share_cost(cost, len(images))
    for image, share in zip(images, shares, strict=True):
        image.cost = share
        gallery.fill_in_for_gallery(image, current)
        image.save(update_fields=["cost", *gallery.FIELDS])
    # One that was deleted for good stays unfindable when another one of its call comes late
    gallery.write_search_texts([it for it in images if it.deleted_at is None], current)
    current.code = "" if images else _why_no_picture(deliveries)
    current.picture_count = len(images)
    sums.follow_outcome(current, before=before)
    if images:
        _withdraw_retry(current)
    _end(current, Status.SUCCEEDED if images else Status.FAILED, Charged.YES, cost, new)
    if images:
        live.publish_images(user_id=current.requested_by_id, generation_id=current.generation_id)


def _withdraw_retry(current: Attempt) -> None:
    """Ends what still waits to be sent for a picture that came after all: nobody pays twice."""
    later = Attempt.objects.filter(
        generation=current.generation_id,
        slot=current.slot,
        number__gt=current.number,
        status=Status.QUEUED,
    )
    for attempt in later:
        cancel_queued_attempt(attempt, code=Code.NOT_NEEDED)


@transaction.atomic
def close_attempt(attempt: Attempt, error: ProviderError) -> None:
    """Ends a call that delivered nothing, or queues it again where that is surely free.

    Does nothing when that call is not under way any more, or is another worker's by now.
    """
    current = _lock_with_generation(attempt)
    if current.status != Status.CALLING or not _is_same_call(current, attempt):
        return
    generation = current.generation
    current.code, current.detail = error.code, storable(error.detail)
    current.provider_request_id = error.request_id[:200] or current.provider_request_id
    if failures.may_be_sent_again(current, generation, error):
        _queue_again(current, error)
    else:
        charged = failures.is_charged(current, generation, error)
        _end(
            current,
            failures.final_status(error, charged),
            charged,
            failures.cost_of_failure(current, charged),
        )
    _show(attempt, current)


@transaction.atomic
def cancel_queued_attempt(attempt: Attempt, *, code: Code = Code.CANCELED) -> bool:
    """Ends an attempt that was never sent, for free; False when it is not queued any more.

    `code` says why.
    """
    generation = _lock(attempt)
    canceled = Attempt.objects.filter(id=attempt.id, status=Status.QUEUED).update(
        status=Status.CANCELED
    )
    if canceled:
        attempt.refresh_from_db()
        attempt.generation = generation
        attempt.code = code
        _end(attempt, Status.CANCELED, Charged.NO, Decimal(0))
    return bool(canceled)


def _lock(attempt: Attempt) -> Generation:
    """Locks the generation first, always, so that two slots that end at once see each other."""
    return Generation.objects.select_for_update().get(id=attempt.generation_id)


def _lock_with_generation(attempt: Attempt) -> Attempt:
    """The attempt as it is now, its generation with it."""
    generation = _lock(attempt)
    current = Attempt.objects.select_for_update().get(id=attempt.id)
    current.generation = generation
    return current


def _show(attempt: Attempt, current: Attempt) -> None:
    """Brings the caller's attempt up to date."""
    for field in Attempt._meta.concrete_fields:
        setattr(attempt, field.attname, getattr(current, field.attname))
    attempt.generation = current.generation


def _is_same_call(current: Attempt, attempt: Attempt) -> bool:
    return (current.worker_id, current.sent_at) == (attempt.worker_id, attempt.sent_at)


def _move_to_collecting(attempt: Attempt, by: UUID | None) -> bool:
    moved: dict[str, Any] = {"status": Status.COLLECTING, "worker": by, "finished_at": None}
    unknown: dict[str, Any] = moved | {"percent": 100, "code": "", "charged": ""}
    same_call = Attempt.objects.filter(id=attempt.id, sent_at=attempt.sent_at)
    running = same_call.filter(status=Status.CALLING, worker=attempt.worker_id)
    if running.update(**unknown):
        return True
    unconfirmed = same_call.filter(status=Status.UNCONFIRMED)
    # Booked already: the ledger says so, and goes on saying so
    booked = same_call.filter(
        status__in=(Status.SUCCEEDED, Status.FAILED),
        charged=Charged.YES,
        deliveries__status=Delivery.Status.PENDING,
    )
    return bool(
        unconfirmed.filter(charged=Charged.UNKNOWN).update(**unknown)
        or _reopen_settled(unconfirmed.filter(charged__in=(Charged.YES, Charged.NO)), moved)
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


def _has_unpriced(images: Sequence[OutputImage]) -> bool:
    return any(image.cost is None for image in images)


def _end(
    attempt: Attempt,
    status: str,
    charged: Charged,
    cost: Decimal | None,
    delivered: Sequence[OutputImage] = (),
) -> None:
    was_booked = attempt.charged == Charged.YES
    attempt.status, attempt.charged = status, charged
    attempt.cost = None if charged == Charged.UNKNOWN else cost
    attempt.finished_at = timezone.now()
    attempt.worker = None
    attempt.save(update_fields=[*OUTCOME, "charged", "cost", "finished_at", "picture_count"])
    if was_booked:
        sums.count_delivered(attempt, delivered)
    else:
        _book(attempt, delivered)
    _finish_generation(attempt.generation)
    _announce(attempt)
    log.info("attempt_ended", status=status, code=attempt.code, charged=charged)


def _book(attempt: Attempt, delivered: Sequence[OutputImage]) -> None:
    if attempt.charged != Charged.UNKNOWN:
        cost = attempt.cost if attempt.charged == Charged.YES else None
        ledger.close(attempt, cost=cost, delivered=delivered)


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


def _why_no_picture(deliveries: Sequence[Delivery]) -> str:
    codes = [it.code for it in deliveries if it.status == Delivery.Status.REFUSED]
    return codes[0] if codes else Code.NO_IMAGE


def _queue_again(attempt: Attempt, error: ProviderError) -> None:
    delay = error.retry_after or RETRY_SECONDS[attempt.sends - 1]
    attempt.status, attempt.phase, attempt.worker = Status.QUEUED, "", None
    attempt.sent_at = None
    attempt.not_before = timezone.now() + timedelta(seconds=delay)
    attempt.save(update_fields=[*OUTCOME, "phase", "sent_at", "not_before"])
    queue.ring(delay_seconds=delay)
    _announce(attempt)
    log.info("attempt_waits", code=error.code, seconds=delay)


def _announce(attempt: Attempt) -> None:
    live.publish_state(user_id=attempt.requested_by_id, generation_id=attempt.generation_id)
