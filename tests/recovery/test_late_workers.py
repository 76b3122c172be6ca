"""A worker that was given up for lost may come back: it spoils nothing and still brings all."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from generations.models import Worker
from generations.selectors.audit import ledger_faults
from generations.services.attempts.call import call_provider
from generations.services.attempts.claim import claim_next
from generations.services.attempts.collect import collect_pictures
from generations.services.attempts.settle import settle_attempt, start_collecting
from generations.services.attempts.sweep import sweep_attempts
from generations.services.workers import WorkerProcess
from tests.factories import deliver, ledger_lines, only_attempt, put_at, store_image, submit

pytestmark = pytest.mark.django_db(transaction=True)

PRICE = Decimal("0.009")
CHARGED = [("hold", PRICE), ("release", -PRICE), ("charge", PRICE)]


@pytest.fixture
def workers():
    pair = [WorkerProcess(), WorkerProcess()]
    for worker in pair:
        worker.register()
    yield pair
    for worker in pair:
        worker.stop()


def lose(worker: WorkerProcess) -> None:
    """Nobody has heard of this worker for an hour."""
    long_ago = timezone.now() - timedelta(hours=1)
    Worker.objects.filter(id=worker.id).update(heard_at=long_ago)
    sweep_attempts()


def test_what_it_had_not_sent_is_left_to_the_worker_that_has_it_now(ana, demo, workers):
    late, next_one = workers
    submit(ana)
    stale = claim_next(worker_id=late.id)
    lose(late)
    attempt = claim_next(worker_id=next_one.id)
    call_provider(stale, late)
    attempt.refresh_from_db()
    assert (attempt.status, attempt.worker_id) == ("calling", next_one.id)
    call_provider(attempt, next_one)
    collect_pictures(attempt, next_one)
    assert attempt.status == "succeeded"
    assert len(demo.generation_requests) == 1


def test_what_it_had_not_sent_is_left_alone_while_the_other_one_is_receiving(ana, demo, workers):
    late, next_one = workers
    submit(ana)
    stale = claim_next(worker_id=late.id)
    lose(late)
    attempt = claim_next(worker_id=next_one.id)
    put_at(attempt, "calling", sent_at=timezone.now())
    deliver(attempt, url=f"{demo.origin}/pictures/{'0' * 30}.png")
    call_provider(stale, late)
    attempt.refresh_from_db()
    assert (attempt.status, attempt.worker_id) == ("calling", next_one.id)
    assert demo.generation_requests == []


def test_the_picture_of_a_call_given_up_as_unknown_is_collected_by_it_alone(ana, demo, workers):
    late, next_one = workers
    generation = submit(ana)
    demo.next_faults("hold 50")
    attempt = claim_next(worker_id=late.id)
    put_at(attempt, "calling", sent_at=timezone.now())
    lose(late)
    assert only_attempt(generation).status == "unconfirmed"
    deliver(attempt, file="arrived/none")
    assert start_collecting(attempt, by=late.id)
    generation.refresh_from_db()
    assert generation.status == "running"
    assert claim_next(worker_id=next_one.id) is None


def test_a_second_picture_that_comes_after_the_bill_is_kept_and_shares_it(ana, demo, work):
    generation = submit(ana)
    work()
    attempt = only_attempt(generation)
    deliver(attempt, position=1, url=attempt.deliveries.get().url)
    assert start_collecting(attempt, by=None)
    assert list(ledger_faults()) == []
    work()
    attempt.refresh_from_db()
    assert attempt.status == "succeeded"
    assert [image.cost for image in attempt.images.order_by("position")] == [Decimal("0.0045")] * 2
    assert ledger_lines(generation) == CHARGED
    assert list(ledger_faults()) == []


def test_a_picture_stored_after_another_worker_gave_it_up_still_counts(ana, demo):
    attempt = put_at(only_attempt(submit(ana)), "collecting", sent_at=timezone.now())
    deliver(attempt, file="arrived/none", status="refused", code="download_failed")
    settle_attempt(attempt)
    assert (attempt.status, attempt.cost) == ("failed", PRICE)
    store_image(attempt)
    settle_attempt(attempt)
    assert (attempt.status, attempt.code) == ("succeeded", "")
    assert attempt.images.get().cost == PRICE
    assert ledger_lines(attempt.generation) == CHARGED
    assert list(ledger_faults()) == []


def test_what_it_brought_is_collected_though_it_died_right_after(ana, demo, work):
    ready = submit(ana)
    work()
    url = only_attempt(ready).deliveries.get().url
    attempt = only_attempt(submit(ana))
    put_at(attempt, "unconfirmed", sent_at=timezone.now(), charged="unknown", code="worker_lost")
    deliver(attempt, url=url)
    sweep_attempts()
    work()
    attempt.refresh_from_db()
    assert (attempt.status, attempt.images.count()) == ("succeeded", 1)
    assert ledger_lines(attempt.generation) == CHARGED


def test_bytes_that_another_worker_has_tidied_away_are_fetched_again(ana, demo, work):
    generation = submit(ana)
    work()
    url = only_attempt(generation).deliveries.get().url
    attempt = put_at(only_attempt(submit(ana)), "collecting", sent_at=timezone.now())
    deliver(attempt, url=url, file="arrived/gone")
    work()
    attempt.deliveries.update(not_before=None)
    put_at(attempt, "collecting", not_before=None)
    work()
    attempt.refresh_from_db()
    assert attempt.status == "succeeded"
