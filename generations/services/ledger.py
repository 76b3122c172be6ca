"""Writes the ledger, and with each line the sums of days and budgets; the only place that does."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from generations.models import Attempt, LedgerEntry, OutputImage
from generations.providers.base import Charged
from generations.services import pricing
from generations.services.budgets import sums as budget_sums
from generations.services.budgets import warnings
from generations.services.months import Counting, counting_of
from generations.services.spend import sums
from generations.services.spend.groups import group_of

Kind = LedgerEntry.Kind
# What costs; the others set aside
BOOKED = {Kind.CHARGE, Kind.ADJUSTMENT}


class NotBooked(Exception):
    """A cost was to be corrected of which nothing is known yet; it is settled first."""


def hold(attempt: Attempt) -> None:
    """Sets the attempt's estimate aside; an unknown price has nothing to set aside."""
    if attempt.estimate is not None:
        _write(attempt, _line(attempt, Kind.HOLD, attempt.estimate))


def close(
    attempt: Attempt, *, cost: Decimal | None, delivered: Sequence[OutputImage] = (), **why: Any
) -> None:
    """Gives the hold back, unless it was before, and books what the call really cost (USD).

    None books nothing: it was free, or nobody knows. `delivered` are the pictures that were got
    for it; `why` may hold `reason` and `entered_by`.
    """
    amounts = dict(attempt.ledger_entries.values_list("kind", "amount"))
    held = None if Kind.RELEASE in amounts else amounts.get(Kind.HOLD)
    lines = []
    if held is not None:
        lines.append(_line(attempt, Kind.RELEASE, -held, **why))
    if cost is not None:
        lines.append(_line(attempt, Kind.CHARGE, cost, **why))
    _write(attempt, *lines, delivered=delivered, is_booked=not BOOKED.isdisjoint(amounts))
    # What was held has been looked at when it was submitted
    if cost is not None and cost > (held or 0):
        _warn_of(lines[-1], attempt)


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
    line = _line(current, Kind.ADJUSTMENT, amount, reason=reason, entered_by=entered_by)
    is_booked = current.ledger_entries.filter(kind__in=BOOKED).exists()
    _write(current, line, is_booked=is_booked)
    _warn_of(line, current)
    return line


def share_among_pictures(attempt: Attempt) -> None:
    """Writes each picture's share of the attempt's cost, to the micro-dollar."""
    images = list(attempt.images.order_by("position"))
    shares = pricing.share_cost(attempt.cost, len(images))
    for image, share in zip(images, shares, strict=True):
        image.cost = share
        image.save(update_fields=["cost"])


def _write(
    attempt: Attempt,
    *lines: LedgerEntry,
    delivered: Sequence[OutputImage] = (),
    is_booked: bool = False,
) -> None:
    """`is_booked`: the attempt has lines that cost already."""
    with transaction.atomic(savepoint=False):
        LedgerEntry.objects.bulk_create(lines)
        # First the rows that nobody waits for
        budget_sums.count_lines(lines, attempt)
        sums.count_lines(lines, attempt, delivered, is_booked=is_booked)


def _warn_of(line: LedgerEntry, attempt: Attempt) -> None:
    if not line.is_demo:
        warnings.note_cost(attempt)


def _line(attempt: Attempt, kind: str, amount: Decimal, **why: Any) -> LedgerEntry:
    """In the transaction that writes it, so that its month is not closed meanwhile."""
    counting = counting_of(attempt) if why.get("entered_by") else Counting(timezone.now())
    return LedgerEntry(
        attempt=attempt,
        kind=kind,
        amount=amount,
        is_demo=attempt.generation.is_demo,
        spend_group_id=group_of(attempt),
        created_at=counting.at,
        late_for=counting.late_for,
        **why,
    )
