"""Writes the ledger; the only place that does."""

from decimal import Decimal
from typing import Any

from generations.models import Attempt, LedgerEntry

Kind = LedgerEntry.Kind


def hold(attempt: Attempt) -> None:
    """Sets the attempt's estimate aside; an unknown price has nothing to set aside."""
    if attempt.estimate is not None:
        _write(attempt, Kind.HOLD, attempt.estimate)


def release(attempt: Attempt) -> None:
    """Gives the hold back, once, whatever its amount was."""
    held = attempt.ledger_entries.filter(kind=Kind.HOLD).first()
    if held is not None:
        _write(attempt, Kind.RELEASE, -held.amount)


def charge(attempt: Attempt, amount: Decimal) -> None:
    """Books what the call really cost (USD)."""
    _write(attempt, Kind.CHARGE, amount)


def adjust(*, attempt: Attempt, amount: Decimal, reason: str, entered_by: Any) -> LedgerEntry:
    """Corrects an attempt's cost by a new line (USD, either sign) with a reason and a person."""
    return _write(attempt, Kind.ADJUSTMENT, amount, reason=reason, entered_by=entered_by)


def _write(attempt: Attempt, kind: str, amount: Decimal, **more: Any) -> LedgerEntry:
    return LedgerEntry.objects.create(
        attempt=attempt, kind=kind, amount=amount, is_demo=attempt.generation.is_demo, **more
    )
