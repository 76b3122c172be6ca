"""The language of the pages: as the browser asks, or as chosen; guests may choose, too."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from generations.views.shared.headers import PREFIX
from generations.views.way_back import way_back


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keeps the choice and goes back to the page it was made on."""
    return _keep(request, way_back(request))


@csrf_exempt
def shared_language(request: HttpRequest) -> HttpResponse:
    """The same under the public prefix, where forms carry no token: see `shared.doors`."""
    address = way_back(request)
    if not address.startswith(PREFIX):
        raise Http404
    return _keep(request, address)


def _keep(request: HttpRequest, address: str) -> HttpResponse:
    answer = HttpResponseRedirect(address)
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
