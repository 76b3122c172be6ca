"""The schedule of the beat, by a clock that may be set back."""

import time
from typing import Any

from celery.beat import PersistentScheduler


class SteadyScheduler(PersistentScheduler):
    """Keeps its pace where Celery's own would wait until the old time has come again.

    That would leave forgotten work alone for as long as the clock was set back, also when that
    happened between two runs.
    """

    _looked_at = float("inf")

    def tick(self, *args: Any, **options: Any) -> float:
        now = time.time()
        if now < self._looked_at:
            self._forget_the_future()
        self._looked_at = now
        return float(super().tick(*args, **options))

    def _forget_the_future(self) -> None:
        for entry in self.schedule.values():
            now = entry.default_now()
            entry.last_run_at = min(entry.last_run_at or now, now)
        self._heap = None
