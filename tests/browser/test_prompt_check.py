"""The prompt check in a real browser: it warns while one types and changes what it is told."""

import pytest
from playwright.sync_api import Locator, Page, expect

NAMED = "🎨 A girl with a kite, by Makoto Shinkai, 2:3"
SAFER = "🎨 A girl with a kite, in bright modern Japanese anime style, 2:3"


@pytest.fixture
def studio(signed_in: Page) -> Page:
    """Ana in the studio."""
    signed_in.goto("/")
    return signed_in


def prompt(page: Page) -> Locator:
    return page.get_by_label("Prompt", exact=True)


def warning(page: Page, words: str) -> Locator:
    return page.locator("prompt-check .prompt-check", has_text=words)


def test_the_warning_comes_while_typing_and_goes_with_the_words(studio: Page):
    prompt(studio).press_sequentially("A pumpkin by Yayoi Kusama")
    here = warning(studio, "“Yayoi Kusama” is a living artist.")
    expect(here).to_be_visible()
    expect(prompt(studio)).to_have_value("A pumpkin by Yayoi Kusama")
    prompt(studio).fill("A pumpkin by Yayoi")
    expect(here).to_have_count(0)
    prompt(studio).fill(NAMED)
    expect(warning(studio, "Shinkai")).to_be_visible()
    studio.locator("[data-example]").first.click()
    expect(warning(studio, "Shinkai")).to_have_count(0)


def test_use_this_wording_replaces_just_these_words_and_undo_takes_it_back(studio: Page):
    prompt(studio).fill(NAMED)
    studio.get_by_role("button", name="Use this wording").click()
    expect(prompt(studio)).to_have_value(SAFER)
    expect(prompt(studio)).to_be_focused()
    expect(warning(studio, "Shinkai")).to_have_count(0)
    selected = prompt(studio).evaluate(
        "one => one.value.slice(one.selectionStart, one.selectionEnd)"
    )
    assert selected == "in bright modern Japanese anime style"
    studio.keyboard.press("Control+z")
    expect(prompt(studio)).to_have_value(NAMED)
    expect(warning(studio, "Shinkai")).to_be_visible()
    # The button finds its words where they have moved to
    prompt(studio).evaluate("one => one.value = 'Not this. ' + one.value")
    studio.get_by_role("button", name="Use this wording").click()
    expect(prompt(studio)).to_have_value("Not this. " + SAFER)


def test_a_screen_reader_hears_a_warning_once_and_it_keeps_nobody_from_generating(studio: Page):
    prompt(studio).fill(NAMED)
    expect(warning(studio, "Shinkai")).to_be_visible()
    studio.evaluate(
        "window.said = 0; new MutationObserver(() => window.said += 1)"
        ".observe(document.querySelector('prompt-check'), {childList: true, subtree: true})"
    )
    with studio.expect_response("**/prompt-check/"):
        prompt(studio).fill("First: " + NAMED)
    studio.get_by_role("button", name="Use this wording").click()
    expect(prompt(studio)).to_have_value("First: " + SAFER)
    expect(warning(studio, "Shinkai")).to_have_count(0)
    assert studio.evaluate("window.said") == 1
    # Nor does it ever stand in the way
    prompt(studio).fill(NAMED)
    expect(warning(studio, "Shinkai")).to_be_visible()
    studio.get_by_role("button", name="Generate").last.click()
    expect(studio.locator("generation-card", has_text=NAMED)).to_have_count(1)
    expect(prompt(studio)).to_have_value(NAMED)
