"""The loop of the calls: cancel, limits, what is closed, what a fork leaves."""

import asyncio
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from generations.providers import answers, clients
from generations.providers.base import (
    Accepted,
    Charged,
    Code,
    Endpoint,
    Finished,
    Got,
    ImageRequest,
    Limits,
    ResultAddress,
    Said,
)
from generations.providers.calls import Call, CallLoop
from generations.providers.chat_stream import chat_stream
from generations.providers.images_api import images_api
from tests.providers.conftest import KEY, Caller, Outcome, patiently, was_sent
from tests.providers.raw_server import HANG, WAIT, chunked, delta, http, sse

REQUEST = ImageRequest(model="gpt-4o-image", prompt="A cat")
ADDRESS = "https://filesystem.site/cdn/1.png"
IMAGE = f"![gen_1]({ADDRESS})"
GENERATING = chunked(sse(delta(">⚡ 生成中."), done=False))
# Signs of life for longer than any deadline here
DRIP = [b"2\r\n:\n\r\n", WAIT] * 1000


def start(make_call, route=chat_stream, **fields):
    """Make a call in a thread of its own; the future of its outcome."""
    return ThreadPoolExecutor(1).submit(make_call, route, REQUEST, **fields)


# Cancel


@pytest.mark.parametrize("route", [chat_stream, images_api])
@pytest.mark.parametrize("steps", [[HANG], [GENERATING, HANG], [http(b"{"), HANG]])
def test_a_silent_call_can_be_canceled(server, make_call, route, steps):
    server.answer(*steps)
    call = Call()
    future = start(make_call, route, call=call)
    assert server.hangs.wait(10)
    call.cancel()
    assert future.result(10).verdict == (Code.CANCELED, Charged.UNKNOWN)
    assert server.client_left.wait(10)
    assert len(server.received) == 1


def test_a_call_that_was_canceled_before_is_never_sent(server, make_call):
    call = Call()
    call.cancel()
    outcome = make_call(chat_stream, REQUEST, call=call)
    assert outcome.verdict == (Code.CANCELED, Charged.NO)
    assert server.received == []


def test_a_cancel_before_the_request_leaves_is_free(make_call, loop):
    entered = threading.Event()

    async def connecting(request, *, endpoint, limits):
        entered.set()
        await asyncio.sleep(60)
        yield Accepted()

    call = Call()
    future = start(make_call, connecting, call=call)
    assert entered.wait(10)
    call.cancel()
    assert future.result(10).verdict == (Code.CANCELED, Charged.NO)


def test_a_cancel_after_the_end_changes_nothing(server, make_call):
    server.answer(http(sse(delta(IMAGE))))
    call = Call()
    assert make_call(chat_stream, REQUEST, call=call).error is None
    call.cancel()
    assert call.is_canceled


def test_a_route_that_will_not_end_is_left_behind(make_call):
    entered = threading.Event()

    async def stubborn(request, *, endpoint, limits):
        yield Accepted()
        for _ in range(3):
            try:
                entered.set()
                await asyncio.sleep(1)
            except asyncio.CancelledError:
                continue

    call = Call()
    future = start(make_call, stubborn, call=call)
    assert entered.wait(10)
    call.cancel()
    assert future.result(10).verdict == (Code.CANCELED, Charged.UNKNOWN)


def test_leaving_the_events_ends_the_call(server, loop, endpoint):
    server.answer(GENERATING, HANG)
    events = loop.stream(chat_stream, REQUEST, endpoint=endpoint, limits=Limits(), call=Call())
    assert next(events) == Accepted("req_1")
    events.close()
    assert server.client_left.wait(10)


# Limits


def has_reached_its_deadline(outcome: Outcome) -> bool:
    return outcome.error is not None and outcome.verdict == (Code.DEADLINE, Charged.UNKNOWN)


@pytest.mark.parametrize("steps", [[HANG], [GENERATING, HANG]])
def test_the_deadline_ends_a_call(server, make_call, steps):
    server.answer(*steps)
    outcome = patiently(
        lambda longer: make_call(chat_stream, REQUEST, Limits(deadline_seconds=0.3 * longer)),
        was_sent,
    )
    assert outcome.verdict == (Code.DEADLINE, Charged.UNKNOWN)
    assert server.client_left.wait(10)


@pytest.mark.parametrize("steps", [[HANG], [GENERATING, HANG]])
def test_silence_ends_a_call(server, make_call, steps):
    server.answer(*steps)
    outcome = patiently(
        lambda longer: make_call(chat_stream, REQUEST, Limits(idle_seconds=0.3 * longer)),
        was_sent,
    )
    assert outcome.verdict == (Code.SILENT, Charged.UNKNOWN)
    assert server.client_left.wait(10)


def test_comments_are_signs_of_life_but_not_for_ever(server, make_call):
    server.answer(GENERATING, *DRIP, HANG)

    def call(longer: float) -> Outcome:
        limits = Limits(deadline_seconds=1.5 * longer, idle_seconds=0.5 * longer)
        return make_call(chat_stream, REQUEST, limits)

    outcome = patiently(call, has_reached_its_deadline)
    assert outcome.verdict == (Code.DEADLINE, Charged.UNKNOWN)


def test_what_comes_while_the_loop_is_held_up_is_a_sign_of_life(server, make_call):
    async def busy(request, *, endpoint, limits):
        time.sleep(1.6)
        yield ResultAddress(ADDRESS)

    def call(longer: float) -> Outcome:
        server.received.clear()
        limits = Limits(deadline_seconds=3.0 * longer, idle_seconds=0.5 * longer)
        dripping = start(make_call, limits=limits)
        while not server.received and not dripping.done():
            time.sleep(0.01)
        make_call(busy, REQUEST)
        return dripping.result(60)

    server.answer(GENERATING, *DRIP, HANG)
    outcome = patiently(call, has_reached_its_deadline)
    assert outcome.verdict == (Code.DEADLINE, Charged.UNKNOWN)


