"""How much of a request is read: Django itself reads any body to its end before any view.

Beyond what all files of a form may weigh, answers are in words; far beyond, nothing is read.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
BEARER = "Bearer "


class BodyTooLarge(Exception):
    """More bytes than are read at all."""


class BodyLimit:
    """What is read of one request: of who is nobody, no more than a form without files has.

    Who it is is asked only where there is more, since the answer is in the database.
    """

    def __init__(self, scope: Message) -> None:
        self._heads = dict(scope["headers"])
        self._is_somebody: bool | None = None

    async def check_length(self) -> None:
        """Raises BodyTooLarge where a body says beforehand that it is."""
        said = self._heads.get(b"content-length", b"0")
        if said.isdigit():
            await self._check(int(said[:19]))

    def counted(self, receive: Receive) -> Receive:
        """Receives the same; raises BodyTooLarge where there is more of it than is read."""
        read = 0

        async def receive_some() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            await self._check(read)
            return message

        return receive_some

    async def _check(self, size: int) -> None:
        if size <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return
        if size > settings.BODY_MAX_BYTES * 5 // 4:
            raise BodyTooLarge
        if self._is_somebody is None:
            self._is_somebody = await sync_to_async(_is_somebody)(self._heads)
        if not self._is_somebody:
            raise BodyTooLarge


def _is_somebody(heads: MutableMapping[bytes, bytes]) -> bool:
    """Whether a request shows the session of a person, or a token."""
    from generations.services.database import AWAY, let_go
    from generations.services.team.tokens import person_of_token

    token = heads.get(b"authorization", b"").decode("latin-1")
    try:
        if token.startswith(BEARER):
            return person_of_token(token.removeprefix(BEARER).strip()) is not None
        return _has_person(_session_key(heads.get(b"cookie", b"").decode("latin-1")))
    except AWAY:
        # Said by the view, in words
        return True
    finally:
        let_go()


def _has_person(session_key: str | None) -> bool:
    from django.contrib.auth import SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    return session_key is not None and SESSION_KEY in SessionStore(session_key)


def _session_key(cookie: str) -> str | None:
    try:
        morsel = SimpleCookie(cookie).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    return morsel.value if morsel else None
