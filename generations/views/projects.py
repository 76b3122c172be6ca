"""Projects: staff add, rename and close them; everybody chooses what their composer starts with."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from generations.access import member_required, staff_required
from generations.forms.projects import DefaultForm, OwnDefaultForm, ProjectForm, project_choices
from generations.models import Project
from generations.selectors.projects import project_defaults, project_list
from generations.services.projects import (
    close_project,
    create_project,
    is_project_required,
    rename_project,
    reopen_project,
    require_project,
    set_project_default,
)


@staff_required
@never_cache
@require_http_methods(["GET", "POST"])
def projects(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return _page(request)
    form = ProjectForm(request.POST)
    if not (form.is_valid() and _create(request, form)):
        return _page(request, form, status=422)
    return _to_list()


@staff_required
@never_cache
@require_POST
def project(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """A new name."""
    row = get_object_or_404(Project, pk=project_id)
    form = ProjectForm(request.POST, project=row)
    if not (form.is_valid() and _rename(request, row, form)):
        return _page(request, form, status=422)
    return _to_list()


@staff_required
@require_POST
def closing(request: HttpRequest, project_id: UUID) -> HttpResponse:
    close_project(project=get_object_or_404(Project, pk=project_id), by=request.user)
    return _to_list()


@staff_required
@require_POST
def reopening(request: HttpRequest, project_id: UUID) -> HttpResponse:
    reopen_project(project=get_object_or_404(Project, pk=project_id), by=request.user)
    return _to_list()


@staff_required
@require_POST
def rule(request: HttpRequest) -> HttpResponse:
    """Whether a submission must name a project: `is_required` is yes or no."""
    require_project(by=request.user, is_required=request.POST.get("is_required") == "yes")
    return _to_list()


@staff_required
@never_cache
@require_POST
def defaults(request: HttpRequest) -> HttpResponse:
    """What the composer of a person starts with."""
    form = DefaultForm(request.POST)
    if not form.is_valid():
        return _page(request, default_form=form, status=422)
    set_project_default(**form.cleaned_data, by=request.user)
    return _to_list()


@member_required
@never_cache
@require_http_methods(["GET", "POST"])
def default(request: HttpRequest) -> HttpResponse:
    """What my own composer starts with."""
    if request.method == "GET":
        mine = {"project": project_choices(request.user).default}
        return render(request, "projects/default.html", {"form": OwnDefaultForm(initial=mine)})
    form = OwnDefaultForm(request.POST)
    if not form.is_valid():
        return render(request, "projects/default.html", {"form": form}, status=422)
    project = form.cleaned_data["project"]
    set_project_default(person=request.user, project=project, by=request.user)
    return HttpResponseRedirect(reverse("studio"), status=303)


def _create(request: HttpRequest, form: ProjectForm) -> bool:
    """False where the same name was taken by another press at this very moment."""
    try:
        with transaction.atomic():
            create_project(by=request.user, name=form.cleaned_data["name"])
    except IntegrityError:
        form.add_error("name", form.taken)
        return False
    return True


def _rename(request: HttpRequest, row: Project, form: ProjectForm) -> bool:
    try:
        with transaction.atomic():
            rename_project(project=row, name=form.cleaned_data["name"], by=request.user)
    except IntegrityError:
        form.add_error("name", form.taken)
        return False
    return True


def _page(
    request: HttpRequest,
    sent: ProjectForm | None = None,
    default_form: DefaultForm | None = None,
    status: int = 200,
) -> HttpResponse:
    found = project_list()
    context = {
        "new": sent if sent is not None and sent.project is None else ProjectForm(),
        "open": _with_forms(found.open, sent),
        "closed": _with_forms(found.closed, sent),
        "is_required": is_project_required(),
        "defaults": project_defaults(),
        "default_form": default_form or DefaultForm(),
    }
    return render(request, "projects/projects.html", context, status=status)


def _with_forms(rows: Sequence[Project], sent: ProjectForm | None) -> list[tuple[Project, Any]]:
    """Each with its form, as it was sent where it was."""
    return [
        (row, sent if sent is not None and sent.project == row else ProjectForm(project=row))
        for row in rows
    ]


def _to_list() -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("projects"), status=303)