@pytest.mark.parametrize("limit", ["deadline_seconds", "idle_seconds"])
@pytest.mark.parametrize(
    "text",
    [IMAGE, "![gen_1](https://filesystem.site/cdn/1.webp)", f">🏃 进度 9..[100]({ADDRESS}) "],
)
def test_a_limit_after_a_picture_is_no_failure(server, make_call, limit, text):
    server.answer(chunked(sse(delta(text), done=False)), HANG)
    outcome = patiently(
        lambda longer: make_call(chat_stream, REQUEST, Limits(**{limit: 0.4 * longer})),
        lambda outcome: outcome.of(Said),
    )
    assert outcome.error is None
    assert len(outcome.of(ResultAddress)) == 1
    assert outcome.events[-1] == Finished()


def test_a_route_that_knows_no_limits_keeps_its_pictures(make_call):
    async def endless(request, *, endpoint, limits):
        yield ResultAddress(ADDRESS)
        await asyncio.sleep(60)

    outcome = make_call(endless, REQUEST, Limits(idle_seconds=0.2))
    assert outcome.events == [ResultAddress(ADDRESS), Finished()]


@pytest.mark.parametrize("route", [chat_stream, images_api])
@pytest.mark.parametrize("start_of_it", [b"data: ", b'{"data": ['])
def test_a_message_without_end_is_given_up(server, make_call, monkeypatch, route, start_of_it):
    """Else one provider fills the memory, and holds up the calls of all others."""
    monkeypatch.setattr(answers, "_MAX_MESSAGE_BYTES", 100_000)
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n"
    server.answer(head, start_of_it, *[b"a" * 60_000, WAIT] * 3, HANG)
    outcome = make_call(route, REQUEST)
    assert outcome.verdict == (Code.UNREADABLE_ANSWER, Charged.UNKNOWN)
    assert server.client_left.wait(10)


# The loop


def test_what_a_route_does_not_foresee_is_reported(make_call):
    async def broken(request, *, endpoint, limits):
        yield Accepted()
        raise RuntimeError("oops")

    outcome = make_call(broken, REQUEST)
    assert outcome.error.code is Code.INTERNAL
    assert "oops" in outcome.error.detail


def test_many_calls_run_side_by_side(server, make_call):
    server.answer(GENERATING, HANG)
    calls = [Call() for _ in range(60)]
    with ThreadPoolExecutor(60) as threads:
        futures = [threads.submit(make_call, chat_stream, REQUEST, call=call) for call in calls]
        while sum(future.running() for future in futures) and len(server.received) < 60:
            server.hangs.wait(0.01)
        for call in calls:
            call.cancel()
    assert {future.result().verdict for future in futures} == {(Code.CANCELED, Charged.UNKNOWN)}
    assert len(server.received) == 60


def test_one_client_for_an_endpoint_and_its_key():
    async def ask():
        first = Endpoint(name="a", base_url="http://127.0.0.1:1/v1", api_key="one")
        again = Endpoint(name="a", base_url="http://127.0.0.1:1/v1", api_key="one")
        other = Endpoint(name="a", base_url="http://127.0.0.1:1/v1", api_key="two")
        found = [clients.client_for(endpoint) for endpoint in (first, again, other)]
        await clients.close_clients()
        return found

    first, again, other = asyncio.run(ask())
    assert first is again
    assert first is not other
    assert first.is_closed()
    assert first.max_retries == 0


def test_closing_the_loop_ends_its_calls(server, endpoint):
    server.answer(GENERATING, HANG)
    loop = CallLoop()
    future = start(Caller(loop, endpoint))
    assert server.hangs.wait(10)
    loop.close()
    assert future.result(10).verdict == (Code.CANCELED, Charged.UNKNOWN)
    assert server.client_left.wait(10)
    loop.close()


def test_a_loop_that_was_closed_starts_anew(server, endpoint):
    server.answer(http(sse(delta(IMAGE))))
    loop = CallLoop()
    for _ in range(2):
        assert Caller(loop, endpoint)(chat_stream, REQUEST).error is None
        loop.close()


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_process_has_a_loop_of_its_own(server, endpoint):
    server.answer(http(sse(delta(IMAGE))))
    loop = CallLoop()
    assert Caller(loop, endpoint)(chat_stream, REQUEST).error is None
    child = os.fork()
    if child == 0:
        outcome = Caller(loop, endpoint)(chat_stream, REQUEST)
        os._exit(0 if outcome.error is None and outcome.of(Said) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    loop.close()


# What is kept of what was said


@pytest.mark.parametrize("is_last", [True, False])
def test_our_key_is_in_no_text_that_is_kept_or_shown(server, make_call, is_last):
    end = "" if is_last else f"\n{IMAGE}"
    text = f'```json\n{{"prompt": "A cat for {KEY}"}}\n```\n{KEY} is not known.{end}'
    server.answer(http(sse(delta(text[:40]), delta(text[40:]))))
    outcome = make_call(chat_stream, REQUEST)
    (got,) = outcome.of(Got)
    assert got.revised_prompt == "A cat for [redacted]"
    assert "[redacted] is not known." in outcome.of(Said)[-1].text
    assert not [said for said in outcome.of(Said) if KEY in said.text]
