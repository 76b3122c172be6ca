"""Memory that threads share: who needs more than is free waits until others have done."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, Lock

from generations.services.database import let_go


class Room:
    """So many bytes, for at most `at_once` at a time; served in turn, so that nobody starves.

    What is large has it alone: beside another one its peak would be hard to foresee.
    """

    def __init__(self, size: int, *, at_once: int) -> None:
        self.size = size
        self._least = size // at_once
        self._free = size
        self._turn = Lock()
        self._changed = Condition()

    @contextmanager
    def taken(self, size: int) -> Iterator[None]:
        """Holds so much of it; more than a quarter of the room is the whole of it.

        Who waits keeps no connection to the database, which those inside and all others need.
        """
        let_go()
        share = self.size if size > self.size // 4 else max(size, self._least)
        with self._turn, self._changed:
            self._changed.wait_for(lambda: self._free >= share)
            self._free -= share
        try:
            yield
        finally:
            with self._changed:
                self._free += share
                self._changed.notify_all()
