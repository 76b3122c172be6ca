"""A short way for the files that guests' pages are made of: two hundred of them to a page."""

from typing import Any

from asgiref.sync import async_to_sync, iscoroutinefunction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import Resolver404, ResolverMatch, resolve

from generations.views.shared.headers import is_public

FILES = ("/thumbnail/", "/large/")


def spare_files(get_response: Any) -> Any:
    """Answers them before session, language and person are looked up, which they do not need.

    What is refused goes the whole way, and looks like every other refusal.
    """

    def spare(request: HttpRequest) -> HttpResponseBase:
        if match := _file_in(request):
            try:
                return _answer(request, match)
            except Http404:
                pass
        answer: HttpResponseBase = get_response(request)
        return answer

    return spare


def _file_in(request: HttpRequest) -> ResolverMatch | None:
    if not is_public(request) or not request.path_info.endswith(FILES):
        return None
    try:
        return resolve(request.path_info)
    except Resolver404:
        return None


def _answer(request: HttpRequest, match: ResolverMatch) -> HttpResponseBase:
    # A host that is not ours is refused, as elsewhere
    request.get_host()
    view = async_to_sync(match.func) if iscoroutinefunction(match.func) else match.func
    answer: HttpResponseBase = view(request, *match.args, **match.kwargs)
    return answer
