"""The broker is a doorbell: emptied, stopped or hung, it costs seconds and never work."""

import threading
import time
import uuid
from pathlib import Path

import pytest

from generations.models import Generation
from generations.services import queue
from generations.services.generations import cancel_generation
from tests.faults.broker import Broker
from tests.faults.crew import worker_environment
from tests.faults.web import WebProcess
from tests.faults.world import World
from tests.support.site import database_url

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def broker():
    with Broker() as broker:
        yield broker


@pytest.fixture
def web(world: World, broker: Broker, tmp_path: Path):
    environment = worker_environment(world.demo.base_url, database_url())
    environment["REDIS_URL"] = broker.url
    with WebProcess(user=world.user, environment=environment, folder=tmp_path) as web:
        yield web


def press(web: WebProcess) -> tuple[Generation, float]:
    """A generation that a person submits in the browser, and how long the answer took."""
    key, prompt = uuid.uuid4().hex, f"A kite {uuid.uuid4().hex[:12]}"
    start = time.monotonic()
    assert web.press(key=key, prompt=prompt) in (302, 303)
    return Generation.objects.get(submission_key=key), time.monotonic() - start


def test_emptied_at_random_moments(
    world: World, web: WebProcess, broker: Broker, rounds: int
) -> None:
    world.crew.start(REDIS_URL=broker.url)
    is_over = threading.Event()

    def flush_now_and_then() -> None:
        while not is_over.wait(world.random.uniform(0, 0.3)):
            broker.flush()

    flushing = threading.Thread(target=flush_now_and_then)
    flushing.start()
    generations = []
    for _ in range(rounds):
        generations.append(press(web)[0])
        world.sleep(0, 0.2)
    is_over.set()
    flushing.join()
    found = world.verify("Redis emptied", generations)
    assert not found
    assert all(it.attempts.get().status == "succeeded" for it in generations)


@pytest.mark.parametrize("how", ["stopped", "hung"])
def test_away_at_the_submission(world: World, web: WebProcess, broker: Broker, how: str) -> None:
    name = f"Redis {how} at submission"
    world.crew.start(REDIS_URL=broker.url)
    warm, _ = press(web)
    broker.stop() if how == "stopped" else broker.hang()
    pressed = [press(web) for _ in range(3)]
    time.sleep(3)
    broker.start() if how == "stopped" else broker.resume()
    found = world.verify(name, [warm, *(it for it, _ in pressed)])
    slowest = max(seconds for _, seconds in pressed)
    world.report.say(name, f"accepted within {slowest:.2f} s")
    assert not found
    assert slowest < 3
    assert all(it.attempts.get().status == "succeeded" for it, _ in pressed)


def test_away_while_calls_run(world: World, broker: Broker) -> None:
    """Calls neither end nor wait, whoever listens; a cancellation still reaches its call."""
    name = "Redis stopped during calls"
    world.crew.start(REDIS_URL=broker.url)
    generations = [world.submit("slow 6"), world.submit("hold 50")]
    silent = world.submit("silent")
    world.wait_for(lambda: all(map(world.has_reached, [*generations, silent])))
    broker.stop()
    start = time.monotonic()
    cancel_generation(generation=silent)
    world.wait_for(lambda: silent.attempts.get().is_finished)
    seconds = time.monotonic() - start
    world.demo.release()
    world.wait_for(lambda: all(it.attempts.get().is_finished for it in generations))
    found = world.verify(name, [*generations, silent])
    world.report.say(name, f"canceled after {seconds:.2f} s without Redis")
    broker.start()
    assert not found
    assert all(it.attempts.get().status == "succeeded" for it in generations)
    assert seconds < 4


def test_rung_far_too_often_by_two_workers(world: World, rounds: int) -> None:
    """Duplicate and stray messages: each attempt is called once."""
    name = "two workers, bell rung 20 times too often"
    for _ in range(2):
        # So much is rung for that a heartbeat may come seconds late
        world.crew.start(WORKER_LOST_SECONDS="15")
    generations = [world.submit() for _ in range(rounds)]
    for _ in range(20 * len(generations)):
        queue.ring()
    found = world.verify(name, generations, limit=240)
    workers = world.crew.count_that_said("attempt_claimed")
    world.report.say(name, f"{workers} of 2 workers took part")
    assert not found
    assert all(it.attempts.get().status == "succeeded" for it in generations)


def test_web_process_killed_during_a_submission(
    world: World, web: WebProcess, broker: Broker, rounds: int
) -> None:
    """Whether the first press arrived or not, the second one makes one generation of both."""
    name = "web killed during submission"
    world.crew.start(REDIS_URL=broker.url)
    press(web)
    generations, arrived = [], 0
    for _ in range(max(3, rounds // 2)):
        key, prompt = uuid.uuid4().hex, f"A kite {uuid.uuid4().hex[:12]}"
        first = threading.Thread(target=web.press, kwargs={"key": key, "prompt": prompt})
        first.start()
        world.sleep(0, 0.08)
        web.kill()
        first.join()
        arrived += Generation.objects.filter(submission_key=key).exists()
        web.start()
        assert web.press(key=key, prompt=prompt) in (302, 303)
        generations.append(Generation.objects.get(submission_key=key))
    found = world.verify(name, generations)
    world.report.say(name, f"{arrived} of {len(generations)} first presses had been saved")
    assert not found
    assert all(it.attempts.get().status == "succeeded" for it in generations)
