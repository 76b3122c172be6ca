"""Finds what messages, workers and crashes left behind; run by beat, safe to run at any time."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from structlog.contextvars import bound_contextvars

from generations.models import Attempt, Delivery, Generation, ImageModel
from generations.providers.base import Charged, Code, ProviderError, ResultAddress
from generations.providers.chat_grammar import parse
from generations.services import queue
from generations.services.attempts.due import due
from generations.services.attempts.record import MOST_PICTURES_A_CALL, arrived_name
from generations.services.attempts.settle import close_attempt, start_collecting
from generations.services.originals import exists

Status = Attempt.Status

log = structlog.get_logger(__name__)


def sweep_attempts(*, may_judge: bool = True, sweeper: UUID | None = None) -> None:
    """Continues or closes what dead workers held, and rings for everything that is due.

    `may_judge` is whether silence is a sign of death, or whether we may have been deaf. `sweeper`
    is the worker that runs this, and so is alive, however slow the machine is.
    """
    now = timezone.now()
    if not may_judge:
        _ring_for_due(now)
        return
    for attempt in _of_lost_workers(Status.COLLECTING, sweeper):
        Attempt.objects.filter(
            id=attempt.id, status=Status.COLLECTING, worker=attempt.worker_id
        ).update(worker=None)
    for attempt in _of_lost_workers(Status.CALLING, sweeper):
        with bound_contextvars(
            generation_id=str(attempt.generation_id), attempt_id=str(attempt.id)
        ):
            _recover_or_leave(attempt)
    for attempt in _ended_with_something_to_collect():
        start_collecting(attempt, by=None)
    _ring_for_due(now)


def _ended_with_something_to_collect() -> QuerySet[Attempt]:
    """What a worker that was thought lost delivered, and died before it could collect it."""
    pending = Delivery.objects.filter(status=Delivery.Status.PENDING)
    return Attempt.objects.filter(id__in=pending.values("attempt")).exclude(
        status__in=Attempt.UNFINISHED
    )


def _of_lost_workers(status: str, sweeper: UUID | None) -> QuerySet[Attempt]:
    silent_since = Now() - timedelta(seconds=settings.WORKER_LOST_SECONDS)
    is_silent = Q(worker__heard_at__lt=silent_since) & ~Q(worker=sweeper)
    is_lost = Q(worker=None) | is_silent | Q(worker__stopped_at__isnull=False)
    attempts = Attempt.objects.filter(is_lost, status=status).select_related("generation")
    return attempts.exclude(worker=None) if status == Status.COLLECTING else attempts


def _recover_or_leave(attempt: Attempt) -> None:
    try:
        _recover_call(attempt)
    except Exception:  # one that cannot be recovered must not keep the others from it
        log.exception("call_not_recovered")


def _recover_call(attempt: Attempt) -> None:
    """Never sent: queued again. Something arrived: collected. Neither: the outcome is unknown."""
    if attempt.sent_at is None:
        _queue_unsent(attempt)
        return
    _find_deliveries(attempt)
    if start_collecting(attempt, by=None):
        log.info("call_recovered")
    else:
        log.info("call_lost")
        close_attempt(attempt, ProviderError(Code.WORKER_LOST, charged=Charged.UNKNOWN))


@transaction.atomic
def _queue_unsent(attempt: Attempt) -> None:
    """The conditions are those of the send itself, so exactly one of the two happens."""
    Generation.objects.select_for_update().get(id=attempt.generation_id)
    if attempt.generation.cancel_requested_at is not None:
        close_attempt(attempt, ProviderError(Code.CANCELED, charged=Charged.NO))
        return
    Attempt.objects.filter(
        id=attempt.id, status=Status.CALLING, worker=attempt.worker_id, sent_at=None
    ).update(status=Status.QUEUED, worker=None, phase="")


def _find_deliveries(attempt: Attempt) -> None:
    """What arrived but has no row yet: bytes on the disk, addresses in what was said."""
    for position in range(MOST_PICTURES_A_CALL):
        name = arrived_name(attempt, position)
        if exists(name):
            Delivery.objects.get_or_create(
                attempt=attempt, position=position, defaults={"file": name}
            )
    if _is_chat(attempt):
        _deliver_what_was_said(attempt)


def _is_chat(attempt: Attempt) -> bool:
    return ImageModel.objects.filter(
        provider=attempt.provider, name=attempt.generation.model, route=ImageModel.Route.CHAT
    ).exists()


def _deliver_what_was_said(attempt: Attempt) -> None:
    try:
        events = parse(attempt.said, cut=True)
    except ProviderError:
        return
    said = [event.url for event in events if isinstance(event, ResultAddress)]
    known = list(attempt.deliveries.values_list("url", flat=True))
    if known and not set(known) & set(said):
        # The pictures did not come in the text
        return
    new = [url for url in said if url not in known][: max(0, MOST_PICTURES_A_CALL - len(known))]
    for position, url in enumerate(new, start=len(known)):
        Delivery.objects.get_or_create(attempt=attempt, position=position, defaults={"url": url})


def _ring_for_due(now: datetime) -> None:
    waiting = Attempt.objects.filter(due(now)).filter(
        Q(status=Status.QUEUED) | Q(status=Status.COLLECTING, worker=None)
    )
    queue.ring(min(waiting.count(), settings.WORKER_CONCURRENCY))
