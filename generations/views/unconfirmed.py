"""Unconfirmed attempts, for staff: what waits to be settled, what has been, and settling."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from generations.access import staff_required
from generations.forms.settlement import SettlementForm, SettlementsForm
from generations.models import Attempt, Settlement
from generations.selectors.unconfirmed import Page, open_page, row_of, settled_page, with_row
from generations.services.amounts import money
from generations.services.settlements import NotOpen, settle_many, settle_unconfirmed


@staff_required
@never_cache
@require_safe
def unconfirmed(request: HttpRequest) -> HttpResponse:
    """What is open, or with `?show=settled` what has been settled; `?before=` leads to older."""
    is_settled = request.GET.get("show") == "settled"
    before = _before(request.GET)
    page = (settled_page if is_settled else open_page)(before=before)
    context = _context(page, before, is_settled=is_settled)
    return render(request, "unconfirmed/unconfirmed.html", context)


@staff_required
@never_cache
@require_POST
def settlement(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    attempt = get_object_or_404(Attempt, id=attempt_id)
    form = SettlementForm(request.POST, attempt=attempt)
    if not form.is_valid():
        return _ask_again(request, attempt, form)
    try:
        done = settle_unconfirmed(
            attempt=attempt,
            charged=form.is_charged,
            amount=form.cleaned_data["amount"],
            reason=form.cleaned_data["reason"],
            settled_by=request.user,
        )
    except NotOpen as refused:
        messages.warning(request, _why_not(refused.settlement))
    else:
        messages.success(request, _("Settled: %(how)s.") % {"how": how_settled(done)})
    return HttpResponseRedirect(_page_address(request), status=303)


@staff_required
@never_cache
@require_POST
def settlements(request: HttpRequest) -> HttpResponse:
    """Several at once, with one outcome and one reason."""
    form = SettlementsForm(request.POST)
    if not form.is_valid():
        before = _before(request.POST)
        context = _context(open_page(before=before), before, is_settled=False, many=form)
        return render(request, "unconfirmed/unconfirmed.html", context, status=422)
    chosen = form.cleaned_data["attempts"]
    done = settle_many(
        attempts=chosen,
        charged=form.is_charged,
        amount=form.cleaned_data["amount"],
        reason=form.cleaned_data["reason"],
        settled_by=request.user,
    )
    _say_how_many(request, len(done), len(chosen))
    return HttpResponseRedirect(_page_address(request), status=303)


def how_settled(done: Settlement) -> str:
    """In words, within a sentence: "not charged", "charged $0.009"."""
    if not done.is_charged:
        return _("not charged")
    if done.amount is None:
        return _("charged, amount unknown")
    return _("charged %(amount)s") % {"amount": money(done.amount)}


def _ask_again(request: HttpRequest, attempt: Attempt, form: SettlementForm) -> HttpResponse:
    before = _before(request.POST)
    page = with_row(open_page(before=before), row_of(attempt))
    context = _context(page, before, is_settled=False, asked=form)
    return render(request, "unconfirmed/unconfirmed.html", context, status=422)


def _context(
    page: Page,
    before: UUID | None,
    *,
    is_settled: bool,
    asked: SettlementForm | None = None,
    many: SettlementsForm | None = None,
) -> dict[str, Any]:
    """Each open row with its form; the one that was asked has its faults."""
    rows = [
        (row, asked if asked and asked.attempt == row.attempt else _form(row.attempt))
        for row in page.rows
    ]
    return {
        "rows": rows,
        "older": page.older,
        "before": before,
        "is_settled": is_settled,
        "asked": asked,
        "many": many or SettlementsForm(),
        "chosen": set(many["attempts"].value() or ()) if many else set(),
    }


def _form(attempt: Attempt) -> SettlementForm:
    return SettlementForm(attempt=attempt)


def _say_how_many(request: HttpRequest, done: int, chosen: int) -> None:
    if done:
        words = ngettext("Settled %(count)d attempt.", "Settled %(count)d attempts.", done)
        messages.success(request, words % {"count": done})
    if left := chosen - done:
        words = ngettext(
            "%(count)d was settled already, or its outcome is known by now.",
            "%(count)d were settled already, or their outcome is known by now.",
            left,
        )
        messages.warning(request, words % {"count": left})


def _why_not(earlier: Settlement | None) -> str:
    if earlier is None:
        return _("There is nothing to settle: its outcome is known by now.")
    name = earlier.settled_by.get_full_name() or earlier.settled_by.get_username()
    return _("%(name)s settled it already: %(how)s.") % {"name": name, "how": how_settled(earlier)}


def _page_address(request: HttpRequest) -> str:
    before = _before(request.POST)
    return reverse("unconfirmed") + (f"?before={before}" if before else "")


def _before(values: Any) -> UUID | None:
    """The attempt before which a page begins."""
    text = values.get("before", "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Http404 from None
