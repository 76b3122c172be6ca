"""The price list for staff: prices of today and later, new ones, as a table and from a file."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from generations.access import staff_required
from generations.forms.price_list import PriceFileForm, PriceForm, fault_words
from generations.models import PriceListItem
from generations.selectors.price_list import every_price, model_prices
from generations.services.prices.file import (
    WITH_SOURCE,
    MissingColumns,
    PriceFile,
    read_price_file,
)
from generations.services.prices.preview import preview_prices
from generations.services.prices.rows import add_price, add_prices, withdraw_price
from generations.services.usage_imports.table import UnreadableTable, read_table
from generations.views.tables import csv_answer

FAULTS_SHOWN = 30


@staff_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def prices(request: HttpRequest) -> HttpResponse:
    """The list; a POST enters a price, or with `preview` says what it would have meant."""
    if request.method != "POST":
        return _page(request)
    form = PriceForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    if "preview" in request.POST:
        return _page(request, form=form, preview=preview_prices([form.price]))
    try:
        add_price(new=form.price, by=request.user)
    except IntegrityError:
        form.add_error("begins", form.taken)
        return _page(request, form=form, status=422)
    messages.success(request, _("The price is entered. What was called before keeps its own."))
    return _to_list()


@staff_required
@require_safe
def prices_table(request: HttpRequest) -> HttpResponseBase:
    """All prices as CSV, as `price_files` takes them in."""
    return csv_answer(request, name="proofsheet-prices", head=WITH_SOURCE, rows=_rows())


@staff_required
@never_cache
@require_POST
def price_files(request: HttpRequest) -> HttpResponse:
    """Takes in a whole file or nothing; with `check` it only says what it would do."""
    form = PriceFileForm(request.POST, request.FILES)
    found = _read(form) if form.is_valid() else None
    if found is None:
        return _page(request, file_form=form, status=422)
    if found.faults:
        return _page(request, file_form=form, found=found, status=422)
    if "check" in request.POST:
        preview = preview_prices(found.new) if found.new else None
        return _page(request, file_form=form, found=found, file_preview=preview)
    return _take_in(request, form, found)


@staff_required
@require_POST
def withdrawal(request: HttpRequest, price_id: int) -> HttpResponse:
    """Takes a price back that has not begun."""
    item = get_object_or_404(PriceListItem, pk=price_id)
    if withdraw_price(item=item, by=request.user):
        messages.success(request, _("The price is withdrawn."))
    else:
        messages.error(request, _("It is valid already: what was called keeps its price."))
    return _to_list()


def _read(form: PriceFileForm) -> PriceFile | None:
    """What the file says; None where it is no table of prices, which the form then says."""
    try:
        return read_price_file(read_table(form.cleaned_data["file"].read()))
    except UnreadableTable as refused:
        form.refuse(refused.fault)
    except MissingColumns as refused:
        form.refuse_head(refused.args[0])
    return None


def _take_in(request: HttpRequest, form: PriceFileForm, found: PriceFile) -> HttpResponse:
    try:
        count = add_prices(new=found.new, by=request.user, file_name=form.cleaned_data["file"].name)
    except IntegrityError:
        form.add_error("file", _("Somebody entered prices at this moment. Send it again."))
        return _page(request, file_form=form, status=422)
    messages.success(request, _taken_in_words(count, found.unchanged))
    return _to_list()


def _taken_in_words(count: int, unchanged: int) -> str:
    if not count:
        return _("Nothing in the file is new.")
    sentence = ngettext(
        "%(count)d new price is entered; %(unchanged)d stood there already.",
        "%(count)d new prices are entered; %(unchanged)d stood there already.",
        count,
    )
    return sentence % {"count": count, "unchanged": unchanged}


def _rows() -> Iterator[list[Any]]:
    for item in every_price():
        yield [
            *(item.provider, item.model, item.unit, item.size, item.quality),
            f"{item.unit_price:f}",
            item.effective_from.isoformat(),
            item.source,
        ]


def _page(
    request: HttpRequest,
    *,
    form: PriceForm | None = None,
    file_form: PriceFileForm | None = None,
    found: PriceFile | None = None,
    status: int = 200,
    **previews: Any,
) -> HttpResponse:
    only = request.GET.get("model", "").replace("\0", "")
    models = model_prices(only=only)
    if only and not models[0].rows and not models[0].is_offered:
        raise Http404
    faults = found.faults if found else []
    context = {
        "models": models,
        "only": only,
        "form": form or PriceForm(),
        "file_form": file_form or PriceFileForm(),
        "found": found,
        "faults": [fault_words(fault) for fault in faults[:FAULTS_SHOWN]],
        "more_faults": max(len(faults) - FAULTS_SHOWN, 0),
    }
    return render(request, "prices/prices.html", context | previews, status=status)


def _to_list() -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("prices"), status=303)
