"""Books what a provider's record says otherwise: new ledger lines, never a change of old ones."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from generations.models import Attempt, Generation, UsageDifference, UsageImport
from generations.models.audit_actions import Action
from generations.providers.base import Charged
from generations.services import audit, ledger
from generations.services.settlements import NotOpen, settle_unconfirmed
from generations.services.usage_imports.billed import billed_by_call


def book_differences(
    *,
    usage_import: UsageImport,
    differences: Iterable[UsageDifference],
    reason: str,
    booked_by: Any,
) -> int:
    """Books each difference of an import on its own, and answers how many are booked now.

    What is booked already, is still under way, or is no call of ours is left as it is; so is what
    a later record says otherwise.
    """
    count = sum(_book(one, reason, booked_by) for one in differences)
    if count:
        audit.record(
            actor=booked_by,
            action=Action.USAGE_BOOKED,
            subject=audit.about(usage_import, usage_import.file_name),
            details={"count": count, "reason": reason},
        )
    return count


@transaction.atomic
def _book(difference: UsageDifference, reason: str, booked_by: Any) -> bool:
    if difference.attempt_id is None:
        return False
    Generation.objects.select_for_update().get(attempts=difference.attempt_id)
    current = UsageDifference.objects.select_for_update().filter(pk=difference.pk).first()
    attempt = Attempt.objects.select_for_update().get(id=difference.attempt_id)
    # Its import may have been removed meanwhile
    if current is None or current.booked_at is not None or not attempt.is_finished:
        return False
    said = billed_by_call(Q(attempt=attempt)).get(attempt.id, Decimal(0))
    if said != current.billed:
        return False
    _correct(attempt, current.billed, reason, booked_by)
    current.booked_at, current.booked_by = timezone.now(), booked_by
    current.save(update_fields=["booked_at", "booked_by"])
    return True


def _correct(attempt: Attempt, billed: Decimal, reason: str, booked_by: Any) -> None:
    """Makes the attempt's cost what was billed, whatever it is by now."""
    if attempt.charged == Charged.UNKNOWN:
        try:
            settle_unconfirmed(
                attempt=attempt,
                charged=billed > 0,
                amount=billed if billed > 0 else None,
                reason=reason,
                settled_by=booked_by,
            )
        except NotOpen:
            return
    elif attempt.cost is None or attempt.cost != billed:
        amount = billed - (attempt.cost or Decimal(0))
        ledger.adjust(attempt=attempt, amount=amount, reason=reason, entered_by=booked_by)
