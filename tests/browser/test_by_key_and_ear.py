"""The whole way by keyboard alone, as a screen reader tells it, without motion."""

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from tests.support.cast import PASSWORD
from tests.support.processes import wait_until

# What a screen reader says by itself from now on: every text of a live region that changes
LISTEN = """() => {
  window.heard = [];
  const regions = document.querySelectorAll("[aria-live], [role=status], [role=alert]");
  regions.forEach((region) => new MutationObserver(() => {
    const text = region.textContent.trim().replace(/\\s+/g, " ");
    if (text && text !== window.heard.at(-1)) window.heard.push(text);
  }).observe(region, { childList: true, subtree: true, characterData: true }));
}"""
LONGEST_MOTION = """() => {
  const factor = (time) => time.includes("ms") ? 0.001 : 1;
  const seconds = (list) => list.split(",").map((it) => parseFloat(it) * factor(it));
  return Math.max(...[...document.querySelectorAll("body *")].flatMap((one) => {
    const style = getComputedStyle(one);
    return [...seconds(style.animationDuration), ...seconds(style.transitionDuration)];
  }));
}"""
FOCUSED = "document.activeElement"


@pytest.fixture
def with_password(ana: User) -> User:
    ana.set_password(PASSWORD)
    ana.save()
    return ana


def press_until(page: Page, key: str, condition: str, most: int) -> None:
    for _ in range(most):
        page.keyboard.press(key)
        if page.evaluate(condition):
            return
    raise AssertionError(f"{key} was pressed {most} times, and not {condition}")


def sign_in_by_key(page: Page) -> None:
    page.goto("/account/login/")
    # A browser that has just begun gives the focus a moment after the page
    expect(page.get_by_label("User name or e-mail")).to_be_focused()
    page.keyboard.type("ana")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_title("Studio · Proofsheet")
    # Until all has come, the browser goes to the place named in the address again, and the focus
    # with it, also from a field that is typed in
    page.wait_for_load_state()


def test_from_the_sign_in_to_the_picture_by_key_and_by_ear(page: Page, with_password: User):
    page.emulate_media(reduced_motion="reduce")
    sign_in_by_key(page)

    # The first stop leads past the rail
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate(f"{FOCUSED}.id") == "main"
    press_until(page, "Tab", f"{FOCUSED}.id === 'prompt'", most=6)

    page.evaluate(LISTEN)
    page.keyboard.type("A red kite")
    page.keyboard.press("Control+Enter")
    card = page.locator("generation-card")
    expect(card).to_have_count(1)
    assert page.evaluate(LONGEST_MOTION) <= 0.001
    expect(card.locator("a.frame")).to_be_visible(timeout=30_000)

    # Told by steps: each once, by the prompt's name, and never by percent
    wait_until(lambda: page.evaluate("heard.at(-1)") == "Done: A red kite")
    told = [words for words in page.evaluate("heard") if words.endswith(": A red kite")]
    assert told[-1] == "Done: A red kite"
    assert len(told) == len(set(told)) <= 6
    assert "%" not in "".join(told)

    # And on to the picture, and back
    press_until(page, "Tab", f"{FOCUSED}.matches('a.frame')", most=60)
    page.keyboard.press("Enter")
    page.wait_for_url("**/images/**")
    expect(page.get_by_role("img", name="A red kite").first).to_be_visible()
