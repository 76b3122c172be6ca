"""Signs of life of the call that runs in the current task.

A route beats whenever a byte comes from the provider, also where no event comes of it (keep-alive
comments), and says when the request begins to leave. Who runs the route listens.
"""

from contextvars import ContextVar
from dataclasses import dataclass, field
from time import monotonic


@dataclass
class Pulse:
    """What is known of one running call: `last_beat` is on the monotonic clock (seconds)."""

    last_beat: float = field(default_factory=monotonic)
    is_sent: bool = False


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
