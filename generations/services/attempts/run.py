"""Carries one attempt from its claim to its end."""

import structlog
from structlog.contextvars import bound_contextvars

from generations.models import Attempt
from generations.services import queue
from generations.services.attempts.call import call_provider
from generations.services.attempts.claim import claim_next
from generations.services.attempts.collect import collect_pictures
from generations.services.database import let_go
from generations.services.workers import WorkerProcess, this_worker

log = structlog.get_logger(__name__)


def run_next(worker: WorkerProcess = this_worker) -> Attempt | None:
    """Claims the next attempt and carries it as far as it goes; None when nothing is to do."""
    if not worker.may_claim() or worker.id is None:
        return None
    attempt = claim_next(worker_id=worker.id)
    if attempt is None:
        return None
    with bound_contextvars(generation_id=str(attempt.generation_id), attempt_id=str(attempt.id)):
        _carry(attempt, worker)
    queue.ring()
    let_go()
    return attempt


def _carry(attempt: Attempt, worker: WorkerProcess) -> None:
    log.info("attempt_claimed", status=attempt.status, slot=attempt.slot, number=attempt.number)
    if attempt.status == Attempt.Status.CALLING:
        call_provider(attempt, worker)
    if attempt.status == Attempt.Status.COLLECTING:
        collect_pictures(attempt, worker)
