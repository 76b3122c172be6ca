"""The call itself: sent at most once, and every word of the answer recorded as it comes."""

import structlog
from django.conf import settings
from django.utils import timezone

from generations.models import Attempt, ImageModel
from generations.providers.base import Charged, Code, Endpoint, Limits, ProviderError
from generations.providers.calls import Call
from generations.providers.registry import ROUTES
from generations.services import live
from generations.services.attempts.record import CallRecord
from generations.services.attempts.request import build_request
from generations.services.attempts.settle import close_attempt, start_collecting
from generations.services.database import insist, let_go
from generations.services.workers import WorkerProcess

log = structlog.get_logger(__name__)


def call_provider(attempt: Attempt, worker: WorkerProcess) -> None:
    """Sends the attempt's one request and leaves the attempt collecting, closed or queued again."""
    call = worker.begin(attempt.id)
    try:
        error = _send_and_record(attempt, worker, call)
    finally:
        worker.end(attempt.id)
    if not insist(lambda: start_collecting(attempt)):
        reason = error or ProviderError(Code.NO_IMAGE, charged=Charged.AS_MODEL)
        insist(lambda: close_attempt(attempt, reason))


def _send_and_record(attempt: Attempt, worker: WorkerProcess, call: Call) -> ProviderError | None:
    record = CallRecord(attempt)
    try:
        _stream_into(record, attempt, worker, call)
    except ProviderError as error:
        log.info("call_failed", code=error.code, charged=error.charged)
        return error
    except Exception:  # whatever broke here, money may be gone: say so instead of losing it
        log.exception("call_broke")
        return _broke(attempt)
    finally:
        insist(record.save)
    return None


def _stream_into(record: CallRecord, attempt: Attempt, worker: WorkerProcess, call: Call) -> None:
    generation = attempt.generation
    endpoint = _endpoint(attempt)
    image_model = ImageModel.objects.get(provider=attempt.provider, name=generation.model)
    request = build_request(generation, image_model)
    if not _mark_sent(attempt):
        raise ProviderError(Code.CANCELED, charged=Charged.NO)
    let_go()
    route = ROUTES[image_model.route]
    for event in worker.loop.stream(route, request, endpoint=endpoint, limits=_limits(), call=call):
        record.take(event)


def _endpoint(attempt: Attempt) -> Endpoint:
    endpoint: Endpoint | None = settings.PROVIDERS.get(attempt.provider)
    if endpoint is None:
        raise ProviderError(Code.PROVIDER_NOT_SET, charged=Charged.NO)
    return endpoint


def _mark_sent(attempt: Attempt) -> bool:
    """Commits that the request goes out now; False when it was given up or is another's."""
    sent_at = timezone.now()
    mine = Attempt.objects.filter(
        id=attempt.id,
        status=Attempt.Status.CALLING,
        worker=attempt.worker_id,
        sent_at=None,
        generation__cancel_requested_at=None,
    )
    sends = attempt.sends + 1
    if not mine.update(sent_at=sent_at, phase=Attempt.Phase.SENT, sends=sends):
        return False
    attempt.sent_at, attempt.sends, attempt.phase = sent_at, sends, Attempt.Phase.SENT
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
