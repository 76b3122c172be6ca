"""The machine-made mark: in every format, readable by others, and not a pixel changes."""

import struct
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image, PngImagePlugin

from generations.services.copies.marking import CannotMark, marked
from generations.services.copies.marks import machine_made_mark
from tests.pictures.makers import decoded, encoded, noise, scene

pytestmark = pytest.mark.once

EXTENSION = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
TRAINED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
COMPOSITE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
MARK = machine_made_mark(is_composite=False)

MOVING: dict[str, Any] = {"save_all": True, "append_images": [noise(40, 30)], "duration": 50}
FILES = {
    "png": ("image/png", encoded(noise(40, 30))),
    "png, palette": ("image/png", encoded(noise(40, 30).convert("P"))),
    "png, moving": ("image/png", encoded(scene(40, 30), **MOVING)),
    "jpeg": ("image/jpeg", encoded(noise(40, 30), "JPEG")),
    "jpeg, progressive": ("image/jpeg", encoded(noise(40, 30), "JPEG", progressive=True)),
    "jpeg, turned": ("image/jpeg", encoded(scene(40, 30), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08")),
    "webp": ("image/webp", encoded(noise(41, 31), "WEBP")),
    "webp, lossless": ("image/webp", encoded(noise(41, 31), "WEBP", lossless=True)),
    "webp, transparent": ("image/webp", encoded(noise(41, 31, "RGBA"), "WEBP", lossless=True)),
    "webp, extended": ("image/webp", encoded(noise(41, 31, "RGBA"), "WEBP", xmp=b"<old/>")),
    "webp, moving": ("image/webp", encoded(scene(40, 30), "WEBP", **MOVING)),
}


def told(content: bytes) -> dict[str, str]:
    """What a reader of XMP finds, by the names of IPTC's extension schema."""
    image = decoded(content)
    tree = ElementTree.fromstring(image.info["xmp"].strip(b"\0"))
    return {
        element.tag.removeprefix(EXTENSION): element.text or ""
        for element in tree.iter()
        if element.tag.startswith(EXTENSION)
    }


@pytest.mark.parametrize("kind", FILES)
def test_a_marked_picture_says_so_and_has_the_same_pixels(kind: str):
    content_type, content = FILES[kind]
    result = marked(content, content_type, MARK)
    assert told(result) == {"DigitalSourceType": TRAINED}
    before, after = decoded(content), decoded(result)
    assert (after.mode, after.size) == (before.mode, before.size)
    assert getattr(after, "n_frames", 1) == getattr(before, "n_frames", 1)
    assert after.tobytes() == before.tobytes()


@pytest.mark.parametrize("kind", FILES)
def test_marking_again_replaces_the_mark(kind: str):
    content_type, content = FILES[kind]
    composite = machine_made_mark(is_composite=True)
    again = marked(marked(content, content_type, MARK), content_type, composite)
    assert told(again) == {"DigitalSourceType": COMPOSITE}
    assert again.count(b"<x:xmpmeta") == 1
    assert again == marked(content, content_type, composite)


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
@pytest.mark.parametrize(
    "prompt",
    ["A red kite", '<b>&amp;</b> ]]> "it\'s"', "雪山 🪁\n\ttwo lines", "a\x00b\x1bc\ud800d\uffff"],
)
def test_prompt_and_model_come_back_as_they_were(kind: str, prompt: str):
    content_type, content = FILES[kind]
    mark = machine_made_mark(is_composite=False, prompt=prompt, model="gpt-image <2>")
    readable = "".join(it for it in prompt if it not in "\x00\x1b\ud800\uffff")
    found = told(marked(content, content_type, mark))
    assert found["AIPromptInformation"] == readable
    assert found["AISystemUsed"] == "gpt-image <2>"


@pytest.mark.parametrize("letter", ["a", "&", "雪", "🪁"])
def test_the_longest_prompt_fits_into_a_jpeg(letter: str):
    mark = machine_made_mark(is_composite=True, prompt=letter * 32_000, model="m" * 100)
    found = told(marked(FILES["jpeg"][1], "image/jpeg", mark))["AIPromptInformation"]
    assert found.strip(letter) in ("", "…")
    assert len(found) > 10_000


def test_a_profile_stays_and_a_signed_statement_goes():
    signed = struct.pack(">I4s", 4, b"caBX") + b"c2pa" + struct.pack(">I", 0)
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "kept")
    png = encoded(scene(), icc_profile=b"not really one", pnginfo=info)
    result = marked(png[:33] + signed + png[33:], "image/png", MARK)
    assert b"caBX" not in result
    assert decoded(result).info["icc_profile"] == b"not really one"
    assert decoded(result).info["Comment"] == "kept"


@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        ("image/gif", encoded(scene(), "GIF")),
        ("image/png", FILES["png"][1][:60]),
        ("image/jpeg", FILES["jpeg"][1][:60]),
        ("image/webp", FILES["webp"][1][:60]),
        ("image/webp", b""),
    ],
)
def test_what_cannot_be_marked_is_refused(content_type: str, content: bytes):
    with pytest.raises(CannotMark):
        marked(content, content_type, MARK)


def test_pillow_agrees_about_the_sides_of_an_extended_webp():
    for width, height in [(1, 1), (16, 16383), (300, 2)]:
        content = encoded(Image.new("RGB", (width, height), "red"), "WEBP", lossless=True)
        assert decoded(marked(content, "image/webp", MARK)).size == (width, height)
