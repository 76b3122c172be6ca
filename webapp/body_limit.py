"""How much of a request is read: Django itself reads any body to its end before any view.

Beyond what all files of a form may weigh, answers are in words; far beyond, nothing is read.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

from django.conf import settings

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]


class BodyTooLarge(Exception):
    """More bytes than are read at all."""


def most_bytes(scope: Message) -> int:
    """Of who shows neither a session nor a token, no more than a form without files has."""
    heads = dict(scope["headers"])
    is_known = b"authorization" in heads or _has_session(heads.get(b"cookie", b""))
    return settings.BODY_MAX_BYTES * 5 // 4 if is_known else settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def is_too_large(scope: Message) -> bool:
    """Whether a body says beforehand that it is."""
    said = dict(scope["headers"]).get(b"content-length", b"0")
    return said.isdigit() and int(said[:19]) > most_bytes(scope)


def counted(scope: Message, receive: Receive) -> Receive:
    """Receives the same; raises BodyTooLarge where there is more of it than is read."""
    left = most_bytes(scope)

    async def receive_some() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise BodyTooLarge
        return message

    return receive_some


def _has_session(cookie: bytes) -> bool:
    try:
        return settings.SESSION_COOKIE_NAME in SimpleCookie(cookie.decode("latin-1"))
    except CookieError:
        return False
