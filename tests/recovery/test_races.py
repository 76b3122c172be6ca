"""Two who reach for the same attempt at the same moment: exactly one of them gets it."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from time import sleep
from typing import Any

import pytest
from django.db import connection, transaction

from generations.models import Attempt
from generations.selectors.audit import ledger_faults
from generations.services.attempts.call import call_provider
from generations.services.attempts.claim import claim_next
from generations.services.generations import cancel_generation
from generations.services.workers import WorkerProcess
from tests.factories import only_attempt, submit

pytestmark = pytest.mark.django_db(transaction=True)
LONG_ENOUGH_TO_REACH = 0.4


@pytest.fixture
def worker():
    worker = WorkerProcess()
    worker.register()
    yield worker
    worker.stop()


@pytest.fixture
def beside():
    """Runs something in a thread of its own, with its own database connection."""
    with ThreadPoolExecutor(1) as threads:

        def beside(act: Callable[[], Any]) -> "Future[Any]":
            def run() -> Any:
                try:
                    return act()
                finally:
                    connection.close()

            return threads.submit(run)

        yield beside


def test_a_claim_that_meets_a_cancellation_takes_nothing(ana, worker, beside):
    generation = submit(ana)
    with transaction.atomic():
        cancel_generation(generation=generation)
        claim = beside(lambda: claim_next(worker_id=worker.id))
        sleep(LONG_ENOUGH_TO_REACH)
    assert claim.result() is None
    assert only_attempt(generation).status == "canceled"
    assert list(ledger_faults()) == []


def test_a_call_that_meets_the_sweep_is_not_sent(ana, worker, beside, demo):
    generation = submit(ana)
    attempt = claim_next(worker_id=worker.id)
    with transaction.atomic():
        # What the sweep does with a lost worker's unsent attempt
        Attempt.objects.filter(id=attempt.id, sent_at=None).update(status="queued", worker=None)
        call = beside(lambda: call_provider(attempt, worker))
        sleep(LONG_ENOUGH_TO_REACH)
    call.result()
    attempt = only_attempt(generation)
    assert (attempt.status, attempt.sent_at) == ("queued", None)
    assert demo.generation_requests == []


def test_a_call_that_meets_a_cancellation_is_not_sent(ana, worker, beside, demo):
    generation = submit(ana)
    attempt = claim_next(worker_id=worker.id)
    with transaction.atomic():
        cancel_generation(generation=generation)
        call = beside(lambda: call_provider(attempt, worker))
        sleep(LONG_ENOUGH_TO_REACH)
    call.result()
    assert only_attempt(generation).status == "canceled"
    assert demo.generation_requests == []
    assert list(ledger_faults()) == []
