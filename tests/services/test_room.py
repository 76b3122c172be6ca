"""Memory that threads share."""

from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import pytest

from generations.services.room import Room

pytestmark = pytest.mark.once


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
