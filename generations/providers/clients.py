"""One HTTP client for each event loop and endpoint.

`openai` takes a second and 38 MB to import, so that only what calls a provider does it.
"""

import asyncio
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from generations.providers import pulse, tls
from generations.providers.base import Endpoint, Limits

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

_Clients = dict[Endpoint, "AsyncOpenAI"]
_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, _Clients] = WeakKeyDictionary()

# Servers close idle connections after 5 s and more. A connection that we take just when the
# server closes it gives "sent, no answer" for a call that never ran, so we let go first.
_KEEPALIVE_SECONDS = 3.0


def client_for(endpoint: Endpoint) -> "AsyncOpenAI":
    """Give the running loop's client for an endpoint; it is made on its first use.

    It never retries, never follows a redirect, and reads nothing from the environment.
    """
    clients = _clients.setdefault(asyncio.get_running_loop(), {})
    if endpoint not in clients:
        clients[endpoint] = _make_client(endpoint)
    return clients[endpoint]


def load() -> None:
    """Import what a call needs now, so that the first one does not wait for it."""
    import openai  # noqa: F401


async def close_clients() -> None:
    """Close the running loop's clients with all their connections."""
    clients = _clients.pop(asyncio.get_running_loop(), {})
    for client in clients.values():
        await client.close()


def timeout_for(limits: Limits) -> "httpx2.Timeout":
    """Give the limits of one connection; the whole call is watched by whoever runs it."""
    import httpx2

    return httpx2.Timeout(limits.idle_seconds, connect=limits.connect_seconds, pool=None)


def _make_client(endpoint: Endpoint) -> "AsyncOpenAI":
    from openai import AsyncOpenAI

    client = AsyncOpenAI(
        api_key=endpoint.api_key,
        base_url=endpoint.base_url,
        max_retries=0,
        http_client=_make_http_client(),
    )
    # The constructor takes these from OPENAI_ORG_ID and its like; relays must not see them.
    client.organization = None
    client.project = None
    client._custom_headers = {}
    return client


def _make_http_client() -> "httpx2.AsyncClient":
    import httpx2

    class Transport(httpx2.AsyncHTTPTransport):
        """Tells the pulse when a request leaves and when its answer begins."""

        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            request.extensions = {**request.extensions, "trace": _trace}
            return await super().handle_async_request(request)

    limits = httpx2.Limits(
        max_connections=None, max_keepalive_connections=20, keepalive_expiry=_KEEPALIVE_SECONDS
    )
    transport = Transport(verify=tls.context(), trust_env=False, limits=limits)
    return httpx2.AsyncClient(transport=transport, trust_env=False, follow_redirects=False)


async def _trace(name: str, info: dict[str, Any]) -> None:
    if name.endswith(".send_request_headers.started"):
        pulse.mark_sent()
    pulse.beat()
