"""What a provider billed beside what we booked: the differences, each with its likely cause."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from generations.models import Attempt, UsageDifference
from generations.providers.base import Charged

# Below this, the provider rounded its own figure
ROUNDING = Decimal("0.00001")

Cause = UsageDifference.Cause


@dataclass(frozen=True)
class OurCall:
    """What the comparison needs to know of an attempt; `cost` None is unknown."""

    id: UUID
    status: str
    charged: str
    cost: Decimal | None

    @property
    def is_under_way(self) -> bool:
        return self.status in Attempt.UNFINISHED

    @property
    def is_open(self) -> bool:
        """Unconfirmed, and nobody has settled it."""
        return self.charged == Charged.UNKNOWN


def differences(
    *, billed: Mapping[UUID, Decimal], ours: Iterable[OurCall]
) -> list[UsageDifference]:
    """One for each of our calls whose cost is not what was billed for it (USD), unsaved.

    `billed` holds what each call that the record names was billed; `ours` are those calls and
    the others of the same time.
    """
    found = []
    for call in ours:
        amount = billed.get(call.id)
        cause = _not_listed(call) if amount is None else _listed(call, amount)
        if cause is not None:
            found.append(
                UsageDifference(
                    cause=cause, attempt_id=call.id, billed=amount or Decimal(0), ours=call.cost
                )
            )
    return found


def _listed(call: OurCall, billed: Decimal) -> str | None:
    if call.is_under_way:
        return Cause.UNDER_WAY
    if call.is_open:
        return Cause.UNCONFIRMED
    if call.cost is None:
        return Cause.NO_AMOUNT
    if call.cost == billed:
        return None
    if call.charged == Charged.NO:
        return Cause.THOUGHT_FREE
    return Cause.ROUNDING if abs(call.cost - billed) < ROUNDING else Cause.PRICE


def _not_listed(call: OurCall) -> str | None:
    if call.is_under_way:
        return None
    if call.is_open:
        return Cause.UNCONFIRMED_NOT_LISTED
    # Charged, whether for something or for what nobody knows
    return Cause.NOT_LISTED if call.charged == Charged.YES and call.cost != 0 else None
