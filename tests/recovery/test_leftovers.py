"""Whatever is left behind, by a crash or by a fault of ours, comes to its end by itself."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from generations import tasks
from generations.models import LedgerEntry, Worker
from generations.providers.base import Got, Said
from generations.services.attempts.claim import claim_next
from generations.services.attempts.record import CallRecord, arrived_name
from generations.services.attempts.sweep import sweep_attempts
from generations.services.attempts.tidy import remove_arrived_copies, remove_partial_pictures
from generations.services.originals import exists, save_named
from generations.services.workers import WorkerProcess, this_worker
from tests.factories import IMAGES, deliver, only_attempt, png, put_at, submit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def dead():
    long_ago = timezone.now() - timedelta(hours=1)
    return Worker.objects.create(name="gone", heard_at=long_ago)


@pytest.fixture
def worker(settings):
    settings.WORKER_BEAT_SECONDS = 0
    worker = WorkerProcess()
    worker.register()
    yield worker
    worker.stop()


def test_two_addresses_in_what_was_said_are_two_pictures_though_one_has_a_row(
    ana, dead, demo, work
):
    demo.next_faults("pictures 2")
    ready = submit(ana)
    work()
    first, second = [it.url for it in only_attempt(ready).deliveries.all()]
    attempt = put_at(
        only_attempt(submit(ana)),
        "calling",
        worker=dead,
        sent_at=timezone.now(),
        said=f"![one]({first})\n\n![two]({second})\n\n",
    )
    deliver(attempt, url=first)
    sweep_attempts()
    work()
    attempt.refresh_from_db()
    assert attempt.status == "succeeded"
    assert [it.url for it in attempt.deliveries.all()] == [first, second]
    assert attempt.images.count() == 2


def test_bytes_that_were_fetched_right_before_a_crash_are_taken_as_they_lie(ana, dead, demo, work):
    """Its row does not know them yet, and the address has expired meanwhile."""
    attempt = put_at(only_attempt(submit(ana)), "collecting", worker=dead, sent_at=timezone.now())
    deliver(attempt, url=f"{demo.origin}/pictures/{'0' * 30}.png")
    save_named(arrived_name(attempt, 0), png())
    sweep_attempts()
    work()
    attempt.refresh_from_db()
    assert (attempt.status, attempt.images.count()) == ("succeeded", 1)
    assert not exists(arrived_name(attempt, 0))
    assert not demo.requests


def test_an_attempt_that_its_living_worker_dropped_is_handed_back(ana, worker, demo, work):
    generation = submit(ana)
    claim_next(worker_id=worker.id)
    for _ in range(3):
        worker.beat()
    sweep_attempts()
    work()
    assert only_attempt(generation).status == "succeeded"


def test_an_attempt_that_its_living_worker_carries_is_left_with_it(ana, worker):
    attempt = claim_next(worker_id=submit(ana) and worker.id)
    with worker.carrying(attempt.id):
        for _ in range(3):
            worker.beat()
    attempt.refresh_from_db()
    assert attempt.worker_id == worker.id


def test_one_attempt_that_cannot_be_closed_does_not_stop_the_sweep(ana, dead):
    broken, sound = (
        put_at(only_attempt(submit(ana)), "calling", worker=dead, sent_at=sent_at)
        for sent_at in (None, timezone.now())
    )
    broken.generation.cancel_requested_at = timezone.now()
    broken.generation.save()
    LedgerEntry.objects.create(attempt=broken, kind="release", amount=-broken.estimate)
    sweep_attempts()
    sound.refresh_from_db()
    assert sound.status == "unconfirmed"


def test_a_worker_that_starts_without_its_database_works_once_it_is_there(ana, settings):
    settings.WORKER_BEAT_SECONDS = 0
    worker = WorkerProcess()

    def refuse(*_):
        raise OperationalError("The database is starting up.")

    with connection.execute_wrapper(refuse):
        worker.start()
    submit(ana)
    for _ in range(2):
        worker.beat()
    assert claim_next(worker_id=worker.id) is not None
    worker.stop()


def test_an_attempt_that_met_a_broken_database_before_it_was_sent_is_sent_later(ana, demo, work):
    def refuse_sent(execute, sql, params, many, context):
        if sql.startswith("UPDATE") and "sent_at" in sql.partition("WHERE")[0]:
            raise OperationalError("The database is shutting down.")
        return execute(sql, params, many, context)

    generation = submit(ana)
    with connection.execute_wrapper(refuse_sent):
        work()
    sweep_attempts()
    generation.attempts.update(not_before=None)
    work()
    assert only_attempt(generation).status == "succeeded"
    assert len(demo.generation_requests) == 1


def test_a_worker_whose_row_was_lost_writes_it_again(ana, worker):
    Worker.objects.all().delete()
    worker.beat()
    submit(ana)
    assert claim_next(worker_id=worker.id) is not None


def test_a_preview_that_the_disk_does_not_take_does_not_end_the_call(ana, demo, work, settings):
    Path(settings.MEDIA_ROOT).mkdir(parents=True, exist_ok=True)
    (Path(settings.MEDIA_ROOT) / "partials").touch()
    generation = submit(ana, model=IMAGES, size="1024x1024", partial_images=2)
    work()
    assert only_attempt(generation).status == "succeeded"


def test_text_that_no_database_takes_is_kept_as_far_as_it_can_be(ana):
    attempt = put_at(only_attempt(submit(ana)), "calling", sent_at=timezone.now())
    record = CallRecord(attempt)
    record.take(Said("a\ud83d\0b"))
    record.take(Got(revised_prompt="a\ud83d\0b"))
    record.save()
    attempt.refresh_from_db()
    assert (attempt.said, attempt.got["revised_prompt"]) == ("a?b", "a?b")


def test_who_was_out_of_touch_itself_takes_nobody_for_lost(ana, dead, settings):
    """The database was away for an hour: all workers were silent, and all are alive."""
    attempt = put_at(only_attempt(submit(ana)), "calling", worker=dead, sent_at=timezone.now())
    worker = WorkerProcess()
    worker.register()
    assert worker.may_judge()
    worker._heard_at -= 3600
    assert not worker.may_judge()
    sweep_attempts(may_judge=worker.may_judge())
    attempt.refresh_from_db()
    assert attempt.status == "calling"
    settings.WORKER_LOST_SECONDS = 0
    worker._judges_from -= 3600
    assert worker.may_judge()


def test_a_sweep_speaks_up_for_its_own_worker_first(ana, settings):
    """A machine that wakes up sweeps at once, before anybody has noticed that it is awake."""
    submit(ana)
    this_worker.register()
    attempt = claim_next(worker_id=this_worker.id)
    long_ago = timezone.now() - timedelta(hours=1)
    Worker.objects.filter(id=this_worker.id).update(heard_at=long_ago)
    tasks.sweep()
    attempt.refresh_from_db()
    assert (attempt.status, attempt.worker_id) == ("calling", this_worker.id)
    this_worker.id = None


def test_a_sweep_never_takes_its_own_worker_for_lost(ana, settings):
    """Not even on a machine so slow that its heartbeat is old when the sweep reads it."""
    submit(ana)
    this_worker.register()
    attempt = claim_next(worker_id=this_worker.id)
    settings.WORKER_LOST_SECONDS = -1
    tasks.sweep()
    attempt.refresh_from_db()
    assert (attempt.status, attempt.worker_id) == ("calling", this_worker.id)
    this_worker.id = None


def test_copies_of_pictures_in_the_gallery_do_not_pile_up(ana, demo, work):
    ready, waiting = submit(ana), put_at(only_attempt(submit(ana)), "collecting")
    work()
    copy, paid = arrived_name(only_attempt(ready), 0), arrived_name(waiting, 0)
    for name in (copy, paid, "arrived/a-stranger"):
        save_named(name, png())
    deliver(waiting, file=paid)
    assert remove_arrived_copies() == 1
    assert [exists(name) for name in (copy, paid, "arrived/a-stranger")] == [False, True, True]


def test_a_preview_goes_once_its_call_has_ended(ana):
    ended, running = (
        put_at(only_attempt(submit(ana)), status, partial_file="said")
        for status in ("unconfirmed", "calling")
    )
    names = [f"partials/{name}.png" for name in (ended.id, running.id, "a-stranger")]
    for name in names:
        save_named(name, png())
    assert remove_partial_pictures() == 1
    assert [exists(name) for name in names] == [False, True, True]
    # How many came is part of what it cost
    ended.refresh_from_db()
    assert ended.partial_file == "said"
