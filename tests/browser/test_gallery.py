"""The gallery in a real browser: one endless sheet that keeps its place and never jumps."""

import io
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from PIL import Image
from playwright.sync_api import Page, expect

from generations.models import OutputImage
from generations.selectors.gallery import PAGE_SIZE
from tests.pages.delivering import many, picture, png

SHAPES = [(96, 64), (64, 96), (64, 64), (112, 63)]


def fill(ana: User, count: int) -> list[OutputImage]:
    """Pictures of many shapes that share one file: the shape on the page is what matters."""
    images = many(ana, count, content=png((640, 640)))
    for number, image in enumerate(images):
        image.width, image.height = SHAPES[number % len(SHAPES)]
    OutputImage.objects.bulk_update(images, ["width", "height"])
    return images


def frames(page: Page) -> list[int]:
    found = page.locator(".picture").evaluate_all("all => all.map(one => +one.dataset.frame)")
    return [int(frame) for frame in found]


def scroll_to_the_end(page: Page, until: int) -> None:
    for _ in range(40):
        if page.locator(".picture").count() >= until:
            return
        page.mouse.wheel(0, 3000)
        page.wait_for_timeout(50)
    raise AssertionError(f"Only {page.locator('.picture').count()} pictures came")


def test_scrolling_brings_every_picture_once_and_back_returns_to_where_one_was(
    signed_in: Page, ana: User
):
    images = fill(ana, 2 * PAGE_SIZE + 7)
    signed_in.goto("/gallery/")
    scroll_to_the_end(signed_in, len(images))
    assert frames(signed_in) == [image.pk for image in reversed(images)]
    expect(signed_in.get_by_role("link", name="Older")).to_have_count(0)
    expect(signed_in.locator(".roll")).to_have_count(1)
    here = signed_in.locator(f"#picture-{images[10].pk}")
    here.locator(".picture__link").click()
    signed_in.wait_for_url(f"**/images/{images[10].uuid}/")
    signed_in.go_back()
    signed_in.wait_for_url("**/gallery/**")
    expect(here).to_be_in_viewport()


def test_a_reload_keeps_the_place_too(signed_in: Page, ana: User):
    images = fill(ana, PAGE_SIZE + 30)
    wanted = images[20]
    signed_in.goto("/gallery/")
    scroll_to_the_end(signed_in, len(images))
    signed_in.locator(f"#picture-{wanted.pk} .picture__link").click()
    signed_in.wait_for_url("**/images/**")
    signed_in.reload()
    signed_in.go_back()
    expect(signed_in.locator(f"#picture-{wanted.pk}")).to_be_in_viewport()


SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const { value, sources } of list.getEntries()) {
    window.shifts.push([value, ...sources.map((it) => it.node?.outerHTML?.slice(0, 80))]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.parametrize(
    ("width", "motion"),
    [(360, "reduce"), (360, "no-preference"), (1280, "reduce"), (2560, "no-preference")],
)
def test_nothing_jumps_while_pictures_load(
    open_tab: Any, sign_in: Any, ana: User, width: int, motion: str
):
    fill(ana, PAGE_SIZE + 20)
    page = open_tab(viewport={"width": width, "height": 900}, reduced_motion=motion)
    sign_in(page, ana)
    page.add_init_script(SHIFTS)
    page.goto("/gallery/")
    scroll_to_the_end(page, PAGE_SIZE + 20)
    page.locator(".picture__select input").last.click()
    expect(page.locator(".picture__image").last).to_have_js_property("complete", True)
    expect(page.locator(".selection-bar")).to_be_visible()
    shifts = page.evaluate("window.shifts")
    assert sum(value for value, *_what in shifts) < 0.02, shifts


@pytest.mark.parametrize(("pixels", "is_small"), [(1, True), (3, False)])
def test_a_window_loads_the_thumbnail_that_it_can_show(
    open_tab: Any, sign_in: Any, ana: User, pixels: int, is_small: bool
):
    """By the pixels that a point of the screen has."""
    picture(ana, content=png((1024, 1024)))
    page = open_tab(viewport={"width": 390, "height": 844}, device_scale_factor=pixels)
    sign_in(page, ana)
    page.goto("/gallery/")
    image = page.locator(".picture__image")
    expect(image).to_have_js_property("complete", True)
    assert image.evaluate("one => one.currentSrc").endswith("?small=yes") is is_small


def test_the_first_view_is_small_on_the_wire(signed_in: Page, ana: User):
    """Everything but pictures that a full first page loads, as it is transferred."""
    many(ana, PAGE_SIZE + 1)
    signed_in.goto("/gallery/")
    loaded = signed_in.evaluate(
        "performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))"
        "  .filter(it => !it.name.includes('/images/') && !it.name.includes('/events/'))"
        "  .map(it => [new URL(it.name).pathname, it.encodedBodySize])"
    )
    # Each further one would be another wait before anything is drawn
    for kind in (".css", ".js"):
        assert len([name for name, _size in loaded if name.endswith(kind)]) == 1, loaded
    assert all(name.startswith(("/static/", "/gallery/")) for name, _size in loaded)
    assert sum(size for _name, size in loaded) < 60_000, sorted(loaded, key=lambda it: -it[1])


def test_pictures_of_a_row_fill_it_and_arrows_go_from_one_to_the_next(signed_in: Page, ana: User):
    images = fill(ana, 24)
    signed_in.goto("/gallery/")
    boxes = signed_in.locator(".picture__link").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().toJSON())"
    )
    rows: dict[int, list[dict[str, float]]] = {}
    for box in boxes:
        rows.setdefault(round(box["top"]), []).append(box)
    assert len(rows) > 2
    edge = max(box["right"] for box in boxes)
    for row in list(rows.values())[:-1]:
        assert max(box["height"] for box in row) - min(box["height"] for box in row) < 1.5
        assert abs(row[-1]["right"] - edge) < 1.5
    links = signed_in.locator(".picture__link")
    links.first.focus()
    signed_in.keyboard.press("ArrowRight")
    expect(links.nth(1)).to_be_focused()
    signed_in.keyboard.press("ArrowDown")
    signed_in.keyboard.press("ArrowUp")
    expect(links.nth(1)).to_be_focused()
    signed_in.keyboard.press("Enter")
    signed_in.wait_for_url(f"**/images/{images[-2].uuid}/")
    signed_in.keyboard.press("ArrowRight")
    signed_in.wait_for_url(f"**/images/{images[-3].uuid}/")
    signed_in.keyboard.press("ArrowLeft")
    signed_in.wait_for_url(f"**/images/{images[-2].uuid}/")


