"""The receipt of a generation: every ledger line, attempt by attempt, and sums that add up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from generations.models import Attempt, Generation, LedgerEntry, OutputImage
from generations.providers.base import Charged
from generations.selectors.attempt_costs import is_unclear

Kind = LedgerEntry.Kind
HELD_KINDS = (Kind.HOLD, Kind.RELEASE)


@dataclass(frozen=True)
class Part:
    """One attempt on the receipt."""

    attempt: Attempt
    entries: Sequence[LedgerEntry]
    images: Sequence[OutputImage]

    @property
    def spent(self) -> Decimal:
        return _sum(entry.amount for entry in self.entries if entry.kind not in HELD_KINDS)

    @property
    def held(self) -> Decimal:
        return _sum(entry.amount for entry in self.entries if entry.kind in HELD_KINDS)

    @property
    def for_pictures(self) -> Decimal:
        return _sum(image.cost for image in self.images if image.cost is not None)

    @property
    def is_unclear(self) -> bool:
        return is_unclear(self.attempt)

    @property
    def length(self) -> timedelta | None:
        """How long the call took, from sending to the end."""
        attempt = self.attempt
        if not attempt.sent_at or not attempt.finished_at:
            return None
        return attempt.finished_at - attempt.sent_at

    @property
    def has_words(self) -> bool:
        """The provider said something, or something has to be said about it."""
        attempt = self.attempt
        revised = attempt.got.get("revised_prompt")
        return bool(attempt.code or attempt.detail or revised or attempt.provider_request_id)


@dataclass(frozen=True)
class Receipt:
    """All amounts in USD: spent = for_pictures + for_nothing; held is set aside, not spent."""

    parts: Sequence[Part]
    is_demo: bool

    @property
    def spent(self) -> Decimal:
        return _sum(part.spent for part in self.parts)

    @property
    def held(self) -> Decimal:
        return _sum(part.held for part in self.parts)

    @property
    def for_pictures(self) -> Decimal:
        return _sum(part.for_pictures for part in self.parts)

    @property
    def for_nothing(self) -> Decimal:
        """What was charged without a picture."""
        return self.spent - self.for_pictures

    @property
    def picture_count(self) -> int:
        return sum(len(part.images) for part in self.parts)

    @property
    def sent(self) -> list[Part]:
        """The attempts that were sent; what was withdrawn before is no call."""
        return [part for part in self.parts if part.attempt.sent_at is not None]

    @property
    def told(self) -> list[Part]:
        return [part for part in self.parts if part.has_words]

    @property
    def unclear(self) -> list[Part]:
        """Attempts of which nobody knows yet what they cost."""
        return [part for part in self.parts if part.is_unclear]

    @property
    def unsettled(self) -> list[Part]:
        """Attempts of which nobody knows yet whether they were charged."""
        return [part for part in self.unclear if part.attempt.charged != Charged.YES]

    @property
    def unpriced(self) -> list[Part]:
        """Attempts that were charged, and nobody knows how much."""
        return [part for part in self.unclear if part.attempt.charged == Charged.YES]

    @property
    def perhaps(self) -> Decimal:
        return _sum(part.attempt.estimate or Decimal(0) for part in self.unsettled)

    @property
    def is_open(self) -> bool:
        """Something still runs, so that the sums are not final."""
        return any(not part.attempt.is_finished for part in self.parts)


def receipt_for(generation: Generation) -> Receipt:
    attempts = (
        generation.attempts.order_by("slot", "number")
        .select_related("settlement__settled_by")
        .prefetch_related("ledger_entries", "images")
    )
    parts = [
        Part(attempt, list(attempt.ledger_entries.all()), _settled(attempt)) for attempt in attempts
    ]
    return Receipt(parts, generation.is_demo)


def _settled(attempt: Attempt) -> list[OutputImage]:
    if attempt.status != Attempt.Status.SUCCEEDED:
        return []
    return sorted(attempt.images.all(), key=lambda image: image.position)


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))
