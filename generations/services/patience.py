"""Keeps everybody from waiting, again and again, for a broker that is away."""

import time

REST_SECONDS = 5.0


class Patience:
    """After a failure, the broker is left alone for a while: what it would have heard is lost.

    That costs freshness alone; the database has it all, and the sweep rings again.
    """

    def __init__(self) -> None:
        self._rests_until = 0.0

    @property
    def is_lost(self) -> bool:
        """Whether to leave the broker alone now."""
        return time.monotonic() < self._rests_until

    def lose(self) -> None:
        self._rests_until = time.monotonic() + REST_SECONDS


# There is one broker, for doorbell and live events
patience = Patience()
