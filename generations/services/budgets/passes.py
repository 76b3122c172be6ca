"""Passes: staff let one submission of a person through, whatever the budgets say."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from generations.models import Budget, BudgetPass, Generation
from generations.models.audit_actions import Action
from generations.services import audit

VALID_DAYS = 7


def open_passes() -> QuerySet[BudgetPass]:
    return BudgetPass.objects.filter(used_at=None, withdrawn_at=None, expires_at__gt=timezone.now())


def give_pass(*, person: Any, reason: str, given_by: Any) -> BudgetPass:
    """Lets the person's next submission that a budget refuses pass; open for seven days."""
    expires_at = timezone.now() + timedelta(days=VALID_DAYS)
    given = BudgetPass.objects.create(
        person=person, reason=reason, given_by=given_by, expires_at=expires_at
    )
    _record(given_by, Action.PASS_GIVEN, person, {"reason": reason})
    return given


def withdraw_pass(*, given: BudgetPass, by: Any) -> None:
    """Does nothing when it is used or withdrawn already."""
    mine = BudgetPass.objects.filter(pk=given.pk, used_at=None, withdrawn_at=None)
    if mine.update(withdrawn_at=timezone.now()):
        _record(by, Action.PASS_WITHDRAWN, given.person, {"reason": given.reason})


def use_pass(*, generation: Generation) -> bool:
    """Uses up the oldest open pass of the person; False where there is none.

    The person's account is locked, so that one pass lets one submission through.
    """
    mine = open_passes().filter(person=generation.requested_by_id)
    found = mine.select_for_update(of=("self",)).order_by("pk").first()
    if found is None:
        return False
    found.used_at, found.generation = timezone.now(), generation
    found.save(update_fields=["used_at", "generation"])
    details = {"reason": found.reason, "generation": str(generation.pk)}
    _record(generation.requested_by, Action.PASS_USED, generation.requested_by, details)
    return True


def note_own_pass(*, generation: Generation, budget: Budget, by: Any) -> None:
    """Staff submitted beyond a budget by their own decision."""
    details = {"generation": str(generation.pk), "budget": str(budget.pk)}
    _record(by, Action.BUDGET_OVERRIDDEN, generation.requested_by, details)


def _record(actor: Any, action: Action, person: Any, details: dict[str, Any]) -> None:
    audit.record(actor=actor, action=action, subject=audit.about(person), details=details)
