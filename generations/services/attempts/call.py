"""The call itself: sent at most once, and every word of the answer recorded as it comes."""

from collections.abc import Iterable

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from generations.models import Attempt, Generation, ImageModel
from generations.providers.base import Charged, Code, Endpoint, Event, Limits, ProviderError
from generations.providers.calls import Call
from generations.providers.registry import ROUTES
from generations.services import live
from generations.services.attempts.record import CallRecord
from generations.services.attempts.request import build_request
from generations.services.attempts.settle import close_attempt, start_collecting
from generations.services.database import AWAY, insist, let_go
from generations.services.sending import note_outcome
from generations.services.workers import WorkerProcess

log = structlog.get_logger(__name__)


def call_provider(attempt: Attempt, worker: WorkerProcess) -> None:
    """Sends the attempt's one request and leaves the attempt collecting, closed or queued again."""
    call = worker.begin(attempt.id)
    try:
        error = _send_and_record(attempt, worker, call)
    finally:
        worker.end(attempt.id, call)
    if not insist(lambda: start_collecting(attempt, by=worker.id)):
        reason = error or ProviderError(Code.NO_IMAGE, charged=Charged.AS_MODEL)
        insist(lambda: close_attempt(attempt, reason))
    insist(lambda: note_outcome(provider=attempt.provider, error=error))


def _send_and_record(attempt: Attempt, worker: WorkerProcess, call: Call) -> ProviderError | None:
    record = CallRecord(attempt)
    error = None
    try:
        _stream_into(record, attempt, worker, call)
    except ProviderError as failure:
        log.info("call_failed", code=failure.code, charged=failure.charged)
        error = failure
    except Exception as failure:  # money may be gone: say so instead of losing it
        if attempt.sent_at is None and isinstance(failure, AWAY):
            # Surely not sent: given back, it waits for the database
            raise
        log.exception("call_broke")
        error = _broke(attempt)
    _save(record)
    return error


def _save(record: CallRecord) -> None:
    try:
        insist(record.save)
    except Exception:  # how far it came is worth less than that it ends
        log.exception("answer_not_saved")


def _stream_into(record: CallRecord, attempt: Attempt, worker: WorkerProcess, call: Call) -> None:
    generation = attempt.generation
    endpoint = _endpoint(attempt)
    image_model = ImageModel.objects.get(provider=attempt.provider, name=generation.model)
    request = build_request(generation, image_model)
    if not _mark_sent(attempt):
        raise ProviderError(Code.CANCELED, charged=Charged.NO)
    let_go()
    route = ROUTES[image_model.route]
    events = worker.loop.stream(route, request, endpoint=endpoint, limits=_limits(), call=call)
    _take_all(events, record)


def _take_all(events: Iterable[Event], record: CallRecord) -> None:
    """Takes what comes after an event that we could not record, too: it is paid for."""
    broken: Exception | None = None
    for event in events:
        try:
            record.take(event)
        except Exception as error:
            log.exception("event_not_recorded", event_kind=type(event).__name__)
            broken = error
    if broken is not None:
        raise broken


def _endpoint(attempt: Attempt) -> Endpoint:
    endpoint: Endpoint | None = settings.PROVIDERS.get(attempt.provider)
    if endpoint is None:
        raise ProviderError(Code.PROVIDER_NOT_SET, charged=Charged.NO)
    return endpoint


def _mark_sent(attempt: Attempt) -> bool:
    """Commits that the request goes out now; False when it was given up or is another's."""
    sent = {
        "sent_at": timezone.now(),
        "phase": Attempt.Phase.SENT,
        "sends": attempt.sends + 1,
    }
    with transaction.atomic():
        # The lock that cancel, sweep and settle take too: all conditions hold at one moment
        locked = Generation.objects.select_for_update().filter(id=attempt.generation_id)
        if locked.values_list("cancel_requested_at", flat=True).get() is not None:
            return False
        mine = Attempt.objects.filter(
            id=attempt.id,
            status=Attempt.Status.CALLING,
            worker=attempt.worker_id,
            sent_at=None,
        )
        if not mine.update(**sent):
            return False
    for name, value in sent.items():
        setattr(attempt, name, value)
    live.publish_state(user_id=attempt.requested_by_id, generation_id=attempt.generation_id)
    return True


def _limits() -> Limits:
    return Limits(
        deadline_seconds=settings.PROVIDER_DEADLINE_SECONDS,
        idle_seconds=settings.PROVIDER_IDLE_SECONDS,
        connect_seconds=settings.PROVIDER_CONNECT_SECONDS,
    )


def _broke(attempt: Attempt) -> ProviderError:
    charged = Charged.UNKNOWN if attempt.sent_at else Charged.NO
    return ProviderError(Code.INTERNAL, charged=charged)
