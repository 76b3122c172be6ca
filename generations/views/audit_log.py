"""The audit log, for staff: a searchable page, and all of it as a table."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from generations.access import staff_required
from generations.forms.audit_log import AuditLogForm
from generations.models import AuditEntry
from generations.selectors.audit_log import AuditFilters, actors_to_choose, all_entries, audit_page
from generations.templatetags.audit import details_of
from generations.views.tables import csv_answer

HEAD = [
    _("Time"),
    _("Person"),
    _("User name"),
    _("Action"),
    _("What"),
    _("Kind"),
    _("Id"),
    _("Details"),
    _("Network address"),
]


@staff_required
@never_cache
@require_safe
def audit_log(request: HttpRequest) -> HttpResponse:
    """Filters stand in the address; `?before=` (the id of a line) leads to older ones."""
    form = _form(request)
    page = audit_page(_filters(form), before=_before(request))
    context = {"form": form, "page": page, "query": form.query}
    return render(request, "team/audit_log.html", context)


@staff_required
@require_safe
def audit_log_table(request: HttpRequest) -> HttpResponseBase:
    """Every line that the filters leave, as CSV."""
    filters = _filters(_form(request))
    return csv_answer(request, name="proofsheet-audit-log", head=HEAD, rows=_rows(filters))


def _rows(filters: AuditFilters) -> Iterator[list[Any]]:
    for entry in all_entries(filters):
        actor = entry.actor
        yield [
            timezone.localtime(entry.at).isoformat(timespec="seconds"),
            "" if actor is None else actor.get_full_name() or actor.get_username(),
            "" if actor is None else actor.get_username(),
            entry.action_label,
            entry.subject_label,
            entry.subject_kind,
            entry.subject_id,
            _details(entry),
            entry.address or "",
        ]


def _details(entry: AuditEntry) -> str:
    return "; ".join(f"{name}: {value}" for name, value in details_of(entry))


def _form(request: HttpRequest) -> AuditLogForm:
    return AuditLogForm(request.GET, people=actors_to_choose())


def _filters(form: AuditLogForm) -> AuditFilters:
    return AuditFilters(**form.narrowing())


def _before(request: HttpRequest) -> int | None:
    text = request.GET.get("before", "")
    if text and not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    return int(text) if text else None
