"""The broker is emptied, away, hung, full, promoted away, or says too much or too little."""

import json
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from threading import Event

from generations.models import Generation
from tests.faults.table.place import Place, meanwhile, ring_again


def emptied(place: Place) -> Sequence[Generation]:
    """FLUSHALL every tenth of a second while people submit and calls run"""
    place.worker(on_broker=True)

    def flush(is_over: Event) -> None:
        while not is_over.wait(0.1):
            place.broker.flush()

    with meanwhile(flush):
        generations = [place.press("slow 1") for _ in range(4)]
        place.all_reached(*generations)
        time.sleep(0.5)
    return generations


def restarted(place: Place) -> Sequence[Generation]:
    """SIGTERM, three seconds without it, and its start, while calls run"""
    generations = _running(place)
    place.broker.stop()
    time.sleep(3)
    place.broker.start()
    return _and_one_more(place, generations)


def killed(place: Place) -> Sequence[Generation]:
    """SIGKILL and its start, while calls run"""
    generations = _running(place)
    place.broker.process.kill()
    place.broker.process.wait()
    place.broker.start()
    return _and_one_more(place, generations)


def hung(place: Place) -> Sequence[Generation]:
    """SIGSTOP for five seconds, while calls run and people submit"""
    generations = _running(place)
    place.broker.hang()
    generations = _and_one_more(place, generations)
    time.sleep(5)
    place.broker.resume()
    return generations


def away_at_submission(place: Place) -> Sequence[Generation]:
    """stopped when the button is pressed, started three seconds later"""
    place.worker(on_broker=True)
    warm = place.press()
    place.broker.stop()
    generations = [warm, *(place.press() for _ in range(2))]
    time.sleep(3)
    place.broker.start()
    return generations


def full(place: Place) -> Sequence[Generation]:
    """maxmemory 1 for some seconds: every write is refused (OOM)"""
    generations = _running(place)
    with place.client() as client:
        client.config_set("maxmemory", "1")
        generations = _and_one_more(place, generations)
        time.sleep(3)
        client.config_set("maxmemory", "0")
    return generations


def turned_replica(place: Place) -> Sequence[Generation]:
    """REPLICAOF for some seconds, as after a failover: every write is refused (READONLY)"""
    generations = _running(place)
    with place.client() as client:
        client.execute_command("REPLICAOF", "127.0.0.1", "1")
        generations = _and_one_more(place, generations)
        time.sleep(3)
        client.execute_command("REPLICAOF", "NO", "ONE")
    return generations


def connections_cut(place: Place) -> Sequence[Generation]:
    """CLIENT KILL for everybody, again and again"""
    generations = _running(place)
    with place.client() as client:
        for _ in range(8):
            client.execute_command("CLIENT", "KILL", "SKIPME", "yes")
            time.sleep(0.3)
    return _and_one_more(place, generations)


def messages_lost(place: Place) -> Sequence[Generation]:
    """the doorbell rings at a broker that no worker listens to: the sweep alone finds the work"""
    place.worker(on_broker=True)
    return [place.submit() for _ in range(3)]


def messages_twice(place: Place) -> Sequence[Generation]:
    """sixty rings for three attempts, two workers"""
    for _ in range(2):
        place.worker(WORKER_LOST_SECONDS="15")
    generations = [place.submit("slow 1") for _ in range(3)]
    ring_again(60)
    return generations


def message_for_nothing(place: Place) -> Sequence[Generation]:
    """rings with nothing waiting, before and after one attempt"""
    place.worker()
    ring_again(10)
    generation = place.submit()
    place.wait_for(lambda: generation.attempts.get().is_finished)
    ring_again(10)
    time.sleep(1)
    return [generation]


def broken_messages(place: Place) -> Sequence[Generation]:
    """messages that are no JSON, name no task, or an unknown one; who ends is started again"""
    worker, ends = place.worker(on_broker=True), 0
    generation = place.press()
    place.wait_for(lambda: generation.attempts.get().is_finished)
    with place.client() as client:
        queue = next(
            name.decode() for name in client.keys("*") if name.endswith(b"_kombu.binding.celery")
        ).replace("_kombu.binding.", "")
        for words in (b"no json at all", b"{}", json.dumps(_unknown_task()).encode()):
            client.lpush(queue, words)
            # As its supervisor does
            with suppress(subprocess.TimeoutExpired):
                worker.process.wait(timeout=8)
                worker, ends = place.worker(on_broker=True), ends + 1
    place.said = f"{ends} of 3 messages ended the worker"
    return [generation, place.press()]


def _unknown_task() -> dict[str, object]:
    properties = {"delivery_info": {"exchange": "", "routing_key": "celery"}, "delivery_tag": "1"}
    headers = {"task": "generations.nothing", "id": "1", "lang": "py"}
    return {
        "body": "W1tdLCB7fSwge31d",
        "content-encoding": "utf-8",
        "content-type": "application/json",
        "headers": headers,
        "properties": properties | {"body_encoding": "base64"},
    }


def _running(place: Place) -> list[Generation]:
    place.worker(on_broker=True)
    generations = [place.press("slow 3"), place.press("hold 40")]
    place.all_reached(*generations)
    return generations


def _and_one_more(place: Place, generations: list[Generation]) -> list[Generation]:
    place.world.demo.release()
    return [*generations, place.press()]
