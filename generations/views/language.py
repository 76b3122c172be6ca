"""The language of the pages: as the browser asks, or as chosen; guests may choose, too."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from generations.views.way_back import way_back


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keeps the choice and goes back to the page it was made on."""
    answer = HttpResponseRedirect(way_back(request))
    chosen = request.POST.get("language")
    if chosen in dict(settings.LANGUAGES):
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            samesite="Lax",
            secure=request.is_secure(),
            httponly=True,
        )
    return answer
