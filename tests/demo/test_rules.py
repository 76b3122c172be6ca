"""What the Images API refuses, model by model (provider-facts 1.2)."""

import io
from typing import Any

import httpx2
import pytest
from PIL import Image

from generations.providers.demo.server import DemoServer
from tests.demo.calls import KEY, images


@pytest.mark.parametrize(
    ("more", "code", "param"),
    [
        ({"model": "gpt-image-2", "quality": "xhigh"}, "invalid_value", "quality"),
        ({"model": "gpt-image-2", "quality": "standard"}, "invalid_value", "quality"),
        ({"model": "gpt-image-2", "response_format": "b64_json"}, "unknown_parameter", None),
        ({"model": "gpt-image-2", "input_fidelity": "high"}, "unknown_parameter", None),
        ({"model": "gpt-image-2", "complexity": "high"}, "unknown_parameter", None),
        ({"model": "gpt-4o-image"}, "unknown_parameter", "quality"),
        ({"model": "gpt-4o-image-vip"}, "unknown_parameter", "quality"),
        ({"style": "vivid"}, "unknown_parameter", "style"),
        ({"size": "512x512"}, "invalid_value", "size"),
        ({"size": "1000x1000"}, "invalid_value", "size"),
        ({"size": "3840x1024"}, "invalid_value", "size"),
        ({"size": "big"}, "invalid_value", "size"),
        ({"model": "gpt-image-1.5", "size": "1280x1280"}, "invalid_value", "size"),
        ({"background": "transparent", "output_format": "jpeg"}, "invalid_value", "background"),
        ({"n": 0}, "integer_below_min_value", "n"),
        ({"n": 11}, "integer_above_max_value", "n"),
        ({"partial_images": 4}, "integer_above_max_value", "partial_images"),
        ({"output_compression": 101}, "integer_above_max_value", "output_compression"),
        ({"prompt": " "}, "missing_required_parameter", "prompt"),
        ({"prompt": "a" * 32_001}, "string_above_max_length", "prompt"),
        ({"model": ""}, "missing_required_parameter", "model"),
    ],
)
def test_a_wrong_setting_is_refused(demo: DemoServer, more, code, param):
    answer = images(demo, **{"prompt": "A cat", **more})
    assert answer.status == 400
    assert answer.json["error"]["code"] == code
    assert param is None or answer.json["error"]["param"] == param


@pytest.mark.parametrize(
    "more",
    [
        {"quality": "max"},
        {"model": "gpt-image-2.6-flare", "complexity": "low"},
        {"size": "1280x768"},
        {"size": "auto", "moderation": "low", "background": "auto"},
        {"output_format": "jpeg", "output_compression": 0},
        {"safety_identifier": "abc"},
        {"prompt": "a" * 32_000},
    ],
)
def test_a_right_setting_is_taken(demo: DemoServer, more):
    assert images(demo, **{"prompt": "A cat", **more}).status == 200


def test_a_model_that_is_gone_is_not_found(demo: DemoServer):
    answer = images(demo, "A cat", model="dall-e-3")
    assert (answer.status, answer.json["error"]["code"]) == (404, "model_not_found")


def picture(size: tuple[int, int] = (32, 32), mode: str = "RGBA", kind: str = "PNG") -> bytes:
    content = io.BytesIO()
    Image.new(mode, size).save(content, kind)
    return content.getvalue()


def edit(demo: DemoServer, files: list[tuple[str, bytes]], **fields: str) -> Any:
    return httpx2.post(
        f"{demo.base_url}/images/edits",
        headers=KEY,
        data={"model": "gpt-image-2", "prompt": "A hat", "quality": "low", **fields},
        files=[(field, (f"{field}.png", content)) for field, content in files],
    )


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ([("mask", picture())], "missing_required_parameter"),
        ([("image", picture()), ("image", picture())], "duplicate_parameter"),
        ([("image[]", picture())] * 17, "array_above_max_length"),
        ([("image", b"")], "empty_image_file"),
        ([("image", b"no picture")], "invalid_image"),
        ([("image", picture(kind="GIF", mode="P"))], "invalid_image_format"),
        ([("image", picture()), ("mask", picture(mode="RGB"))], "invalid_image_format"),
        ([("image", picture()), ("mask", picture((64, 64)))], "invalid_image"),
    ],
)
def test_a_wrong_upload_is_refused(demo: DemoServer, files, code):
    answer = edit(demo, files)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


def test_fidelity_is_for_older_models_only(demo: DemoServer):
    files = [("image", picture())]
    newer = edit(demo, files, input_fidelity="high")
    older = edit(demo, files, input_fidelity="high", model="gpt-image-1.5")
    mini = edit(demo, files, input_fidelity="high", model="gpt-image-1-mini")
    assert (newer.status_code, older.status_code, mini.status_code) == (400, 200, 400)


def test_moderation_is_for_generating_only(demo: DemoServer):
    answer = edit(demo, [("image", picture())], moderation="low")
    assert answer.json()["error"]["code"] == "unknown_parameter"


def test_a_body_that_is_no_json_is_refused(demo: DemoServer):
    url = f"{demo.base_url}/images/generations"
    assert httpx2.post(url, headers=KEY, content=b"{").status_code == 400
