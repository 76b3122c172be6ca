"""Memory that threads share."""

from concurrent.futures import ThreadPoolExecutor
from threading import Lock, Semaphore

import pytest
from django.contrib.auth.models import User
from django.db import connection

from generations.services.room import Room
from tests.support.connections import connections_in_use
from tests.support.processes import wait_until


@pytest.mark.parametrize(
    ("sizes", "most_at_once"),
    [([1, 60, 25, 100, 90, 30, 500], 3), ([1, 2, 3], 3), ([26, 51, 90, 1_000], 1)],
)
def test_no_more_is_held_than_there_is_room(sizes, most_at_once):
    room, lock, held, seen = Room(100, at_once=3), Lock(), [], []

    def take(size):
        with room.taken(size):
            with lock:
                held.append(min(size, 100))
                seen.append((sum(held), len(held)))
            with lock:
                held.remove(min(size, 100))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(take, sizes * 50))
    assert held == []
    assert max(total for total, _ in seen) <= 100
    assert max(count for _, count in seen) <= most_at_once


def test_room_is_given_back_when_something_goes_wrong():
    room = Room(100, at_once=2)
    for _ in range(3):
        with pytest.raises(ValueError, match="broken"), room.taken(100):
            raise ValueError("broken")


@pytest.mark.twice
@pytest.mark.django_db(transaction=True)
def test_who_waits_for_room_keeps_no_connection():
    """As many as there are connections, and nobody could answer a page meanwhile."""
    room, begun = Room(100, at_once=2), Semaphore(0)

    def look_and_wait() -> None:
        User.objects.count()
        begun.release()
        with room.taken(100):
            pass
        connection.close()

    before = connections_in_use()
    with ThreadPoolExecutor(6) as pool:
        with room.taken(100):
            waiting = [pool.submit(look_and_wait) for _ in range(6)]
            for _ in waiting:
                begun.acquire()
            wait_until(lambda: connections_in_use() <= before)
        for one in waiting:
            one.result()
