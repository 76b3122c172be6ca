"""The routes, the loop and the downloads against the demo provider, fault by fault."""

from collections.abc import Iterator
from contextlib import suppress

import pytest

from generations.providers.base import (
    Charged,
    Code,
    Endpoint,
    Finished,
    ImageRequest,
    Limits,
    PartialPicture,
    Picture,
    Progress,
    Queued,
    ReferenceFile,
    ResultAddress,
    Started,
)
from generations.providers.chat_stream import chat_stream
from generations.providers.demo.faults.registry import FAULTS
from generations.providers.demo.faults.timing import TIMING_FAULTS
from generations.providers.demo.server import DemoServer
from generations.providers.images_api import images_api
from generations.providers.registry import ROUTES
from generations.providers.results import FetchError, FetchLimits
from tests.providers.conftest import Outcome, patiently, was_sent
from tests.providers.downloads import fetch_in

PNG_START = b"\x89PNG\r\n\x1a\n"
CHAT = ImageRequest(model="gpt-4o-image", prompt="A red cat")
IMAGES = ImageRequest(model="gpt-image-2", prompt="A red cat", size="1024x1024", quality="low")
REQUESTS = {"chat": CHAT, "images": IMAGES}
# Only these meet a limit: what comes to an end by itself may take as long as the machine needs
ENDLESS = {fault.name for fault in TIMING_FAULTS}
FETCH = FetchLimits(max_bytes=5_000_000, total_seconds=0.8, idle_seconds=0.4)
WAYS = [
    (fault.name, str(route)) for fault in FAULTS.values() for route in sorted(fault.routes)
]  # fmt: skip


@pytest.fixture(scope="module")
def demo_server() -> Iterator[DemoServer]:
    with DemoServer() as server:
        yield server


@pytest.fixture
def demo(demo_server) -> Iterator[DemoServer]:
    demo_server.reset()
    yield demo_server
    demo_server.release()


@pytest.fixture
def endpoint(demo) -> Endpoint:
    return Endpoint(name="demo", base_url=demo.base_url, api_key="demo", is_demo=True)


def test_a_picture_by_chat(make_call, loop, endpoint):
    outcome = make_call(chat_stream, CHAT)
    assert outcome.error is None
    for kind in (Queued, Started, Progress, Finished):
        assert outcome.of(kind)
    (address,) = outcome.of(ResultAddress)
    content = fetch_in(loop, address.url, endpoint=endpoint, limits=FetchLimits())
    assert content.startswith(PNG_START)


def test_a_picture_with_partial_pictures(make_call):
    request = ImageRequest(
        model="gpt-image-2", prompt="A red cat", size="1024x1024", partial_images=2
    )
    outcome = make_call(images_api, request)
    assert len(outcome.of(PartialPicture)) == 2
    assert outcome.of(Picture)[0].content.startswith(PNG_START)


def test_an_edit(make_call, demo):
    picture = make_call(images_api, IMAGES).of(Picture)[0].content
    file = ReferenceFile(name="a.png", content_type="image/png", content=picture)
    request = ImageRequest(
        model="gpt-image-2", prompt="A blue cat", size="1024x1024", references=(file, file)
    )
    assert make_call(images_api, request).of(Picture)


@pytest.mark.parametrize(("fault", "route"), WAYS)
def test_whatever_goes_wrong_there_is_one_request_and_one_end(
    make_call, demo, loop, endpoint, fault, route
):
    def call(longer: float) -> Outcome:
        demo.reset()
        demo.next_faults(fault)
        short = Limits(deadline_seconds=0.8 * longer, idle_seconds=0.4 * longer)
        limits = short if fault in ENDLESS else Limits()
        return make_call(ROUTES[route], REQUESTS[route], limits)

    outcome = patiently(call, lambda outcome: was_sent(outcome) and demo.generation_requests)
    assert len(demo.generation_requests) == 1
    results = outcome.of(Picture) + outcome.of(ResultAddress)
    assert bool(results) is (outcome.error is None)
    assert (outcome.events[-1:] == [Finished()]) is (outcome.error is None)
    for address in outcome.of(ResultAddress):
        with suppress(FetchError):
            assert fetch_in(loop, address.url, endpoint=endpoint, limits=FETCH)
    assert len(demo.generation_requests) == 1


@pytest.mark.parametrize(
    ("fault", "code", "charged"),
    [
        ("moderation", Code.MODERATION, Charged.AS_MODEL),
        ("output-moderation", Code.OUTPUT_MODERATION, Charged.AS_MODEL),
        ("provider-failed", Code.PROVIDER_FAILED, Charged.AS_MODEL),
        ("outage", Code.PROVIDER_DOWN, Charged.AS_MODEL),
        ("queue-end", Code.QUEUE_TIMEOUT, Charged.AS_MODEL),
        ("queue-cut", Code.CONNECTION_LOST, Charged.UNKNOWN),
        ("links-only", Code.NO_IMAGE, Charged.AS_MODEL),
        ("video", Code.NO_IMAGE, Charged.AS_MODEL),
        ("stall", Code.SILENT, Charged.UNKNOWN),
        ("html-200", Code.UNREADABLE_ANSWER, Charged.UNKNOWN),
        ("broken-base64", Code.BROKEN_PICTURE, Charged.YES),
        ("cloudflare-timeout", Code.SERVER_ERROR, Charged.UNKNOWN),
        ("rate-limit", Code.RATE_LIMITED, Charged.NO),
        ("no-quota", Code.NO_CREDIT, Charged.NO),
    ],
)
def test_what_a_fault_means(make_call, demo, fault, code, charged):
    def call(longer: float) -> Outcome:
        demo.reset()
        demo.next_faults(fault)
        limits = Limits(idle_seconds=0.4 * longer) if fault in ENDLESS else Limits()
        return make_call(chat_stream, CHAT, limits)

    assert patiently(call, was_sent).verdict == (code, charged)
