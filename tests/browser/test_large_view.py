"""The large view: zoom, neighbours, and back to where one was; and the sheet of keys."""

import re

from django.contrib.auth.models import User
from playwright.sync_api import Page, Request, expect

from generations.models import Favourite, OutputImage
from generations.selectors.gallery import PAGE_SIZE
from tests.pages.delivering import many, picture, png


def pictures(ana: User, count: int) -> list[OutputImage]:
    """Larger than the window, so that there is something to zoom into; newest first."""
    images = many(ana, count, content=png((2400, 1600)))
    return images[::-1]


def open_large(page: Page, place: int) -> None:
    page.locator(".picture__link").nth(place).focus()
    page.keyboard.press("Space")
    expect(page.locator(".lightbox")).to_be_visible()


def test_one_looks_closer_and_goes_on_to_neighbours(signed_in: Page, ana: User):
    images = pictures(ana, 4)
    asked: list[str] = []
    signed_in.on("request", lambda request: asked.append(_image_of(request)))
    signed_in.goto("/gallery/")
    open_large(signed_in, 1)
    number, percent = (signed_in.locator(f"[data-role={role}]") for role in ("number", "percent"))
    expect(number).to_have_text(images[1].frame_number)
    expect(signed_in.get_by_role("button", name="Older picture")).to_be_enabled()
    assert {str(images[0].uuid), str(images[2].uuid)} <= set(asked)
    whole = percent.inner_text()
    signed_in.mouse.move(600, 400)
    signed_in.mouse.wheel(0, -300)
    expect(percent).not_to_have_text(whole)
    pan(signed_in)
    signed_in.keyboard.press("1")
    expect(percent).to_have_text("100 %")
    signed_in.keyboard.press("0")
    expect(percent).to_have_text(whole)
    signed_in.keyboard.press("ArrowRight")
    expect(number).to_have_text(images[2].frame_number)
    signed_in.keyboard.press("f")
    expect(signed_in.locator("[data-do=like]")).to_have_attribute("aria-pressed", "true")
    assert Favourite.objects.get().image == images[2]
    signed_in.keyboard.press("Escape")
    expect(signed_in.locator(f"#picture-{images[2].pk} .picture__link")).to_be_focused()
    expect(signed_in.locator(".picture__liked:visible")).to_have_count(1)


def _image_of(request: Request) -> str:
    found = re.search(r"/images/([0-9a-f-]+)/file/", request.url)
    return found[1] if found else ""


def pan(page: Page) -> None:
    """A drag moves the picture, and an arrow too, as long as it is larger than the window."""
    moved = page.locator("[data-role=picture]")
    for move in (lambda: _drag(page), lambda: page.keyboard.press("ArrowRight")):
        before = moved.get_attribute("style") or ""
        move()
        expect(moved).not_to_have_attribute("style", before)


def _drag(page: Page) -> None:
    page.mouse.down()
    page.mouse.move(500, 350, steps=2)
    page.mouse.up()


def test_two_fingers_pinch_and_one_swipes(signed_in: Page, ana: User):
    images = pictures(ana, 3)
    signed_in.goto("/gallery/")
    open_large(signed_in, 0)
    number, percent = (signed_in.locator(f"[data-role={role}]") for role in ("number", "percent"))
    whole = percent.inner_text()
    touches(
        signed_in,
        [("down", 1, 500), ("down", 2, 700), ("move", 2, 1000), ("up", 2, 1000), ("up", 1, 500)],
    )
    expect(percent).not_to_have_text(whole)
    signed_in.keyboard.press("0")
    touches(signed_in, [("down", 1, 800), ("move", 1, 500), ("up", 1, 500)])
    expect(number).to_have_text(images[1].frame_number)


def touches(page: Page, events: list[tuple[str, int, int]]) -> None:
    """Fingers on the stage: what each does, which, and how far from the left."""
    page.locator(".lightbox__stage").evaluate(
        """(stage, events) => {
            stage.setPointerCapture = () => {};
            for (const [act, pointerId, clientX] of events) stage.dispatchEvent(new PointerEvent(
                "pointer" + act,
                { pointerId, clientX, clientY: 400, pointerType: "touch",
                  isPrimary: pointerId === 1, bubbles: true },
            ));
        }""",
        events,
    )


def test_the_large_view_goes_beyond_what_is_loaded(signed_in: Page, ana: User):
    images = many(ana, PAGE_SIZE + 2)[::-1]
    signed_in.set_viewport_size({"width": 400, "height": 300})
    signed_in.goto("/gallery/")
    open_large(signed_in, PAGE_SIZE - 6)
    number = signed_in.locator("[data-role=number]")
    for place in range(PAGE_SIZE - 5, PAGE_SIZE + 2):
        signed_in.keyboard.press("ArrowRight")
        expect(number).to_have_text(images[place].frame_number)
    signed_in.keyboard.press("Enter")
    signed_in.wait_for_url(f"**/images/{images[-1].uuid}/")
    signed_in.go_back()
    expect(signed_in.locator(f"#picture-{images[-1].pk}")).to_be_in_viewport()


def test_the_page_of_a_picture_opens_it_too(signed_in: Page, ana: User):
    newer, older = pictures(ana, 2)
    signed_in.goto(f"/images/{newer.uuid}/")
    signed_in.locator(".viewer__link").click()
    expect(signed_in.locator("[data-role=number]")).to_have_text(newer.frame_number)
    signed_in.keyboard.press("ArrowRight")
    expect(signed_in.locator("[data-role=number]")).to_have_text(older.frame_number)
    signed_in.keyboard.press("Escape")
    signed_in.wait_for_url(f"**/images/{older.uuid}/")


def test_the_keys_are_told_and_letters_may_be_switched_off(signed_in: Page, ana: User):
    picture(ana)
    signed_in.goto("/gallery/")
    signed_in.keyboard.press("?")
    sheet = signed_in.get_by_role("dialog", name="Keys")
    expect(sheet).to_contain_text("favourite")
    sheet.get_by_role("switch").uncheck()
    signed_in.keyboard.press("Escape")
    signed_in.locator(".picture__link").focus()
    signed_in.keyboard.press("x")
    expect(signed_in.locator(".selection-bar")).to_be_hidden()
    signed_in.get_by_role("button", name="Ana").click()
    signed_in.get_by_role("link", name="Keys", exact=True).click()
    sheet.get_by_role("switch").check()
    signed_in.keyboard.press("Escape")
    signed_in.locator(".picture__link").focus()
    signed_in.keyboard.press("x")
    expect(signed_in.locator(".selection-bar")).to_be_visible()
