"""Budgets on pages: their names, their bars, and what is left for the person who looks."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import template
from django.utils.text import capfirst

from generations.forms.budgets import left_words
from generations.forms.composer import ComposerForm
from generations.selectors.budgets import warned_rows
from generations.services.budgets.passes import open_passes
from generations.services.budgets.standing import Standing, standings_for, tightest
from generations.services.budgets.words import name_of, renewal_of

register = template.Library()
BAR_WIDTH = 1000


@dataclass(frozen=True)
class Bar:
    """Widths of a bar that is 1000 wide: spent, set aside, and where it warns."""

    spent: int
    held: int
    warn: int | None


@register.filter
def budget_bar(standing: Standing) -> Bar:
    budget = standing.budget
    whole = max(budget.limit or budget.warn_at or Decimal(1), standing.used, Decimal("0.000001"))
    spent = int(max(standing.spent, Decimal(0)) / whole * BAR_WIDTH)
    held = min(int(standing.held / whole * BAR_WIDTH), BAR_WIDTH - spent)
    has_mark = budget.warn_at is not None and budget.warn_at < whole
    warn = int(budget.warn_at / whole * BAR_WIDTH) if has_mark and budget.warn_at else None
    return Bar(spent, held, warn)


@register.simple_tag
def budget_name(standing_or_budget: Any, reader: Any = None) -> str:
    budget = getattr(standing_or_budget, "budget", standing_or_budget)
    return str(capfirst(name_of(budget, reader_id=reader.pk if reader else None)))


@register.filter
def renewal(standing: Standing) -> str:
    return renewal_of(standing)


@register.inclusion_tag("budgets/_left.html", takes_context=True)
def budget_left(context: Any, form: ComposerForm) -> dict[str, Any]:
    """What is left for who looks at the composer: the tightest budget; demo money needs none."""
    standing = None if form.is_demo else tightest(_standings(context["user"], form))
    if standing is None:
        return {"words": ""}
    needed = form.price()
    words = left_words(standing, reader=context["user"], needed=needed)
    fits = needed is None or standing.has_room_for(needed)
    has_pass = not fits and open_passes().filter(person=context["user"].pk).exists()
    return {"words": words, "fits": fits or has_pass, "has_pass": has_pass}


@register.inclusion_tag("budgets/_notices.html", takes_context=True)
def budget_notices(context: Any, form: ComposerForm) -> dict[str, Any]:
    """The person's budgets that are nearly or wholly used up; for staff, how many of all."""
    user = context["user"]
    mine = [it for it in _standings(user, form) if it.is_warning]
    others = warned_rows() if user.is_staff else []
    return {"mine": mine, "count": len(others), "user": user}


def _standings(user: Any, form: ComposerForm) -> list[Standing]:
    """Read once for a page, which asks twice."""
    project_id = form.project.pk if form.project else None
    key = (user.pk, project_id)
    known: dict[Any, list[Standing]] = form.__dict__.setdefault("budget_standings", {})
    if key not in known:
        known[key] = standings_for(person_id=user.pk, project_id=project_id)
    return known[key]
