"""Budgets: made, changed and ended by staff; each written into the audit log."""

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from generations.models import Budget, BudgetWarning, Project
from generations.models.audit_actions import Action
from generations.services import audit
from generations.services.budgets.periods import first_day
from generations.services.budgets.words import name_of
from generations.services.spend.days import today


@transaction.atomic
def create_budget(
    *,
    scope: str,
    period: str,
    warn_at: Decimal | None,
    limit: Decimal | None,
    by: Any,
    person: Any = None,
    project: Project | None = None,
) -> Budget:
    """A budget from now on; what was spent in its period before counts (USD).

    IntegrityError where there is one of this period for the same.
    """
    budget = Budget.objects.create(
        scope=scope,
        period=period,
        warn_at=warn_at,
        limit=limit,
        created_by=by,
        person=person,
        project=project,
    )
    _record(by, Action.BUDGET_MADE, budget, {"warn_at": warn_at, "limit": limit})
    return budget


@transaction.atomic
def change_budget(
    *, budget: Budget, warn_at: Decimal | None, limit: Decimal | None, by: Any
) -> None:
    """Other amounts from now on (USD); warnings of the period are told again for these."""
    current = Budget.objects.select_for_update(of=("self",)).get(pk=budget.pk)
    before = {"warn_at": current.warn_at, "limit": current.limit}
    after = {"warn_at": warn_at, "limit": limit}
    changes = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if not changes:
        return
    Budget.objects.filter(pk=budget.pk).update(**after)
    starts_on = first_day(budget.period, today())
    BudgetWarning.objects.filter(budget=budget, starts_on=starts_on).delete()
    _record(by, Action.BUDGET_CHANGED, budget, changes)


@transaction.atomic
def end_budget(*, budget: Budget, by: Any) -> None:
    """Nothing is refused for it any more; does nothing when it has ended."""
    if Budget.objects.filter(pk=budget.pk, ended_at=None).update(ended_at=timezone.now()):
        _record(by, Action.BUDGET_ENDED, budget, {"warn_at": budget.warn_at, "limit": budget.limit})


def _record(by: Any, action: Action, budget: Budget, details: dict[str, Any]) -> None:
    subject = audit.about(budget, name_of(budget))
    audit.record(actor=by, action=action, subject=subject, details=details)
