"""The first start: the one-time link under which the first staff account is made."""

from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from generations.forms.accounts import FirstAccountForm
from generations.services.setup import SetupRefused, claim_setup, is_setup_token

BACKEND = "django.contrib.auth.backends.ModelBackend"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest, token: str) -> HttpResponse:
    """Makes the first account and signs its owner in; a wrong or used link is not there."""
    if not is_setup_token(token):
        raise Http404
    form = FirstAccountForm(request.POST or None)
    if not form.is_valid() or not _claim(request, token, form):
        status = 422 if form.errors else 200
        return render(request, "setup/setup.html", {"form": form}, status=status)
    return redirect("studio")


def _claim(request: HttpRequest, token: str, form: FirstAccountForm) -> bool:
    name, password = form.cleaned_data["username"], form.cleaned_data["password"]
    try:
        person = claim_setup(token=token, username=name, password=password)
    except SetupRefused as refused:
        form.add_error(refused.field or None, str(refused))
        return False
    login(request, person, backend=BACKEND)
    return True
