"""Asks the budgets before money is set aside; called within the transaction that does it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from generations.models import Generation
from generations.services.budgets import passes, sums, warnings
from generations.services.budgets.standing import Standing, standings_for


class OverBudget(Exception):
    """A submission does not fit into a budget.

    `standing` is the budget that has least room, `needed` what the calls would cost (USD); None is
    an unknown price, for which no limit can answer. `is_used_up` says that not even one of the
    calls has room.
    """

    def __init__(self, standing: Standing, calls: Sequence[Decimal | None]) -> None:
        super().__init__(standing.budget.pk)
        self.standing = standing
        self.needed = _sum(calls)
        known = [call for call in calls if call is not None]
        self.is_used_up = standing.is_used_up or not any(map(standing.has_room_for, known))


def ask_budgets(
    generation: Generation,
    calls: Sequence[Decimal | None],
    *,
    by: Any = None,
    let_pass_by: Any = None,
) -> None:
    """Locks the accounts of a generation until the end of the transaction and asks its budgets.

    `calls` is what is about to be set aside for each call (USD), None where that is unknown. `by`
    is who asks; None is the person whose generation it is. `let_pass_by` is staff who let it pass;
    a pass that the person was given does the same, once, for what they ask themselves. Raises
    OverBudget.
    """
    if generation.is_demo:
        return
    person_id, project_id = generation.requested_by_id, generation.project_id
    sums.lock(sums.accounts_of(person_id=person_id, project_id=project_id))
    found = standings_for(person_id=person_id, project_id=project_id, is_locked=True)
    needed = _sum(calls)
    refusing = _refusing(found, needed)
    is_own = by is None or by.pk == person_id
    if refusing is not None and not _may_pass(generation, refusing, let_pass_by, is_own=is_own):
        raise OverBudget(refusing, calls)
    warnings.note(found, adding=needed or Decimal(0), caused_by_id=person_id)


def _sum(calls: Sequence[Decimal | None]) -> Decimal | None:
    known = [call for call in calls if call is not None]
    return sum(known, Decimal(0)) if len(known) == len(calls) else None


def _refusing(found: list[Standing], needed: Decimal | None) -> Standing | None:
    """Of the budgets without room for it, that with least left."""
    tight = [
        standing
        for standing in found
        if standing.left is not None and (needed is None or not standing.has_room_for(needed))
    ]
    return min(tight, key=lambda it: it.left or Decimal(0), default=None)


def _may_pass(generation: Generation, refusing: Standing, by: Any, *, is_own: bool) -> bool:
    if by is not None:
        passes.note_own_pass(generation=generation, budget=refusing.budget, by=by)
        return True
    return is_own and passes.use_pass(generation=generation)
