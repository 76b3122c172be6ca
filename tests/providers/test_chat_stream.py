"""The chat route through the real SDK, against exact bytes: provider-facts 2.2, 2.5, 2.6, 3.1."""

import base64
import json
import subprocess
import sys

import pytest

from generations.providers.base import (
    Accepted,
    Charged,
    Code,
    Finished,
    ImageRequest,
    Picture,
    Progress,
    ReferenceFile,
    ResultAddress,
    Said,
)
from generations.providers.chat_stream import chat_stream
from tests.providers.raw_server import RESET, chunked, delta, http, sse
from tests.providers.transcripts import TRANSCRIPTS

REQUEST = ImageRequest(model="gpt-4o-image", prompt="A cat")
ADDRESS = "https://filesystem.site/cdn/1.png"
IMAGE = f"![gen_1]({ADDRESS})"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
BASE64 = base64.b64encode(PNG).decode()
HTML = b"<!DOCTYPE html><html><title>524</title></html>"


def chat_body(content, **fields):
    message = {"role": "assistant", "content": content}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return json.dumps({"object": "chat.completion", "choices": [choice], **fields}).encode()


# What is sent


def test_everything_is_said_in_the_prompt(server, make_call):
    server.answer(http(sse(delta(IMAGE))))
    settings = {"size": "1024x1536", "quality": "high", "background": "transparent", "count": 2}
    make_call(chat_stream, ImageRequest(model="gpt-4o-image-vip", prompt="A cat", **settings))
    (request,) = server.received
    content = [{"type": "text", "text": "A cat 2:3 portrait, transparent background"}]
    assert request.json() == {
        "model": "gpt-4o-image-vip",
        "stream": True,
        "messages": [{"role": "user", "content": content}],
    }
    assert request.path == "/v1/chat/completions"


@pytest.mark.parametrize(
    ("size", "prompt"),
    [
        ("1536x1024", "A cat 3:2 landscape"),
        ("1024x1024", "A cat 1:1"),
        ("16:9", "A cat 16:9 landscape"),
        ("auto", "A cat"),
        ("", "A cat"),
        ("0x0", "A cat"),
    ],
)
def test_the_ratio_is_words(server, make_call, size, prompt):
    server.answer(http(sse(delta(IMAGE))))
    make_call(chat_stream, ImageRequest(model="m", prompt="A cat", size=size))
    assert server.received[0].json()["messages"][0]["content"][0]["text"] == prompt


def test_references_are_data_urls(server, make_call):
    server.answer(http(sse(delta(IMAGE))))
    reference = ReferenceFile(name="a.jpg", content_type="image/jpeg", content=b"JPEG")
    make_call(chat_stream, ImageRequest(model="m", prompt="A cat", references=(reference,) * 2))
    _, *parts = server.received[0].json()["messages"][0]["content"]
    url = "data:image/jpeg;base64,SlBFRw=="
    assert parts == [{"type": "image_url", "image_url": {"url": url}}] * 2


def test_a_mask_is_refused_before_anything_is_sent(server, make_call):
    mask = ReferenceFile(name="m.png", content_type="image/png", content=b"PNG")
    outcome = make_call(chat_stream, ImageRequest(model="m", prompt="A cat", mask=mask))
    assert outcome.verdict == (Code.BAD_REQUEST, Charged.NO)
    assert server.received == []


def test_nothing_of_the_environment_is_sent(server, make_call, monkeypatch):
    monkeypatch.setenv("OPENAI_ORG_ID", "org-secret")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-secret")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Secret: custom-secret")
    monkeypatch.setenv("OPENAI_API_KEY", "key-secret")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    server.answer(http(sse(delta(IMAGE))))
    assert make_call(chat_stream, REQUEST).error is None
    assert "secret" not in str(server.received[0].headers)
    assert server.received[0].headers["authorization"] == "Bearer sk-test-0123456789abcdef"


