"""What one does with a picture that one has: mark it, keep it in an order, remove it and undo."""

from typing import Any

from django.contrib.auth.models import User
from playwright.sync_api import Locator, Page, expect

from generations.models import Collection, Favourite, OutputImage
from generations.services.collections import add_images, create_collection
from generations.services.trash import restore_images, trash_images
from tests.pages.delivering import many, picture, png


def test_a_picture_is_marked_by_key_and_in_the_gallery(signed_in: Page, ana: User):
    image = picture(ana)
    signed_in.goto(f"/images/{image.uuid}/")
    button = signed_in.get_by_role("button", name="Favourite")
    signed_in.keyboard.press("f")
    expect(button).to_have_attribute("aria-pressed", "true")
    assert Favourite.objects.get().person == ana
    signed_in.goto("/gallery/")
    liked = signed_in.locator(".picture__liked")
    expect(liked).to_be_visible()
    signed_in.locator(".picture__link").focus()
    signed_in.get_by_role("button", name="Favourite").click()
    expect(liked).to_be_hidden()
    assert not Favourite.objects.exists()


def test_a_picture_is_removed_and_undone_at_once(signed_in: Page, ana: User):
    image = picture(ana)
    signed_in.goto(f"/images/{image.uuid}/")
    signed_in.get_by_role("button", name="Remove").click()
    expect(signed_in.get_by_text("is in the trash")).to_be_visible()
    expect(signed_in.locator(".picture")).to_have_count(0)
    signed_in.get_by_role("button", name="Undo").click()
    expect(signed_in.locator(".picture")).to_have_count(1)
    assert OutputImage.objects.in_gallery().exists()


def test_several_are_restored_from_the_trash_at_once(signed_in: Page, ana: User):
    many(ana, 3)
    trash_images(user=ana, images=OutputImage.objects.all())
    signed_in.goto("/trash/")
    boxes = signed_in.locator(".picture__select input")
    boxes.first.click()
    boxes.nth(1).click(modifiers=["Shift"])
    signed_in.locator(".selection-bar").get_by_role("button", name="Restore").click()
    expect(signed_in.locator(".picture")).to_have_count(1)
    assert OutputImage.objects.in_gallery().count() == 2
    signed_in.get_by_role("button", name="Undo").click()
    expect(signed_in.locator(".picture")).to_have_count(3)
    assert not OutputImage.objects.in_gallery().exists()


FAILED = "That did not work. Try it again."
# What the first request meets on its way; all are counted
SLOW = """() => {
  const send = window.fetch;
  window.asked = window.answered = 0;
  window.fetch = async (...what) => {
    if (!window.asked++) await new Promise((go) => setTimeout(go, 600));
    const answer = await send(...what);
    window.answered++;
    return answer;
  };
}"""
BOTH_ANSWERED = """async () => {
  while (window.answered < 2) await new Promise((go) => setTimeout(go, 20));
}"""
LOST = """() => {
  const send = window.fetch;
  window.fetch = async () => { window.fetch = send; throw new TypeError("lost"); };
}"""


def test_one_is_restored_and_the_focus_goes_on_to_the_next(signed_in: Page, ana: User):
    many(ana, 2)
    trash_images(user=ana, images=OutputImage.objects.all())
    signed_in.goto("/trash/")
    signed_in.get_by_role("button", name="Restore").first.press("Enter")
    expect(signed_in.locator(".picture")).to_have_count(1)
    assert OutputImage.objects.in_gallery().count() == 1
    expect(signed_in.locator(".picture__link")).to_be_focused()
    signed_in.keyboard.press("Control+z")
    expect(signed_in.locator(".picture")).to_have_count(2)


