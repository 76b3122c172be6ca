"""The live stream: one for each open tab, fed by one Redis subscription for each process."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.views import redirect_to_login
from django.db import connections
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from generations.selectors.cards import Card
from generations.selectors.slots import Slot
from generations.selectors.studio import recent_cards
from generations.views.live_hub import Listener, hub

RETRY_MILLISECONDS = 2000
KEEP_ALIVE_SECONDS = 15


@require_GET
async def events(request: HttpRequest) -> HttpResponseBase:
    """Server-sent events about my generations, and about new pictures of everybody.

    `snapshot` comes first, after every reconnect of ours, and when a client was too slow.
    """
    user = await request.auser()
    if not user.is_authenticated:
        return redirect_to_login("/")
    stream = EventStream(user.pk, request.session)
    response = StreamingHttpResponse(stream, content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


class EventStream:
    """What one tab hears; Django closes it with the answer, however that ends."""

    def __init__(self, user_id: int, session: Any) -> None:
        self._user_id = user_id
        self._session = session
        self._listener: Listener | None = None

    async def __aiter__(self) -> AsyncIterator[str]:
        self._listener = await hub.join(self._user_id)
        yield f"retry: {RETRY_MILLISECONDS}\n\n"
        yield await _snapshot(self._user_id)
        async for text in _pieces(self._listener, self._user_id, self._session):
            yield text

    def close(self) -> None:
        if self._listener is not None:
            hub.leave(self._listener)


async def _pieces(listener: Listener, user_id: int, session: Any) -> AsyncIterator[str]:
    loop = asyncio.get_running_loop()
    keep_alive_at = loop.time() + KEEP_ALIVE_SECONDS
    while True:
        event = await listener.next(timeout=keep_alive_at - loop.time())
        if event is not None and event["kind"] == "signed-out":
            keep_alive_at = loop.time()
        elif event is not None:
            yield await _piece(event, user_id)
        if loop.time() >= keep_alive_at:
            if not await _is_signed_in(session, user_id):
                return
            keep_alive_at = loop.time() + KEEP_ALIVE_SECONDS
            yield ": keep-alive\n\n"


async def _piece(event: dict[str, Any], user_id: int) -> str:
    if event["kind"] == "snapshot":
        return await _snapshot(user_id)
    shown = {key: value for key, value in event.items() if key not in ("kind", "user")}
    if event["kind"] == "images" and event.get("user") != user_id:
        # That there is something new is for everyone, whose it is not
        shown = {}
    return _event(event["kind"], shown)


async def _snapshot(user_id: int) -> str:
    return _event("snapshot", {"generations": await _states_of(user_id)})


@sync_to_async(thread_sensitive=False)
def _states_of(user_id: int) -> list[dict[str, Any]]:
    try:
        return [_state(card) for card in recent_cards(user_id)]
    finally:
        # The stream lives for hours: it must not keep a connection
        connections.close_all()


@sync_to_async(thread_sensitive=False)
def _is_signed_in(session: Any, user_id: int) -> bool:
    try:
        fresh = type(session)(session.session_key)
        return fresh.get("_auth_user_id") == str(user_id)
    finally:
        connections.close_all()


def _state(card: Card) -> dict[str, Any]:
    return {
        "generation": str(card.generation.id),
        "version": card.version,
        "created": card.created_milliseconds,
        "is_running": card.is_running,
        "slots": [_slot(card, slot) for slot in card.slots],
    }


def _slot(card: Card, slot: Slot) -> dict[str, Any]:
    attempt = slot.attempt
    told = hub.memory.percent(str(card.generation.id), attempt.slot, phase=attempt.phase)
    return {
        "slot": attempt.slot,
        "phase": attempt.phase,
        "percent": max(slot.percent, told),
    }


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"
