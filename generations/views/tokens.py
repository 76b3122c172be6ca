"""A person's API tokens: making one, and ending one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from generations.access import member_required
from generations.forms.account import TokenForm
from generations.models import ApiToken
from generations.services.team.tokens import (
    MOST_TOKENS,
    TooManyTokens,
    make_token,
    revoke_token,
)
from generations.views.account import TOKEN, account_page
from generations.views.shown_once import show_once


@member_required
@never_cache
@require_POST
def tokens(request: HttpRequest) -> HttpResponse:
    form = TokenForm(request.POST, auto_id="token-%s")
    if not form.is_valid():
        return account_page(request, token_form=form, status=422)
    try:
        _row, text = make_token(person=request.user, name=form.cleaned_data["name"])
    except TooManyTokens:
        sentence = _("You have %(most)d tokens. Revoke one that you do not use.")
        form.add_error("name", sentence % {"most": MOST_TOKENS})
        return account_page(request, token_form=form, status=422)
    answer = _to_account()
    show_once(request, answer, name=TOKEN, value=text)
    return answer


@member_required
@require_POST
def revocation(request: HttpRequest, token_id: UUID) -> HttpResponse:
    mine = ApiToken.objects.filter(person=request.user.pk).select_related("person")
    row = get_object_or_404(mine, id=token_id)
    revoke_token(token=row, by=request.user)
    messages.success(request, _("The token opens nothing any more."))
    return _to_account()


def _to_account() -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('account')}#tokens", status=303)
