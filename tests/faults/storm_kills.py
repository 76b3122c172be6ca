"""Two workers that are killed and asked to stop at random moments, and started again."""

import time
from random import Random

from tests.faults.crew import Crew, RealWorker
from tests.faults.storm_faults import STORM

CALM_SECONDS = (3.0, 8.0)
PATIENCE_SECONDS = 10.0
ASKED_FIRST = 0.3


class Deaths:
    """Ends workers whenever `strike_if_due` is called and it is time for it.

    `killed_at` says when each of those that were killed died (seconds since 1970). All is done in
    the thread of the caller: a worker ends with the thread that has started it.
    """

    def __init__(self, crew: Crew, random: Random) -> None:
        self._crew, self._random = crew, random
        self._workers = [crew.start(**STORM) for _ in range(2)]
        self._patience: dict[int, float] = {}
        self._next_at = 0.0
        self.killed_at: dict[RealWorker, float] = {}
        self.asked = 0

    def strike_if_due(self) -> None:
        for place, until in list(self._patience.items()):
            self._follow_up(place, is_over=time.monotonic() > until)
        if time.monotonic() < self._next_at:
            return
        self._next_at = time.monotonic() + self._random.uniform(*CALM_SECONDS)
        place = self._random.randrange(len(self._workers))
        if place not in self._patience:
            self._strike(place)

    def stop(self) -> None:
        """No more deaths; two workers are there to finish what is left."""
        for place in list(self._patience):
            self._follow_up(place, is_over=True)

    def _strike(self, place: int) -> None:
        """As a crash does, or as a supervisor: asked first, killed when it takes too long."""
        if self._random.random() < ASKED_FIRST:
            self._workers[place].ask_to_stop()
            self.asked += 1
            self._patience[place] = time.monotonic() + self._random.uniform(0, PATIENCE_SECONDS)
        else:
            self._kill(place)

    def _follow_up(self, place: int, *, is_over: bool) -> None:
        if self._workers[place].process.poll() is not None:
            self._start_again(place)
        elif is_over:
            self._kill(place)

    def _kill(self, place: int) -> None:
        self.killed_at[self._workers[place]] = time.time()
        self._workers[place].kill()
        self._start_again(place)

    def _start_again(self, place: int) -> None:
        self._patience.pop(place, None)
        self._workers[place] = self._crew.start(wait=False, **STORM)
