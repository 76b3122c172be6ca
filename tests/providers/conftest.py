"""A server for wire faults, the loop of the calls, and one way to make a call."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from generations.providers import clients
from generations.providers.base import (
    Charged,
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
    # On a busy machine the import alone takes longer than a call here may
    clients.load()
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


def patiently(
    make: Callable[[float], Outcome], is_far_enough: Callable[[Outcome], object]
) -> Outcome:
    """Calls again with longer limits until a call got far enough before one of them struck.

    How fast the machine is decides nothing then: a slow one only gets more time.
    """
    outcome = make(1)
    for longer in (4, 16):
        if is_far_enough(outcome):
            break
        outcome = make(longer)
    return outcome


def was_sent(outcome: Outcome) -> bool:
    """Whether the limit struck when the request had left."""
    return outcome.error is None or outcome.error.charged is not Charged.NO
