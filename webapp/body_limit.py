"""How much of a request is read: Django itself reads any body to its end before any view.

Beyond what all files of a form may weigh, answers are in words; far beyond, nothing is read.
"""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from types import SimpleNamespace
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import parse_cookie

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
        self.head = Head(scope["headers"])
        self._is_somebody: bool | None = None

    async def check_length(self) -> None:
        """Raises BodyTooLarge where a body says beforehand that it is."""
        said = self.head.one("content-length")
        if said.isdecimal() and said.isascii():
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
            self._is_somebody = await sync_to_async(_is_somebody)(self.head)
        if not self._is_somebody:
            raise BodyTooLarge


class Head:
    """The headers of a request before there is one, read as Django reads them."""

    def __init__(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        self._pairs = [(name.decode("latin-1"), it.decode("latin-1")) for name, it in headers]

    def one(self, name: str) -> str:
        """Several of a name are one."""
        joint = "; " if name == "cookie" else ","
        return joint.join(it for found, it in self._pairs if found == name)

    @property
    def cookies(self) -> dict[str, str]:
        return parse_cookie(self.one("cookie"))


def _is_somebody(head: Head) -> bool:
    """Whether a request shows a token, or the session of somebody who is signed in."""
    from generations.services.database import AWAY, let_go
    from generations.services.team.tokens import person_of_token

    token = head.one("authorization")
    try:
        if token.startswith(BEARER) and person_of_token(token.removeprefix(BEARER).strip()):
            return True
        return _is_signed_in(head.cookies.get(settings.SESSION_COOKIE_NAME, ""))
    except AWAY:
        # Said by the view, in words
        return True
    finally:
        let_go()


def _is_signed_in(session_key: str) -> bool:
    from django.contrib.auth import get_user
    from django.contrib.sessions.backends.db import SessionStore

    if not session_key or "\0" in session_key:
        return False
    request: Any = SimpleNamespace(session=SessionStore(session_key))
    return get_user(request).is_authenticated
