"""Workers are asked to stop, killed at each stage, put to sleep, doubled, canceled."""

import time
from collections.abc import Sequence

from generations.models import Generation
from generations.services.generations import cancel_generation
from tests.factories import CHAT, IMAGES
from tests.faults.table.place import Place
from tests.faults.world import Held


def asked_to_stop(place: Place) -> Sequence[Generation]:
    """SIGTERM while calls run: it finishes them, and a new worker does the rest"""
    worker = place.worker()
    running = [place.submit("hold 40", model=model) for model in (CHAT, IMAGES)]
    place.all_reached(*running)
    worker.ask_to_stop()
    time.sleep(1)
    late = place.submit()
    place.world.demo.release()
    assert worker.process.wait(timeout=30) == 0
    place.worker()
    return [*running, late]


def stopped_at_once(place: Place) -> Sequence[Generation]:
    """SIGTERM while calls run, then SIGKILL, as the second Ctrl-C: nobody knows what they cost"""
    worker = place.worker()
    running = [place.submit("hold 40", model=model) for model in (CHAT, IMAGES)]
    place.all_reached(*running)
    worker.ask_to_stop()
    time.sleep(1)
    worker.kill()
    place.worker()
    return running


def killed_before_the_send(place: Place) -> Sequence[Generation]:
    """SIGKILL between claim and request: sent later, once"""
    worker = place.worker()
    reference = place.world.reference()
    held = Held(place.world, reference)
    generation = place.submit(references=[reference])
    place.wait_for_status("calling", generation)
    worker.kill()
    held.let_go()
    place.worker()
    return [generation]


def killed_in_the_stream(place: Place) -> Sequence[Generation]:
    """SIGKILL while the provider paints"""
    worker = place.worker()
    running = [place.submit("hold 40", model=model) for model in (CHAT, IMAGES)]
    place.all_reached(*running)
    time.sleep(0.5)
    worker.kill()
    place.worker()
    return running


def killed_while_fetching(place: Place) -> Sequence[Generation]:
    """SIGKILL between the address and its picture's last byte"""
    worker = place.worker()
    running = [place.submit("picture-slow 2", model=model) for model in (CHAT, IMAGES)]
    place.wait_for(lambda: all(it.attempts.get().deliveries.exists() for it in running))
    time.sleep(0.5)
    worker.kill()
    place.worker()
    return running


def killed_again_and_again(place: Place) -> Sequence[Generation]:
    """SIGKILL every second and a half, five workers in turn, while pictures come"""
    running = [place.submit("picture-slow 1") for _ in range(6)]
    for _ in range(4):
        worker = place.worker()
        place.all_reached(*running)
        time.sleep(0.4)
        worker.kill()
    place.worker()
    return [it for it in running if it.attempts.get().deliveries.exists()]


def asleep(place: Place) -> Sequence[Generation]:
    """SIGSTOP for longer than lost, SIGCONT after another worker has given its calls up"""
    sleeper = place.worker()
    running = [place.submit("hold 60", model=model) for model in (CHAT, IMAGES)]
    place.all_reached(*running)
    time.sleep(0.5)
    sleeper.suspend()
    place.worker()
    place.wait_for_status("unconfirmed", *running)
    place.world.demo.release()
    time.sleep(0.5)
    sleeper.resume()
    place.wait_for_status("succeeded", *running)
    return running


def two_race(place: Place) -> Sequence[Generation]:
    """two workers wait for twelve attempts that are submitted at once"""
    for _ in range(2):
        place.worker(WORKER_LOST_SECONDS="15", RUNNING_PER_PERSON="12")
    return [place.submit("slow 1") for _ in range(12)]


def canceled_in_silence(place: Place) -> Sequence[Generation]:
    """a person cancels while the provider is silent"""
    place.worker()
    generation = place.submit("silent", model=IMAGES)
    place.all_reached(generation)
    time.sleep(0.5)
    cancel_generation(generation=generation)
    return [generation]


def canceled_in_line(place: Place) -> Sequence[Generation]:
    """a person cancels what no worker has taken yet"""
    generation = place.submit()
    cancel_generation(generation=generation)
    place.worker()
    return [generation]


def no_memory_of_the_key(place: Place) -> Sequence[Generation]:
    """the worker starts without the provider that was chosen"""
    place.worker(DEMO_PROVIDER="off")
    return [place.submit()]
