import os
from typing import Any

import django
from django.core.exceptions import SuspiciousOperation
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpResponseBadRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")


class Handler(ASGIHandler):
    """Answers 400 where Django cannot even read the head of a request."""

    def create_request(self, scope: Any, body_file: Any) -> Any:
        try:
            request, refusal = super().create_request(scope, body_file)
            if request is not None and "charset" in (request.content_params or {}):
                # Whatever a client claims: not all that Python knows by name decode every text
                request.encoding = "utf-8"
        except (ValueError, SuspiciousOperation):
            return None, HttpResponseBadRequest()
        return request, refusal


django.setup(set_prefix=False)
application = Handler()
