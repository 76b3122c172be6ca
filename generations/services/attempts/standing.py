"""Which of a slot's attempts says how the slot stands."""

from collections.abc import Iterable

from generations.models import Attempt

Status = Attempt.Status


def standing(attempts: Iterable[Attempt]) -> dict[int, Attempt]:
    """The attempt of each slot, from all of a generation in the order of slot and number.

    It is the latest; but what ended without a picture never hides that an earlier one, perhaps
    long after it was given up, brought it or is bringing it.
    """
    found: dict[int, Attempt] = {}
    for attempt in attempts:
        earlier = found.get(attempt.slot)
        if earlier is None or not _hides(attempt, earlier):
            found[attempt.slot] = attempt
    return found


def _hides(attempt: Attempt, earlier: Attempt) -> bool:
    has_nothing = attempt.is_finished and attempt.status != Status.SUCCEEDED
    return has_nothing and (earlier.status == Status.SUCCEEDED or not earlier.is_finished)
