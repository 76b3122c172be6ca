"""Many pictures at once: selected by click, shift, drag and key, and what is done with them."""

import csv
import io
import zipfile
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, expect

from generations.models import Collection, Favourite, OutputImage
from generations.services.collections import create_collection
from tests.browser.test_gallery import fill
from tests.pages.delivering import many, picture


def chosen(page: Page) -> list[int]:
    """The places of the selected pictures on the sheet."""
    boxes = page.locator(".picture__select input")
    found = boxes.evaluate_all("all => all.flatMap((one, index) => one.checked ? [index] : [])")
    return [int(place) for place in found]


def tick(page: Page, *places: int) -> None:
    for place in places:
        page.locator(".picture__select input").nth(place).click()


def test_pictures_are_selected_by_click_shift_drag_and_key(signed_in: Page, ana: User):
    fill(ana, 24)
    signed_in.goto("/gallery/")
    links, bar = signed_in.locator(".picture__link"), signed_in.locator(".selection-bar")
    expect(bar).to_be_hidden()
    tick(signed_in, 1)
    links.nth(4).click(modifiers=["Shift"])
    links.nth(2).click()
    assert chosen(signed_in) == [1, 3, 4]
    expect(bar).to_contain_text("3 selected")
    signed_in.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    by_key(signed_in)
    by_drag(signed_in)


def by_key(page: Page) -> None:
    page.locator(".picture__link").nth(6).focus()
    page.keyboard.press("x")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    assert chosen(page) == [6, 7, 8]
    page.keyboard.press("ControlOrMeta+a")
    assert len(chosen(page)) == 24
    page.keyboard.press("Escape")


