"""The Images API through the real SDK, against exact bytes: provider-facts 1."""

import asyncio
import base64
import json

import pytest

from generations.providers.base import (
    Accepted,
    Charged,
    Code,
    Endpoint,
    Finished,
    Got,
    ImageRequest,
    Limits,
    PartialPicture,
    Picture,
    ReferenceFile,
    ResultAddress,
    Usage,
)
from generations.providers.clients import close_clients
from generations.providers.images_api import images_api
from tests.providers.conftest import KEY
from tests.providers.raw_server import HANG, RESET, chunked, http, sse

REQUEST = ImageRequest(model="gpt-image-2", prompt="A cat")
ALL = ImageRequest(
    model="gpt-image-2",
    prompt="A cat",
    count=2,
    size="1024x1536",
    quality="low",
    background="transparent",
    output_format="webp",
    output_compression=0,
    moderation="low",
    input_fidelity="high",
    safety_identifier="hash",
)
SETTINGS = {
    "model": "gpt-image-2",
    "prompt": "A cat",
    "n": 2,
    "size": "1024x1536",
    "quality": "low",
    "background": "transparent",
    "output_format": "webp",
    "output_compression": 0,
    "moderation": "low",
}
FILE = ReferenceFile(name="a.jpg", content_type="image/jpeg", content=b"JPEG-1")
MASK = ReferenceFile(name="m.png", content_type="image/png", content=b"PNG-mask")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
BASE64 = base64.b64encode(PNG).decode()
ADDRESS = "https://files.example/1.png"
USAGE = {
    "input_tokens": 1051,
    "input_tokens_details": {"text_tokens": 27, "image_tokens": 1024},
    "output_tokens": 196,
    "output_tokens_details": {"text_tokens": 0, "image_tokens": 196},
    "total_tokens": 1247,
}


def body(*data, **fields):
    return http(
        json.dumps({"created": 1, "data": data, **fields}).encode(), content_type="application/json"
    )


def partial(index, kind="image_generation"):
    return {"type": f"{kind}.partial_image", "b64_json": BASE64, "partial_image_index": index}


def done(kind="image_generation", **fields):
    return {"type": f"{kind}.completed", "b64_json": BASE64, **fields}


# What is sent


def test_only_what_is_set_is_sent(server, make_call):
    server.answer(body({"b64_json": BASE64}))
    make_call(images_api, REQUEST)
    assert server.received[0].path == "/v1/images/generations"
    assert server.received[0].json() == {"model": "gpt-image-2", "prompt": "A cat", "n": 1}


def test_every_setting_of_a_generation(server, make_call):
    server.answer(body({"b64_json": BASE64}))
    make_call(images_api, ALL)
    assert server.received[0].json() == SETTINGS


def test_the_persons_identifier_goes_only_where_it_is_wanted(server, make_call):
    server.answer(body({"b64_json": BASE64}))
    endpoint = Endpoint(
        name="openai", base_url=f"{server.origin}/v1", api_key=KEY, sends_safety_identifier=True
    )
    make_call(images_api, ALL, endpoint=endpoint)
    assert server.received[0].json() == SETTINGS | {"safety_identifier": "hash"}


@pytest.mark.parametrize(("count", "field"), [(1, b'name="image"'), (2, b'name="image[]"')])
def test_an_edit_sends_its_files(server, make_call, count, field):
    server.answer(body({"b64_json": BASE64}))
    request = ImageRequest(
        model="gpt-image-2", prompt="A cat", references=(FILE,) * count, mask=MASK,
        moderation="low", input_fidelity="high", partial_images=1,
    )  # fmt: skip
    make_call(images_api, request)
    (received,) = server.received
    assert received.path == "/v1/images/edits"
    assert received.body.count(field) == count
    for part in (b"JPEG-1", b'name="mask"', b"PNG-mask", b'name="input_fidelity"', b"image/jpeg"):
        assert part in received.body
    assert b"moderation" not in received.body
    assert b"response_format" not in received.body


def test_a_mask_without_a_picture_is_refused_before_anything_is_sent(server, make_call):
    request = ImageRequest(model="gpt-image-2", prompt="A cat", mask=MASK)
    assert make_call(images_api, request).verdict == (Code.BAD_REQUEST, Charged.NO)
    assert server.received == []


