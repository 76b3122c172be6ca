"""Workers that are asked to stop, fall asleep, wait for a silent provider, or lose the database."""

import threading
import time
from uuid import UUID

import pytest
from django.db import connection

from generations.models import Generation, Worker
from generations.services.generations import cancel_generation
from tests.factories import CHAT, IMAGES
from tests.faults.world import Held, World

pytestmark = pytest.mark.django_db(transaction=True)


def status_of(generation: Generation) -> str:
    return generation.attempts.get().status


def worker_of(generation: Generation) -> UUID | None:
    return generation.attempts.get().worker_id


@pytest.mark.parametrize("route", [CHAT, IMAGES])
@pytest.mark.parametrize("fault", ["silent", "stall 40"])
def test_a_cancellation_ends_a_call_to_a_silent_provider(
    world: World, route: str, fault: str
) -> None:
    name = "canceled while the provider is silent"
    world.crew.start()
    generation = world.submit(fault, model=route)
    world.wait_for(lambda: world.has_reached(generation))
    time.sleep(0.5)
    start = time.monotonic()
    cancel_generation(generation=generation)
    world.wait_for(lambda: generation.attempts.get().is_finished)
    seconds = time.monotonic() - start
    world.demo.wait_for(lambda: world.demo.generation_requests[0].client_disconnected, seconds=5)
    found = world.verify(name, [generation])
    world.report.say(name, f"{fault} on {route}: ended after {seconds:.2f} s, the client left")
    assert not found
    assert status_of(generation) == ("canceled" if route == CHAT else "unconfirmed")
    assert seconds < 3


def test_asked_to_stop_it_finishes_what_it_has_begun(world: World) -> None:
    name = "SIGTERM during calls"
    worker = world.crew.start()
    running = [world.submit("hold 50", model=model) for model in (CHAT, IMAGES)]
    fetching = world.submit("picture-slow 3")
    world.wait_for(lambda: all(map(world.has_reached, [*running, fetching])))
    world.wait_for(lambda: fetching.attempts.get().deliveries.exists())
    worker.ask_to_stop()
    time.sleep(1)
    late = world.submit()
    time.sleep(2)
    assert status_of(late) == "queued"
    world.demo.release()
    start = time.monotonic()
    status = worker.process.wait(timeout=30)
    seconds = time.monotonic() - start
    assert [status_of(it) for it in [*running, fetching]] == ["succeeded"] * 3
    assert Worker.objects.filter(stopped_at=None).count() == 0
    world.crew.start()
    found = world.verify(name, [*running, fetching, late])
    world.report.say(name, f"ended {seconds:.1f} s after its calls, with status {status}")
    assert not found
    assert (status, status_of(late)) == (0, "succeeded")


def test_asleep_for_longer_than_lost_it_wakes_up_and_brings_what_it_has(world: World) -> None:
    name = "SIGSTOP for longer than lost, SIGCONT"
    sleeper = world.crew.start()
    reference = world.reference()
    held = Held(world, reference)
    unsent = world.submit(references=[reference])
    streaming = [world.submit("hold 60", model=model) for model in (CHAT, IMAGES)]
    fetching = world.submit("picture-slow 2")
    world.wait_for(lambda: all(map(world.has_reached, [*streaming, fetching])))
    world.wait_for(lambda: status_of(unsent) == "calling")
    world.wait_for(lambda: status_of(fetching) == "collecting")
    asleep = worker_of(unsent)
    sleeper.suspend()
    world.crew.start()
    world.wait_for(lambda: [status_of(it) for it in streaming] == ["unconfirmed"] * 2)
    world.wait_for(lambda: worker_of(unsent) not in (None, asleep))
    world.demo.release()
    time.sleep(1)
    sleeper.resume()
    held.let_go()
    time.sleep(1)
    everything = [unsent, *streaming, fetching]
    world.wait_for(lambda: all(status_of(it) == "succeeded" for it in everything))
    found = world.verify(name, everything)
    assert not found


def test_the_database_goes_away_for_moments(world: World) -> None:
    """PostgreSQL: every connection is cut, again and again; SQLite: writing is locked for long."""
    name = "database away for moments"
    world.crew.start()
    generations = [world.submit("slow 3", model=model) for model in (CHAT, IMAGES) * 4]
    world.wait_for(lambda: all(map(world.has_reached, generations)))
    trouble = threading.Thread(target=_disturb, args=[world])
    trouble.start()
    trouble.join()
    found = world.verify(name, generations)
    assert not found
    assert all(status_of(it) == "succeeded" for it in generations)


def _disturb(world: World) -> None:
    try:
        if connection.vendor == "postgresql":
            _cut_connections(world)
        else:
            _lock_for_long()
    finally:
        connection.close()


def _cut_connections(world: World) -> None:
    for _ in range(12):
        world.sleep(0, 0.7)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND application_name = 'worker'"
            )


def _lock_for_long() -> None:
    with connection.cursor() as cursor:
        for _ in range(2):
            cursor.execute("BEGIN IMMEDIATE")
            time.sleep(7)
            cursor.execute("COMMIT")
            time.sleep(1)
