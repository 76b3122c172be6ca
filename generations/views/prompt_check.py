"""What the prompt check says about a prompt that is being written."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from generations.access import member_required
from generations.views.bodies import readable_body


def _unreadable(request: HttpRequest, sentence: str) -> HttpResponse:
    return HttpResponse(sentence, status=422, content_type="text/plain; charset=utf-8")


@member_required
@never_cache
@require_POST
@readable_body(_unreadable)
def prompt_check(request: HttpRequest) -> HttpResponse:
    context = {"prompt": request.POST.get("prompt", "")}
    return render(request, "studio/_prompt_findings.html", context)
