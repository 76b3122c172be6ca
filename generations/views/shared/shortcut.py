"""A short way for the files that guests' pages are made of: two hundred of them to a page."""

from typing import Any

from asgiref.sync import async_to_sync, iscoroutinefunction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.decorators import sync_and_async_middleware

from generations.views.shared.headers import is_public

FILES = ("/thumbnail/", "/large/")


@sync_and_async_middleware
def spare_files(get_response: Any) -> Any:
    """Answers them before session, language and person are looked up, which they do not need.

    What is refused goes the whole way, and looks like every other refusal.
    """

    async def spare_async(request: HttpRequest) -> HttpResponseBase:
        if match := _file_in(request):
            try:
                return await _answer(request, match)
            except Http404:
                pass
        answer: HttpResponseBase = await get_response(request)
        return answer

    def spare(request: HttpRequest) -> HttpResponseBase:
        if match := _file_in(request):
            try:
                return async_to_sync(_answer)(request, match)
            except Http404:
                pass
        answer: HttpResponseBase = get_response(request)
        return answer

    return spare_async if iscoroutinefunction(get_response) else spare


def _file_in(request: HttpRequest) -> ResolverMatch | None:
    if not is_public(request) or not request.path_info.endswith(FILES):
        return None
    try:
        return resolve(request.path_info)
    except Resolver404:
        return None


async def _answer(request: HttpRequest, match: ResolverMatch) -> HttpResponseBase:
    # A host that is not ours is refused, as elsewhere
    request.get_host()
    answer: HttpResponseBase = await match.func(request, *match.args, **match.kwargs)
    return answer