WIDE, MEDIUM, NARROW = (630, 210), (400, 600), (210, 630)


def test_every_button_has_its_place_where_there_is_room_for_it(signed_in: Page, ana: User):
    medium = picture(ana, "A lighthouse at dusk on a black cliff", content=png(MEDIUM))
    fill(ana, 12)
    signed_in.goto("/gallery/")
    window, words, *buttons = parts_of(signed_in, medium)
    assert 118 < window["width"] < 176
    assert len(buttons) == 3
    for box in (words, *buttons):
        assert window["left"] <= box["left"]
        assert box["right"] <= window["right"]
        assert window["top"] <= box["top"]
        assert box["bottom"] <= window["bottom"]
    assert len({box["top"] for box in buttons}) == 1
    assert words["bottom"] <= buttons[0]["top"] + 1


def test_a_click_on_a_narrow_picture_opens_it_and_keys_reach_its_buttons(
    signed_in: Page, ana: User
):
    narrow = picture(ana, "A lighthouse at dusk on a black cliff", content=png(NARROW))
    fill(ana, 12)
    signed_in.goto("/gallery/")
    window, words, mark, *others = parts_of(signed_in, narrow)
    assert window["width"] < 118
    assert mark["top"] > window["top"] + window["height"] / 2
    assert [box["width"] for box in (words, *others)] == [0, 0, 0]
    large = signed_in.get_by_role("link", name=f"Show {narrow.frame_number} large")
    signed_in.locator(f"#picture-{narrow.pk} .favourite").focus()
    signed_in.keyboard.press("Tab")
    expect(large).to_be_focused()
    assert large.evaluate("one => one.getBoundingClientRect().width") == 32
    signed_in.locator(f"#picture-{narrow.pk} .picture__link").click()
    signed_in.wait_for_url(f"**/images/{narrow.uuid}/")


def parts_of(page: Page, image: OutputImage) -> list[dict[str, float]]:
    shown = page.locator(f"#picture-{image.pk}")
    shown.hover()
    return shown.locator(".picture__link, .picture__caption, .button").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().toJSON())"
    )


def test_a_row_is_filled_though_one_picture_in_it_is_upright(signed_in: Page, ana: User):
    images = many(ana, 5, content=png((640, 640)))
    for image, size in zip(images, [WIDE, WIDE, MEDIUM, WIDE, WIDE], strict=True):
        image.width, image.height = size
    OutputImage.objects.bulk_update(images, ["width", "height"])
    signed_in.set_viewport_size({"width": 390, "height": 844})
    signed_in.goto("/gallery/")
    widths = signed_in.locator(".picture__link").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().width)"
    )
    assert max(widths) - min(widths) < 1.5


def test_after_pictures_went_the_last_row_is_held_back_anew(signed_in: Page, ana: User):
    many(ana, PAGE_SIZE + 1, content=png((64, 64)))
    # The end is far away: nothing more is loaded
    signed_in.set_viewport_size({"width": 390, "height": 500})
    signed_in.goto("/gallery/")
    expect(signed_in.locator(".picture[hidden]").first).to_be_attached()
    count = len(last_row(signed_in))
    assert count > 1
    # All but one of the last row that is shown
    boxes = signed_in.locator(".picture:not([hidden]) [name=images]").all()
    for box in boxes[-count:-1]:
        box.evaluate("one => one.click()")
    signed_in.locator(".selection-bar").get_by_role("button", name="Remove").press("Enter")
    expect(signed_in.locator("toast-stack")).to_contain_text("in the trash")
    assert len(frames(signed_in)) == PAGE_SIZE + 1 - count
    expect(signed_in.locator(".is-going-on")).to_be_attached()
    assert len(last_row(signed_in)) > 1


