"""What holds for every answer under the public prefix, refusals and faults among them."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase

PREFIX = "/s/"
HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive, noimageindex",
}
# Nobody keeps a page: what it showed may be closed a moment later
NOT_KEPT = "private, no-store"


def is_public(request: HttpRequest) -> bool:
    return request.path_info.startswith(PREFIX)


def keep_to_guests(get_response: Any) -> Any:
    """No search engine lists them, no address of them leaves with a click, no cache shares them."""

    def keep(request: HttpRequest) -> HttpResponseBase:
        return _kept(request, get_response(request))

    return keep


def _kept(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    if is_public(request):
        for name, value in HEADERS.items():
            answer[name] = value
        answer.headers.setdefault("Cache-Control", NOT_KEPT)
    return answer
