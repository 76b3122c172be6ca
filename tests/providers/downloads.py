"""One way to download in tests, and what a server answers."""

import asyncio
import io

import pytest

from generations.providers.base import Endpoint
from generations.providers.results import FetchError, FetchLimits, fetch_picture
from tests.providers.conftest import KEY
from tests.providers.raw_server import http

RELAY = Endpoint(name="relay", base_url="https://relay.example/v1", api_key=KEY)
LIMITS = FetchLimits(max_bytes=100_000, total_seconds=10, idle_seconds=10)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def fetch(url, endpoint=RELAY, *, into=None, **limits):
    given = {name: limits.get(name, getattr(LIMITS, name)) for name in vars(LIMITS)}
    file = into or io.BytesIO()
    asyncio.run(fetch_picture(url, into=file, endpoint=endpoint, limits=FetchLimits(**given)))
    return None if into else file.getvalue()


def fetch_in(loop, url, *, endpoint, limits):
    """The same in the loop of the calls."""
    file = io.BytesIO()
    loop.fetch(url, into=file, endpoint=endpoint, limits=limits)
    return file.getvalue()


def refusal(url, endpoint=RELAY, **limits):
    with pytest.raises(FetchError) as caught:
        fetch(url, endpoint, **limits)
    return caught.value.code, caught.value.is_final


def picture(body=PNG, **extra):
    return http(body, content_type="image/png", **extra)