# What comes back


def test_a_measured_answer(server, make_call):
    settings = {
        "background": "opaque",
        "output_format": "png",
        "quality": "low",
        "size": "1024x1024",
    }
    server.answer(body({"b64_json": BASE64}, usage=USAGE, **settings))
    assert make_call(images_api, REQUEST).events == [
        Accepted("req_1"),
        Got(**settings),
        Usage(text_in=27, image_in=1024, image_out=196),
        Picture(PNG),
        Finished(),
    ]


@pytest.mark.parametrize(
    ("item", "event"),
    [
        ({"b64_json": BASE64}, Picture(PNG)),
        ({"b64_json": f"data:image/png;base64,{BASE64}"}, Picture(PNG)),
        ({"b64_json": BASE64[:76] + "\n" + BASE64[76:]}, Picture(PNG)),
        ({"url": f"data:image/png;base64,{BASE64}"}, Picture(PNG)),
        ({"url": ADDRESS}, ResultAddress(ADDRESS)),
        ({"b64_json": None, "url": ADDRESS}, ResultAddress(ADDRESS)),
        ({"b64_json": ADDRESS}, ResultAddress(ADDRESS)),
    ],
)
def test_each_form_of_a_picture(server, make_call, item, event):
    server.answer(body(item))
    assert make_call(images_api, REQUEST).events[1:] == [event, Finished()]


def test_fewer_pictures_than_asked_for_are_no_failure(server, make_call):
    server.answer(body({"b64_json": BASE64, "revised_prompt": "A fine cat"}, {}, "odd"))
    outcome = make_call(images_api, ALL)
    assert outcome.events[1:] == [Got(revised_prompt="A fine cat"), Picture(PNG), Finished()]


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        ({"input_tokens": 14, "output_tokens": 196}, Usage(text_in=14, image_out=196)),
        (
            {
                "input_tokens": 1038,
                "input_tokens_details": {"text_tokens": 14, "image_tokens": 1024},
                "output_tokens": 196,
            },
            Usage(text_in=14, image_in=1024, image_out=196),
        ),
        (
            {
                "input_tokens_details": {
                    "text_tokens": 14,
                    "image_tokens": 1024,
                    "cached_tokens": 8,
                    "cached_tokens_details": {"text_tokens": 3, "image_tokens": 5},
                },
                "output_tokens_details": {"text_tokens": 2, "image_tokens": 196},
            },
            Usage(
                text_in=14,
                cached_text_in=3,
                image_in=1024,
                cached_image_in=5,
                image_out=196,
                text_out=2,
            ),
        ),
        ({"input_tokens": "many", "output_tokens": None}, Usage()),
    ],
)
def test_usage_in_all_its_forms(server, make_call, usage, expected):
    server.answer(body({"b64_json": BASE64}, usage=usage))
    assert make_call(images_api, REQUEST).of(Usage) == [expected]


@pytest.mark.parametrize("usage", [None, {}, "none"])
def test_no_usage_is_no_event(server, make_call, usage):
    server.answer(body({"b64_json": BASE64}, usage=usage))
    assert make_call(images_api, REQUEST).of(Usage) == []


# Streams

STREAMED = ImageRequest(model="gpt-image-2", prompt="A cat", partial_images=2)


@pytest.mark.parametrize("kind", ["image_generation", "image_edit"])
def test_partial_pictures_come_before_the_picture(server, make_call, kind):
    server.answer(
        http(sse(partial(0, kind), partial(1, kind), done(kind, usage=USAGE, size="1x1")))
    )
    outcome = make_call(images_api, STREAMED)
    assert outcome.events[1:] == [
        PartialPicture(PNG, 0),
        PartialPicture(PNG, 1),
        Got(size="1x1"),
        Usage(text_in=27, image_in=1024, image_out=196),
        Picture(PNG),
        Finished(),
    ]
    assert server.received[0].json()["partial_images"] == 2
    assert server.received[0].json()["stream"] is True


