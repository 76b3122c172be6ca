"""Signing in through the team's own provider: there, and back."""

from collections.abc import Callable
from typing import Any

from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from requests import RequestException


class SignedTokens(OpenIDConnectOAuth2Adapter):
    """Asks for the provider's signature also where the token came from the provider itself."""

    def _decode_id_token(self, app: SocialApp, id_token: str) -> Any:
        self.did_fetch_access_token = False
        return super()._decode_id_token(app, id_token)


@never_cache
@require_safe
def sign_in(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Leads to the provider. A GET: browsers let no form lead to another site here."""
    return _answer(request, OAuth2LoginView.adapter_view, provider_id)


@never_cache
@require_safe
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Where the provider leads back to, once for each way there."""
    return _answer(request, OAuth2CallbackView.adapter_view, provider_id)


@require_safe
def canceled(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("You did not sign in there."))
    return redirect("account_login")


def _answer(request: HttpRequest, view: Callable[..., Any], provider_id: str) -> HttpResponse:
    """What a provider that is down or speaks nonsense leads to is a page with a sentence."""
    adapter = SignedTokens(request, provider_id)
    try:
        answer: HttpResponse = view(adapter)(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except (RequestException, KeyError, ValueError, TypeError) as error:
        failed: HttpResponse = render_authentication_error(
            request, adapter.get_provider(), exception=error
        )
        return failed
    return answer
