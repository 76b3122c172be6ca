"""Budgets and passes as staff fill them in, and the sentence for who is refused."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generations.forms.money import DollarField, plain_amount
from generations.forms.projects import PersonField, ProjectField
from generations.models import Budget
from generations.services.amounts import about, money
from generations.services.budgets.asking import OverBudget
from generations.services.budgets.standing import Standing
from generations.services.budgets.words import name_of, renewal_of


class AmountsForm(forms.Form):
    """From where it warns, and where it stops; one of them at least."""

    warn_at = DollarField(required=False, label=gettext_lazy("Warn at ($)"))
    limit = DollarField(required=False, label=gettext_lazy("Stop at ($)"))

    def __init__(self, data: Any = None, *, budget: Budget | None = None) -> None:
        self.budget = budget
        initial = {}
        if budget is not None:
            initial = {
                "warn_at": plain_amount(budget.warn_at),
                "limit": plain_amount(budget.limit),
            }
        super().__init__(data, initial=initial, auto_id=f"{budget.pk if budget else 'new'}-%s")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        warn_at, limit = cleaned.get("warn_at"), cleaned.get("limit")
        if warn_at is None and limit is None:
            self.add_error("limit", _("Write where it warns, where it stops, or both."))
        elif warn_at is not None and limit is not None and warn_at > limit:
            self.add_error("warn_at", _("It warns before it stops: write less than the stop."))
        return cleaned


class BudgetForm(AmountsForm):
    """A new budget: for whom or what, and for how long."""

    scope = forms.ChoiceField(
        choices=Budget.Scope.choices,
        label=gettext_lazy("For"),
        initial=Budget.Scope.TEAM,
        error_messages={
            "required": gettext_lazy("Choose whom it is for."),
            "invalid_choice": gettext_lazy("Choose whom it is for."),
        },
    )
    person = PersonField(required=False)
    project = ProjectField()
    period = forms.ChoiceField(
        choices=Budget.Period.choices,
        label=gettext_lazy("Period"),
        initial=Budget.Period.MONTH,
        error_messages={
            "required": gettext_lazy("Choose a period."),
            "invalid_choice": gettext_lazy("Choose a period."),
        },
    )

    taken = gettext_lazy("There is a budget for this period already. Change that one.")

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["person"].empty_label = _("Nobody chosen")  # type: ignore[attr-defined]
        self.fields["project"].empty_label = _("None chosen")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Person and project say something only where the budget is for one."""
        cleaned = super().clean()
        scope = cleaned.get("scope")
        for name, of, sentence in (
            ("person", Budget.Scope.PERSON, _("Choose the person.")),
            ("project", Budget.Scope.PROJECT, _("Choose the project.")),
        ):
            if scope != of:
                cleaned[name] = None
                self.errors.pop(name, None)
            elif not cleaned.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        if not self.errors and self._has_one_already(cleaned):
            self.add_error("period", self.taken)
        return cleaned

    def _has_one_already(self, cleaned: dict[str, Any]) -> bool:
        names = ("scope", "person", "project", "period")
        return Budget.objects.filter(ended_at=None, **{it: cleaned[it] for it in names}).exists()


class PassForm(forms.Form):
    """Whose next submission passes, and why."""

    person = PersonField()
    reason = forms.CharField(
        max_length=200,
        label=gettext_lazy("Why"),
        error_messages={
            "required": gettext_lazy("Say why: it is kept with your name."),
            "max_length": gettext_lazy("Use 200 characters at most."),
            "null_characters_not_allowed": gettext_lazy("Type the reason afresh."),
        },
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="pass-%s")


def refusal_words(over: OverBudget, *, reader: Any) -> str:
    """Which budget has no room for it, how much is left, and what to do."""
    standing = over.standing
    facts = {
        "budget": name_of(standing.budget, reader_id=reader.pk),
        "left": money(standing.left),
        "limit": money(standing.budget.limit),
        "day": renewal_of(standing),
    }
    if over.needed is None:
        sentence = _(
            "The price of this model is unknown, so that %(budget)s cannot answer for it."
            " Choose a model with a price, or ask your staff to let it pass."
        )
        return sentence % facts
    sentence = _(
        "%(needed)s is more than is left: %(left)s of %(limit)s, in %(budget)s."
        " It begins anew on %(day)s. Ask for less, or ask your staff to let it pass."
    )
    return sentence % (facts | {"needed": about(over.needed)})


def left_words(standing: Standing, *, reader: Any, needed: Decimal | None) -> str:
    """What is left before something is sent, and whether it would fit."""
    facts = {
        "budget": name_of(standing.budget, reader_id=reader.pk),
        "left": money(standing.left),
        "limit": money(standing.budget.limit),
    }
    if needed is not None and not standing.has_room_for(needed):
        sentence = _("More than is left: %(left)s of %(limit)s, in %(budget)s.")
    else:
        sentence = _("%(left)s of %(limit)s left, in %(budget)s.")
    return capfirst(sentence % facts)
