"""One running call, as the event loop sees it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import asdict
from queue import SimpleQueue
from time import monotonic
from typing import cast

from generations.providers import pulse
from generations.providers.base import (
    Charged,
    Code,
    Endpoint,
    Event,
    Finished,
    Got,
    ImageRequest,
    Limits,
    Picture,
    ProviderError,
    ResultAddress,
    Route,
    Said,
)
from generations.providers.details import without_key
from generations.providers.errors import error_from

_CLOSE_SECONDS = 2.0
_HELD_UP_SECONDS = 1.0


class Run:
    """Drives a route and puts its events where a thread waits for them.

    `events` ends with None or a ProviderError. Everything but reading `events` belongs to the
    loop's thread. A cancel is told at once; the connection is closed right after it. At a limit
    the route may still give what it has in hand, and a limit after a picture is no failure.
    """

    def __init__(
        self, route: Route, request: ImageRequest, *, endpoint: Endpoint, limits: Limits
    ) -> None:
        self.events: SimpleQueue[Event | ProviderError | None] = SimpleQueue()
        self._route = route
        self._request = request
        self._endpoint = endpoint
        self._limits = limits
        self._pulse = pulse.Pulse()
        self._has_event = False
        self._has_result = False
        self._is_over = False
        self._task: asyncio.Task[None] | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._looks_at = monotonic()

    def start(self) -> None:
        """Begin the call, unless it was canceled meanwhile."""
        if self._is_over:
            return
        loop = asyncio.get_running_loop()
        self._pulse.last_beat = monotonic()
        self._task = loop.create_task(self._pump())
        self._deadline = loop.call_later(self._limits.deadline_seconds, self._reach, Code.DEADLINE)
        self._watch_idle()

    def cancel(self) -> None:
        """End the call; nothing happens where it ended before."""
        self._stop(Code.CANCELED)

    async def _pump(self) -> None:
        pulse.listen(self._pulse)
        route = self._route(self._request, endpoint=self._endpoint, limits=self._limits)
        try:
            async with aclosing(cast("AsyncGenerator[Event]", route)) as events:
                async for event in events:
                    self._give(event)
            self._end(None)
        except asyncio.CancelledError:
            self._stop(self._pulse.limit or Code.CANCELED)
        except Exception as error:  # noqa: BLE001 - the waiting thread must learn of each
            self._end(error_from(error, endpoint=self._endpoint))

    def _give(self, event: Event) -> None:
        pulse.beat()
        self._has_event = True
        self._has_result |= isinstance(event, Picture | ResultAddress)
        if not self._is_over:
            self.events.put(_without_key(event, self._endpoint))

    def _end(self, error: ProviderError | None) -> None:
        if self._is_over:
            return
        self._is_over = True
        for timer in (self._deadline, self._idle):
            if timer:
                timer.cancel()
        self.events.put(error)

    def _reach(self, limit: Code) -> None:
        """Let the route end the call by what it has in hand; not for long."""
        if self._is_over or self._pulse.limit:
            return
        self._pulse.limit = limit
        if self._deadline:
            self._deadline.cancel()
        loop = asyncio.get_running_loop()
        self._deadline = loop.call_later(_CLOSE_SECONDS, self._stop, limit)
        if self._task:
            self._task.cancel()

    def _stop(self, code: Code) -> None:
        """End the call at once, whatever the route does."""
        if self._is_over:
            return
        if self._has_result and code is not Code.CANCELED:
            self._give(Finished())
            self._end(None)
        else:
            is_sent = self._pulse.is_sent or self._has_event
            self._end(ProviderError(code, charged=Charged.UNKNOWN if is_sent else Charged.NO))
        if self._task:
            self._task.cancel()

    def _watch_idle(self) -> None:
        now = monotonic()
        left = self._pulse.last_beat + self._limits.idle_seconds - now
        if left <= 0 and now - self._looks_at > _HELD_UP_SECONDS:
            # The loop itself comes late: what the provider said meanwhile is still unread
            left = _HELD_UP_SECONDS
        if left <= 0:
            self._reach(Code.SILENT)
        elif not self._is_over:
            self._looks_at = now + left
            self._idle = asyncio.get_running_loop().call_later(left, self._watch_idle)


def _without_key(event: Event, endpoint: Endpoint) -> Event:
    """Take our key out of texts that are kept and shown: a provider may repeat what it was sent."""
    if endpoint.is_demo:  # its key is a word like any other
        return event
    match event:
        case Said(text):
            return Said(without_key(text, api_key=endpoint.api_key))
        case Got():
            words = asdict(event).items()
            return Got(**{name: without_key(w, api_key=endpoint.api_key) for name, w in words})
    return event
