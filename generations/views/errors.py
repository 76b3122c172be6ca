"""Pages for what cannot be answered; every refusal looks like an address that is not there."""

from typing import Any

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.decorators import sync_and_async_middleware

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


@sync_and_async_middleware
def explain_not_allowed(get_response: Any) -> Any:
    """Puts a page into a 405 answer (a GET where only a form leads to) that has none."""

    async def explain_async(request: HttpRequest) -> HttpResponseBase:
        answer = await get_response(request)
        return await sync_to_async(_page)(request, answer) if _lacks_page(answer) else answer

    def explain(request: HttpRequest) -> HttpResponseBase:
        answer = get_response(request)
        return _page(request, answer) if _lacks_page(answer) else answer

    return explain_async if iscoroutinefunction(get_response) else explain


def _lacks_page(answer: HttpResponseBase) -> bool:
    return answer.status_code == 405 and not getattr(answer, "content", b"")


def _page(request: HttpRequest, answer: HttpResponseBase) -> HttpResponse:
    template = "shared/closed.html" if is_public(request) else "errors/405.html"
    page = render(request, template, status=405)
    page["Allow"] = answer["Allow"]
    return page
