"""Bodies that cannot be read: an answer in words instead of a bare 400."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

View = Callable[..., HttpResponse]


def readable_body(answer: Callable[[HttpRequest, str], HttpResponse]) -> Callable[[View], View]:
    """Reads the body before the view; what cannot be read goes to `answer` with a sentence.

    The check against forgery comes right after: reading first is why the view is exempt outside.
    """

    def decorate(view: View) -> View:
        protected = csrf_protect(view)

        @csrf_exempt
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            fault = body_fault(request)
            return answer(request, fault) if fault else protected(request, *args, **kwargs)

        return checked

    return decorate


def body_fault(request: HttpRequest) -> str:
    """What keeps the body from being read, as a sentence; empty where it was read."""
    if _length(request) > settings.BODY_MAX_BYTES:
        return _("That was too much at once. Upload fewer or smaller files.")
    try:
        request.POST  # noqa: B018  (reading it is the point)
    except RequestDataTooBig:
        return _("The text is far too long to be read. Shorten the prompt.")
    except (TooManyFieldsSent, TooManyFilesSent):
        return _("Too many files or fields at once. Upload at most 16 references.")
    except (MultiPartParserError, UnreadablePostError, BadRequest):
        return _("The form arrived incomplete. Send it again.")
    return ""


def _length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isdigit() else 0
