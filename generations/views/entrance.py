"""How people without a way in get one: by an invitation, or by a link for a new password."""

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from generations.forms.team import AcceptanceForm, NewPasswordForm
from generations.models import Invitation
from generations.services.team.accounts import AccountRefused
from generations.services.team.invitations import (
    InvitationGone,
    accept_invitation,
    open_invitation,
    still_open,
)
from generations.services.team.passwords import person_of_link, replace_password
from generations.views.client_address import client_address

FOLLOWED = "invitation"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Makes the account and signs its owner in; a link that is not open is not there."""
    row = open_invitation(token)
    if row is None:
        raise Http404
    if request.user.is_authenticated:
        return render(request, "team/invitation_of_another.html")
    # Whoever goes on to the team's own provider comes back with it
    request.session[FOLLOWED] = str(row.id)
    if request.method == "POST" and not settings.PASSWORD_SIGN_IN:
        return HttpResponseNotAllowed(["GET"])
    form = AcceptanceForm(request.POST or None, initial={"name": row.name})
    person = _accept(row, form) if form.is_valid() else None
    if person is None:
        context = {"form": form, "invitation": row}
        status = 422 if form.errors else 200
        return render(request, "team/invitation.html", context, status=status)
    return sign_in(request, person)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_password(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """Takes the new password, and leads to the sign-in; a link that is over is not there."""
    person = person_of_link(uid, token)
    if person is None or not settings.PASSWORD_SIGN_IN:
        raise Http404
    form = NewPasswordForm(request.POST or None)
    if not form.is_valid() or not _replace(request, person, form):
        context = {"form": form, "person": person}
        status = 422 if form.errors else 200
        return render(request, "team/new_password.html", context, status=status)
    messages.success(request, _("The password is changed. Sign in with it."))
    return redirect("account_login")


def invitation_of(request: HttpRequest) -> Invitation | None:
    """The invitation whose link was followed in this session, while it is open."""
    followed = request.session.get(FOLLOWED)
    return still_open(followed) if followed else None


def sign_in(request: HttpRequest, person: User) -> HttpResponse:
    """As after the sign-in page, with all that it writes down."""
    answer: HttpResponse = perform_login(request, Login(user=person))
    return answer


def _accept(row: Invitation, form: AcceptanceForm) -> User | None:
    said = form.cleaned_data
    facts = {name: said[name] for name in ("username", "name", "password")}
    try:
        return accept_invitation(invitation=row, **facts)
    except InvitationGone:
        raise Http404 from None
    except AccountRefused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return None


def _replace(request: HttpRequest, person: User, form: NewPasswordForm) -> bool:
    password, address = form.cleaned_data["password"], client_address(request)
    try:
        replace_password(person=person, password=password, address=address)
    except AccountRefused as refused:
        form.add_error("password", str(refused))
        return False
    return True
