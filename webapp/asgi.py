import os
from types import SimpleNamespace
from typing import Any

import django
from asgiref.sync import sync_to_async
from django.core.exceptions import SuspiciousOperation
from django.core.handlers.asgi import ASGIHandler
from django.db import close_old_connections
from django.http import HttpResponse, HttpResponseBadRequest
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext as _

from webapp.body_limit import BodyLimit, BodyTooLarge, Head

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")


class Handler(ASGIHandler):
    """Answers 400 and 413 where Django reads nothing or all; streams hold no database."""

    async def handle(self, scope: Any, receive: Any, send: Any) -> None:
        limit = BodyLimit(scope)
        try:
            await limit.check_length()
            await super().handle(scope, limit.counted(receive), send)
        except BodyTooLarge:
            await self.send_response(_too_large(limit.head), send)

    def create_request(self, scope: Any, body_file: Any) -> Any:
        try:
            request, refusal = super().create_request(scope, body_file)
            if request is not None and "charset" in (request.content_params or {}):
                # Whatever a client claims: not all that Python knows by name decode every text
                request.encoding = "utf-8"
        except (ValueError, SuspiciousOperation):
            return None, HttpResponseBadRequest()
        return request, refusal

    async def send_response(self, response: Any, send: Any) -> None:
        """Gives back the request's connection to the database before a stream begins.

        Django does it when an answer has gone out, which takes hours where it is an open tab: as
        many tabs as the process has connections, and no page could be answered any more.
        """
        if response.streaming:
            await sync_to_async(close_old_connections)()
        await super().send_response(response, send)


def _too_large(head: Head) -> HttpResponse:
    """In the language of the browser; nothing of the request is known but its head."""
    meta = {"HTTP_ACCEPT_LANGUAGE": head.one("accept-language")}
    request: Any = SimpleNamespace(COOKIES=head.cookies, META=meta)
    with override(get_language_from_request(request)):
        words = _("That was too much at once. Upload fewer or smaller files.")
    return HttpResponse(words, status=413, content_type="text/plain; charset=utf-8")


django.setup(set_prefix=False)
application = Handler()
