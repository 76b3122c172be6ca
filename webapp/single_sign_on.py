"""Signing in through the team's own provider (OpenID Connect): who comes in, and in which role."""

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from generations.models.audit_actions import Action
from generations.services import audit
from generations.services.team.newcomers import Newcomer, NotAdmitted, admit, follow_role
from generations.views.client_address import client_address
from generations.views.entrance import invitation_of


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Accounts are found by the provider's own id; the first time, by a verified e-mail address."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        claims = _claims(request, sociallogin)
        try:
            if not sociallogin.is_existing:
                person = admit(newcomer=_newcomer(claims), invitation=invitation_of(request))
                sociallogin.connect(request, person)
            follow_role(person=sociallogin.user, values=_role_values(claims))
        except NotAdmitted as refused:
            raise ImmediateHttpResponse(_refused(request, refused)) from None

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """The audit log says it."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, **_more: Any
    ) -> None:
        _note(request, str(getattr(error, "value", error or "unknown")))


def _claims(request: HttpRequest, sociallogin: SocialLogin) -> dict[str, Any]:
    """What the provider says, in the token and when asked; both must speak of the same person."""
    said = sociallogin.account.extra_data
    token, asked = said.get("id_token") or {}, said.get("userinfo") or {}
    if not token or (asked and token.get("sub") != asked.get("sub")):
        raise ImmediateHttpResponse(_refused(request, NotAdmitted("different-people")))
    return {**token, **asked}


def _newcomer(claims: dict[str, Any]) -> Newcomer:
    is_verified = claims.get("email_verified") in (True, "true")
    return Newcomer(
        email=str(claims.get("email") or "") if is_verified or settings.OIDC_TRUST_EMAILS else "",
        name=str(claims.get("name") or "")[:150],
        username=str(claims.get("preferred_username") or ""),
    )


def _role_values(claims: dict[str, Any]) -> list[str] | None:
    """The values of the claim that decides the role; None where none does."""
    if not settings.OIDC_ROLE_CLAIM:
        return None
    found = claims.get(settings.OIDC_ROLE_CLAIM) or []
    return [str(one) for one in (found if isinstance(found, list) else [found])]


def _refused(request: HttpRequest, refused: NotAdmitted) -> HttpResponse:
    _note(request, refused.reason)
    context = {"reason": refused.reason, "email": refused.email}
    return render(request, "socialaccount/refused.html", context, status=403)


def _note(request: HttpRequest, reason: str) -> None:
    audit.record(
        actor=None,
        action=Action.SIGN_IN_FAILED,
        details={"method": "socialaccount", "reason": reason},
        address=client_address(request),
    )
