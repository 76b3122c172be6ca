"""One Redis subscription for each process, handed to a bounded queue for each client."""

import asyncio
import json
from collections import OrderedDict, deque
from contextlib import suppress
from typing import Any

import redis.asyncio
import structlog
from django.conf import settings
from redis.exceptions import RedisError

from generations.services.live import CHANNEL

QUEUE_LENGTH = 200
REMEMBERED_SLOTS = 5000
RECONNECT_SECONDS = 0.5
SUBSCRIBES_WITHIN = 0.5
SNAPSHOT: dict[str, Any] = {"kind": "snapshot"}

log = structlog.get_logger(__name__)


class Listener:
    """The events of one client. One that falls behind gets a snapshot instead of its backlog."""

    def __init__(self, user_id: int) -> None:
        self.user_id = user_id
        self._events: deque[dict[str, Any]] = deque()
        self._has_events = asyncio.Event()

    def wants(self, event: dict[str, Any]) -> bool:
        """Own events; staff have no more. New pictures are for everyone."""
        return event.get("user") == self.user_id or event["kind"] == "images"

    def put(self, event: dict[str, Any]) -> None:
        if event is SNAPSHOT or len(self._events) >= QUEUE_LENGTH:
            self._events.clear()
            event = SNAPSHOT
        self._events.append(event)
        self._has_events.set()

    async def next(self, *, timeout: float) -> dict[str, Any] | None:
        """The next event, or None when none came in time (seconds)."""
        if not self._events:
            self._has_events.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._has_events.wait(), max(timeout, 0))
        return self._events.popleft() if self._events else None


class Memory:
    """The last progress of each running slot: the database may be a second behind it."""

    def __init__(self) -> None:
        self._slots: OrderedDict[tuple[str, int], dict[str, Any]] = OrderedDict()

    def take(self, event: dict[str, Any]) -> None:
        generation = event.get("generation", "")
        if event["kind"] == "progress":
            self._slots[generation, event["slot"]] = event
            while len(self._slots) > REMEMBERED_SLOTS:
                self._slots.popitem(last=False)
        elif event["kind"] == "state":
            # Another phase, another attempt or the end: the database has it
            for key in [key for key in self._slots if key[0] == generation]:
                del self._slots[key]

    def percent(self, generation: str, slot: int, *, phase: str) -> int:
        """How far the slot was said to be in this phase; 0 when nothing was said."""
        event = self._slots.get((generation, slot))
        return event["percent"] if event and event["phase"] == phase else 0


class Hub:
    """Reads the channel from the first listener on; a lost connection costs a snapshot."""

    def __init__(self) -> None:
        self.memory = Memory()
        self._listeners: set[Listener] = set()
        self._reader: asyncio.Task[None] | None = None
        self._is_reading = asyncio.Event()

    async def join(self, user_id: int) -> Listener:
        """A listener of this person, that misses nothing from now on while the broker is there."""
        self._start_reading()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_reading.wait(), SUBSCRIBES_WITHIN)
        listener = Listener(user_id)
        self._listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        self._listeners.discard(listener)

    def _start_reading(self) -> None:
        loop = asyncio.get_running_loop()
        if self._reader is None or self._reader.done() or self._reader.get_loop() is not loop:
            self._is_reading = asyncio.Event()
            self._reader = loop.create_task(self._read_forever(), name="live-hub")

    async def _read_forever(self) -> None:
        while True:
            try:
                await self._read()
            except (RedisError, OSError) as error:
                self._is_reading.clear()
                log.debug("live_channel_lost", error=type(error).__name__)
                await asyncio.sleep(RECONNECT_SECONDS)

    async def _read(self) -> None:
        client = redis.asyncio.Redis.from_url(
            settings.REDIS_URL,
            client_name=CHANNEL,
            socket_connect_timeout=1,
            health_check_interval=10,
        )
        try:
            async with client.pubsub() as channel:
                await channel.subscribe(CHANNEL)
                while True:
                    message = await channel.get_message(timeout=5.0)
                    if message is not None:
                        self._take(message)
        finally:
            await client.aclose()

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "subscribe":
            # Also after the client connected again by itself: what was missed is in the database
            self._is_reading.set()
            self._give(SNAPSHOT)
        elif (event := _event(message["data"])) is not None:
            self.memory.take(event)
            self._give(event)

    def _give(self, event: dict[str, Any]) -> None:
        for listener in tuple(self._listeners):
            if event is SNAPSHOT or listener.wants(event):
                listener.put(event)


def _event(data: Any) -> dict[str, Any] | None:
    try:
        event = json.loads(data)
    except (ValueError, TypeError):
        return None
    return event if isinstance(event, dict) and "kind" in event else None


hub = Hub()
