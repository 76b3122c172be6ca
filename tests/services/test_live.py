"""Live events of many threads at once, as of a worker with hundreds of calls."""

import threading
import uuid

import redis

from generations.services import live

THREADS = 250


def test_none_is_lost_when_all_calls_of_a_worker_speak_at_once(redis_client: redis.Redis) -> None:
    with redis_client.pubsub(ignore_subscribe_messages=True) as channel:
        channel.subscribe(live.CHANNEL)
        channel.get_message(timeout=1)
        _all_at_once(THREADS, redis_client)
        heard = 0
        while heard < THREADS and channel.get_message(timeout=30) is not None:
            heard += 1
    assert heard == THREADS


def _all_at_once(count: int, redis_client: redis.Redis) -> None:
    start = threading.Barrier(count + 1)

    def speak(slot: int) -> None:
        start.wait()
        live.publish_progress(
            user_id=1, generation_id=uuid.uuid4(), slot=slot, phase="painting", percent=30
        )

    threads = [threading.Thread(target=speak, args=[slot]) for slot in range(count)]
    for thread in threads:
        thread.start()
    # While the server takes its time, all of them wait for it
    redis_client.client_pause(600, all=False)
    start.wait()
    for thread in threads:
        thread.join()
