"""What attempts cost, as far as it is known; what is not known is None, never zero."""

from collections.abc import Iterable
from decimal import Decimal

from generations.models import Attempt


def is_unclear(attempt: Attempt) -> bool:
    """Ended, and nobody knows yet what it cost."""
    return attempt.is_finished and attempt.cost is None and attempt.charged != "no"


def attempt_cost(attempt: Attempt) -> Decimal | None:
    """What one attempt cost (USD); None while it runs or where it is not known."""
    if attempt.cost is not None:
        return attempt.cost
    return Decimal(0) if attempt.is_finished and attempt.charged == "no" else None


def total_cost(attempts: Iterable[Attempt]) -> Decimal | None:
    """What attempts cost in all (USD); None while one of them is not known."""
    costs = [attempt_cost(attempt) for attempt in attempts]
    known = [cost for cost in costs if cost is not None]
    return sum(known, Decimal(0)) if len(known) == len(costs) else None


def known_cost(attempts: Iterable[Attempt]) -> Decimal:
    """What those attempts cost in all whose cost is known (USD)."""
    return sum((attempt_cost(attempt) or Decimal(0) for attempt in attempts), Decimal(0))


def total_estimate(attempts: Iterable[Attempt]) -> Decimal | None:
    """What attempts will probably cost in all (USD); None where one of them has no price."""
    estimates = [attempt.estimate for attempt in attempts]
    known = [estimate for estimate in estimates if estimate is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(estimates) else None
