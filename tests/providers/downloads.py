"""One way to download in tests, and what a server answers."""

import asyncio

import pytest

from generations.providers.base import Endpoint
from generations.providers.results import FetchError, FetchLimits, fetch_picture
from tests.providers.conftest import KEY
from tests.providers.raw_server import http

RELAY = Endpoint(name="relay", base_url="https://relay.example/v1", api_key=KEY)
LIMITS = FetchLimits(max_bytes=100_000, total_seconds=10, idle_seconds=10)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def fetch(url, endpoint=RELAY, **limits):
    given = {name: limits.get(name, getattr(LIMITS, name)) for name in vars(LIMITS)}
    return asyncio.run(fetch_picture(url, endpoint=endpoint, limits=FetchLimits(**given)))


def refusal(url, endpoint=RELAY, **limits):
    with pytest.raises(FetchError) as caught:
        fetch(url, endpoint, **limits)
    return caught.value.code, caught.value.is_final


def picture(body=PNG, **extra):
    return http(body, content_type="image/png", **extra)
