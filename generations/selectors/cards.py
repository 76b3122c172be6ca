"""A generation as a card shows it: its slots, its state, and what it cost so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property

from django.conf import settings as project
from django.utils import timezone

from generations.messages import Message, message_for
from generations.models import Attempt, Generation, ImageModel, OutputImage
from generations.selectors.attempt_costs import is_unclear, known_cost, total_cost, total_estimate
from generations.selectors.slots import Slot

Status = Attempt.Status
# What a card says first, where its slots are in different states
SAID_FIRST = ("painting", "saving", "queued", "sent", "waiting")


@dataclass(frozen=True)
class Card:
    """A generation with its slots, ready to be drawn.

    `call_price` is what one more call of it will probably cost now (USD); None is not known.
    """

    generation: Generation
    slots: Sequence[Slot]
    attempts: Sequence[Attempt]
    image_model: ImageModel | None
    is_worker_heard: bool = True
    call_price: Decimal | None = None
    is_model_permitted: bool = True

    @cached_property
    def state(self) -> str:
        """The state that the card says: a running slot's, else how the whole ended."""
        running = {slot.state for slot in self.slots if not slot.attempt.is_finished}
        for state in SAID_FIRST:
            if state in running:
                return state
        return self._ended()

    @property
    def is_running(self) -> bool:
        return self.state in SAID_FIRST

    @property
    def percent(self) -> int:
        """0 to 100 over all slots; 100 only when every picture is delivered."""
        if not self.slots:
            return 0
        return sum(slot.percent for slot in self.slots) // len(self.slots)

    @property
    def place(self) -> int | None:
        return min((slot.place for slot in self.slots if slot.place), default=None)

    @property
    def delivered(self) -> int:
        return sum(1 for slot in self.slots if slot.is_delivered)

    @property
    def images(self) -> list[OutputImage]:
        """The pictures that are paid for and settled, and were not removed."""
        return [it for slot in self.slots for it in slot.delivered if not it.is_removed]

    @property
    def undelivered(self) -> list[Slot]:
        """Slots that ended without a picture, which a retry tries again."""
        if self.is_running:
            return []
        return [slot for slot in self.slots if not slot.is_delivered]

    @property
    def is_settled(self) -> bool:
        """Nothing is unconfirmed any more without somebody having found out what it cost."""
        unsure = [slot.attempt for slot in self.undelivered if slot.state == "unconfirmed"]
        return bool(unsure) and all(attempt.is_settled for attempt in unsure)

    @property
    def may_cost_twice(self) -> bool:
        """A retry pays again for what may have been paid already."""
        return any(
            slot.state == "unconfirmed" and slot.attempt.charged != "no"
            for slot in self.undelivered
        )

    @property
    def may_retry(self) -> bool:
        """Something was not delivered, and its person may still use its model."""
        model = self.image_model
        return bool(
            self.undelivered
            and model
            and self.is_model_permitted
            and model.provider in project.PROVIDERS
            and model.may_be_used(timezone.localdate())
        )

    @property
    def cost(self) -> Decimal | None:
        """What all attempts cost (USD); None while one of them is not known."""
        return total_cost(self.attempts)

    @property
    def known_cost(self) -> Decimal:
        """What the attempts cost whose cost is known (USD)."""
        return known_cost(self.attempts)

    @property
    def wasted(self) -> Decimal | None:
        """What the slots without a picture cost (USD); None while one of them is not known."""
        return total_cost(slot.attempt for slot in self.undelivered)

    @property
    def reference_count(self) -> int:
        return sum(1 for use in self.generation.reference_uses.all() if not use.is_mask)

    @property
    def created_milliseconds(self) -> int:
        return int(self.generation.created_at.timestamp() * 1000)

    @property
    def elapsed(self) -> timedelta:
        return timezone.now() - self.started_at

    @property
    def is_canceling(self) -> bool:
        return self.is_running and self.generation.cancel_requested_at is not None

    @property
    def perhaps(self) -> Decimal | None:
        """What the attempts with an unknown outcome may cost (USD)."""
        return total_estimate(a for a in self.attempts if is_unclear(a))

    @property
    def retry_estimate(self) -> Decimal | None:
        """What trying the undelivered slots again will probably cost (USD)."""
        return None if self.call_price is None else self.call_price * len(self.undelivered)

    @property
    def message(self) -> Message:
        """The words for the first slot that ended without a picture."""
        ended = next((slot for slot in self.undelivered if slot.state == self.state), None)
        ended = ended or next(iter(self.undelivered), None)
        return message_for(ended.attempt.code if ended else "")

    @property
    def may_cancel(self) -> bool:
        """There is something left to stop: what is being stored is paid for and comes anyway."""
        stoppable = (Status.QUEUED, Status.CALLING)
        return not self.is_canceling and any(
            slot.attempt.status in stoppable for slot in self.slots
        )

    @property
    def is_free_to_cancel(self) -> bool:
        return all(
            slot.attempt.sent_at is None for slot in self.slots if not slot.attempt.is_finished
        )

    @property
    def unsent(self) -> int:
        """How many slots a cancellation would still keep from being sent."""
        return sum(
            1
            for slot in self.slots
            if not slot.attempt.is_finished and slot.attempt.sent_at is None
        )

    @property
    def charges_failures(self) -> bool:
        return self.image_model is not None and self.image_model.charges_failures

    @property
    def not_before(self) -> datetime | None:
        """When a provider that asked for patience is asked again."""
        times = [slot.attempt.not_before for slot in self.slots if slot.state == "waiting"]
        return min((time for time in times if time and time > timezone.now()), default=None)

    @property
    def is_fetching(self) -> bool:
        """Paid, and a picture could not be downloaded yet."""
        return self.state == "saving" and any(slot.late for slot in self.slots)

    @property
    def fetched_again_at(self) -> datetime | None:
        """When the next download is tried; None while one is."""
        times = [slot.late.not_before for slot in self.slots if slot.late]
        return min((time for time in times if time and time > timezone.now()), default=None)

    @property
    def started_at(self) -> datetime:
        """When the latest run of this generation began."""
        return min((slot.attempt.created_at for slot in self.slots), default=self._created_at)

    @property
    def length(self) -> timedelta | None:
        """How long the latest run took, from the button to the end."""
        ends = [slot.attempt.finished_at for slot in self.slots if slot.attempt.finished_at]
        return max(ends) - self.started_at if ends else None

    @property
    def version(self) -> str:
        """Changes when the card has to be drawn again; progress within a phase does not."""
        canceled = "c" if self.generation.cancel_requested_at else ""
        parts = [
            f"{a.slot}.{a.number}{a.status[:3]}{a.phase[:1]}{a.charged[:1]}" for a in self.attempts
        ]
        late = [f"l{slot.late.tries}" for slot in self.slots if slot.late]
        removed = [
            f"r{it.pk}"
            for slot in self.slots
            for it in (*slot.earlier, *slot.images)
            if it.is_removed
        ]
        return "-".join([self.generation.status[:3] + canceled, *parts, *late, *removed])

    @property
    def tries(self) -> str:
        """Changes when a slot is tried again, so that what was said of the last try is over."""
        return "-".join(str(slot.attempt.number) for slot in self.slots)

    @property
    def _created_at(self) -> datetime:
        return self.generation.created_at

    def _ended(self) -> str:
        if self.delivered:
            return "done"
        states = {slot.state for slot in self.slots}
        for state in ("unconfirmed", "failed", "canceled"):
            if state in states:
                return state
        return "failed"
