"""Tabs stay open for hours, and leave the database to whoever asks for a page."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.db import connection, connections
from django.test import Client

from webapp.asgi import application
from webapp.sqlite.idle import idle_connections, key_of

# More than the test's process has connections to PostgreSQL (DATABASE_POOL)
TABS = 12

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("demo", "redis_client"),
    pytest.mark.twice,
]


def connections_in_use() -> int:
    """By this process, its own one among them."""
    if connection.vendor == "sqlite":
        return len(idle_connections._users[key_of(connection.get_connection_params())])
    counted = connection.pool.get_stats()
    return int(counted["pool_size"] - counted["pool_available"])


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
