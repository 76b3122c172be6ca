"""Where staff stop and resume sending, and see how the providers do."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from generations.access import staff_required
from generations.selectors.sending import provider_rows, stop_in_force
from generations.services.sending import resume_provider, resume_sending, stop_sending


class StopForm(forms.Form):
    reason = forms.CharField(
        max_length=200,
        error_messages={"required": _("Say why, so that others know what they wait for.")},
    )


@staff_required
@require_GET
def sending(request: HttpRequest) -> HttpResponse:
    return _page(request, StopForm())


@staff_required
@require_POST
def stops(request: HttpRequest) -> HttpResponse:
    form = StopForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    stop_sending(by=request.user, reason=form.cleaned_data["reason"])
    return redirect("sending")


@staff_required
@require_POST
def resumption(request: HttpRequest) -> HttpResponse:
    resume_sending(by=request.user)
    return redirect("sending")


@staff_required
@require_POST
def provider_resumption(request: HttpRequest, provider: str) -> HttpResponse:
    if provider not in {row.name for row in provider_rows()}:
        raise Http404
    resume_provider(provider=provider, by=request.user)
    return redirect("sending")


def _page(request: HttpRequest, form: StopForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "stop": stop_in_force(), "providers": provider_rows()}
    return render(request, "sending/sending.html", context, status=status)
