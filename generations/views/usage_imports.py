"""A provider's usage export beside our ledger, for staff: take in, compare, book."""

from collections.abc import Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from generations.access import staff_required
from generations.forms.usage_imports import BookingForm, ColumnsForm, ExportForm, line_fault
from generations.models import UsageDifference, UsageImport
from generations.selectors import usage_imports as selectors
from generations.services.originals import StorageFailed
from generations.services.usage_imports.booking import book_differences
from generations.services.usage_imports.columns import proposed_columns
from generations.services.usage_imports.imports import (
    FaultyLines,
    ReadAlready,
    TooMuch,
    drop_export,
    keep_export,
    read_export,
    table_of,
)
from generations.services.usage_imports.lines import LineFault
from generations.services.usage_imports.table import Table, UnreadableTable
from generations.views.tables import csv_answer

EXAMPLES = 5
# In one request; what is left is booked by pressing again
BOOKED_AT_ONCE = 1000


@staff_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def usage_imports(request: HttpRequest) -> HttpResponse:
    """The imports so far; POST keeps a file, whose columns are told on its page."""
    if request.method != "POST":
        return _list(request, ExportForm())
    form = ExportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list(request, form)
    file = form.cleaned_data["file"]
    try:
        kept = keep_export(
            provider=form.cleaned_data["provider"],
            name=file.name,
            content=file.read(),
            imported_by=request.user,
        )
    except UnreadableTable as refused:
        form.refuse(refused.fault)
        return _list(request, form)
    except StorageFailed:
        form.refuse("storage")
        return _list(request, form)
    if kept.read_at is not None:
        messages.info(request, _("This file was imported before. Nothing has changed."))
    return redirect("usage-import", kept.id)


@staff_required
@never_cache
@require_safe
def usage_import(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Which columns the file has, or, once it is read, its differences by their cause."""
    found = _import(import_id)
    if found.read_at is None:
        table = table_of(found)
        return _columns_page(request, found, table, _columns_form(found, table))
    return _differences_page(request, found, BookingForm())


@staff_required
@never_cache
@require_POST
def usage_columns(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Reads the file by the columns that were told."""
    found = _import(import_id)
    table = table_of(found)
    form = _columns_form(found, table, request.POST)
    if not form.is_valid():
        return _columns_page(request, found, table, form)
    try:
        read_export(usage_import=found, columns=form.columns, read_by=request.user)
    except FaultyLines as refused:
        return _columns_page(request, found, table, form, faults=refused.faults)
    except TooMuch:
        form.refuse_units()
        return _columns_page(request, found, table, form)
    except ReadAlready:
        messages.info(request, _("This file was imported before. Nothing has changed."))
    return redirect("usage-import", found.id)


@staff_required
@require_POST
def usage_bookings(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Books the open differences of the chosen causes, some hundred at once."""
    found = _read_import(import_id)
    form = BookingForm(request.POST)
    if not form.is_valid():
        return _differences_page(request, found, form, status=422)
    is_chosen = {"cause__in": form.cleaned_data["causes"], "booked_at": None}
    differences = found.differences.filter(**is_chosen).exclude(attempt=None)
    booked = book_differences(
        usage_import=found,
        differences=islice(differences.iterator(), BOOKED_AT_ONCE),
        reason=form.cleaned_data["reason"],
        booked_by=request.user,
    )
    _say_booked(request, booked, differences.count())
    return HttpResponseRedirect(reverse("usage-import", args=[found.id]), status=303)


@staff_required
@require_POST
def usage_import_deletion(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Forgets a file with all that was read of it."""
    found = _import(import_id)
    drop_export(usage_import=found, by=request.user)
    if found.read_at is None:
        messages.success(request, _("The file is removed. Nothing was imported."))
    else:
        messages.success(request, _("The import is removed. What was booked stays booked."))
    return redirect("usage-imports")


@staff_required
@require_safe
def usage_differences(request: HttpRequest, import_id: UUID) -> HttpResponseBase:
    """All differences of an import as CSV."""
    rows = selectors.table_rows(_read_import(import_id))
    return csv_answer(request, name="usage-differences", head=selectors.TABLE_HEAD, rows=rows)


def _import(import_id: UUID) -> UsageImport:
    return get_object_or_404(UsageImport.objects.select_related("imported_by"), id=import_id)


def _read_import(import_id: UUID) -> UsageImport:
    found = _import(import_id)
    if found.read_at is None:
        raise Http404
    return found


def _list(request: HttpRequest, form: ExportForm) -> HttpResponse:
    context = {"form": form, "imports": selectors.latest_imports()}
    status = 422 if form.errors else 200
    return render(request, "usage_imports/usage_imports.html", context, status=status)


def _columns_form(found: UsageImport, table: Table, data: Any = None) -> ColumnsForm:
    examples = [row for _number, row in table.rows[:EXAMPLES]]
    proposed = proposed_columns(provider=found.provider, head=table.head, rows=examples)
    return ColumnsForm(data, head=table.head, proposed=proposed)


def _columns_page(
    request: HttpRequest,
    found: UsageImport,
    table: Table,
    form: ColumnsForm,
    faults: Sequence[LineFault] = (),
) -> HttpResponse:
    shown, more = selectors.faults_shown(faults)
    context = {
        "usage_import": found,
        "table": table,
        "examples": [row for _number, row in table.rows[:EXAMPLES]],
        "form": form,
        "faults": [line_fault(fault) for fault in shown],
        "more_faults": more,
    }
    status = 422 if faults or form.errors else 200
    return render(request, "usage_imports/columns.html", context, status=status)


def _differences_page(
    request: HttpRequest, found: UsageImport, form: BookingForm, status: int = 200
) -> HttpResponse:
    cause, after = _place(request)
    rows, next_after = selectors.difference_rows(found, cause=cause, after=after)
    context = {
        "usage_import": found,
        "replaced_count": selectors.replaced_count(found),
        "groups": selectors.difference_groups(found),
        "rows": rows,
        "cause": cause,
        "after": next_after,
        "form": form,
        "chosen": form.data.getlist("causes") if form.is_bound else [],  # type: ignore[attr-defined]
    }
    return render(request, "usage_imports/usage_import.html", context, status=status)


def _place(request: HttpRequest) -> tuple[str, int]:
    """The cause that the list is narrowed to, and the key after which it begins."""
    cause, after = request.GET.get("cause", ""), request.GET.get("after", "0")
    if cause and cause not in UsageDifference.Cause.values:
        raise Http404
    if not (after.isascii() and after.isdigit() and len(after) < 19):
        raise Http404
    return cause, int(after)


def _say_booked(request: HttpRequest, booked: int, left: int) -> None:
    words = ngettext("Booked %(count)d difference.", "Booked %(count)d differences.", booked)
    messages.success(request, words % {"count": booked})
    if left:
        words = ngettext("%(count)d is still open.", "%(count)d are still open.", left)
        messages.info(request, words % {"count": left})