def test_a_restore_pressed_twice_is_one_that_can_be_undone(signed_in: Page, ana: User):
    many(ana, 2)
    trash_images(user=ana, images=OutputImage.objects.all())
    signed_in.goto("/trash/")
    signed_in.evaluate(SLOW)
    signed_in.get_by_role("button", name="Restore").first.dblclick()
    expect(signed_in.locator("toast-stack")).to_contain_text("1 picture restored.")
    assert signed_in.evaluate("window.asked") == 1
    signed_in.get_by_role("button", name="Undo").click()
    expect(signed_in.locator(".picture")).to_have_count(2)
    assert not OutputImage.objects.in_gallery().exists()


def test_the_last_one_restored_leaves_the_page_of_an_empty_trash(signed_in: Page, ana: User):
    image = picture(ana)
    trash_images(user=ana, images=OutputImage.objects.filter(pk=image.pk))
    signed_in.goto("/trash/")
    empty = signed_in.get_by_role("heading", name="Nothing here")
    expect(empty).to_be_hidden()
    signed_in.get_by_role("button", name="Restore").press("Enter")
    expect(empty).to_be_visible()
    expect(signed_in.get_by_role("link", name="To the gallery")).to_be_focused()
    signed_in.keyboard.press("Control+z")
    expect(signed_in.locator(".picture")).to_have_count(1)
    expect(empty).to_be_hidden()


def test_a_page_of_several_goes_on_where_it_was_emptied(signed_in: Page, ana: User):
    many(ana, 62)
    trash_images(user=ana, images=OutputImage.objects.all())
    signed_in.goto("/trash/")
    last = signed_in.locator(".picture").last.get_attribute("data-image")
    signed_in.get_by_role("button", name="Restore").first.press("Enter")
    expect(signed_in.locator(".picture")).to_have_count(59)
    signed_in.get_by_role("link", name="Next").click()
    expect(signed_in.locator(".picture")).to_have_count(60)
    expect(signed_in.locator(f"[data-image='{last}']")).to_have_count(1)


def test_an_undo_that_gets_no_answer_can_be_tried_again(page: Page, sign_in: Any, ana: User):
    many(ana, 2)
    sign_in(page, ana)
    page.goto("/gallery/")
    page.locator(".picture__select input").first.press(" ")
    page.keyboard.press("Delete")
    toast = page.locator("toast-stack")
    expect(toast).to_contain_text("is in the trash.")
    page.context.set_offline(True)
    page.keyboard.press("Control+z")
    expect(toast).to_contain_text(FAILED)
    page.context.set_offline(False)
    page.keyboard.press("Control+z")
    expect(page.locator(".picture")).to_have_count(2)
    assert OutputImage.objects.in_gallery().count() == 2


def test_an_undo_that_the_server_could_not_do_can_be_tried_again(
    page: Page, sign_in: Any, ana: User
):
    many(ana, 2)
    sign_in(page, ana)
    # Before the page: one that is there already may let the next request pass
    page.route("**/restorations/", lambda route: route.fulfill(status=503), times=1)
    page.goto("/gallery/")
    page.locator(".picture__select input").first.press(" ")
    page.keyboard.press("Delete")
    toast = page.locator("toast-stack")
    expect(toast).to_contain_text("is in the trash.")
    page.keyboard.press("Control+z")
    expect(toast).to_contain_text(FAILED)
    page.keyboard.press("Control+z")
    expect(page.locator(".picture")).to_have_count(2)


def test_what_was_restored_elsewhere_is_not_tried_for_ever(page: Page, sign_in: Any, ana: User):
    picture(ana)
    trash_images(user=ana, images=OutputImage.objects.all())
    sign_in(page, ana)
    page.goto("/trash/")
    restore_images(images=OutputImage.objects.all())
    page.get_by_role("button", name="Restore").click()
    expect(page.locator("toast-stack")).to_have_text(
        "Something has changed meanwhile. Load the page again."
    )


def test_several_are_removed_by_key_and_the_focus_goes_on(signed_in: Page, ana: User):
    many(ana, 3)
    signed_in.goto("/gallery/")
    signed_in.locator(".picture__select input").first.press(" ")
    signed_in.locator(".selection-bar").get_by_role("button", name="Remove").press("Enter")
    expect(signed_in.locator(".picture")).to_have_count(2)
    expect(signed_in.locator(".picture__link").first).to_be_focused()


