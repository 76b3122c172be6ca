"""One person of the team, for staff: what they are, what they may, and how they get in."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from generations.access import staff_required
from generations.forms.team import ModelsForm, PersonForm, RoleForm
from generations.models import Membership
from generations.selectors.team import (
    colleagues,
    image_models_to_permit,
    latest_about,
    people,
    sessions_of,
)
from generations.services.team.accounts import AccountRefused
from generations.services.team.passwords import make_password_link
from generations.services.team.people import (
    LastStaff,
    change_person,
    change_role,
    deactivate_person,
    permit_models,
    reactivate_person,
    sign_out_everywhere,
)
from generations.services.team.second_factor import has_second_factor, reset_second_factor
from generations.views.shown_once import forget_shown, show_once, shown_once

LINK = "password-link"


@staff_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """The page; a POST changes name and e-mail."""
    row = _person(person_id)
    if request.method == "POST":
        return _change(request, row)
    path = shown_once(request, name=LINK)
    answer = _page(request, row, link=request.build_absolute_uri(path) if path else "")
    return forget_shown(answer, name=LINK) if path else answer


@staff_required
@require_POST
def role(request: HttpRequest, person_id: int) -> HttpResponse:
    row, form = _person(person_id), RoleForm(request.POST)
    if not form.is_valid():
        return _page(request, row, role_form=form, status=422)
    try:
        change_role(person=row, is_staff=form.is_staff, by=request.user)
    except LastStaff:
        form.add_error("role", _last_staff())
        return _page(request, _person(person_id), role_form=form, status=422)
    return _to(request, row, _("The role is changed."))


@staff_required
@require_POST
def models(request: HttpRequest, person_id: int) -> HttpResponse:
    row, form = _person(person_id), ModelsForm(request.POST)
    if not form.is_valid():
        return _page(request, row, models_form=form, status=422)
    permit_models(person=row, image_models=form.permitted, by=request.user)
    return _to(request, row, _("The models are changed."))


@staff_required
@require_POST
def password_links(request: HttpRequest, person_id: int) -> HttpResponse:
    row = _person(person_id)
    answer = _to(request, row)
    if row.is_active:
        uid, token = make_password_link(person=row, by=request.user)
        show_once(request, answer, name=LINK, value=reverse("new-password", args=[uid, token]))
    return answer


@staff_required
@require_POST
def second_factor_reset(request: HttpRequest, person_id: int) -> HttpResponse:
    row = _person(person_id)
    reset_second_factor(person=row, by=request.user)
    return _to(request, row, _("The second step is reset. The password alone signs in now."))


@staff_required
@require_POST
def sign_out(request: HttpRequest, person_id: int) -> HttpResponse:
    """Ends every session of the person."""
    row = _person(person_id)
    sign_out_everywhere(person=row, by=request.user)
    return _to(request, row, _("Signed out everywhere."))


@staff_required
@require_POST
def deactivation(request: HttpRequest, person_id: int) -> HttpResponse:
    row = _person(person_id)
    try:
        deactivate_person(person=row, by=request.user)
    except LastStaff:
        return _page(request, row, refusal=_last_staff(), status=422)
    return _to(request, row, _("Deactivated. Sessions, invitations and links have ended."))


@staff_required
@require_POST
def reactivation(request: HttpRequest, person_id: int) -> HttpResponse:
    row = _person(person_id)
    reactivate_person(person=row, by=request.user)
    return _to(request, row, _("Active again."))


def _change(request: HttpRequest, row: User) -> HttpResponse:
    form = PersonForm(request.POST)
    if form.is_valid():
        try:
            change_person(person=row, by=request.user, **form.cleaned_data)
        except AccountRefused as refused:
            form.add_error(refused.field, str(refused))
        else:
            return _to(request, row, _("Saved."))
    return _page(request, _person(row.pk), person_form=form, status=422)


def _person(person_id: int) -> User:
    return get_object_or_404(people(), pk=person_id)


def _to(request: HttpRequest, row: User, message: str = "") -> HttpResponse:
    if message:
        messages.success(request, message)
    return HttpResponseRedirect(reverse("person", args=[row.pk]), status=303)


def _last_staff() -> str:
    return _("Nobody of the staff would be left. Make somebody else staff first.")


def _page(
    request: HttpRequest, row: User, *, link: str = "", status: int = 200, **asked: Any
) -> HttpResponse:
    """`asked` are the forms that were sent, with their faults, and a `refusal`."""
    context: dict[str, Any] = {
        "colleague": colleagues([row])[0],
        "sessions": sessions_of(row),
        "has_second_factor": has_second_factor(row),
        "latest": latest_about(row),
        "image_models": image_models_to_permit(),
        "link": link,
    }
    context |= {name: make(row) for name, make in FORMS.items()} | asked
    return render(request, "team/person.html", context, status=status)


def _models_form(row: User) -> Form:
    membership: Membership | None = getattr(row, "membership", None)
    if membership is None or membership.has_all_models:
        return ModelsForm(initial={"all_models": True, "models": []})
    chosen = list(membership.image_models.values_list("pk", flat=True))
    return ModelsForm(initial={"all_models": False, "models": chosen})


FORMS: dict[str, Callable[[User], Form]] = {
    "person_form": lambda row: PersonForm(
        initial={"name": row.get_full_name(), "email": row.email}
    ),
    "role_form": lambda row: RoleForm(initial={"role": "staff" if row.is_staff else "member"}),
    "models_form": _models_form,
}
