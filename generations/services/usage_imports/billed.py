"""What a provider's records say by now that calls cost."""

from decimal import Decimal
from uuid import UUID

from django.db.models import Q

from generations.models import UsageLine

# By their ids, not by a subquery: of lines that are a moment old, PostgreSQL has no statistics
# and would go through them all for each call
AT_ONCE = 5000


def billed_by_call(about: Q) -> dict[UUID, Decimal]:
    """In all, by the lines of every import that still count, of the calls that `about` names (USD).

    `about` is a condition on lines.
    """
    named = UsageLine.objects.filter(about).exclude(attempt=None).order_by()
    calls: list[UUID] = list(named.values_list("attempt", flat=True).distinct())
    billed = dict.fromkeys(calls, Decimal(0))
    for start in range(0, len(calls), AT_ONCE):
        some = calls[start : start + AT_ONCE]
        lines = UsageLine.objects.filter(attempt__in=some, replaced_by=None).order_by()
        for attempt_id, amount in lines.values_list("attempt", "amount"):
            billed[attempt_id] += amount
    # A refund without its charge: nothing was billed
    return {attempt_id: max(amount, Decimal(0)) for attempt_id, amount in billed.items()}
