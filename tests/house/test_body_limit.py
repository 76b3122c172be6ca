"""How much of a request is read before anybody asks who sent it."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client

from generations.services.team.tokens import make_token
from webapp.asgi import application

MEGABYTE = 1024 * 1024

pytestmark = pytest.mark.django_db(transaction=True)


def answered(
    path: str, *, head: Sequence[tuple[bytes, bytes]] = (), megabytes: int = 0
) -> tuple[int, int, str]:
    """The status of the answer, the megabytes of the body that were not asked for, its words."""
    pieces = [{"type": "http.request", "body": b"a" * MEGABYTE, "more_body": True}] * megabytes
    pieces.append({"type": "http.request", "body": b"", "more_body": False})
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b""}

    async def ask() -> tuple[int, int, str]:
        asked = ApplicationCommunicator(
            application, scope | {"headers": [(b"host", b"testserver"), *head]}
        )
        for piece in pieces:
            await asked.send_input(piece)
        status, words, is_more = (await asked.receive_output(20))["status"], b"", True
        while is_more:
            message = await asked.receive_output(20)
            words, is_more = words + message.get("body", b""), message.get("more_body", False)
        unread = asked.input_queue.qsize()
        await asked.send_input({"type": "http.disconnect"})
        await asked.wait(20)
        await sync_to_async(connections.close_all)()
        return status, unread, words.decode(errors="replace")

    return asyncio.run(ask())


def cookie_of(client: Client) -> tuple[bytes, bytes]:
    name = settings.SESSION_COOKIE_NAME
    return b"cookie", f"{name}={client.cookies[name].value}".encode()


def token_of(person: User) -> tuple[bytes, bytes]:
    _token, text = make_token(person=person, name="script")
    return b"authorization", f"Bearer {text}".encode()


def test_nothing_is_read_where_a_guest_announces_too_much():
    head = [(b"content-length", str(600 * MEGABYTE).encode())]
    status, unread, words = answered("/account/login/", head=head, megabytes=2)
    assert (status, unread) == (413, 3)
    assert words == "That was too much at once. Upload fewer or smaller files."


def test_the_answer_is_in_the_language_of_the_browser():
    head = [(b"content-length", b"99999999"), (b"accept-language", b"es-ES,es;q=0.9")]
    assert answered("/account/login/", head=head)[2].startswith("Fue demasiado de una vez.")


def test_no_more_than_a_form_is_read_of_a_guest():
    status, unread, _words = answered("/account/login/", megabytes=20)
    assert status == 413
    assert unread >= 14


@pytest.mark.parametrize("who", ["session", "token"])
def test_who_may_upload_sends_as_much_as_all_files_may_weigh(as_ana: Client, ana: User, who: str):
    known = cookie_of(as_ana) if who == "session" else token_of(ana)
    status, unread, _words = answered("/generations/", head=[known], megabytes=20)
    assert status != 413
    assert unread == 0


@pytest.mark.parametrize(
    "made_up",
    [
        (b"cookie", f"{settings.SESSION_COOKIE_NAME}={'a' * 32}".encode()),
        (b"cookie", f"{settings.SESSION_COOKIE_NAME}=".encode()),
        (b"cookie", b'\xff=;;[="'),
        (b"cookie", f'{settings.SESSION_COOKIE_NAME}="\\000aaaaaaaa"'.encode()),
        (b"authorization", b"Bearer none"),
        (b"authorization", b"Basic \xff"),
    ],
)
def test_what_opens_nothing_uploads_no_more_than_a_guest(made_up: tuple[bytes, bytes]):
    announced = (b"content-length", str(20 * MEGABYTE).encode())
    assert answered("/generations/", head=[made_up, announced])[0] == 413
    assert answered("/generations/", head=[made_up], megabytes=20)[0] == 413


@pytest.mark.parametrize(
    "other",
    ['consent={"a":1}', "flag", "path=/x", "a b=c", "x=\xe9", "u@x=1", "greeting=Hello World"],
)
def test_other_cookies_take_no_session_away(as_ana: Client, other: str):
    name, value = cookie_of(as_ana)
    cookie = (name, other.encode("latin-1") + b"; " + value)
    announced = (b"content-length", str(20 * MEGABYTE).encode())
    assert answered("/generations/", head=[cookie, announced])[0] != 413


def test_cookies_may_come_in_several_lines_and_beside_what_is_no_token(as_ana: Client):
    announced = (b"content-length", str(20 * MEGABYTE).encode())
    head = [
        cookie_of(as_ana),
        (b"cookie", b"other=1"),
        (b"authorization", b"Bearer other"),
        announced,
    ]
    assert answered("/gallery/", head=head)[0] != 413


def test_a_session_of_somebody_who_may_not_sign_in_any_more_opens_nothing(
    as_ana: Client, ana: User
):
    announced = (b"content-length", str(20 * MEGABYTE).encode())
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert answered("/generations/", head=[cookie_of(as_ana), announced])[0] == 413


@pytest.mark.parametrize("kind", [b"text/plain; x*=foo''bar", b"text/plain; x*=utf-8''%00"])
def test_a_kind_of_content_that_cannot_be_read_changes_nothing(kind: bytes):
    head = [(b"content-length", b"99999999"), (b"content-type", kind)]
    assert answered("/account/login/", head=head)[0] == 413


def test_a_session_that_has_ended_uploads_no_more_than_a_guest(as_ana: Client):
    cookie = cookie_of(as_ana)
    as_ana.logout()
    assert answered("/generations/", head=[cookie], megabytes=20)[0] == 413


def test_far_more_than_all_files_may_weigh_is_read_of_nobody(as_ana: Client, settings: Any):
    settings.BODY_MAX_BYTES = 8 * MEGABYTE
    assert answered("/generations/", head=[cookie_of(as_ana)], megabytes=20)[0] == 413
