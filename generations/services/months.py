"""Closes months, and says in which month what a person books counts: docs/decisions/0022."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from generations.models import Attempt, ClosedMonth, DailySpend
from generations.models.audit_actions import Action
from generations.services import audit
from generations.services.spend.days import month_start, start_of, team_day

# What was being written at midnight is written by then
AFTER_ITS_END = timedelta(hours=1)
MONTHS_LOCK = 7_302_002

log = structlog.get_logger(__name__)


class NotOver(Exception):
    """A month cannot be closed before it is over."""


class ClosedAlready(Exception):
    """Somebody else was faster."""


@dataclass(frozen=True)
class Counting:
    """When a line counts; `late_for` is the closed month that it is about, by its first day."""

    at: datetime
    late_for: date | None = None


def counting_of(attempt: Attempt) -> Counting:
    """Where a line counts that a person writes about an attempt, in the same transaction.

    On the day of the call while its month is open; today, with a note, once it is closed.
    """
    now = timezone.now()
    called_at = min(attempt.sent_at or attempt.created_at, now)
    month = month_start(team_day(called_at))
    if month == month_start(team_day(now)):
        return Counting(now)
    _lock(is_shared=True)
    if ClosedMonth.objects.filter(first_day=month).exists():
        return Counting(now, late_for=month)
    return Counting(called_at)


@transaction.atomic
def close_month(*, month: date, note: str, closed_by: Any) -> ClosedMonth:
    """Closes a month, by any of its days, for good.

    Raises NotOver until an hour after its end, ClosedAlready where it is closed.
    """
    first_day = month_start(month)
    if not is_over(first_day):
        raise NotOver
    _lock(is_shared=False)
    if ClosedMonth.objects.filter(first_day=first_day).exists():
        raise ClosedAlready
    closed = ClosedMonth(
        first_day=first_day, spent=spent_in(first_day), note=note, closed_by=closed_by
    )
    closed.save(force_insert=True)
    audit.record(
        actor=closed_by,
        action=Action.MONTH_CLOSED,
        subject=audit.about(closed, f"{first_day:%Y-%m}"),
        details={"amount": closed.spent, "reason": note},
    )
    log.info("month_closed", month=f"{first_day:%Y-%m}")
    return closed


def spent_in(first_day: date) -> Decimal:
    """What a month has cost so far (USD, without demo)."""
    days = {"day__gte": first_day, "day__lt": next_month(first_day)}
    rows = DailySpend.objects.filter(**days, group__is_demo=False)
    return rows.aggregate(sum=Sum("spent"))["sum"] or Decimal(0)


def is_over(first_day: date) -> bool:
    return timezone.now() >= start_of(next_month(first_day)) + AFTER_ITS_END


def next_month(first_day: date) -> date:
    return month_start(first_day + timedelta(days=31))


def _lock(*, is_shared: bool) -> None:
    """Whoever closes a month waits for those who book by hand, and they for it."""
    # SQLite: every transaction begins IMMEDIATE, which is the same lock
    if connection.vendor == "postgresql":
        function = "pg_advisory_xact_lock_shared" if is_shared else "pg_advisory_xact_lock"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [MONTHS_LOCK])
