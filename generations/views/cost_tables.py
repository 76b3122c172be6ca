"""Every table of the costs pages as CSV, with all its rows."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from generations.access import member_required, staff_required
from generations.forms.costs import CostsForm
from generations.models.fields import MICRO_DOLLAR
from generations.selectors.costs.breakdowns import Row
from generations.selectors.costs.dearest import dearest_first, with_generations
from generations.selectors.costs.review import period_bars, table_rows
from generations.selectors.costs.scope import Scope
from generations.selectors.costs.sums import Sums
from generations.views.costs import costs_form, scope_of
from generations.views.tables import csv_answer

Table = tuple[Sequence[str | Promise], Iterator[Sequence[Any]]]
CHUNK = 1000


@staff_required
@require_safe
def cost_table(request: HttpRequest, table: str) -> HttpResponseBase:
    return _answer(request, table, is_mine=False)


@member_required
@require_safe
def my_cost_table(request: HttpRequest, table: str) -> HttpResponseBase:
    return _answer(request, table, is_mine=True)


def _answer(request: HttpRequest, table: str, *, is_mine: bool) -> HttpResponseBase:
    form = costs_form(request, is_mine=is_mine)
    if form.errors or table not in TABLES or (is_mine and table == "person"):
        raise Http404
    # Names that are read at once come in English as well: see `csv_answer`
    with translation.override("en"):
        head, rows = TABLES[table](form, table)
    first, last = form.days
    name = f"proofsheet-costs-{table}-{first}-{last}"
    return csv_answer(request, name=name, head=head, rows=rows)


def _breakdown(form: CostsForm, table: str) -> Table:
    names = {
        "person": _("Person"),
        "model": _("Model"),
        "project": _("Project"),
        "code": _("Why no picture came"),
    }
    head = [
        names[table],
        _("Spent (USD)"),
        _("Bought nothing (USD)"),
        _("Unconfirmed, perhaps (USD)"),
        _("Unconfirmed calls"),
        _("On hold for calls under way (USD)"),
        _("Charged calls"),
        _("Charged calls without a picture"),
        _("Charged calls of unknown cost"),
        _("Delivered pictures"),
        _("Kept pictures"),
        _("True cost of a delivered picture (USD)"),
        _("True cost of a kept picture (USD)"),
    ]
    return head, (_cells(row) for row in table_rows(scope_of(form), table))


def _cells(row: Row) -> list[Any]:
    it: Sums = row.sums
    return [
        row.name,
        it.spent,
        it.nothing,
        it.unconfirmed,
        it.unconfirmed_calls,
        it.held,
        it.calls,
        it.failed,
        it.unpriced,
        it.delivered,
        it.kept,
        _rounded(it.each),
        _rounded(it.each_kept),
    ]


def _collections(form: CostsForm, table: str) -> Table:
    head = [
        _("Collection"),
        _("Cost of its pictures (USD)"),
        _("Delivered pictures"),
        _("Kept pictures"),
        _("Cost of a picture (USD)"),
        _("Cost of a kept picture (USD)"),
    ]
    rows = (
        [
            row.name,
            row.sums.spent,
            row.sums.delivered,
            row.sums.kept,
            _rounded(row.sums.each),
            _rounded(row.sums.each_kept),
        ]
        for row in table_rows(scope_of(form), table)
    )
    return head, rows


def _bars(form: CostsForm, _table: str) -> Table:
    found = period_bars(scope_of(form), form.stacked_by)
    head: list[str | Promise] = [_("From day"), _("To day"), *(it.name for it in found.series)]
    head += [_("Spent (USD)"), _("Unconfirmed, perhaps (USD)")]
    rows = (
        [bar.first.isoformat(), bar.last.isoformat(), *bar.parts, bar.spent, bar.unconfirmed]
        for bar in found.bars
    )
    return head, rows


def _dearest(form: CostsForm, _table: str) -> Table:
    head = [
        _("Generation"),
        _("Submitted"),
        _("Cost so far (USD)"),
        _("Person"),
        _("Model"),
        _("Project"),
        _("Prompt"),
    ]
    return head, _rows_of_dearest(scope_of(form))


def _rows_of_dearest(scope: Scope) -> Iterator[Sequence[Any]]:
    """All of them are named first, so that none is missed or told twice in between."""
    found = list(dearest_first(scope).values_list("pk", flat=True))
    for start in range(0, len(found), CHUNK):
        for dear in with_generations(found[start : start + CHUNK]):
            generation = dear.generation
            person = generation.requested_by
            yield [
                str(generation.pk),
                generation.created_at.isoformat(timespec="seconds"),
                dear.spent,
                person.get_full_name() or person.get_username(),
                generation.image_model,
                generation.project.name if generation.project else "",
                generation.caption,  # type: ignore[attr-defined]
            ]


def _rounded(amount: Decimal | None) -> Decimal | str:
    return "" if amount is None else amount.quantize(MICRO_DOLLAR)


TABLES: dict[str, Callable[[CostsForm, str], Table]] = {
    "day": _bars,
    "person": _breakdown,
    "model": _breakdown,
    "project": _breakdown,
    "code": _breakdown,
    "collection": _collections,
    "dearest": _dearest,
}