def test_by_keyboard_alone_pictures_go_come_back_and_go_into_a_collection(
    signed_in: Page, ana: User
):
    images = fill(ana, 6)[::-1]
    signed_in.goto(f"/gallery/#picture-{images[1].pk}")
    focused = signed_in.locator(".picture:has(.picture__link:focus)")
    expect(focused).to_have_id(f"picture-{images[1].pk}")
    signed_in.keyboard.press("x")
    signed_in.keyboard.press("Delete")
    expect(signed_in.locator(".picture")).to_have_count(5)
    expect(focused).to_have_id(f"picture-{images[2].pk}")
    signed_in.keyboard.press("Control+z")
    expect(signed_in.locator(".picture")).to_have_count(6)
    signed_in.keyboard.press("x")
    signed_in.keyboard.press("c")
    signed_in.keyboard.type("Kites")
    signed_in.keyboard.press("Enter")
    expect(signed_in.locator(".selection-bar")).to_be_hidden()
    assert Collection.objects.get().name == "Kites"


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_act_on_a_selection_is_within_any_window(
    open_tab: Any, sign_in: Any, ana: User, language: str
):
    fill(ana, 3)
    page = open_tab(locale=language)
    sign_in(page, ana)
    page.goto("/gallery/")
    tick(page, 0, 1)
    hidden = {}
    for width in (360, 390, 768, 1024, 1088, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        hidden[width] = page.locator(".selection-bar").evaluate(HIDDEN_PARTS)
    assert {width: names for width, names in hidden.items() if names} == {}
    page.close()


# Of the bar: buttons that are not wholly within it, and words wider than their button
HIDDEN_PARTS = """bar => {
    const whole = bar.getBoundingClientRect();
    return [...bar.querySelectorAll("button")].filter((button) => {
        const box = button.getBoundingClientRect();
        const words = button.querySelector("span:not(.for-readers)")?.getBoundingClientRect();
        const isCut = words && (words.left < box.left - 1 || words.right > box.right + 1);
        const [left, right] = [Math.max(whole.left, 0), Math.min(whole.right, innerWidth)];
        return box.left < left || box.right > right || isCut;
    }).map((button) => button.innerText);
}"""


def by_drag(page: Page) -> None:
    """A frame from the edge of the sheet over two pictures; then along the check boxes."""
    first, second, third = (page.locator(".picture__link").nth(n).bounding_box() for n in range(3))
    page.mouse.move(first["x"] - 10, first["y"] + 20)
    page.mouse.down()
    page.mouse.move(second["x"] + 10, first["y"] + 40, steps=5)
    assert chosen(page) == [0, 1]
    page.mouse.up()
    page.keyboard.press("Escape")
    page.mouse.move(first["x"] + 15, first["y"] + 15)
    page.mouse.down()
    page.mouse.move(third["x"] + 15, third["y"] + 15, steps=5)
    page.mouse.up()
    assert chosen(page) == [0, 1, 2]


def test_a_selection_survives_a_search_a_reload_and_back(signed_in: Page, ana: User):
    many(ana, 3)
    picture(ana, "A teapot")
    signed_in.goto("/gallery/")
    tick(signed_in, 0, 1)
    signed_in.get_by_role("searchbox").fill("kite")
    expect(signed_in.locator(".picture")).to_have_count(3)
    count = signed_in.locator("[data-role=count]")
    expect(count).to_have_text("2 selected, 1 not shown here")
    signed_in.reload()
    expect(count).to_have_text("2 selected, 1 not shown here")
    signed_in.locator(".picture__link").nth(1).focus()
    signed_in.keyboard.press("Enter")
    signed_in.wait_for_url("**/images/**")
    signed_in.go_back()
    expect(count).to_have_text("2 selected, 1 not shown here")


def test_what_is_done_with_many_is_undone_at_once(signed_in: Page, ana: User):
    many(ana, 4)
    signed_in.goto("/gallery/")
    undo = signed_in.get_by_role("button", name="Undo")
    pictures = signed_in.locator(".picture")
    tick(signed_in, 0, 1)
    signed_in.keyboard.press("f")
    expect(signed_in.get_by_text("2 pictures marked as favourites.")).to_be_visible()
    expect(signed_in.locator(".picture__liked:visible")).to_have_count(2)
    undo.click()
    expect(signed_in.get_by_text("Marks taken from 2 pictures.")).to_be_visible()
    assert not Favourite.objects.exists()
    signed_in.keyboard.press("Delete")
    expect(pictures).to_have_count(2)
    undo.click()
    expect(pictures).to_have_count(4)
    assert OutputImage.objects.in_gallery().count() == 4
    tick(signed_in, 0, 2)
    signed_in.keyboard.press("c")
    signed_in.get_by_label("Name of a new collection").fill("Kites")
    signed_in.keyboard.press("Enter")
    expect(signed_in.get_by_text("2 pictures added to “Kites”.")).to_be_visible()
    assert Collection.objects.get().items.count() == 2
    undo.click()
    expect(signed_in.get_by_text("is deleted; its pictures stay")).to_be_visible()
    assert not Collection.objects.exists()


def test_five_pictures_come_in_one_zip(signed_in: Page, ana: User):
    many(ana, 7)
    signed_in.goto("/gallery/")
    tick(signed_in, 0)
    signed_in.locator(".picture__link").nth(4).click(modifiers=["Shift"])
    with signed_in.expect_download() as started:
        signed_in.keyboard.press("d")
    bundle = zipfile.ZipFile(io.BytesIO(started.value.path().read_bytes()))
    rows = list(csv.DictReader(io.StringIO(bundle.read("manifest.csv").decode("utf-8-sig"))))
    assert {row["file"] for row in rows} <= set(bundle.namelist())
    assert len(rows) == 5
    signed_in.get_by_role("button", name="Form and size").click()
    signed_in.get_by_label("WebP").check()
    with signed_in.expect_download() as started:
        signed_in.get_by_role("button", name="Download as ZIP").click()
    names = zipfile.ZipFile(started.value.path()).namelist()
    assert len([name for name in names if name.endswith(".webp")]) == 5
    expect(signed_in.locator("[data-role=count]")).to_have_text("5 selected")


def test_pictures_are_dragged_into_a_collection(signed_in: Page, ana: User):
    collection = create_collection(user=ana, name="Kites")
    images = many(ana, 3)
    signed_in.goto("/gallery/")
    tick(signed_in, 0, 1)
    drop(signed_in, 1, "Kites")
    expect(signed_in.get_by_text("2 pictures added to “Kites”.")).to_be_visible()
    assert {it.image for it in collection.items.all()} == {images[2], images[1]}
    drop(signed_in, 2, "Kites")
    expect(signed_in.get_by_text("1 picture added to “Kites”.")).to_be_visible()
    drop(signed_in, 0, "Create")
    expect(signed_in.get_by_label("Name of a new collection")).to_be_focused()
    expect(signed_in.locator("[data-role=count]")).to_have_text("1 selected")


def drop(page: Page, place: int, name: str) -> None:
    page.locator(".picture__link").nth(place).hover()
    page.mouse.down()
    page.mouse.move(200, 300, steps=4)
    target = page.get_by_role("button", name=name, exact=True)
    target.hover()
    target.hover()
    page.mouse.up()


def test_others_pictures_are_left_where_they_are(page: Page, ana: User, ben: User, sign_in: Any):
    picture(ana)
    picture(ben)
    sign_in(page, ana)
    page.goto("/gallery/")
    remove = page.get_by_role("button", name="Remove")
    tick(page, 0)
    expect(remove).to_be_disabled()
    tick(page, 1)
    remove.click()
    expect(page.get_by_text("1 stays: only who made it and staff may remove it.")).to_be_visible()
    expect(page.locator(".picture")).to_have_count(1)


def test_without_javascript_the_check_boxes_send_themselves(
    live_site: Any, ana: User, sign_in: Any, browser: Browser
):
    many(ana, 3)
    context = browser.new_context(java_script_enabled=False, base_url=live_site.url)
    page = context.new_page()
    sign_in(page, ana)
    page.goto("/gallery/")
    expect(page.locator(".selection-bar")).to_be_hidden()
    tick(page, 0, 1)
    page.get_by_role("button", name="Compare").click()
    expect(page.locator(".compare__picture")).to_have_count(2)
    page.goto("/gallery/")
    tick(page, 0, 1)
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("2 pictures are in the trash.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".picture")).to_have_count(3)
    context.close()
