"""How much of a request is read before anybody asks who sent it."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.db import connections
from django.test import Client

from webapp.asgi import application

MEGABYTE = 1024 * 1024

pytestmark = pytest.mark.django_db(transaction=True)


def answered(
    path: str, *, head: Sequence[tuple[bytes, bytes]] = (), megabytes: int = 0
) -> tuple[int, int]:
    """The status of the answer, and how many megabytes of the body were not asked for."""
    pieces = [{"type": "http.request", "body": b"a" * MEGABYTE, "more_body": True}] * megabytes
    pieces.append({"type": "http.request", "body": b"", "more_body": False})
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b""}

    async def ask() -> tuple[int, int]:
        asked = ApplicationCommunicator(
            application, scope | {"headers": [(b"host", b"testserver"), *head]}
        )
        for piece in pieces:
            await asked.send_input(piece)
        status = (await asked.receive_output(20))["status"]
        while (await asked.receive_output(20)).get("more_body"):
            pass
        unread = asked.input_queue.qsize()
        await asked.send_input({"type": "http.disconnect"})
        await asked.wait(20)
        await sync_to_async(connections.close_all)()
        return status, unread

    return asyncio.run(ask())


def cookie_of(client: Client) -> tuple[bytes, bytes]:
    name = settings.SESSION_COOKIE_NAME
    return b"cookie", f"{name}={client.cookies[name].value}".encode()


def test_nothing_is_read_where_a_guest_announces_too_much():
    head = [(b"content-length", str(600 * MEGABYTE).encode())]
    assert answered("/account/login/", head=head, megabytes=2) == (413, 3)


def test_no_more_than_a_form_is_read_of_a_guest():
    status, unread = answered("/account/login/", megabytes=20)
    assert status == 413
    assert unread >= 14


@pytest.mark.parametrize("who", ["session", "token"])
def test_who_may_upload_sends_as_much_as_all_files_may_weigh(as_ana: Client, who: str):
    known = cookie_of(as_ana) if who == "session" else (b"authorization", b"Bearer none")
    status, unread = answered("/generations/", head=[known], megabytes=20)
    assert status != 413
    assert unread == 0


def test_far_more_than_all_files_may_weigh_is_read_of_nobody(as_ana: Client, settings: Any):
    settings.BODY_MAX_BYTES = 8 * MEGABYTE
    assert answered("/generations/", head=[cookie_of(as_ana)], megabytes=20)[0] == 413


def test_a_cookie_that_cannot_be_read_is_no_session():
    head = [(b"cookie", b'\xff=;;[="')]
    assert answered("/account/login/", head=head, megabytes=20)[0] == 413
