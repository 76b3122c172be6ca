"""Who is served next: the person with the fewest running calls, within the caps."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.models import Attempt, Worker
from generations.services.attempts.claim import claim_next
from tests.factories import only_attempt, put_at, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker_id():
    return Worker.objects.create(name="here", heard_at=timezone.now()).id


def _claims(worker_id, times):
    return [claim_next(worker_id=worker_id) for _ in range(times)]


def test_people_take_turns_however_much_one_of_them_asked(ana, ben, worker_id):
    submit(ana, count=4)
    submit(ben, count=2)
    people = [attempt.requested_by for attempt in _claims(worker_id, 4)]
    assert people == [ana, ben, ana, ben]


def test_the_oldest_goes_first_for_one_person(ana, worker_id):
    first, second = submit(ana), submit(ana)
    assert [a.generation for a in _claims(worker_id, 2)] == [first, second]


def test_a_claim_belongs_to_one_worker_and_has_not_been_sent(ana, worker_id):
    generation = submit(ana)
    attempt = claim_next(worker_id=worker_id)
    assert (attempt.status, attempt.worker_id, attempt.sent_at) == ("calling", worker_id, None)
    generation.refresh_from_db()
    assert generation.status == "running"
    assert claim_next(worker_id=worker_id) is None


def test_a_person_has_at_most_so_many_running(ana, ben, worker_id, settings):
    settings.RUNNING_PER_PERSON = 2
    submit(ana, count=4)
    assert [bool(attempt) for attempt in _claims(worker_id, 3)] == [True, True, False]
    submit(ben)
    assert claim_next(worker_id=worker_id).requested_by == ben


def test_a_provider_has_at_most_so_many_running(ana, ben, worker_id, settings):
    settings.RUNNING_PER_PROVIDER = 1
    submit(ana)
    submit(ben)
    submit(ben, model="aihubmix/gpt-4o-image")
    providers = [attempt and attempt.provider for attempt in _claims(worker_id, 3)]
    assert providers == ["demo", "aihubmix", None]


def test_an_attempt_that_waits_for_its_time_is_left_alone(ana, worker_id):
    later = timezone.now() + timedelta(minutes=1)
    put_at(only_attempt(submit(ana)), "queued", not_before=later)
    assert claim_next(worker_id=worker_id) is None


def test_an_attempt_that_seems_to_wait_for_hours_is_taken(ana, worker_id):
    """Nothing waits so long: the clock was set back after its time was written down."""
    later = timezone.now() + timedelta(hours=2)
    attempt = put_at(only_attempt(submit(ana)), "queued", not_before=later)
    assert claim_next(worker_id=worker_id) == attempt


def test_what_was_paid_for_is_collected_before_anything_new_is_called(ana, ben, worker_id):
    submit(ben)
    paid = put_at(only_attempt(submit(ana)), Attempt.Status.COLLECTING)
    assert claim_next(worker_id=worker_id) == paid


@pytest.mark.once
def test_a_claim_reads_no_attempts_that_ended(ana, worker_id):
    """SQLite takes a partial index only for words that are in its condition."""
    submit(ana)
    with CaptureQueriesContext(connection) as asked:
        assert claim_next(worker_id=worker_id)
    reads = [it["sql"] for it in asked if 'FROM "generations_attempt"' in it["sql"]]
    with connection.cursor() as cursor:
        plans = [str(cursor.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()) for sql in reads]
    assert len(plans) == 3
    assert not [plan for plan in plans if "SCAN generations_attempt" in plan]