def test_a_mark_that_gets_no_answer_says_so(page: Page, sign_in: Any, ana: User):
    picture(ana)
    sign_in(page, ana)
    page.goto("/gallery/")
    page.locator(".picture__link").focus()
    page.keyboard.press(" ")
    large = page.locator("dialog.lightbox")
    expect(large).to_be_visible()
    page.context.set_offline(True)
    page.keyboard.press("f")
    expect(large.locator("[data-role=caption]")).to_have_text(FAILED)
    page.context.set_offline(False)
    page.keyboard.press("f")
    expect(large.locator("[data-role=caption]")).to_have_text("A red kite")
    page.keyboard.press("Escape")
    mark = page.locator(".picture .favourite")
    page.context.set_offline(True)
    mark.click()
    expect(page.locator("toast-stack")).to_contain_text(FAILED)
    expect(mark).to_have_attribute("aria-pressed", "true")
    page.context.set_offline(False)
    assert Favourite.objects.get().person == ana
    mark.click()
    # Long before it would leave by itself
    expect(page.locator("toast-stack")).to_have_text("", timeout=5000)
    assert not Favourite.objects.exists()


def test_a_failure_is_not_said_of_the_next_picture(signed_in: Page, ana: User):
    picture(ana, "A blue kite")
    picture(ana)
    signed_in.goto("/gallery/")
    signed_in.locator(".picture__link").first.focus()
    signed_in.keyboard.press(" ")
    caption = signed_in.locator("dialog.lightbox [data-role=caption]")
    expect(caption).to_have_text("A red kite")
    signed_in.evaluate(
        "() => { window.fetch = () => new Promise((_, fail) => { window.lose = fail; }); }"
    )
    signed_in.keyboard.press("f")
    signed_in.keyboard.press("ArrowRight")
    expect(caption).to_have_text("A blue kite")
    signed_in.evaluate(
        "async () => { window.lose(new TypeError()); await new Promise(setTimeout); }"
    )
    expect(caption).to_have_text("A blue kite")


def test_a_mark_on_its_page_that_gets_no_answer_says_so(page: Page, sign_in: Any, ana: User):
    image = picture(ana)
    sign_in(page, ana)
    page.goto(f"/images/{image.uuid}/")
    page.context.set_offline(True)
    page.get_by_role("button", name="Favourite").first.click()
    expect(page.locator("toast-stack")).to_contain_text(FAILED)
    page.context.set_offline(False)
    assert not Favourite.objects.exists()


def test_a_picture_goes_one_place_on_and_its_button_keeps_the_focus(signed_in: Page, ana: User):
    collection = create_collection(user=ana, name="Kites")
    a, b, c = many(ana, 3)
    add_images(user=ana, collection=collection, images=[a, b, c])
    signed_in.goto(f"/collections/{collection.pk}/")
    earlier = open_acts(signed_in, c)
    for expected in ([a, c, b], [c, a, b]):
        with signed_in.expect_response("**/order/"):
            earlier.press("Enter")
        expect(signed_in.locator("collection-order [data-role=said]")).to_have_text("Moved.")
        expect(earlier).to_be_focused()
        assert order_of(collection) == expected
    # There is no place before the first, and nothing to load for it
    earlier.press("Enter")
    expect(earlier).to_be_focused()
    assert order_of(collection) == [c, a, b]


def test_moves_reach_the_server_in_their_order(signed_in: Page, ana: User):
    collection = create_collection(user=ana, name="Kites")
    a, b, c = many(ana, 3)
    add_images(user=ana, collection=collection, images=[a, b, c])
    signed_in.goto(f"/collections/{collection.pk}/")
    signed_in.evaluate(SLOW)
    earlier = open_acts(signed_in, c)
    earlier.press("Enter")
    earlier.press("Enter")
    signed_in.evaluate(BOTH_ANSWERED)
    expect(signed_in.locator("collection-order [data-role=said]")).to_have_text("Moved.")
    assert order_of(collection) == shown_of(signed_in) == [c, a, b]