def test_several_pictures_in_one_stream_add_their_usage(server, make_call):
    server.answer(http(sse(done(usage=USAGE), done(usage=USAGE))))
    request = ImageRequest(model="gpt-image-2", prompt="A cat", partial_images=1, count=2)
    outcome = make_call(images_api, request)
    assert outcome.of(Picture) == [Picture(PNG)] * 2
    assert outcome.of(Usage)[-1] == Usage(text_in=54, image_in=2048, image_out=392)


def test_a_whole_body_instead_of_a_stream_counts(server, make_call):
    server.answer(body({"b64_json": BASE64}))
    assert make_call(images_api, STREAMED).of(Picture) == [Picture(PNG)]


@pytest.mark.parametrize(
    "steps",
    [
        [http(sse(done(), done=False))],
        [chunked(sse(done(), done=False)), RESET],
        [chunked(sse(done(), done=False)), HANG],
        [http(sse(done(), {"type": "error", "error": {"message": "x"}}))],
    ],
)
def test_a_picture_counts_whatever_comes_after_it(server, make_call, steps):
    server.answer(*steps)
    outcome = make_call(images_api, STREAMED)
    assert outcome.error is None
    assert outcome.events[1:] == [Picture(PNG), Finished()]


def test_nobody_waits_for_more_than_the_last_picture(server, endpoint):
    server.answer(chunked(sse(done(), done=False)), HANG)

    async def ask():
        async with asyncio.timeout(10):
            route = images_api(STREAMED, endpoint=endpoint, limits=Limits())
            events = [event async for event in route]
            await close_clients()
            return events

    assert asyncio.run(ask())[-1] == Finished()


# What fails, with one request each time

ERROR = {"error": {"message": "rejected by the safety system", "code": "moderation_blocked"}}


@pytest.mark.parametrize(
    ("answer", "code", "charged"),
    [
        (body({"b64_json": "@@ no base64 @@"}), Code.BROKEN_PICTURE, Charged.YES),
        (body({"b64_json": "data:image/png;base64,"}), Code.BROKEN_PICTURE, Charged.YES),
        (body(), Code.NO_IMAGE, Charged.AS_MODEL),
        (body({"b64_json": ""}), Code.NO_IMAGE, Charged.AS_MODEL),
        (http(json.dumps(ERROR).encode()), Code.MODERATION, Charged.AS_MODEL),
        (http(b'{"success": false, "message": "no"}'), Code.PROVIDER_FAILED, Charged.AS_MODEL),
        (http(b"{}"), Code.UNREADABLE_ANSWER, Charged.UNKNOWN),
        (http(b"[]"), Code.UNREADABLE_ANSWER, Charged.UNKNOWN),
        (http(b"null"), Code.UNREADABLE_ANSWER, Charged.UNKNOWN),
        (http(b"<html></html>"), Code.UNREADABLE_ANSWER, Charged.UNKNOWN),
        (http(b""), Code.UNREADABLE_ANSWER, Charged.UNKNOWN),
        (http(b'{"data": [{"b64_json": "iVBOR'), Code.UNREADABLE_ANSWER, Charged.UNKNOWN),
        (http(b'{"data": [', content_length="99"), Code.CONNECTION_LOST, Charged.UNKNOWN),
        (http(sse(partial(0), done=False)), Code.CONNECTION_LOST, Charged.UNKNOWN),
        (chunked(sse(partial(0), done=False)), Code.CONNECTION_LOST, Charged.UNKNOWN),
        (http(sse(partial(0), {"type": "error", **ERROR})), Code.MODERATION, Charged.AS_MODEL),
        (http(sse(partial(0))), Code.NO_IMAGE, Charged.AS_MODEL),
        (http(sse({"type": "image_generation.started"})), Code.NO_IMAGE, Charged.AS_MODEL),
        (http(sse([])), Code.UNREADABLE_ANSWER, Charged.UNKNOWN),
    ],
)
def test_one_request_whatever_fails(server, make_call, answer, code, charged):
    server.answer(answer)
    outcome = make_call(images_api, STREAMED)
    assert outcome.verdict == (code, charged)
    assert len(server.received) == 1
    assert not outcome.error.is_retryable
    assert outcome.error.request_id == "req_1"
