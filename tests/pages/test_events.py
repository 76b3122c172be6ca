"""The live stream: a snapshot first, then my own events, at once."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
import redis
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import AsyncClient

from generations.services.live import CHANNEL
from generations.services.team.people import deactivate_person
from generations.views import events, live_hub
from tests.factories import only_attempt, put_at, submit

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("demo", "redis_client"),
]


class Stream:
    """One open tab."""

    def __init__(self, response: Any) -> None:
        self.response = response
        self._pieces = aiter(response.streaming_content)

    async def piece(self) -> str:
        return (await asyncio.wait_for(anext(self._pieces), 10)).decode()

    async def event(self, name: str) -> dict[str, Any]:
        """The next event of this name; others before it are passed over."""
        while True:
            head, _, data = (await self.piece()).partition("\ndata: ")
            if head == f"event: {name}":
                found: dict[str, Any] = json.loads(data)
                return found

    async def is_over(self) -> bool:
        """Whether the server ends the stream, whatever it says before that."""
        with suppress(StopAsyncIteration):
            while True:
                await self.piece()
        return True

    async def ready(self) -> None:
        """Takes the snapshot: from then on nothing is missed."""
        await self.event("snapshot")


@asynccontextmanager
async def tab(person: User | None) -> AsyncIterator[Stream]:
    client = AsyncClient()
    if person is not None:
        await client.aforce_login(person)
    response = await client.get("/events/")
    assert response.status_code == 200
    stream = Stream(response)
    try:
        yield stream
    finally:
        await asyncio.to_thread(response.close)


def run(story: Callable[[], Awaitable[None]]) -> None:
    """Tells a story in an event loop of its own, and lets go of what its threads held."""

    async def told() -> None:
        try:
            await story()
        finally:
            await sync_to_async(connections.close_all)()

    asyncio.run(told())


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not is_so():
            await asyncio.sleep(0.01)


def subscriptions() -> int:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        return int(client.pubsub_numsub(CHANNEL)[0][1])


def cut_the_subscription() -> None:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        for connection in client.client_list(_type="pubsub"):
            if connection["name"] == CHANNEL:
                client.client_kill_filter(_id=connection["id"])


def publish(**event: Any) -> None:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.publish(CHANNEL, json.dumps(event))


def test_the_first_word_is_what_runs_as_the_database_knows_it(ana: User, ben: User) -> None:
    mine = submit(ana)
    put_at(only_attempt(mine), "calling", phase="painting", percent=42)
    submit(ben)

    async def story() -> None:
        async with tab(ana) as stream:
            assert stream.response["Content-Type"] == "text/event-stream"
            assert stream.response["X-Accel-Buffering"] == "no"
            assert stream.response["Cache-Control"] == "no-store"
            assert await stream.piece() == "retry: 2000\n\n"
            (state,) = (await stream.event("snapshot"))["generations"]
            assert state["generation"] == str(mine.id)
            assert state["slots"] == [{"slot": 0, "phase": "painting", "percent": 42}]

    run(story)


def test_a_snapshot_is_never_behind_what_was_said(ana: User) -> None:
    attempt = put_at(only_attempt(submit(ana)), "calling", phase="painting", percent=10)
    said = {"user": ana.id, "generation": str(attempt.generation_id), "slot": 0}

    async def story() -> None:
        async with tab(ana) as stream:
            await stream.ready()
            publish(kind="progress", phase="painting", percent=60, **said)
            await stream.event("progress")
        async with tab(ana) as reloaded:
            (state,) = (await reloaded.event("snapshot"))["generations"]
            assert state["slots"][0]["percent"] == 60
        publish(kind="state", **said)

    run(story)


def test_my_progress_comes_and_nobody_elses(ana: User, ben: User, boss: User) -> None:
    async def story() -> None:
        async with tab(ana) as mine, tab(boss) as staff:
            await mine.ready()
            await staff.ready()
            publish(kind="progress", user=ben.id, generation="b", slot=0, phase="sent", percent=0)
            publish(kind="progress", user=ana.id, generation="a", slot=1, phase="sent", percent=7)
            publish(kind="state", user=boss.id, generation="s")
            event = await mine.event("progress")
            assert event == {"generation": "a", "slot": 1, "phase": "sent", "percent": 7}
            assert await staff.piece() == 'event: state\ndata: {"generation": "s"}\n\n'

    run(story)


def test_new_pictures_are_told_to_everybody_without_saying_whose(ana: User, ben: User) -> None:
    async def story() -> None:
        async with tab(ana) as stream:
            await stream.ready()
            publish(kind="images", user=ben.id, generation="b")
            assert await stream.event("images") == {}

    run(story)


def test_a_submission_reaches_an_open_tab(ana: User) -> None:
    async def story() -> None:
        async with tab(ana) as stream:
            await stream.ready()
            generation = await sync_to_async(submit)(ana)
            assert await stream.event("state") == {"generation": str(generation.id)}

    run(story)


def test_what_is_no_event_is_passed_over(ana: User) -> None:
    async def story() -> None:
        async with tab(ana) as stream:
            await stream.ready()
            with redis.Redis.from_url(settings.REDIS_URL) as client:
                for noise in ("", "no json", "[]", "7", "null", '{"a": 1}', '"kind"'):
                    client.publish(CHANNEL, noise)
            publish(kind="state", user=ana.id, generation="a")
            assert await stream.event("state") == {"generation": "a"}

    run(story)


def test_a_client_that_falls_behind_gets_a_snapshot_instead_of_its_backlog(ana: User) -> None:
    async def story() -> None:
        listener = live_hub.Listener(ana.id)
        for number in range(live_hub.QUEUE_LENGTH + 2):
            listener.put({"kind": "state", "generation": str(number)})
        assert await listener.next(timeout=1) == {"kind": "snapshot"}
        last = str(live_hub.QUEUE_LENGTH + 1)
        assert await listener.next(timeout=1) == {"kind": "state", "generation": last}
        assert await listener.next(timeout=0) is None

    run(story)


def test_after_the_channel_broke_comes_a_snapshot_and_then_events_again(ana: User) -> None:
    async def story() -> None:
        async with tab(ana) as stream:
            await stream.ready()
            cut_the_subscription()
            await until(lambda: subscriptions() == 1)
            await stream.event("snapshot")
            publish(kind="state", user=ana.id, generation="after")
            assert await stream.event("state") == {"generation": "after"}

    run(story)


def test_without_redis_the_snapshot_still_comes(ana: User, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    async def story() -> None:
        async with tab(ana) as stream:
            assert (await stream.event("snapshot")) == {"generations": []}

    run(story)


def test_one_subscription_serves_all_tabs(ana: User, ben: User) -> None:
    async def story() -> None:
        async with tab(ana) as first, tab(ana) as second, tab(ben) as third:
            for stream in (first, second, third):
                await stream.event("snapshot")
            await until(lambda: subscriptions() > 0)
            assert subscriptions() == 1

    run(story)


def test_a_quiet_stream_is_kept_alive_until_the_session_ends(
    ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "KEEP_ALIVE_SECONDS", 0.2)

    async def story() -> None:
        async with tab(ana) as stream:
            while await stream.piece() != ": keep-alive\n\n":
                pass
            await Session.objects.all().adelete()
            assert await stream.is_over()

    run(story)


def test_the_stream_of_who_is_deactivated_ends_at_once(ana: User, boss: User) -> None:
    async def story() -> None:
        async with tab(ana) as stream:
            await stream.ready()
            await sync_to_async(deactivate_person)(person=ana, by=boss)
            assert await stream.is_over()

    run(story)


def test_a_closed_tab_is_forgotten(ana: User) -> None:
    async def story() -> None:
        async with tab(ana) as stream:
            await stream.ready()
            assert len(live_hub.hub._listeners) == 1
        await until(lambda: not live_hub.hub._listeners)

    run(story)


def test_a_guest_is_led_to_the_sign_in() -> None:
    async def story() -> None:
        response = await AsyncClient().get("/events/")
        assert response.status_code == 302
        assert "login" in response["Location"]

    run(story)
