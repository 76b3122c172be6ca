"""A server for wire faults, the loop of the calls, and one way to make a call."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from generations.providers.base import (
    Endpoint,
    Event,
    ImageRequest,
    Limits,
    ProviderError,
    Route,
)
from generations.providers.calls import Call, CallLoop
from tests.providers.raw_server import RawServer

KEY = "sk-test-0123456789abcdef"


@pytest.fixture
def server() -> Iterator[RawServer]:
    server = RawServer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def loop() -> Iterator[CallLoop]:
    loop = CallLoop()
    yield loop
    loop.close()


@pytest.fixture
def endpoint(server: RawServer) -> Endpoint:
    return Endpoint(name="relay", base_url=f"{server.origin}/v1", api_key=KEY)


@dataclass
class Outcome:
    """What came of one call."""

    events: list[Event] = field(default_factory=list)
    error: ProviderError | None = None

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def verdict(self) -> tuple[Any, Any]:
        assert self.error, self.events
        return self.error.code, self.error.charged


@dataclass
class Caller:
    loop: CallLoop
    endpoint: Endpoint

    def __call__(
        self, route: Route, request: ImageRequest, limits: Limits | None = None, **fields: Any
    ) -> Outcome:
        outcome = Outcome()
        events = self.loop.stream(
            route,
            request,
            endpoint=fields.get("endpoint", self.endpoint),
            limits=limits or Limits(deadline_seconds=20, idle_seconds=20),
            call=fields.get("call") or Call(),
        )
        try:
            for event in events:
                outcome.events.append(event)
        except ProviderError as error:
            outcome.error = error
        return outcome


@pytest.fixture
def make_call(loop: CallLoop, endpoint: Endpoint) -> Caller:
    return Caller(loop, endpoint)


@pytest.fixture
def own(server: RawServer) -> Endpoint:
    """A provider whose results lie on its own origin."""
    return Endpoint(name="relay", base_url=f"{server.origin}/v1", api_key=KEY)
