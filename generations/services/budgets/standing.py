"""How budgets stand: what is spent, set aside and left in the period that it is."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet

from generations.models import Budget
from generations.services.budgets import sums
from generations.services.budgets.periods import first_day, next_first_day
from generations.services.spend.days import today

Scope = Budget.Scope
ZERO = Decimal(0)


@dataclass(frozen=True)
class Standing:
    """A budget in its current period; `account` is whose spending it counts here (USD)."""

    budget: Budget
    account: str
    starts_on: date
    spent: Decimal
    held: Decimal

    @property
    def used(self) -> Decimal:
        return self.spent + self.held

    @property
    def left(self) -> Decimal | None:
        """Never below zero; None where the budget only warns."""
        return None if self.budget.limit is None else max(self.budget.limit - self.used, ZERO)

    @property
    def is_used_up(self) -> bool:
        return self.left == ZERO

    @property
    def is_warning(self) -> bool:
        """Used up, or from where it warns on."""
        warn_at = self.budget.warn_at
        return self.is_used_up or (warn_at is not None and self.used >= warn_at)

    @property
    def renews_on(self) -> date:
        return next_first_day(self.budget.period, self.starts_on)

    def has_room_for(self, amount: Decimal) -> bool:
        return self.budget.limit is None or self.used + amount <= self.budget.limit


def budgets_in_force() -> QuerySet[Budget]:
    return Budget.objects.filter(ended_at=None).select_related("person", "project")


def budgets_for(*, person_id: int, project_id: UUID | None) -> list[Budget]:
    """Those that a submission of a person for a project must keep."""
    asked = Q(scope__in=[Scope.TEAM, Scope.EACH]) | Q(person=person_id)
    if project_id is not None:
        asked |= Q(project=project_id)
    found = list(budgets_in_force().filter(asked))
    own = {budget.period for budget in found if budget.scope == Scope.PERSON}
    return [it for it in found if not (it.scope == Scope.EACH and it.period in own)]


def standings_for(
    *, person_id: int, project_id: UUID | None = None, is_locked: bool = False
) -> list[Standing]:
    """How those stand; one query where there is no budget, two where there are some.

    Who holds the locks of their accounts (`is_locked`) folds what has grown long.
    """
    budgets = budgets_for(person_id=person_id, project_id=project_id)
    pairs = [(budget, budget.account_of(person_id)) for budget in budgets]
    return standings(pairs, is_locked=is_locked)


def standings(pairs: Sequence[tuple[Budget, str]], *, is_locked: bool = False) -> list[Standing]:
    """How each budget stands for its account; one query, none without budgets."""
    if not pairs:
        return []
    day = today()
    since = _first_days(pairs, day)
    used = sums.used({account for _, account in pairs}, since)
    if is_locked:
        sums.fold_those_with_many_rows(used, since=min(since))
    return [
        _standing(budget, account, first_day(budget.period, day), used[account])
        for budget, account in pairs
    ]


def tightest(found: Iterable[Standing]) -> Standing | None:
    """The one with the least left, of those that stop."""
    stopping = [standing for standing in found if standing.left is not None]
    return min(stopping, key=lambda it: it.left or ZERO, default=None)


def _first_days(pairs: Iterable[tuple[Budget, str]], day: date) -> Collection[date]:
    return sorted({first_day(budget.period, day) for budget, _ in pairs})


def _standing(budget: Budget, account: str, starts_on: date, used: sums.Used) -> Standing:
    return Standing(budget, account, starts_on, spent=used.spent[starts_on], held=used.held)
