"""Light, dark, or as the system has it: kept in a cookie, so that a page comes in its colours."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from generations.views.way_back import way_back

COOKIE = "theme"
THEMES = ("light", "dark")
YEAR_SECONDS = 365 * 24 * 3600


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keeps the choice and goes back to the page it was made on; also for guests."""
    answer = HttpResponseRedirect(way_back(request))
    chosen = request.POST.get("theme")
    if chosen in THEMES:
        answer.set_cookie(
            COOKIE, chosen, max_age=YEAR_SECONDS, samesite="Lax", secure=request.is_secure()
        )
    else:
        answer.delete_cookie(COOKIE, samesite="Lax")
    return answer
