"""What a dead worker leaves behind is continued, never called again."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from generations.models import Worker
from generations.services.attempts.record import arrived_name
from generations.services.attempts.sweep import sweep_attempts
from generations.services.originals import save_named
from tests.factories import deliver, ledger_lines, only_attempt, png, put_at, submit

pytestmark = pytest.mark.django_db(transaction=True)

CHARGED = [("hold", Decimal("0.009")), ("release", Decimal("-0.009")), ("charge", Decimal("0.009"))]


@pytest.fixture
def dead():
    long_ago = timezone.now() - timedelta(hours=1)
    return Worker.objects.create(name="gone", heard_at=long_ago)


@pytest.fixture
def alive():
    return Worker.objects.create(name="here", heard_at=timezone.now())


def _left_by(worker, ana, **values):
    values = {"sent_at": timezone.now(), **values}
    return put_at(only_attempt(submit(ana)), "calling", worker=worker, **values)


def test_a_call_that_was_never_sent_is_queued_again(ana, dead):
    attempt = _left_by(dead, ana, sent_at=None)
    sweep_attempts()
    attempt.refresh_from_db()
    assert (attempt.status, attempt.worker) == ("queued", None)


def test_a_call_that_was_sent_and_brought_nothing_is_unconfirmed_and_held(ana, dead, demo, work):
    attempt = _left_by(dead, ana)
    sweep_attempts()
    work()
    attempt.refresh_from_db()
    assert (attempt.status, attempt.code, attempt.charged) == (
        "unconfirmed",
        "worker_lost",
        "unknown",
    )
    assert ledger_lines(attempt.generation) == [("hold", Decimal("0.009"))]
    assert demo.generation_requests == []


def test_an_address_that_had_arrived_ends_as_a_picture(ana, dead, demo, work):
    ready = submit(ana)
    work()
    url = ready.attempts.get().deliveries.get().url
    attempt = _left_by(dead, ana)
    deliver(attempt, url=url)
    sweep_attempts()
    work()
    attempt.refresh_from_db()
    assert attempt.status == "succeeded"
    assert ledger_lines(attempt.generation) == CHARGED
    assert len(demo.generation_requests) == 1


def test_an_address_that_was_only_said_ends_as_a_picture(ana, dead, demo, work):
    ready = submit(ana)
    work()
    url = ready.attempts.get().deliveries.get().url
    attempt = _left_by(dead, ana, said=f">🏃 Progress 72..[100]({url})\n\n> ✅ Generation comp")
    sweep_attempts()
    work()
    attempt.refresh_from_db()
    assert attempt.status == "succeeded"


def test_bytes_on_the_disk_without_a_row_end_as_a_picture(ana, dead, work, demo):
    attempt = _left_by(dead, ana)
    save_named(arrived_name(attempt, 0), png())
    sweep_attempts()
    work()
    attempt.refresh_from_db()
    assert attempt.status == "succeeded"
    assert attempt.images.get().width == 64


def test_what_a_dead_worker_was_collecting_is_collected(ana, dead, work, demo):
    attempt = _left_by(dead, ana)
    name = arrived_name(attempt, 0)
    save_named(name, png())
    deliver(attempt, file=name)
    put_at(attempt, "collecting")
    sweep_attempts()
    work()
    attempt.refresh_from_db()
    assert attempt.status == "succeeded"


def test_a_living_workers_call_is_left_alone(ana, alive):
    attempt = _left_by(alive, ana)
    sweep_attempts()
    attempt.refresh_from_db()
    assert attempt.status == "calling"


def test_the_sweep_rings_for_work_whose_message_was_lost(ana, redis_client):
    submit(ana, count=2)
    redis_client.flushdb()
    sweep_attempts()
    [queue] = redis_client.keys("*:celery")
    assert redis_client.llen(queue) == 2
