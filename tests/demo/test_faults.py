"""Each fault answers as the table says; a fault without a case fails the last test."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, UnidentifiedImageError

from generations.providers.demo.faults.registry import FAULTS
from generations.providers.demo.faults.status_table import STATUSES
from tests.demo.calls import Answer, chat, fetch, images

# What is said in a chat answer that brings no picture
ENDINGS = {
    "moderation": "> Generation failed ❌\n> Failure reason: input_moderation",
    "moderation zh": "> 生成失败 ❌\n> 失败原因：input_moderation",
    "output-moderation": "output_moderation",
    "provider-failed": "> Failure reason: internal_error",
    "refusal": "We’re so sorry, but the prompt may violate our content policies.",
    "refusal 2": "guardrails around nudity",
    "refusal 3": "third-party content",
    "refusal 4": "I can’t generate",
    "refusal 5": "内容安全策略拒绝",
    "outage": "Sora is temporarily unavailable",
    "no-address": "Here you go! \n!image",
    "no-text": "",
    "links-only": "/web/task_",
    "queue-end": ">🕐 Queuing",
    "short-form] [demo:queue-end": "> Queuing",
}
# A picture in another shape: what the text must hold
SHAPES = {
    "downloads-only": r"\n\[Click to download\]\(http",
    "hundred-only": r"\[100\]\(http[^)]+\)$",
    "address-as-name": r"!\[(http[^\]]+)\]\(\1\)",
    "signed-address": r"!\[image\]\(http\S+%2F\S+sig=demo%3D\)%$",
    "video": r"!\[poster\]\(http\S+\.webp\)\n\n\[在线播放▶️\]\(http\S+\.mp4\)",
    "data-address": r"!\[image\]\(data:image/png;base64,iVBOR",
    "broken-base64": r"!\[image\]\(data:image/png;base64,%%",
    "short-form": r"\n> Progress 36%\.\n",
    "pictures": r"(?s)!\[gen_.*!\[gen_",
    "pictures 4": r"(?s)(!\[gen_.*){4}",
    "reasoning-progress": r"^!\[Generated Image\]\(http\S+\)$",
    "empty-choices": r"!\[gen_",
    "no-done": r"!\[gen_",
    "slow 0": r"!\[gen_",
    "seed 3": r"!\[gen_",
}
# How a connection ends, and what stands in front of the end
ENDS = {
    "cut-stream": ("RemoteProtocolError", ">🏃 Progress "),
    "cut-stream 15": ("RemoteProtocolError", ">🕐 Queuing"),
    "queue-cut": ("RemoteProtocolError", ">🕐 Queuing"),
    "cut-before": ("RemoteProtocolError", ""),
    "reset": ("ReadError", ""),
    "reset 60": ("ReadError", ""),
    "stall": ("ReadTimeout", ">🏃 Progress "),
    "hold 99": ("ReadTimeout", ">🏃 Progress "),
    "silent": ("ReadTimeout", ""),
    "drip 9": ("ReadTimeout", ">🕐 Queuing"),
}


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(("switch", "text"), ENDINGS.items())
def test_an_ending_without_a_picture(demo, switch, text, stream):
    answer = chat(demo, f"A cat [demo:{switch}]", stream=stream)
    said = answer.said if stream else answer.json["choices"][0]["message"]["content"]
    assert answer.status == 200
    assert text in said
    assert "/pictures/" not in said
    assert "[100]" not in said


@pytest.mark.parametrize("stage", ["moderation", "output-moderation"])
def test_a_failing_answer_ends_with_terminal_json(demo, stage):
    said = chat(demo, f"A cat [demo:{stage}]").said
    rejected = "true" if stage == "output-moderation" else "false"
    assert '{"type":"terminal",' in said
    assert f'"code":"other","is_output_rejection":{rejected}' in said


@pytest.mark.parametrize(("switch", "pattern"), SHAPES.items())
def test_another_shape(demo, switch, pattern):
    answer = chat(demo, f"A cat [demo:{switch}]")
    assert re.search(pattern, answer.said)
    assert ("[DONE]" in answer.text) is (switch != "no-done")


def test_the_content_may_be_a_list(demo):
    part = chat(demo, "A cat [demo:content-list]").deltas[-2]["content"][0]
    assert part["image_url"]["url"].startswith("iVBOR")


@pytest.mark.parametrize("stream", [True, False])
def test_pictures_may_stand_beside_the_content(demo, stream):
    answer = chat(demo, "A cat [demo:message-images]", stream=stream)
    message = answer.deltas[-2] if stream else answer.json["choices"][0]["message"]
    assert message["images"][0]["image_url"]["url"].startswith("data:image/png;base64,iVBOR")


def test_progress_may_stand_beside_the_content(demo):
    deltas = chat(demo, "A cat [demo:reasoning-progress]").deltas
    assert {"reasoning_content": "Image generation progress: 40%\n", "content": None} in deltas


@pytest.mark.parametrize(("switch", "end"), ENDS.items())
def test_a_connection_ends(demo, switch, end):
    answer = chat(demo, f"A cat [demo:{switch}]", patience=0.25)
    assert (answer.error, end[1] in answer.text) == (end[0], True)
    assert "![gen_" not in answer.text


@pytest.mark.parametrize("switch", [switch for switch in ENDS if "queue" not in switch])
def test_a_connection_ends_on_the_images_route_too(demo, switch):
    answer = images(demo, f"A cat [demo:{switch}]", patience=0.25)
    assert answer.error == ENDS[switch][0]
    assert not answer.content.endswith(b"}")


def test_a_stream_of_pictures_is_cut_between_its_events(demo):
    answer = images(demo, "A cat [demo:cut-stream 60]", stream=True, partial_images=1)
    assert answer.error == "RemoteProtocolError"
    assert answer.text.count("event: image_generation.partial_image") == 1
    assert "completed" not in answer.text


@pytest.mark.parametrize("ask", [chat, images])
@pytest.mark.parametrize("name", STATUSES)
def test_a_status(demo, name, ask):
    status = STATUSES[name]
    answer = ask(demo, f"A cat [demo:{name}]")
    assert answer.status == status.status
    if isinstance(status.body, str):
        assert answer.text.startswith("<html>")
    else:
        assert answer.json == status.body


def test_a_rate_limit_names_when_to_come_back(demo):
    answers = [images(demo, "A cat [demo:rate-limit 2 7]") for _ in range(3)]
    assert [answer.status for answer in answers] == [429, 429, 200]
    assert answers[0].headers["retry-after"] == "7"


@pytest.mark.parametrize("stage", ["input", "output"])
def test_a_blocked_prompt_comes_with_details(demo, stage):
    name = {"input": "moderation", "output": "output-moderation"}[stage]
    for answer in (
        images(demo, f"A cat [demo:{name}]"),
        chat(demo, f"A cat [demo:moderation-blocked {stage}]"),
    ):
        error = answer.json["error"]
        assert (answer.status, error["code"]) == (400, "moderation_blocked")
        assert error["moderation_details"]["moderation_stage"] == stage


def test_a_reference_is_refused(demo):
    answer = images(demo, "A cat [demo:bad-reference image_too_small]")
    assert (answer.status, answer.json["error"]["code"]) == (400, "image_too_small")


@pytest.mark.parametrize("ask", [chat, images])
def test_200_is_no_success(demo, ask):
    page = ask(demo, "A cat [demo:html-200]")
    error = ask(demo, "A cat [demo:json-error-200]")
    empty = ask(demo, "A cat [demo:empty-200]")
    nothing = ask(demo, "A cat [demo:no-data]")
    assert {it.status for it in (page, error, empty, nothing)} == {200}
    assert page.text.startswith("<!DOCTYPE html>")
    assert error.json["error"]["code"] == "upstream_error"
    assert empty.content == b""
    assert [] in nothing.json.values()


@pytest.mark.parametrize("ask", [chat, images])
def test_rubbish_in_a_stream(demo, ask):
    error = ask(demo, "A cat [demo:error-in-stream]", stream=True, **partials(ask))
    broken = ask(demo, "A cat [demo:broken-json]", stream=True)
    empty = ask(demo, "A cat [demo:empty-line]", stream=True)
    assert error.text.rstrip().endswith('"param": null, "code": null}}')
    assert 'data: {"id":"chatcmpl-89D","choices":[{"ind\n\n' in broken.text
    assert "data:\n\n" in empty.text


def partials(ask: Callable[..., Answer]) -> dict[str, int]:
    return {"partial_images": 1} if ask is images else {}


def test_usage_may_be_missing(demo):
    assert "usage" not in images(demo, "A cat [demo:no-usage]").json
    assert (
        "output_tokens_details" not in images(demo, "A cat [demo:no-token-details]").json["usage"]
    )


def test_pictures_may_be_fewer_or_more_than_asked(demo):
    assert len(images(demo, "A cat [demo:fewer-pictures]", n=3).json["data"]) == 2
    assert len(images(demo, "A cat [demo:fewer-pictures]").json["data"]) == 0
    assert len(images(demo, "A cat [demo:pictures]").json["data"]) == 2


def test_base64_may_be_broken(demo):
    assert images(demo, "A cat [demo:broken-base64]").json["data"][0]["b64_json"].startswith("%%")


@pytest.mark.parametrize("ask", [chat, images])
def test_bytes_may_be_no_picture(demo, ask):
    content = fetch(address(ask(demo, "A cat [demo:not-a-picture] [demo:url]"))).content
    with pytest.raises(UnidentifiedImageError):
        Image.open(io.BytesIO(content))


def test_a_picture_may_be_truncated(demo):
    content = fetch(address(chat(demo, "A cat [demo:truncated-picture]"))).content
    with pytest.raises(OSError, match="truncated"):
        Image.open(io.BytesIO(content)).load()


def test_a_picture_may_be_a_bomb(demo):
    content = fetch(address(chat(demo, "A cat [demo:bomb-picture]"))).content
    assert len(content) < 100_000
    with pytest.raises(Image.DecompressionBombError):
        Image.open(io.BytesIO(content))


def test_a_picture_may_have_another_format(demo):
    content = fetch(address(chat(demo, "A cat [demo:other-format]"))).content
    assert Image.open(io.BytesIO(content)).format == "WEBP"


def test_the_same_seed_is_the_same_picture(demo):
    one, two = (fetch(address(images(demo, "A cat [demo:seed 3] [demo:url]"))) for _ in range(2))
    assert one.content == two.content


def address(answer: Answer) -> str:
    """Give the first result address of an answer of either route."""
    if "chat.completion.chunk" not in answer.text:
        return str(answer.json["data"][0]["url"])
    found = re.search(r"!\[gen_\w+\]\(([^)]+)\)", answer.said)
    assert found
    return found[1]


# What the fetch of a result address gives: status, part of the body or of a header, error
FETCHES = {
    "picture-403": (403, "forbidden", ""),
    "picture-404": (404, "not_found", ""),
    "picture-410": (410, "artifact_expired", ""),
    "picture-429": (429, "too_many_downloads", ""),
    "picture-500": (500, "server_error", ""),
    "picture-slow 9": (0, "", "ReadTimeout"),
    "picture-cut": (200, "PNG", "RemoteProtocolError"),
    "picture-reset": (0, "", "ReadError"),
    "picture-stall": (200, "PNG", "ReadTimeout"),
    "picture-drip 9": (200, "PNG", "ReadTimeout"),
    "picture-endless": (200, "PNG", "too much"),
    "picture-declared-huge": (200, "content-length=10737418240", "ReadTimeout"),
    "picture-untyped": (200, "content-type=application/octet-stream", ""),
    "picture-empty": (200, "content-length=0", ""),
    "picture-html": (200, "<html>", ""),
    "picture-short": (200, "PNG", ""),
    "picture-svg": (200, "<script>", ""),
    "picture-redirect": (302, "/pictures/moved/", ""),
    "picture-redirect-loop": (302, "location=http://127.0.0.1", ""),
    "picture-redirect-metadata": (302, "location=http://169.254.169.254/", ""),
    "picture-redirect-local": (302, "location=http://127.0.0.1:9/", ""),
    "picture-redirect-local 127.0.0.1:1": (302, "location=http://127.0.0.1:1/", ""),
    "picture-redirect-file": (302, "location=file:///etc/passwd", ""),
}


@pytest.mark.parametrize(("switch", "expected"), FETCHES.items())
def test_a_result_address_misbehaves(demo, switch, expected):
    answer = fetch(address(chat(demo, f"A cat [demo:{switch}]")), patience=0.4)
    headers = " ".join(f"{name}={value}" for name, value in answer.headers.items())
    body = answer.content.decode("latin-1")
    assert (answer.status, answer.error) == (expected[0], expected[2])
    assert expected[1] in headers + body


def test_the_images_route_gives_misbehaving_addresses_too(demo):
    assert fetch(address(images(demo, "A cat [demo:picture-410]"))).status == 410


def test_a_result_address_recovers(demo):
    url = address(chat(demo, "A cat [demo:picture-500 2]"))
    assert [fetch(url).status for _ in range(3)] == [500, 500, 200]


def test_a_redirect_leads_to_the_picture(demo):
    url = address(chat(demo, "A cat [demo:picture-redirect]"))
    moved = fetch(fetch(url).headers["location"])
    assert Image.open(io.BytesIO(moved.content)).format == "PNG"


@pytest.mark.parametrize(
    ("switch", "url"),
    [
        ("address-file", "file:///etc/passwd"),
        ("address-localhost", "http://localhost:9/picture.png"),
        ("address-metadata", "http://169.254.169.254/latest/meta-data/picture.png"),
        ("address", "https://picture.invalid/picture.png"),
        ("address http://10.0.0.1/x.png", "http://10.0.0.1/x.png"),
    ],
)
def test_a_result_address_is_false(demo, switch, url):
    assert address(images(demo, f"A cat [demo:{switch}]")) == url
    said = chat(demo, f"A cat [demo:{switch}]").said
    assert said.count(f"]({url})") == 3


def test_every_fault_has_a_case_and_names_its_source():
    cases = Path(__file__).read_text()
    tested = {name for name in FAULTS if re.search(rf'("|demo:){name}[" \]]', cases)}
    assert set(FAULTS) - tested == set(STATUSES)
    assert [it.name for it in FAULTS.values() if not it.source or not it.meaning] == []
