"""How far an attempt was, as the database says it; read right after a kill."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from generations.models import Attempt, Delivery, Generation
from generations.services.attempts.record import arrived_name
from generations.services.originals import exists

STAGES = (
    "waiting",
    "claimed, not sent",
    "in the stream",
    "arrived, not collecting",
    "fetching",
    "saving",
    "before settling",
    "ended",
)


@dataclass(frozen=True)
class Left:
    """What a dead worker left of one attempt."""

    attempt: Attempt
    stage: str
    deliveries: int

    @property
    def has_arrived(self) -> bool:
        """Whether the attempt must end as a picture: something paid for is on our side."""
        return self.stage in STAGES[3:7]

    @property
    def must_be_sent(self) -> bool:
        """Whether nothing was sent so far, so that it is sent later, once."""
        return self.stage in STAGES[:2]


def left_of(generations: Iterable[Generation]) -> list[Left]:
    """The stage of each unfinished attempt at this moment."""
    attempts = Attempt.objects.filter(generation__in=list(generations))
    return [_left(attempt) for attempt in attempts.order_by("created_at", "slot")]


def count_stages(left: Iterable[Left]) -> "Counter[str]":
    return Counter(it.stage for it in left)


def _left(attempt: Attempt) -> Left:
    deliveries = list(attempt.deliveries.all())
    return Left(attempt, _stage(attempt, deliveries), len(deliveries))


def _stage(attempt: Attempt, deliveries: list[Delivery]) -> str:
    if attempt.is_finished:
        return "ended"
    if attempt.status == "queued":
        return "waiting"
    if attempt.status == "calling":
        return _stage_of_call(attempt, deliveries)
    waiting = [it for it in deliveries if it.status == "pending"]
    if not waiting:
        return "before settling"
    return "saving" if all(it.file for it in waiting) else "fetching"


def _stage_of_call(attempt: Attempt, deliveries: list[Delivery]) -> str:
    if attempt.sent_at is None:
        return "claimed, not sent"
    if deliveries or exists(arrived_name(attempt, 0)):
        return "arrived, not collecting"
    return "in the stream"
