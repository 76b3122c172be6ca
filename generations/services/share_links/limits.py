"""How long links may stay open, as staff want it."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from generations.models import ShareLimit
from generations.models.audit_actions import Action
from generations.services import audit

USUAL_DAYS = 30


def longest_days() -> int | None:
    """The most days that a link may be open, None without a limit."""
    return ShareLimit.objects.order_by("-pk").values_list("longest_days", flat=True).first()


@transaction.atomic
def set_longest_days(*, by: Any, days: int | None) -> None:
    """Holds for links that are made or changed from now on."""
    before = longest_days()
    ShareLimit.objects.create(longest_days=days, set_by=by)
    audit.record(actor=by, action=Action.LINK_LIMIT_SET, details={"days": [before, days]})


def usual_last_day(longest: int | None) -> date:
    """The last day of a link for which nothing else was chosen."""
    days = USUAL_DAYS if longest is None else min(USUAL_DAYS, longest)
    return timezone.localdate() + timedelta(days=days)


def end_of(day: date) -> datetime:
    """The moment at which a link closes that is open on this day for the last time."""
    midnight = datetime.combine(day + timedelta(days=1), time())
    return timezone.make_aware(midnight)
