"""Tabs stay open for hours, and leave the database to whoever asks for a page."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.db import connections
from django.test import Client

from tests.support.connections import connections_in_use
from webapp.asgi import application

# More than the test's process has connections to PostgreSQL (DATABASE_POOL)
TABS = 12

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("demo", "redis_client"),
    pytest.mark.twice,
]


async def opened(client: Client, stack: AsyncExitStack) -> None:
    """A tab that has heard its first words, as the web server has it."""
    name = settings.SESSION_COOKIE_NAME
    cookie = f"{name}={client.cookies[name].value}".encode()
    scope = {"type": "http", "method": "GET", "path": "/events/", "query_string": b""}
    headers = [(b"host", b"testserver"), (b"cookie", cookie)]
    tab = ApplicationCommunicator(application, scope | {"headers": headers})
    stack.push_async_callback(tab.wait, 10)
    stack.push_async_callback(tab.send_input, {"type": "http.disconnect"})
    await tab.send_input({"type": "http.request"})
    while b"event: snapshot" not in (await tab.receive_output(10)).get("body", b""):
        pass


def test_open_tabs_use_no_connection_to_the_database(as_ana: Client):
    async def story() -> None:
        async with AsyncExitStack() as stack:
            for _ in range(TABS):
                await opened(as_ana, stack)
            assert connections_in_use() <= 2
        await sync_to_async(connections.close_all)()

    asyncio.run(story())
