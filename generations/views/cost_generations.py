"""The generations behind a number of the costs pages, a page at a time, or all as a table."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from generations.access import member_required, staff_required
from generations.forms.costs import CostsForm
from generations.selectors.costs.entries import (
    Entry,
    Place,
    all_entries,
    entry_page,
    place_from,
    selection_total,
)
from generations.selectors.costs.selection import Selection
from generations.views.costs import costs_context, costs_form, scope_of
from generations.views.tables import csv_answer


@staff_required
@never_cache
@require_safe
def cost_generations(request: HttpRequest) -> HttpResponse:
    return _list(request, is_mine=False)


@member_required
@never_cache
@require_safe
def my_cost_generations(request: HttpRequest) -> HttpResponse:
    return _list(request, is_mine=True)


@staff_required
@require_safe
def cost_generations_table(request: HttpRequest) -> HttpResponseBase:
    return _table(request, is_mine=False)


@member_required
@require_safe
def my_cost_generations_table(request: HttpRequest) -> HttpResponseBase:
    return _table(request, is_mine=True)


def _list(request: HttpRequest, *, is_mine: bool) -> HttpResponse:
    """`?before=` leads to earlier ones."""
    form, before = costs_form(request, is_mine=is_mine, is_list=True), _before(request)
    selection = selection_of(form)
    context = costs_context(form, is_mine=is_mine) | {
        "selection": selection,
        "total": selection_total(selection),
        "page": entry_page(selection, before=before),
        "is_further": before is not None,
    }
    return render(request, "costs/generations.html", context, status=422 if form.errors else 200)


def _table(request: HttpRequest, *, is_mine: bool) -> HttpResponseBase:
    form = costs_form(request, is_mine=is_mine, is_list=True)
    if form.errors:
        raise Http404
    head = [
        _("Day"),
        _("Amount (USD)"),
        _("Pictures"),
        _("Kept"),
        _("Person"),
        _("Model"),
        _("Project"),
        _("Prompt"),
        _("Submitted"),
        _("Demo"),
        _("Generation"),
    ]
    first, last = form.days
    name = f"proofsheet-costs-generations-{first}-{last}"
    return csv_answer(request, name=name, head=head, rows=_rows(selection_of(form)))


def selection_of(form: CostsForm) -> Selection:
    return Selection(scope_of(form), **form.choosing())


def _rows(selection: Selection) -> Iterator[list[Any]]:
    for entry in all_entries(selection):
        yield _row(entry)


def _row(entry: Entry) -> list[Any]:
    generation = entry.generation
    person = generation.requested_by
    return [
        entry.share.day.isoformat(),
        _("unknown") if entry.amount is None else f"{entry.amount:.6f}",
        entry.delivered,
        entry.kept,
        person.get_full_name() or person.get_username(),
        generation.image_model,
        generation.project.name if generation.project else "",
        generation.caption,  # type: ignore[attr-defined]
        timezone.localtime(generation.created_at).isoformat(timespec="seconds"),
        _("yes") if generation.is_demo else _("no"),
        str(generation.pk),
    ]


def _before(request: HttpRequest) -> Place | None:
    try:
        return place_from(request.GET.get("before", ""))
    except ValueError:
        raise Http404 from None
