"""A mask from the brush to the provider, with the picture developing before one's eyes."""

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from generations.models import ReferenceImage
from tests.pictures.makers import encoded, noise, scene

MODEL = "gpt-image-2.6-flare"
Open = Callable[..., Page]


@pytest.fixture
def open_studio(ana: User, sign_in: Any, open_tab: Open) -> Iterator[Open]:
    """The studio with a model that takes masks; what the page complains about fails the test."""
    pages: list[Page] = []
    complaints: list[str] = []

    def open_studio(**options: Any) -> Page:
        page = open_tab(**options)
        pages.append(page)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        sign_in(page, ana)
        page.goto(f"/?model=demo/{MODEL}")
        return page

    yield open_studio
    for page in pages:
        page.close()
    assert complaints == []


def add_reference(page: Page, name: str, content: bytes) -> None:
    before = page.locator(".reference:not(.is-uploading)").count()
    page.locator("input[name=references]").set_input_files(
        [{"name": name, "mimeType": "image/png", "buffer": content}]
    )
    expect(page.locator(".reference:not(.is-uploading)")).to_have_count(before + 1)


def open_painter(page: Page, words: str = "Paint mask") -> Locator:
    page.get_by_role("button", name=words).first.click()
    canvas = page.locator("mask-painter canvas")
    expect(canvas).to_be_visible()
    return canvas


def stroke(page: Page, canvas: Locator, *points: tuple[float, float]) -> None:
    """A line through points, in shares of the picture's sides."""
    box = canvas.bounding_box()
    assert box
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=4)
    page.mouse.up()


def painted_at(canvas: Locator, x: float, y: float) -> bool:
    return canvas.evaluate(
        """(canvas, [x, y]) => canvas.getContext("2d").getImageData(
          Math.floor(x * canvas.width), Math.floor(y * canvas.height), 1, 1).data[3] > 127""",
        [x, y],
    )


def test_from_the_brush_through_partial_pictures_to_the_picture(
    live_site: Any, open_studio: Open
) -> None:
    live_site.demo.next_faults("hold 50")
    page = open_studio()
    add_reference(page, "large.png", encoded(scene(2000, 1000)))
    canvas = open_painter(page)
    stroke(page, canvas, (0.1, 0.5), (0.4, 0.5))
    page.get_by_role("button", name="Use this mask").click()
    expect(page.locator(".mask__veil")).to_be_visible()
    page.locator("#more-settings summary").click()
    page.locator("[name=partial_images][value='2']").check(force=True)
    expect(page.locator("#more-settings")).to_contain_text("Each adds 100 output tokens: $0.003.")
    page.get_by_label("Prompt", exact=True).fill("A hat of straw")
    page.locator("#generate").click()
    shown = page.locator("generation-card", has_text="A hat of straw")
    partial = shown.get_by_alt_text("The picture as far as it is painted")
    expect(partial).to_have_js_property("complete", True, timeout=20_000)
    expect(shown.locator(".status")).to_contain_text("Painting, 33 %")
    assert partial.evaluate("image => image.naturalWidth") > 0
    live_site.demo.release()
    expect(shown.locator(".status")).to_contain_text("Done in", timeout=20_000)
    (request,) = live_site.demo.generation_requests
    image, mask = (Image.open(io.BytesIO(file.content)) for file in request.files)
    assert (image.size, mask.size, mask.format) == ((1536, 768), (1536, 768), "PNG")
    assert len(request.files[1].content) < 4_000_000
    alpha = mask.getchannel("A")
    assert [alpha.getpixel((int(x * 1536), 384)) for x in (0.25, 0.75)] == [0, 255]
    assert request.form["partial_images"] == ["2"]
    page.goto(page.locator(".generation-card__prompt a").first.get_attribute("href") or "")
    expect(page.locator(".story .mask__veil")).to_be_visible()
    expect(page.locator(".facts")).to_contain_text(re.compile(r"Partial pictures\s*2\s*2"))


def test_brush_eraser_undo_redo_clear_and_an_earlier_mask_by_hand_and_by_key(
    open_studio: Open,
) -> None:
    page = open_studio(viewport={"width": 390, "height": 844})
    add_reference(page, "a.png", encoded(noise(600, 400)))
    canvas = open_painter(page)
    stroke(page, canvas, (0.2, 0.2), (0.8, 0.2))
    page.keyboard.press("e")
    stroke(page, canvas, (0.5, 0.1), (0.5, 0.3))
    assert [painted_at(canvas, x, 0.2) for x in (0.3, 0.5)] == [True, False]
    page.keyboard.press("Control+z")
    assert painted_at(canvas, 0.5, 0.2)
    page.get_by_role("button", name="Redo").click()
    assert not painted_at(canvas, 0.5, 0.2)
    page.get_by_role("button", name="Clear").click()
    assert not painted_at(canvas, 0.3, 0.2)
    page.get_by_role("button", name="Undo").click()
    assert painted_at(canvas, 0.3, 0.2)
    # By keys alone: from where the hand was, to the right
    canvas.focus()
    for key in ("b", "]", "Space", "Shift+ArrowRight", "Shift+ArrowRight", "Space"):
        page.keyboard.press(key)
    page.keyboard.press("Escape")
    expect(page.locator("mask-painter .field__error")).to_contain_text("not kept yet")
    page.get_by_role("button", name="Use this mask").click()
    expect(page.locator("mask-painter dialog")).to_be_hidden()
    canvas = open_painter(page, "Change mask")
    seen = [painted_at(canvas, *at) for at in ((0.3, 0.2), (0.5, 0.2), (0.6, 0.3), (0.9, 0.9))]
    page.get_by_role("button", name="Discard").click()
    assert seen == [True, False, True, False]
    assert ReferenceImage.objects.filter(mask_of__isnull=False).count() == 1


def test_a_mask_rests_when_another_is_first_and_leaves_with_its_reference(
    open_studio: Open,
) -> None:
    page = open_studio()
    for name in ("a.png", "b.png"):
        add_reference(page, name, encoded(noise(300, 300)))
    stroke(page, open_painter(page), (0.4, 0.4), (0.6, 0.6))
    page.get_by_role("button", name="Use this mask").click()
    kept = page.locator("[name=kept_mask]")
    expect(kept).to_have_count(1)
    page.get_by_role("button", name="Put earlier: reference 2").click()
    expect(page.get_by_text("Its mask rests")).to_be_visible()
    # A refusal keeps it
    page.locator("#generate").click()
    expect(page.locator("#fault-prompt")).to_be_visible()
    expect(kept).to_have_count(1)
    page.get_by_role("button", name="Put earlier: reference 2").click()
    expect(page.get_by_text("Its mask rests")).to_be_hidden()
    page.locator("[name=model][value='demo/gpt-4o-image']").check(force=True)
    expect(page.locator("#fault-mask")).to_contain_text("takes no mask")
    expect(page.get_by_role("button", name="Change mask")).to_be_hidden()
    page.get_by_role("button", name="Remove mask").click()
    expect(page.locator("#fault-mask")).to_have_count(0)
    expect(kept).to_have_count(0)
