"""What one does with a picture that one has: mark it, keep it in an order, remove it and undo."""

from typing import Any

from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from generations.models import Collection, Favourite, OutputImage
from generations.services.collections import add_images, create_collection
from generations.services.trash import trash_images
from tests.pages.delivering import many, picture


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
    expect(large.locator("[data-role=caption]")).to_have_text("That did not work. Try it again.")
    page.keyboard.press("Escape")
    mark = page.locator(".picture .favourite")
    mark.click()
    expect(page.locator("toast-stack")).to_contain_text("That did not work. Try it again.")
    page.context.set_offline(False)
    mark.click()
    expect(mark).to_have_attribute("aria-pressed", "true")
    assert Favourite.objects.get().person == ana


def test_a_picture_goes_one_place_on_and_its_button_keeps_the_focus(signed_in: Page, ana: User):
    collection = create_collection(user=ana, name="Kites")
    a, b, c = many(ana, 3)
    add_images(user=ana, collection=collection, images=[a, b, c])
    signed_in.goto(f"/collections/{collection.pk}/")
    signed_in.locator(".picture__link").nth(2).focus()
    signed_in.get_by_role("button", name=f"More for {c.frame_number}").press("Enter")
    earlier = signed_in.get_by_role("button", name="Earlier")
    for expected in ([a, c, b], [c, a, b]):
        with signed_in.expect_response("**/order/"):
            earlier.press("Enter")
        expect(signed_in.locator("collection-order [data-role=said]")).to_have_text("Moved.")
        expect(earlier).to_be_focused()
        assert order_of(collection) == expected


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
