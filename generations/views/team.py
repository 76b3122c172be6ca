"""The team, for staff: who is in it, and inviting people."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from generations.access import staff_required
from generations.forms.team import InvitationForm
from generations.models import Invitation
from generations.selectors.team import colleagues, open_invitations, people
from generations.services.team.accounts import AccountRefused
from generations.services.team.invitations import invite, revoke_invitation
from generations.views.shown_once import forget_shown, show_once, shown_once

PAGE_SIZE = 100
LINK = "invitation-link"


@staff_required
@never_cache
@require_safe
def team(request: HttpRequest) -> HttpResponse:
    """Everybody, and the open invitations; a new link is shown once."""
    token = shown_once(request, name=LINK)
    link = request.build_absolute_uri(reverse("invitation", args=[token])) if token else ""
    answer = _page(request, InvitationForm(initial={"role": "member"}), link=link)
    return forget_shown(answer, name=LINK) if token else answer


@staff_required
@require_POST
def invitations(request: HttpRequest) -> HttpResponse:
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        token = _invite(form, request.user)
    except AccountRefused as refused:
        form.add_error(refused.field, str(refused))
        return _page(request, form, status=422)
    answer = _to_team()
    show_once(request, answer, name=LINK, value=token)
    return answer


@staff_required
@require_POST
def revocation(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    revoke_invitation(invitation=get_object_or_404(Invitation, id=invitation_id), by=request.user)
    return _to_team()


def _invite(form: InvitationForm, by: Any) -> str:
    said = form.cleaned_data
    facts = {"name": said["name"], "email": said["email"], "days": int(said["days"])}
    return invite(by=by, is_staff=form.is_staff, **facts)[1]


def _to_team() -> HttpResponse:
    return HttpResponseRedirect(reverse("team"), status=303)


def _page(
    request: HttpRequest, form: InvitationForm, *, link: str = "", status: int = 200
) -> HttpResponse:
    page = Paginator(people(), PAGE_SIZE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "page": page,
        "colleagues": colleagues(list(page)),
        "invitations": open_invitations(),
        "form": form,
        "link": link,
    }
    return render(request, "team/team.html", context, status=status)
