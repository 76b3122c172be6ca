"""Months for bookkeepers, for staff: the list, one as a statement, and closing it."""

from datetime import date, datetime

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from generations.access import staff_required
from generations.selectors import months as selectors
from generations.services.months import ClosedAlready, NotOver, close_month
from generations.services.spend.days import today


class ClosingForm(forms.Form):
    note = forms.CharField(
        max_length=200,
        required=False,
        error_messages={"max_length": gettext_lazy("Write at most 200 characters.")},
    )
    is_sure = forms.BooleanField(
        error_messages={"required": gettext_lazy("Tick this: a closed month stays closed.")}
    )


@staff_required
@never_cache
@require_safe
def months(request: HttpRequest) -> HttpResponse:
    context = {"months": selectors.months(today()), "time_zone": settings.TIME_ZONE}
    return render(request, "months/months.html", context)


@staff_required
@never_cache
@require_safe
def month(request: HttpRequest, month: str) -> HttpResponse:
    """A month on one page, to be printed or kept as PDF."""
    return _statement(request, _first_day(month), ClosingForm())


@staff_required
@require_POST
def month_closing(request: HttpRequest, month: str) -> HttpResponse:
    first_day = _first_day(month)
    form = ClosingForm(request.POST)
    if not form.is_valid():
        return _statement(request, first_day, form)
    try:
        close_month(month=first_day, note=form.cleaned_data["note"], closed_by=request.user)
    except NotOver:
        form.add_error("is_sure", _("The month can be closed an hour after its end."))
        return _statement(request, first_day, form)
    except ClosedAlready:
        messages.info(request, _("Somebody closed it before."))
    else:
        messages.success(request, _("The month is closed."))
    return redirect("month", month)


def _statement(request: HttpRequest, first_day: date, form: ClosingForm) -> HttpResponse:
    context = {
        "statement": selectors.statement(first_day),
        "form": form,
        "time_zone": settings.TIME_ZONE,
        "today": today(),
    }
    return render(request, "months/month.html", context, status=422 if form.errors else 200)


def _first_day(month: str) -> date:
    """Of a word like 2026-10, up to this month."""
    try:
        first_day = datetime.strptime(month, "%Y-%m").date()  # noqa: DTZ007  (a month has none)
    except ValueError:
        raise Http404 from None
    if f"{first_day:%Y-%m}" != month or first_day > today():
        raise Http404
    return first_day
