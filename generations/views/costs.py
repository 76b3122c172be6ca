"""The cost review: of the team for staff, of one's own for everybody."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from generations.access import member_required, staff_required
from generations.forms.costs import NARROWING, STACKS, CostsForm, outcomes_to_choose
from generations.selectors.costs.choices import choices_to_narrow, collections_to_narrow
from generations.selectors.costs.review import review
from generations.selectors.costs.scope import Scope
from generations.services.spend.days import today


@staff_required
@never_cache
@require_safe
def costs(request: HttpRequest) -> HttpResponse:
    return _review(request, is_mine=False)


@member_required
@never_cache
@require_safe
def my_costs(request: HttpRequest) -> HttpResponse:
    return _review(request, is_mine=True)


def costs_form(request: HttpRequest, *, is_mine: bool, is_list: bool = False) -> CostsForm:
    """What the address asks for; `is_list` asks for outcomes and collections as well."""
    person = request.user.pk if is_mine else None
    choices: dict[str, Any] = {}
    if is_list or any(request.GET.get(name) for name in NARROWING):
        choices |= choices_to_narrow(person=person)
    if is_list:
        choices |= {
            "outcome": outcomes_to_choose(request.GET.get("outcome", "")),
            "collection": collections_to_narrow(),
        }
    return CostsForm(request.GET, today=today(), choices=choices, person=person)


def scope_of(form: CostsForm) -> Scope:
    return Scope(**form.narrowing())


def costs_context(form: CostsForm, *, is_mine: bool) -> dict[str, Any]:
    """What the pages of costs have in common."""
    start = "my-" if is_mine else ""
    return {
        "form": form,
        "is_mine": is_mine,
        "review_start": reverse(f"{start}costs"),
        "list_name": f"{start}cost-generations",
        "list_start": reverse(f"{start}cost-generations"),
        "list_table_name": f"{start}cost-generations-table",
        "table_name": f"{start}cost-table",
        "time_zone": settings.TIME_ZONE,
        "today": form.today,
    }


def _review(request: HttpRequest, *, is_mine: bool) -> HttpResponse:
    form = costs_form(request, is_mine=is_mine)
    found = review(
        scope_of(form),
        by=form.stacked_by,
        today=form.today,
        has_people=not is_mine,
        has_collections=form.shows_collections,
    )
    stacks = {name: words for name, words in STACKS.items() if not (is_mine and name == "person")}
    context = costs_context(form, is_mine=is_mine) | {"review": found, "stacks": stacks}
    return render(request, "costs/costs.html", context, status=422 if form.errors else 200)