def test_after_a_move_that_failed_the_page_says_so_until_it_comes_again(
    page: Page, sign_in: Any, ana: User
):
    collection = create_collection(user=ana, name="Kites")
    a, b, c = many(ana, 3)
    add_images(user=ana, collection=collection, images=[a, b, c])
    sign_in(page, ana)
    page.goto(f"/collections/{collection.pk}/")
    page.evaluate(LOST)
    earlier = open_acts(page, c)
    earlier.press("Enter")
    told = page.locator("toast-stack")
    expect(told).to_have_text("The order could not be kept. Load the page again.")
    assert order_of(collection) == [a, b, c]
    with page.expect_navigation():
        earlier.press("Enter")
    expect(told).to_have_text("")
    assert order_of(collection) == shown_of(page) == [a, c, b]


def test_on_a_narrow_picture_the_menu_leaves_room_for_the_choice(signed_in: Page, ana: User):
    collection = create_collection(user=ana, name="Kites")
    images = many(ana, 12, content=png((210, 630)))
    add_images(user=ana, collection=collection, images=images)
    signed_in.set_viewport_size({"width": 390, "height": 844})
    signed_in.goto(f"/collections/{collection.pk}/")
    box, menu = (
        signed_in.locator(".picture").first.locator(".picture__select, .picture__more").all()
    )
    assert ends_of(box)["bottom"] <= ends_of(menu)["top"]
    box.click()
    expect(signed_in.locator(".selection-bar")).to_contain_text("1 selected")


def ends_of(part: Locator) -> dict[str, float]:
    return part.evaluate("one => one.getBoundingClientRect().toJSON()")


def open_acts(page: Page, image: OutputImage) -> Any:
    page.locator(f"#picture-{image.pk} .picture__link").focus()
    page.get_by_role("button", name=f"More for {image.frame_number}").press("Enter")
    return page.get_by_role("button", name="Earlier")


def shown_of(page: Page) -> list[OutputImage]:
    shown = page.locator(".picture").evaluate_all("all => all.map(one => one.dataset.image)")
    found = {str(image.uuid): image for image in OutputImage.objects.all()}
    return [found[it] for it in shown]


def test_a_collection_is_put_in_order_by_hand(signed_in: Page, ana: User):
    collection = create_collection(user=ana, name="Kites")
    a, b, c = many(ana, 3)
    add_images(user=ana, collection=collection, images=[a, b, c])
    signed_in.goto(f"/collections/{collection.pk}/")
    places = signed_in.locator("[data-image]")
    for source, target, expected in [(0, 2, [b, c, a]), (1, 0, [c, b, a])]:
        with signed_in.expect_response("**/order/"):
            # A single move may be too early for a busy browser to take it for a drag
            places.nth(source).drag_to(places.nth(target), steps=5)
        expect(signed_in.locator("collection-order [data-role=said]")).to_have_text("Moved.")
        assert order_of(collection) == expected
    signed_in.reload()
    shown = places.evaluate_all("all => all.map(one => one.dataset.image)")
    assert shown == [str(image.uuid) for image in (c, b, a)]
    places.nth(1).hover()
    signed_in.get_by_role("button", name=f"More for {b.frame_number}").click()
    signed_in.get_by_role("button", name="As cover").click()
    expect(signed_in.locator(".picture__cover")).to_have_count(1)
    take_out(signed_in, collection)


def take_out(page: Page, collection: Collection) -> None:
    page.locator(".picture__select input").first.click()
    page.get_by_role("button", name="Take out").click()
    expect(page.locator(".picture")).to_have_count(2)
    assert collection.items.count() == 2
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".picture")).to_have_count(3)
    assert collection.items.count() == 3


def order_of(collection: Collection) -> list[OutputImage]:
    return [item.image for item in collection.items.order_by("position", "pk")]
