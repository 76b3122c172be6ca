"""What a provider's records say by now that calls cost."""

from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet

from generations.models import UsageLine

CHUNK = 1000


def billed_by_call(about: Q) -> dict[UUID, Decimal]:
    """In all, by the lines of every import that still count, of the calls that `about` names (USD).

    `about` is a condition on lines.
    """
    named: QuerySet[UsageLine] = UsageLine.objects.filter(about).exclude(attempt=None).order_by()
    lines = UsageLine.objects.filter(attempt__in=named.values("attempt"), replaced_by=None)
    attempts = named.values_list("attempt", flat=True).iterator(chunk_size=CHUNK)
    billed: dict[UUID, Decimal] = dict.fromkeys(attempts, Decimal(0))
    rows = lines.order_by().values_list("attempt", "amount")
    for attempt_id, amount in rows.iterator(chunk_size=CHUNK):
        billed[attempt_id] += amount
    # A refund without its charge: nothing was billed
    return {attempt_id: max(amount, Decimal(0)) for attempt_id, amount in billed.items()}