def last_row(page: Page) -> list[float]:
    tops = page.locator(".picture:not([hidden])").evaluate_all(
        "all => all.map(one => one.offsetTop)"
    )
    return [top for top in tops if top == tops[-1]]


def test_a_toast_leaves_the_pictures_free_while_some_are_selected(signed_in: Page, ana: User):
    fill(ana, 12)
    for width in (390, 1280):
        signed_in.set_viewport_size({"width": width, "height": 844})
        signed_in.goto("/gallery/")
        signed_in.locator(".picture__select input").first.check(force=True)
        signed_in.keyboard.press("f")
        toast = signed_in.locator(".toast")
        expect(toast).to_contain_text("1 picture marked")
        assert toast.evaluate("one => one.getBoundingClientRect().height") < 60
        signed_in.keyboard.press("f")
        expect(toast).not_to_contain_text("1 picture marked")


def test_an_amount_is_shown_whole_or_not_at_all(signed_in: Page, ana: User):
    picture(ana, content=png((210, 630)))
    fill(ana, 12)
    signed_in.goto("/gallery/")
    seen = signed_in.locator(".picture__edge").evaluate_all(
        """all => all.map(edge => {
          const line = edge.getBoundingClientRect();
          const amount = edge.lastElementChild.getBoundingClientRect();
          const isWhole = amount.bottom <= line.bottom && amount.right <= line.right;
          return [amount.top >= line.bottom, isWhole];
        })"""
    )
    assert all(is_out_of_sight != is_whole for is_out_of_sight, is_whole in seen)
    assert {is_whole for _is_out_of_sight, is_whole in seen} == {True, False}


def test_a_new_picture_is_announced_at_the_top(signed_in: Page, ana: User, ben: User):
    picture(ana)
    with signed_in.expect_response("**/gallery/news/**"):
        signed_in.goto("/gallery/")
    top = signed_in.locator(".picture").first.bounding_box()["y"]
    picture(ben)
    news = signed_in.get_by_role("link", name="1 new picture")
    expect(news).to_be_visible()
    assert signed_in.locator(".picture").first.bounding_box()["y"] == top
    news.click()
    expect(signed_in.locator(".picture")).to_have_count(2)
    expect(news).to_have_count(0)


def test_the_picture_is_shown_in_its_own_shape_and_downloaded_byte_for_byte(
    signed_in: Page, ana: User
):
    content = png((300, 200), "seagreen")
    image = picture(ana, "A red kite", content=content)
    signed_in.goto(f"/images/{image.uuid}/")
    box = signed_in.locator(".viewer__image").bounding_box()
    assert box["width"] / box["height"] == pytest.approx(1.5, rel=0.01)
    with signed_in.expect_download() as started:
        signed_in.get_by_role("link", name="Download").click()
    download = started.value
    assert download.suggested_filename.endswith(f"_a-red-kite_{image.frame_number}.png")
    assert download.path().read_bytes() == content


def test_the_theme_changes_at_once_and_stays(signed_in: Page, ana: User):
    signed_in.goto("/gallery/")
    signed_in.get_by_role("button", name="Ana").click()
    with signed_in.expect_response("**/theme/"):
        signed_in.get_by_role("button", name="Dark").click()
    expect(signed_in.locator("html")).to_have_attribute("data-theme", "dark")
    signed_in.reload()
    expect(signed_in.locator("html")).to_have_attribute("data-theme", "dark")


def test_no_page_is_wider_than_its_window(signed_in: Page, ana: User):
    fill(ana, 12)
    image = picture(ana, "unbreakable" * 60)
    for address in ("/gallery/", f"/images/{image.uuid}/", "/account/password/change/"):
        signed_in.goto(address)
        for width in (360, 700, 1024, 2560):
            signed_in.set_viewport_size({"width": width, "height": 800})
            needed = signed_in.evaluate("document.documentElement.scrollWidth")
            assert needed <= width, f"{address} in a window of {width}"


def test_without_javascript_links_do_the_same(
    live_site: Any, ana: User, sign_in: Any, open_tab: Any
):
    images = fill(ana, PAGE_SIZE + 5)
    page = open_tab(java_script_enabled=False)
    sign_in(page, ana)
    page.goto(f"{live_site.url}/gallery/")
    page.get_by_role("link", name="Older").click()
    assert frames_by_markup(page) == [image.pk for image in reversed(images[:5])]
    page.get_by_role("link", name="Newest").click()
    assert len(frames_by_markup(page)) == PAGE_SIZE
    page.locator(".picture__link").first.click()
    assert re.search(r"/images/[0-9a-f-]+/$", page.url)
    page.get_by_role("link", name="Older picture").click()
    answer = page.request.get(f"{live_site.url}/images/{images[0].uuid}/file/")
    assert Image.open(io.BytesIO(answer.body())).size == (640, 640)


def frames_by_markup(page: Page) -> list[int]:
    page.wait_for_load_state()
    return [int(frame) for frame in re.findall(r'data-frame="(\d+)"', page.content())]
