"""What staff see of budgets: how each stands, whose, and which passes are open."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from generations.models import Budget, BudgetPass
from generations.models.budget import person_account
from generations.services.budgets.passes import open_passes
from generations.services.budgets.standing import Standing, budgets_in_force, standings

Scope = Budget.Scope
SCOPES = list(Scope)
MOST_PEOPLE = 12


@dataclass(frozen=True)
class BudgetRow:
    """A budget and how it stands; where it is for each person, for those who used most of it."""

    budget: Budget
    standings: Sequence[tuple[Any, Standing]]
    people_count: int = 0

    @property
    def standing(self) -> Standing:
        return self.standings[0][1]

    @property
    def is_for_each(self) -> bool:
        return self.budget.scope == Scope.EACH


def budget_rows() -> list[BudgetRow]:
    """Every budget in force: the team's, each person's, of persons, of projects."""
    budgets = sorted(budgets_in_force(), key=_order)
    people = _people() if any(it.scope == Scope.EACH for it in budgets) else {}
    pairs = [
        (budget, account) for budget in budgets for account in _accounts(budget, people, budgets)
    ]
    by_budget: dict[Any, list[tuple[Any, Standing]]] = {budget.pk: [] for budget in budgets}
    for standing in standings(pairs):
        person = people.get(standing.account)
        by_budget[standing.budget.pk].append((person, standing))
    return [_row(budget, by_budget[budget.pk]) for budget in budgets]


def warned_rows() -> list[Standing]:
    """Those in force that are nearly or wholly used up, the worst first."""
    found = [standing for row in budget_rows() for _, standing in row.standings]
    warned = [standing for standing in found if standing.is_warning]
    return sorted(warned, key=lambda it: it.used, reverse=True)


def waiting_passes() -> QuerySet[BudgetPass]:
    return open_passes().select_related("person", "given_by").order_by("-pk")


def used_passes() -> QuerySet[BudgetPass]:
    """The latest that let something through."""
    used = BudgetPass.objects.filter(used_at__isnull=False)
    return used.select_related("person", "given_by").order_by("-used_at")[:10]


def _order(budget: Budget) -> tuple[int, str, int]:
    name = str(budget.project or "")
    if budget.person is not None:
        name = budget.person.get_full_name() or budget.person.get_username()
    return SCOPES.index(Scope(budget.scope)), name.lower(), _period_order(budget)


def _period_order(budget: Budget) -> int:
    return list(Budget.Period).index(Budget.Period(budget.period))


def _people() -> dict[str, Any]:
    """Everybody who may spend, by account."""
    people = get_user_model().objects.filter(is_active=True)
    return {person_account(person.pk): person for person in people}


def _accounts(budget: Budget, people: dict[str, Any], budgets: Sequence[Budget]) -> list[str]:
    if budget.scope != Scope.EACH:
        return [budget.account_of(0)]
    own = {
        person_account(it.person_id)
        for it in budgets
        if it.person_id is not None and it.period == budget.period
    }
    return [account for account in people if account not in own]


def _row(budget: Budget, found: list[tuple[Any, Standing]]) -> BudgetRow:
    found.sort(key=lambda it: it[1].used, reverse=True)
    spending = [it for it in found if it[1].used] or found
    return BudgetRow(budget, spending[:MOST_PEOPLE], len(spending))
