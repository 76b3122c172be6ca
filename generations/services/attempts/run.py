"""Carries one attempt from its claim to its end."""

from datetime import timedelta
from functools import partial

import structlog
from django.utils import timezone
from structlog.contextvars import bound_contextvars

from generations.models import Attempt
from generations.services.attempts.call import call_provider
from generations.services.attempts.claim import claim_next
from generations.services.attempts.collect import collect_pictures
from generations.services.database import insist, let_go
from generations.services.workers import WorkerProcess, this_worker

GIVE_BACK_SECONDS = 60

log = structlog.get_logger(__name__)


def run_next(worker: WorkerProcess = this_worker) -> Attempt | None:
    """Claims the next attempt and carries it as far as it goes; None when nothing is to do.

    Go on until None: an attempt that ends may make room for one whose message came too early.
    """
    if not worker.may_claim() or worker.id is None:
        return None
    attempt = claim_next(worker_id=worker.id)
    if attempt is None:
        return None
    ids = {"generation_id": str(attempt.generation_id), "attempt_id": str(attempt.id)}
    with bound_contextvars(**ids), worker.carrying(attempt.id):
        _carry_or_give_back(attempt, worker)
    let_go()
    return attempt


def _carry_or_give_back(attempt: Attempt, worker: WorkerProcess) -> None:
    """Whatever breaks, the attempt is not left in the hands of a worker that forgot it."""
    try:
        _carry(attempt, worker)
    except Exception:
        log.exception("attempt_broke")
        insist(partial(_give_back, attempt))


def _give_back(attempt: Attempt) -> None:
    """Leaves an attempt without a worker: the sweep decides, or it is collected again later."""
    mine = Attempt.objects.filter(id=attempt.id, worker=attempt.worker_id)
    mine.update(worker=None, not_before=timezone.now() + timedelta(seconds=GIVE_BACK_SECONDS))


def _carry(attempt: Attempt, worker: WorkerProcess) -> None:
    log.info("attempt_claimed", status=attempt.status, slot=attempt.slot, number=attempt.number)
    if attempt.status == Attempt.Status.CALLING:
        call_provider(attempt, worker)
    if attempt.status == Attempt.Status.COLLECTING:
        collect_pictures(attempt, worker)