def test_a_web_process_does_not_load_the_sdk():
    code = (
        "import sys, generations.providers.chat_stream, generations.providers.registry,"
        " generations.providers.images_api, generations.providers.calls;"
        " sys.exit(any(name in sys.modules for name in ('openai', 'httpx2', 'django')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# What comes back


def test_a_stream_is_told_as_it_comes(server, make_call):
    text = TRANSCRIPTS["01"]
    pieces = [delta(text[i : i + 40]) for i in range(0, len(text), 40)]
    server.answer(http(sse({"choices": []}, *pieces, delta())))
    outcome = make_call(chat_stream, REQUEST)
    assert outcome.error is None
    assert outcome.events[0] == Accepted("req_1")
    assert outcome.events[-1] == Finished()
    assert outcome.of(Said)[-1].text == text
    assert len(outcome.of(ResultAddress)) == 2
    assert len(outcome.of(Said)) == len(pieces)


def test_the_text_is_given_before_the_addresses_in_it(server, make_call):
    server.answer(http(sse(delta(IMAGE))))
    events = make_call(chat_stream, REQUEST).events
    assert events[1:] == [Said(IMAGE), ResultAddress(ADDRESS), Finished()]


def test_the_request_id_of_aihubmix(server, make_call):
    server.answer(http(sse(delta(IMAGE)), x_request_id="", x_aihubmix_request_id="ahm_1"))
    assert make_call(chat_stream, REQUEST).events[0] == Accepted("ahm_1")


@pytest.mark.parametrize(
    "values",
    [
        [delta([{"type": "image_url", "image_url": {"url": BASE64}}]), {"choices": []}],
        [delta([{"type": "image_url", "image_url": {"url": f"data:image/png;base64,{BASE64}"}}])],
        [delta([{"type": "text", "text": f"![image](data:image/png;base64,{BASE64})"}])],
        [delta(images=[{"type": "image_url", "image_url": {"url": f"data:;base64,{BASE64}"}}])],
        [{"choices": [{"message": {"content": None, "images": [{"b64_json": BASE64}]}}]}],
        [delta(f"![image](data:image/png;base64,{BASE64[:100]}"), delta(f"{BASE64[100:]})")],
    ],
)
def test_pictures_in_the_answer_itself(server, make_call, values):
    server.answer(http(sse(*values)))
    outcome = make_call(chat_stream, REQUEST)
    assert outcome.of(Picture) == [Picture(PNG)]
    assert all(len(said.text) < 120 for said in outcome.of(Said))


def test_an_address_as_a_part(server, make_call):
    server.answer(http(sse(delta([{"type": "image_url", "image_url": {"url": ADDRESS}}]))))
    assert make_call(chat_stream, REQUEST).of(ResultAddress) == [ResultAddress(ADDRESS)]


def test_progress_in_the_thoughts(server, make_call):
    thoughts = ["**Image Generation Begins** 512", "\nProgress**: 4", "5% done\nProgress: 20% "]
    chunks = [delta(None, reasoning_content=thought) for thought in thoughts]
    server.answer(http(sse(*chunks, delta(f">🏃 Progress 30..60..\n{IMAGE}"))))
    outcome = make_call(chat_stream, REQUEST)
    assert outcome.of(Progress) == [Progress(45), Progress(60)]
    assert IMAGE in outcome.of(Said)[-1].text
    assert "Begins" not in outcome.of(Said)[-1].text


@pytest.mark.parametrize("content_type", ["application/json", "text/event-stream", ""])
def test_a_whole_body_instead_of_a_stream_counts(server, make_call, content_type):
    server.answer(http(chat_body(TRANSCRIPTS["08"]), content_type=content_type))
    outcome = make_call(chat_stream, REQUEST)
    assert len(outcome.of(ResultAddress)) == 1
    assert outcome.events[-1] == Finished()


def test_a_stream_under_a_wrong_content_type_counts(server, make_call):
    server.answer(http(sse(delta(IMAGE)), content_type="application/json"))
    assert len(make_call(chat_stream, REQUEST).of(ResultAddress)) == 1


def test_the_body_of_the_images_api_counts(server, make_call):
    body = json.dumps({"data": [{"url": ADDRESS}, {"b64_json": BASE64}]}).encode()
    server.answer(http(body, content_type="application/json"))
    outcome = make_call(chat_stream, REQUEST)
    assert outcome.events[1:] == [ResultAddress(ADDRESS), Picture(PNG), Finished()]


@pytest.mark.parametrize("reason", ["stop", "STOP", "length", "content_filter", None])
def test_the_finish_reason_decides_nothing(server, make_call, reason):
    value = delta(IMAGE)
    value["choices"][0]["finish_reason"] = reason
    server.answer(http(sse(value)))
    assert make_call(chat_stream, REQUEST).error is None
    server.answer(http(sse(delta("Here you go! \n!image"))))
    assert make_call(chat_stream, REQUEST).verdict == (Code.NO_IMAGE, Charged.AS_MODEL)


# What fails, with one request each time

ERROR = {"error": {"message": "upstream error", "type": "server_error", "code": "x"}}
REFUSAL = {"error": {"message": "rejected by the safety system", "code": "moderation_blocked"}}
KEY = {"error": {"message": "Invalid token: sk-test-0123456789abcdef", "type": "new_api_error"}}
JSON = "application/json"


@pytest.mark.parametrize(
    ("answer", "code", "charged"),
    [
        (http(sse(delta(TRANSCRIPTS["07"]))), Code.MODERATION, Charged.AS_MODEL),
        (chunked(sse(delta(TRANSCRIPTS["07"]), done=False)), Code.MODERATION, Charged.AS_MODEL),
        (http(sse(delta(">🕐 排队中..."))), Code.QUEUE_TIMEOUT, Charged.AS_MODEL),
        (http(sse()), Code.NO_IMAGE, Charged.AS_MODEL),
        (http(sse(ERROR)), Code.PROVIDER_FAILED, Charged.AS_MODEL),
        (http(sse(delta(">🕐 排队中."), REFUSAL)), Code.MODERATION, Charged.AS_MODEL),
        (http(b"event: error\n" + sse({"message": "x"})), Code.PROVIDER_FAILED, Charged.AS_MODEL),
        (
            http(json.dumps(ERROR).encode(), content_type=JSON),
            Code.PROVIDER_FAILED,
            Charged.AS_MODEL,
        ),
        (http(json.dumps(KEY).encode(), content_type=JSON), Code.KEY_WRONG, Charged.NO),
        (http(chat_body(None), content_type=JSON), Code.NO_IMAGE, Charged.AS_MODEL),
        (http(b'{"code": 451, "msg": "no reference"}'), Code.REFERENCE_REFUSED, Charged.AS_MODEL),
        (http(b"[1, 2]"), Code.UNREADABLE_ANSWER, Charged.UNKNOWN),
        (http(HTML, content_type="text/html"), Code.UNREADABLE_ANSWER, Charged.UNKNOWN),
        (http(HTML), Code.UNREADABLE_ANSWER, Charged.UNKNOWN),
        (http(), Code.UNREADABLE_ANSWER, Charged.UNKNOWN),
        (http(b"Bad gateway"), Code.UNREADABLE_ANSWER, Charged.UNKNOWN),
        (http(b'data: {"choices": [\n\ndata: [DONE]\n\n'), Code.UNREADABLE_ANSWER, Charged.UNKNOWN),
        (http(b": keep-alive\n\n"), Code.CONNECTION_LOST, Charged.UNKNOWN),
        (http(sse(delta(">⚡ 生成中."), done=False)), Code.CONNECTION_LOST, Charged.UNKNOWN),
        (http(sse(delta("> ✅ 生成完成"), done=False)), Code.CONNECTION_LOST, Charged.UNKNOWN),
        (chunked(sse(delta(">⚡ 生成中."), done=False)), Code.CONNECTION_LOST, Charged.UNKNOWN),
        (chunked(chat_body(IMAGE)[:-9]), Code.CONNECTION_LOST, Charged.UNKNOWN),
        (b"", Code.CONNECTION_LOST, Charged.UNKNOWN),
        (b"no http\r\n\r\n", Code.CONNECTION_LOST, Charged.UNKNOWN),
        (http(b"{}", status="500 Oops"), Code.SERVER_ERROR, Charged.UNKNOWN),
        (http(HTML, status="524 Timeout"), Code.SERVER_ERROR, Charged.UNKNOWN),
        (http(b"{}", status="408 Timeout"), Code.SERVER_ERROR, Charged.UNKNOWN),
        (http(b"{}", status="409 Conflict"), Code.SERVER_ERROR, Charged.UNKNOWN),
        (http(b"{}", status="429 Slow", x_should_retry="true"), Code.RATE_LIMITED, Charged.NO),
        (http(status="307 Moved", location="/v1/x"), Code.UNREADABLE_ANSWER, Charged.NO),
    ],
)
def test_one_request_whatever_fails(server, make_call, answer, code, charged):
    server.answer(answer)
    outcome = make_call(chat_stream, REQUEST)
    assert outcome.verdict == (code, charged)
    assert len(server.received) == 1
    assert outcome.error.is_retryable is (code is Code.RATE_LIMITED)
    assert "sk-test" not in outcome.error.detail


@pytest.mark.parametrize(
    "answer",
    [
        http(sse(delta(IMAGE), done=False)),
        chunked(sse(delta(IMAGE), done=False)),
        http(sse(delta(IMAGE), ERROR)),
        http(sse(delta(IMAGE)).replace(b"data: [DONE]", b"data: {broken\n\ndata: [DONE]")),
        http(b"data: \n\n" + sse(delta(IMAGE))),
        http(b"data: {broken\n\n" + sse(delta(IMAGE))),
        http(sse(delta(IMAGE)).replace(b"\n\n", b"\r\n\r\n")),
        http(sse(delta("a"), delta(IMAGE)).replace(b"\n\n", b"\n")),
        http(sse(delta(IMAGE)).replace(b"data: ", b"data:")),
        http(b"\xef\xbb\xbf\n" + sse(delta(IMAGE))),
    ],
)
def test_a_picture_counts_whatever_else_goes_wrong(server, make_call, answer):
    server.answer(answer)
    outcome = make_call(chat_stream, REQUEST)
    assert outcome.error is None
    assert outcome.of(ResultAddress) == [ResultAddress(ADDRESS)]
    assert outcome.events[-1] == Finished()


def test_a_connection_that_breaks_off_after_a_picture(server, make_call):
    server.answer(chunked(sse(delta(IMAGE), done=False)), RESET)
    assert make_call(chat_stream, REQUEST).error is None


def test_the_asset_link_is_the_last_resort_when_the_stream_breaks_off(server, make_call):
    text = f">🏃 Progress 9..[100]({ADDRESS})\n\n> ✅ Gener"
    server.answer(chunked(sse(delta(text), done=False)))
    outcome = make_call(chat_stream, REQUEST)
    assert outcome.events[-2:] == [ResultAddress(ADDRESS), Finished()]


def test_a_refused_connection_may_be_tried_again(make_call, server):
    server.close()
    outcome = make_call(chat_stream, REQUEST)
    assert outcome.verdict == (Code.CONNECT_FAILED, Charged.NO)
    assert outcome.error.is_retryable


def test_a_long_text_is_not_copied_for_each_piece(server, make_call):
    pieces = [delta("la " * 5)] * 4_000
    server.answer(http(sse(*pieces, delta(IMAGE))))
    outcome = make_call(chat_stream, REQUEST)
    assert len(outcome.of(Said)) < 800
    assert len(outcome.of(Said)[-1].text) == 60_000 + len(IMAGE)
