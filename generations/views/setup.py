"""The first start: the one-time link under which the first staff account is made."""

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from generations.forms.accounts import FirstAccountForm
from generations.services.setup import SetupRefused, claim_setup, is_setup_token
from generations.views.entrance import sign_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest, token: str) -> HttpResponse:
    """Makes the first account and signs its owner in; a wrong or used link is not there."""
    if not is_setup_token(token):
        raise Http404
    form = FirstAccountForm(request.POST or None)
    person = _claim(token, form) if form.is_valid() else None
    if person is None:
        status = 422 if form.errors else 200
        return render(request, "setup/setup.html", {"form": form}, status=status)
    return sign_in(request, person)


def _claim(token: str, form: FirstAccountForm) -> User | None:
    name, password = form.cleaned_data["username"], form.cleaned_data["password"]
    try:
        return claim_setup(token=token, username=name, password=password)
    except SetupRefused as refused:
        form.add_error(refused.field or None, str(refused))
        return None
