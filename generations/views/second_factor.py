"""Leads people who must have a second step of signing in, and have none, to their account."""

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from generations.services.team.second_factor import (
    OFF,
    has_second_factor,
    is_second_factor_required,
)
from generations.views.scripts import is_script

# Setting it up, signing out, and what is open to everybody
OPEN = ("/account/", "/invitations/", "/s/", "/theme/", "/language/", "/static/")
HEALTH = ("/healthz/", "/readyz/")
# Who could make one before the step is set up would go around it
TOKENS = "/account/tokens/"


def require_second_factor(get_response: Any) -> Any:
    """As REQUIRE_TWO_FACTOR says; who came in by another provider was asked for it there."""

    def checked(request: HttpRequest) -> HttpResponseBase:
        if _is_asked(request) and _is_missing(request):
            return _to_account(request)
        answer: HttpResponseBase = get_response(request)
        return answer

    return checked


def _is_asked(request: HttpRequest) -> bool:
    is_open = request.path.startswith((*OPEN, *HEALTH)) and request.path != TOKENS
    return settings.REQUIRE_TWO_FACTOR != OFF and not is_open


def _is_missing(request: HttpRequest) -> bool:
    person = request.user
    if not person.is_authenticated or not is_second_factor_required(person):
        return False
    return not _came_by_provider(request, person) and not has_second_factor(person)


def _came_by_provider(request: HttpRequest, person: Any) -> bool:
    """A script has no session that says how its person came in when they made the token."""
    if is_script(request):
        return SocialAccount.objects.filter(user=person.pk).exists()
    methods = {one["method"] for one in get_authentication_records(request, person)}
    return "socialaccount" in methods


def _to_account(request: HttpRequest) -> HttpResponse:
    if is_script(request):
        sentence = _("Set up the second step of signing in on your account page first.")
        return JsonResponse({"errors": {"token": [sentence]}}, status=403)
    address = f"{reverse('account')}#two-factor"
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(address)
    return HttpResponseRedirect(address)
