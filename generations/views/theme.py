"""Light, dark, or as the system has it: kept in a cookie, so that a page comes in its colours."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

COOKIE = "theme"
THEMES = ("light", "dark")
YEAR_SECONDS = 365 * 24 * 3600


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keeps the choice and goes back to the page it was made on; also for guests."""
    answer = HttpResponseRedirect(_back(request))
    chosen = request.POST.get("theme")
    if chosen in THEMES:
        answer.set_cookie(
            COOKIE, chosen, max_age=YEAR_SECONDS, samesite="Lax", secure=request.is_secure()
        )
    else:
        answer.delete_cookie(COOKIE, samesite="Lax")
    return answer


def _back(request: HttpRequest) -> str:
    address = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure())
    # What is no path from the root would be taken from /theme/, where nothing lies
    return address if is_ours and address.startswith("/") else "/"
