"""Writes the ledger, and with each line the sums of days and budgets; the only place that does."""

from decimal import Decimal
from typing import Any

from django.db import transaction

from generations.models import Attempt, LedgerEntry
from generations.providers.base import Charged
from generations.services import pricing
from generations.services.budgets import sums as budget_sums
from generations.services.budgets import warnings
from generations.services.spend import sums
from generations.services.spend.groups import group_of

Kind = LedgerEntry.Kind


class NotBooked(Exception):
    """A cost was to be corrected of which nothing is known yet; it is settled first."""


def hold(attempt: Attempt) -> None:
    """Sets the attempt's estimate aside; an unknown price has nothing to set aside."""
    if attempt.estimate is not None:
        _write(attempt, Kind.HOLD, attempt.estimate)


def release(attempt: Attempt, **why: Any) -> None:
    """Gives the hold back, whatever its amount was; does nothing when it was given back before."""
    lines = {line.kind: line for line in attempt.ledger_entries.all()}
    if Kind.HOLD in lines and Kind.RELEASE not in lines:
        _write(attempt, Kind.RELEASE, -lines[Kind.HOLD].amount, **why)


def charge(attempt: Attempt, amount: Decimal, **why: Any) -> None:
    """Books what the call really cost (USD); `why` may hold `reason` and `entered_by`."""
    _write(attempt, Kind.CHARGE, amount, **why)


@transaction.atomic
def adjust(*, attempt: Attempt, amount: Decimal, reason: str, entered_by: Any) -> LedgerEntry:
    """Corrects the cost of a booked attempt by a new line (USD, either sign), and its pictures'.

    Where the cost was not known, the amount is what it was. Raises NotBooked before the end of
    the attempt and while it is unconfirmed, ValueError where the cost would fall below zero.
    """
    current = Attempt.objects.select_for_update().get(id=attempt.id)
    if current.charged not in (Charged.YES, Charged.NO):
        raise NotBooked
    cost = (current.cost or Decimal(0)) + amount
    if cost < 0 or not reason:
        raise ValueError("An adjustment has a reason, and no call costs less than nothing.")
    current.cost, current.charged = cost, Charged.YES
    current.save(update_fields=["cost", "charged"])
    share_among_pictures(current)
    return _write(current, Kind.ADJUSTMENT, amount, reason=reason, entered_by=entered_by)


def share_among_pictures(attempt: Attempt) -> None:
    """Writes each picture's share of the attempt's cost, to the micro-dollar."""
    images = list(attempt.images.order_by("position"))
    shares = pricing.share_cost(attempt.cost, len(images))
    for image, share in zip(images, shares, strict=True):
        image.cost = share
        image.save(update_fields=["cost"])


@transaction.atomic
def _write(attempt: Attempt, kind: str, amount: Decimal, **why: Any) -> LedgerEntry:
    line = LedgerEntry.objects.create(
        attempt=attempt,
        kind=kind,
        amount=amount,
        is_demo=attempt.generation.is_demo,
        spend_group_id=group_of(attempt),
        **why,
    )
    # First the rows that nobody waits for
    budget_sums.count_line(line, attempt)
    sums.count_line(line, attempt)
    if kind in (Kind.CHARGE, Kind.ADJUSTMENT) and not line.is_demo:
        warnings.note_cost(attempt)
    return line
