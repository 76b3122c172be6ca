"""Where the time of generations went, read from their own rows."""

from collections.abc import Sequence
from datetime import datetime
from statistics import median, quantiles

from generations.models import Attempt

Step = tuple[str, list[float]]


def steps_of(attempts: Sequence[Attempt]) -> list[Step]:
    """The milliseconds that each step took, attempt by attempt."""
    return [
        ("waits for a worker", [_between(it.created_at, it.sent_at) for it in attempts]),
        ("the provider", [_between(it.sent_at, _delivered_at(it)) for it in attempts]),
        ("to a stored picture", [_between(_delivered_at(it), _stored_at(it)) for it in attempts]),
        ("to the final state", [_between(_stored_at(it), it.finished_at) for it in attempts]),
    ]


def moments_of(attempts: Sequence[Attempt]) -> list[Step]:
    """The milliseconds from the first submission to each moment, attempt by attempt."""
    start = min(it.created_at for it in attempts)
    return [
        ("submitted", [_between(start, it.created_at) for it in attempts]),
        ("sent", [_between(start, it.sent_at) for it in attempts]),
        ("delivered", [_between(start, _delivered_at(it)) for it in attempts]),
        ("stored", [_between(start, _stored_at(it)) for it in attempts]),
        ("finished", [_between(start, it.finished_at) for it in attempts]),
    ]


def line(name: str, values: list[float]) -> str:
    """A row of the table: the middle, the slowest twentieth, the slowest."""
    return f"  {name:22}{median(values):8.0f}{p95(values):8.0f}{max(values):8.0f}"


def p95(values: list[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]


def _between(start: datetime | None, end: datetime | None) -> float:
    assert start, "It was never begun"
    assert end, "It never came to its end"
    return (end - start).total_seconds() * 1000


def _delivered_at(attempt: Attempt) -> datetime:
    return min(delivery.created_at for delivery in attempt.deliveries.all())


def _stored_at(attempt: Attempt) -> datetime:
    return max(image.created_at for image in attempt.images.all())
