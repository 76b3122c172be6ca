"""Lets scripts in by a personal API token, where there is something for scripts: docs/api.md."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _

from generations.services.team.tokens import person_of_token

BEARER = "Bearer "
ID = "[0-9a-f-]{36}"
# What a token opens, and nothing else: no page of staff, no account
FOR_SCRIPTS = re.compile(
    rf"/generations/(?:{ID}/(?:(?:status|cancellation|retries)/)?)?"
    rf"|/images/{ID}/(?:file|download|thumbnail)/"
)


def let_scripts_in(get_response: Any) -> Any:
    """The person of the token is who asks, whatever cookie came with it.

    No other site can make a browser send a token, so that no form key is asked for.
    """

    def let_in(request: HttpRequest) -> HttpResponseBase:
        if is_script(request) and not _take_person(request):
            return _refused()
        answer: HttpResponseBase = get_response(request)
        return answer

    return let_in


def is_script(request: HttpRequest) -> bool:
    """Whether a request shows a token, at an address that takes one."""
    shows_token = request.headers.get("Authorization", "").startswith(BEARER)
    return shows_token and FOR_SCRIPTS.fullmatch(request.path) is not None


def _take_person(request: HttpRequest) -> bool:
    person = person_of_token(request.headers["Authorization"].removeprefix(BEARER).strip())
    if person is None:
        return False

    async def asked() -> Any:
        return person

    request.user, request.auser = person, asked
    request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
    return True


def _refused() -> JsonResponse:
    errors = {"token": [_("This token is unknown or revoked. Make one on your account page.")]}
    return JsonResponse({"errors": errors}, status=401, headers={"WWW-Authenticate": "Bearer"})
