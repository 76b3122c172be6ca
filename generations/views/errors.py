"""Pages for what cannot be answered; every refusal looks like an address that is not there."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from generations.views.shared.headers import is_public


def not_found(
    request: HttpRequest, exception: Exception | None = None, **_kwargs: object
) -> HttpResponse:
    """The one 404 page: for what is not there, and for what this person may not see.

    Under the public prefix it is one for guests, without a door into the site.
    """
    # So that no part of the page tells which view refused
    request.resolver_match = None
    template = "shared/closed.html" if is_public(request) else "404.html"
    return render(request, template, status=404)


def explain_not_allowed(get_response: Any) -> Any:
    """Puts a page into a 405 answer (a GET where only a form leads to) that has none."""

    def explain(request: HttpRequest) -> HttpResponseBase:
        answer: HttpResponseBase = get_response(request)
        return _page(request, answer) if _lacks_page(answer) else answer

    return explain


def _lacks_page(answer: HttpResponseBase) -> bool:
    return answer.status_code == 405 and not getattr(answer, "content", b"")


def _page(request: HttpRequest, answer: HttpResponseBase) -> HttpResponse:
    template = "shared/closed.html" if is_public(request) else "errors/405.html"
    page = render(request, template, status=405)
    page["Allow"] = answer["Allow"]
    return page
