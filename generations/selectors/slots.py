"""A slot of a generation as a card shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from generations.models import Attempt, Delivery, OutputImage

Status = Attempt.Status


@dataclass(frozen=True)
class Slot:
    """One slot as it stands: its attempt (`standing`) and the pictures that came of it.

    `earlier` are pictures that another attempt brought, perhaps long after it was given up.

    States: waiting, sent, queued, painting, saving, done, failed, unconfirmed, canceled.
    While it is saving, `late` is the picture whose download failed and is tried again.
    """

    attempt: Attempt
    images: Sequence[OutputImage]
    shape: str | OutputImage
    place: int | None = None
    late: Delivery | None = None
    earlier: Sequence[OutputImage] = ()

    @property
    def number(self) -> int:
        return self.attempt.slot + 1

    @property
    def state(self) -> str:
        return slot_state(self.attempt)

    @property
    def percent(self) -> int:
        return slot_percent(self.attempt)

    @property
    def delivered(self) -> list[OutputImage]:
        """What is paid for and settled, also of earlier attempts."""
        return [*self.earlier, *(self.images if self.is_delivered else ())]

    @property
    def is_delivered(self) -> bool:
        return self.attempt.status == Status.SUCCEEDED


def slot_state(attempt: Attempt) -> str:
    if attempt.status == Status.CALLING:
        return attempt.phase or "sent"
    return {
        Status.QUEUED: "waiting",
        Status.COLLECTING: "saving",
        Status.SUCCEEDED: "done",
    }.get(Status(attempt.status), attempt.status)


def slot_percent(attempt: Attempt) -> int:
    """0 to 100, where 100 means delivered."""
    if attempt.status == Status.SUCCEEDED:
        return 100
    return min(attempt.percent, 99)
