"""A link from its making to its end: in its maker's browser, and on a guest's phone."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from generations.models import ShareLink, ShareReview
from generations.services.share_links.links import revoke_links
from tests.pages.delivering import deliver, png
from tests.pages.sharing import share, there
from tests.support.site import LiveSite

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def phone(browser: Any, live_site: LiveSite) -> Iterator[Page]:
    """A guest's phone with a clean profile; what the page complains about fails the test."""
    complaints: list[str] = []
    context = browser.new_context(base_url=live_site.url, **PHONE)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    # Refusals are told as faults, too
    assert [it for it in complaints if not it.startswith("Failed to load resource")] == []


def test_a_selection_is_shared_and_opened_elsewhere(signed_in: Page, phone: Page, ana: User):
    """Chosen in the gallery, looked through on a phone with keys and fingers, left with Back."""
    deliver(ana, pictures=3, content=png((300, 200)))
    signed_in.goto("/gallery/")
    signed_in.locator(".picture").first.hover()
    for box in signed_in.locator(".picture input[name=images]").all():
        box.check(force=True)
    signed_in.get_by_role("button", name="Share").click()
    signed_in.get_by_label("Title").fill("Winter programme")
    signed_in.get_by_label("may download").check()
    signed_in.get_by_role("button", name="Make the link").click()
    address = signed_in.locator(".copy__text").input_value()
    assert address.endswith(there(ShareLink.objects.get()))

    phone.goto(address)
    expect(phone.get_by_role("heading", name="Winter programme")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert phone.context.cookies() == []
    phone.locator(".picture__link").first.tap()
    expect(phone.locator("dialog[open] .frame-number")).to_have_text("1 / 3")
    phone.keyboard.press("ArrowRight")
    expect(phone.locator("dialog[open] .frame-number")).to_have_text("2 / 3")
    phone.keyboard.press("ArrowRight")
    expect(phone.locator("dialog[open] .frame-number")).to_have_text("3 / 3")
    large = phone.locator("dialog[open] .viewer__image")
    expect(large).to_have_js_property("naturalWidth", 300)
    phone.go_back()
    expect(phone.locator("dialog[open]")).to_have_count(0)
    assert phone.url == address


def test_a_password_is_asked_for_once(phone: Page, live_site: LiveSite, ana: User):
    link = share(ana, *deliver(ana, pictures=2).images.all(), password="kestrel")
    phone.goto(there(link))
    field = phone.get_by_label("Password")
    field.fill("buzzard")
    phone.get_by_role("button", name="Open").click()
    expect(phone.get_by_text("That is not the password")).to_be_visible()
    phone.get_by_label("Password").fill("kestrel")
    phone.get_by_role("button", name="Open").click()
    expect(phone.locator(".picture__link")).to_have_count(2)
    phone.reload()
    expect(phone.locator(".picture__image").first).to_have_js_property("complete", True)
    (cookie,) = phone.context.cookies()
    assert (cookie["path"], cookie["httpOnly"], cookie["sameSite"]) == (there(link), True, "Lax")


def test_a_review_and_then_the_link_is_revoked_under_the_guests_hands(
    signed_in: Page, phone: Page, ana: User
):
    images = list(deliver(ana, pictures=3).images.all())
    link = share(ana, *images, allow_review=True)
    phone.goto(there(link))
    phone.locator(".picture__link").first.tap()
    phone.get_by_label("Your name").fill("Mara")
    phone.get_by_role("button", name="Favourite").click()
    expect(phone.get_by_text("As Mara")).to_be_visible()
    phone.get_by_label("Comment").fill("Warmer <b>please</b>")
    phone.get_by_role("button", name="Leave the comment").click()
    expect(phone.locator(".shared-review__comment")).to_have_text("Warmer <b>please</b>")
    phone.go_back()
    expect(phone.locator(".is-mine")).to_have_count(1)
    assert phone.context.cookies() == []

    signed_in.goto(f"/share-links/{link.pk}/")
    expect(signed_in.locator(".share-review__comment")).to_have_text("Warmer <b>please</b>")
    signed_in.get_by_role("button", name="Hide").click()
    expect(signed_in.get_by_text("hidden from guests")).to_be_visible()
    assert ShareReview.objects.get().is_hidden

    phone.locator(".picture__link").nth(1).tap()
    expect(phone.locator("dialog[open]")).to_be_visible()
    revoke_links(links=ShareLink.objects.all(), by=ana)
    phone.locator("dialog[open] a[rel=next]").tap()
    expect(phone.get_by_role("heading", name="Nothing to see here")).to_be_visible()
    phone.goto(there(link, "pictures", images[0], "thumbnail"))
    expect(phone.get_by_role("heading", name="Nothing to see here")).to_be_visible()
