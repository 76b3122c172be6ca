"""What people call a budget and its period; for pages, refusals and mails alike."""

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from generations.models import Budget
from generations.services.budgets.standing import Standing

Scope, Period = Budget.Scope, Budget.Period


def name_of(budget: Budget, *, reader_id: int | None = None, person: Any = None) -> str:
    """A budget in words; `reader_id` is who reads it, whose own budgets are theirs.

    `person` is whose spending is meant where the budget is each person's.
    """
    person = budget.person or person
    words = _names(budget, reader_id, person)[budget.period]
    if budget.project is not None:
        return words % {"name": budget.project.name}
    if person is not None:
        return words % {"name": person.get_full_name() or person.get_username()}
    return words


def renewal_of(standing: Standing) -> str:
    """The day on which the next period begins."""
    return date_format(standing.renews_on, "DATE_FORMAT")


def _names(budget: Budget, reader_id: int | None, person: Any) -> dict[str, str]:
    if budget.scope == Scope.TEAM:
        return {
            Period.DAY: _("the team’s budget of the day"),
            Period.WEEK: _("the team’s budget of the week"),
            Period.MONTH: _("the team’s budget of the month"),
        }
    if budget.scope == Scope.PROJECT:
        return {
            Period.DAY: _("the budget of the day for %(name)s"),
            Period.WEEK: _("the budget of the week for %(name)s"),
            Period.MONTH: _("the budget of the month for %(name)s"),
        }
    if reader_id is not None and (budget.scope == Scope.EACH or budget.person_id == reader_id):
        return {
            Period.DAY: _("your budget of the day"),
            Period.WEEK: _("your budget of the week"),
            Period.MONTH: _("your budget of the month"),
        }
    if person is None:
        return {
            Period.DAY: _("each person’s budget of the day"),
            Period.WEEK: _("each person’s budget of the week"),
            Period.MONTH: _("each person’s budget of the month"),
        }
    return {
        Period.DAY: _("%(name)s’s budget of the day"),
        Period.WEEK: _("%(name)s’s budget of the week"),
        Period.MONTH: _("%(name)s’s budget of the month"),
    }
