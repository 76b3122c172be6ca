"""A person's own account: name, ways of signing in, sessions."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from generations.access import member_required
from generations.forms.account import OwnNameForm, TokenForm
from generations.models import ApiToken
from generations.selectors.team import sessions_of
from generations.services.team.people import change_person
from generations.services.team.second_factor import is_second_factor_required
from generations.services.team.sessions import end_other_sessions, end_session
from generations.views.shown_once import forget_shown, shown_once

TOKEN = "api-token"


@member_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """The page; a POST changes the name."""
    person = get_object_or_404(User, pk=request.user.pk)
    if request.method != "POST":
        text = shown_once(request, name=TOKEN)
        answer = account_page(request, token=text)
        return forget_shown(answer, name=TOKEN) if text else answer
    form = OwnNameForm(request.POST)
    if not form.is_valid():
        return account_page(request, form=form, status=422)
    change_person(
        person=person, name=form.cleaned_data["name"], email=person.email, by=request.user
    )
    return _back(request, _("Saved."))


@member_required
@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Where the library leads after a step was added or removed."""
    return redirect(f"{reverse('account')}#two-factor")


@member_required
@require_POST
def session_end(request: HttpRequest, session_id: int) -> HttpResponse:
    row = get_object_or_404(sessions_of(request.user), pk=session_id)
    end_session(session=row, by=request.user)
    return _back(request, _("Signed out there."))


@member_required
@require_POST
def session_ends(request: HttpRequest) -> HttpResponse:
    """Ends every session but this one."""
    end_other_sessions(person=request.user, but=request.session.session_key)
    return _back(request, _("Signed out everywhere else."))


def _back(request: HttpRequest, message: str) -> HttpResponse:
    messages.success(request, message)
    return HttpResponseRedirect(reverse("account"), status=303)


def account_page(
    request: HttpRequest, *, token: str = "", status: int = 200, **asked: Any
) -> HttpResponse:
    """`token` is shown this once; `asked` are the forms that were sent, with their faults."""
    steps = list(Authenticator.objects.filter(user=request.user.pk).order_by("created_at"))
    has_step = any(step.type != Authenticator.Type.RECOVERY_CODES for step in steps)
    person = get_object_or_404(User, pk=request.user.pk)
    context: dict[str, Any] = {
        "form": OwnNameForm(initial={"name": person.get_full_name()}),
        "token_form": TokenForm(auto_id="token-%s"),
        "token": token,
        "tokens": ApiToken.objects.filter(person=person, revoked_at=None),
        "sessions": sessions_of(person),
        "current": request.session.session_key,
        "app": _of_type(steps, Authenticator.Type.TOTP),
        "recovery": _of_type(steps, Authenticator.Type.RECOVERY_CODES),
        "keys": [step for step in steps if step.type == Authenticator.Type.WEBAUTHN],
        "must_set_up": not has_step and is_second_factor_required(person),
    }
    return render(request, "account/account.html", context | asked, status=status)


def _of_type(steps: list[Authenticator], kind: str) -> Authenticator | None:
    return next((step for step in steps if step.type == kind), None)
