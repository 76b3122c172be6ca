"""Notes that a person is here: every few minutes, not with every request."""

from typing import Any

import structlog
from allauth.usersessions.models import UserSession
from django.core.cache import caches
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase

from generations.services.team.sessions import note_seen

SECONDS = 300

log = structlog.get_logger(__name__)


def note_presence(get_response: Any) -> Any:
    """After the answer, where the view has asked who it is for.

    A database that takes no writes just now costs this note, and nobody their page.
    """

    def noted(request: HttpRequest) -> HttpResponseBase:
        answer: HttpResponseBase = get_response(request)
        if _is_due(request):
            _note(request)
        return answer

    return noted


def _is_due(request: HttpRequest) -> bool:
    person = getattr(request, "_cached_user", None) or getattr(request, "_acached_user", None)
    key = request.session.session_key
    if person is None or not person.is_authenticated or key is None:
        return False
    return bool(caches["process"].add(seen_key(key), 1, SECONDS))


def seen_key(session_key: str | None) -> str:
    return f"seen:{session_key}"


def _note(request: HttpRequest) -> None:
    try:
        _write_down(request)
    except DatabaseError as error:
        log.warning("presence_not_noted", error=type(error).__name__)


def _write_down(request: HttpRequest) -> None:
    assert request.user.pk is not None
    note_seen(person_id=request.user.pk)
    try:
        UserSession.objects.create_from_request(request)
    except PermissionDenied:
        # A front server that names no client: the session goes on without a line in the list
        return
