"""The line of attempts that wait here, in the order in which they would be claimed."""

from collections import Counter, defaultdict
from typing import Any
from uuid import UUID

from generations.models import Attempt


def places_in_line() -> dict[UUID, int]:
    """The place of every waiting attempt, counted from 1.

    A claim takes the person with the fewest running calls, then the oldest attempt: so the k-th
    attempt of a person waits behind everybody who has fewer than that running or ahead of it.
    """
    running = Counter(
        Attempt.objects.filter(status=Attempt.Status.CALLING).values_list("requested_by", flat=True)
    )
    waiting = Attempt.objects.filter(status=Attempt.Status.QUEUED).order_by("created_at", "slot")
    ahead: dict[int, int] = defaultdict(int)
    line: list[tuple[Any, ...]] = []
    for order, (attempt_id, person) in enumerate(waiting.values_list("id", "requested_by")):
        line.append((running[person] + ahead[person], order, attempt_id))
        ahead[person] += 1
    return {attempt_id: place for place, (*_order, attempt_id) in enumerate(sorted(line), start=1)}
