"""Signs of life of the call that runs in the current task.

A route beats whenever a byte comes from the provider, also where no event comes of it (keep-alive
comments), and says when the request begins to leave. Who runs the route listens.
"""

from contextvars import ContextVar
from dataclasses import dataclass, field
from time import monotonic

from generations.providers.base import Code


@dataclass
class Pulse:
    """What is known of one running call.

    `last_beat` is on the monotonic clock (seconds). `limit` is set before the task is cancelled
    because it took too long.
    """

    last_beat: float = field(default_factory=monotonic)
    is_sent: bool = False
    limit: Code | None = None


_current: ContextVar[Pulse | None] = ContextVar("pulse", default=None)


def listen(pulse: Pulse) -> None:
    """Let the current task and what it awaits tell of themselves to `pulse`."""
    _current.set(pulse)


def beat() -> None:
    """Say that the provider showed life."""
    if pulse := _current.get():
        pulse.last_beat = monotonic()


def mark_sent() -> None:
    """Say that the first byte of the request is about to leave."""
    if pulse := _current.get():
        pulse.is_sent = True


def was_sent() -> bool:
    """Tell whether the request may have left; True where nobody listened."""
    pulse = _current.get()
    return pulse is None or pulse.is_sent


def reached_limit() -> Code | None:
    """Give the limit that ends the current call; None where it goes on or was canceled."""
    pulse = _current.get()
    return pulse.limit if pulse else None
