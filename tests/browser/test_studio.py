"""The studio in a real browser: one press, and the picture develops before one's eyes."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from playwright.sync_api import Locator, Page, expect

from generations.models import Generation, ImageModel, ReferenceImage
from tests.factories import submit
from tests.pages.composing import upload
from tests.pages.delivering import picture
from tests.pictures.makers import encoded, noise, scene
from tests.support.cast import PASSWORD

CHAT = "gpt-4o-image-vip"
FREE_SIZES = "gpt-image-2"
Open = Callable[..., Page]


@pytest.fixture
def open_studio(ana: User, sign_in: Any, open_tab: Open) -> Iterator[Open]:
    """Opens the studio in a tab of its own; complaints of the page fail the test."""
    pages: list[Page] = []
    complaints: list[str] = []

    def open_studio(address: str = "/", *, tolerant: bool = False, **options: Any) -> Page:
        page = open_tab(**options)
        pages.append(page)
        if not tolerant:
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("console", lambda said: _note(complaints, said))
        sign_in(page, ana)
        page.goto(address)
        return page

    yield open_studio
    for page in pages:
        page.close()
    assert complaints == []


# htmx says these where a request gives way to a newer one, or its page is closed
GAVE_WAY = ("htmx:sendAbort", "htmx:afterRequest")


def _note(complaints: list[str], said: Any) -> None:
    if said.text.startswith(GAVE_WAY):
        return
    # A 422 is an answer that the page shows; the browser calls it an error all the same
    if said.type == "error" and "422" not in said.text:
        complaints.append(said.text)


def generate(page: Page, prompt: str = "A red kite over a grey sea", model: str = CHAT) -> Locator:
    page.get_by_label("Prompt", exact=True).fill(prompt)
    page.locator(f"[name=model][value='demo/{model}']").check(force=True)
    expect(page.locator("#composer-settings")).to_be_attached()
    page.get_by_role("button", name="Generate").last.click()
    return card(page, prompt)


def card(page: Page, prompt: str) -> Locator:
    return page.locator("generation-card", has_text=prompt)


def status(shown: Locator) -> Locator:
    return shown.locator(".status")


@pytest.mark.twice
def test_from_the_prompt_to_the_pictures_without_reloading(open_studio: Open) -> None:
    page = open_studio()
    page.evaluate("window.isSamePage = true")
    shown = generate(page)
    expect(status(shown)).to_contain_text("Done in", timeout=20_000)
    expect(shown.locator("a.frame img").last).to_have_js_property("complete", True)
    expect(shown).to_contain_text("$0.009")
    assert page.evaluate("window.isSamePage")
    assert page.get_by_label("Prompt", exact=True).input_value() == "A red kite over a grey sea"
    expect(page.locator(".empty")).to_be_hidden()
    # Changes of state are said to those who listen, and percentages are not
    said = page.locator("live-feed > [data-role=said]")
    expect(said).to_have_text("Done: A red kite over a grey sea")
    assert "%" not in said.inner_text()


def test_the_percentage_moves_and_never_back(live_site: Any, open_studio: Open) -> None:
    live_site.demo.next_faults("slow 3")
    page = open_studio()
    shown = generate(page)
    seen: list[int] = []
    while "Done" not in (words := status(shown).inner_text(timeout=20_000)):
        found = re.search(r"Painting, (\d+) %", words)
        if found:
            seen.append(int(found[1]))
        page.wait_for_timeout(30)
    assert len(set(seen)) > 3
    assert seen == sorted(seen)


def test_ctrl_enter_submits_and_each_press_is_a_new_generation(open_studio: Open) -> None:
    page = open_studio()
    prompt = page.get_by_label("Prompt", exact=True)
    key = page.locator("[name=submission_key]")
    for words in ("First kite", "Second kite"):
        pressed = key.input_value()
        prompt.fill(words)
        prompt.press("Control+Enter")
        expect(card(page, words)).to_have_count(1)
        # The card may come by the live stream, before the answer to the press
        expect(key).not_to_have_value(pressed)
    assert Generation.objects.count() == 2
    for words in ("First kite", "Second kite"):
        expect(status(card(page, words))).to_contain_text("Done in", timeout=20_000)
    expect(page.locator("#under-way")).to_have_text("")


def test_a_card_that_comes_twice_stands_once(open_studio: Open, ana: User) -> None:
    submit(ana, "Twice")
    page = open_studio()
    # As htmx inserts an answer: node by node before what was first, be it the same card
    page.evaluate(
        """() => {
          const feed = document.querySelector("#feed-cards");
          const [first] = feed.children;
          for (const node of [first.cloneNode(true), document.createTextNode(" ")]) {
            feed.insertBefore(node, first);
          }
        }"""
    )
    expect(card(page, "Twice")).to_have_count(1)


def test_a_double_click_makes_one_generation(open_studio: Open) -> None:
    page = open_studio()
    page.get_by_label("Prompt", exact=True).fill("Only once")
    page.locator("#generate").dblclick()
    expect(card(page, "Only once")).to_have_count(1)
    page.wait_for_timeout(500)
    assert Generation.objects.count() == 1


def test_ctrl_enter_counts_before_the_other_scripts_have_come(
    open_tab: Any, ana: User, sign_in: Any
) -> None:
    page = open_tab()
    sign_in(page, ana)
    page.route(
        "**/js/*",
        lambda route: route.abort() if "first-key" not in route.request.url else route.continue_(),
    )
    page.route("**/htmx*", lambda route: route.abort())
    page.goto("/")
    page.get_by_label("Prompt", exact=True).fill("A red kite")
    page.keyboard.press("Control+Enter")
    expect(page.locator("generation-card")).to_contain_text("A red kite")
    assert Generation.objects.count() == 1


def test_another_tab_shows_it_too_and_what_comes_from_elsewhere(
    open_studio: Open, ana: User
) -> None:
    here, there = open_studio(), open_studio()
    generate(here, "Seen in two tabs")
    expect(status(card(there, "Seen in two tabs"))).to_contain_text("Done in", timeout=20_000)
    submit(ana, "Sent by a script")
    expect(status(card(there, "Sent by a script"))).to_contain_text("Done in", timeout=20_000)


def test_a_reload_in_the_middle_goes_on_where_it_was(live_site: Any, open_studio: Open) -> None:
    live_site.demo.next_faults("hold 50")
    page = open_studio()
    shown = generate(page)
    expect(status(shown)).to_contain_text(re.compile(r"Painting, [34]\d"), timeout=20_000)
    page.reload()
    expect(status(shown)).to_contain_text(re.compile(r"Painting, [34]\d"))
    live_site.demo.release()
    expect(status(shown)).to_contain_text("Done in", timeout=20_000)


@pytest.mark.slow
def test_without_the_stream_the_card_asks_by_itself(open_studio: Open) -> None:
    page = open_studio("about:blank", tolerant=True)
    page.route("**/events/", lambda route: route.abort())
    page.goto("/")
    shown = generate(page)
    expect(status(shown)).to_contain_text("Done in", timeout=30_000)


@pytest.mark.slow
def test_a_stream_that_breaks_comes_back_with_what_was_missed(
    live_site: Any, open_studio: Open
) -> None:
    live_site.demo.next_faults("hold 50")
    page = open_studio(tolerant=True)
    shown = generate(page)
    expect(status(shown)).to_contain_text("Painting", timeout=20_000)
    page.context.set_offline(True)
    live_site.demo.release()
    page.wait_for_timeout(1500)
    page.context.set_offline(False)
    expect(status(shown)).to_contain_text("Done in", timeout=30_000)


def test_cancel_says_that_it_stops(live_site: Any, open_studio: Open) -> None:
    live_site.demo.next_faults("silent")
    page = open_studio()
    shown = generate(page)
    expect(shown).to_contain_text("Started, so it will be charged", timeout=20_000)
    shown.get_by_role("button", name="Cancel").click()
    expect(status(shown)).to_have_text("Canceled", timeout=20_000)
    expect(shown).to_contain_text("$0.009 was charged")


def test_try_again_after_a_failure(live_site: Any, open_studio: Open) -> None:
    live_site.demo.next_faults("provider-failed")
    page = open_studio()
    shown = generate(page)
    again = shown.get_by_role("button", name="Try again")
    again.click(timeout=20_000)
    expect(status(shown)).to_contain_text("Done in", timeout=20_000)
    expect(shown).to_contain_text("$0.018")


def test_the_generation_page_follows_and_its_receipt_adds_up(open_studio: Open) -> None:
    page = open_studio()
    generate(page).locator(".generation-card__prompt a").click()
    expect(page.get_by_role("heading", name="Generation")).to_be_visible()
    expect(page.locator(".status")).to_contain_text("Done in", timeout=20_000)
    expect(page.locator(".receipt__words")).to_contain_text("1 picture for $0.009")


@pytest.mark.slow
def test_a_hidden_tab_says_what_finished_without_a_stream(
    live_site: Any, open_studio: Open
) -> None:
    live_site.demo.next_faults("hold 50")
    page = open_studio()
    # A browser without a screen has nowhere to say it
    page.add_init_script(
        """window.Notification = class extends EventTarget {
          static permission = "default";
          static requestPermission = async () => (Notification.permission = "granted");
          constructor(title, { body }) { super(); document.body.dataset.said = body; }
        }"""
    )
    page.reload()
    expect(status(generate(page))).to_contain_text("Painting", timeout=20_000)
    page.get_by_role("button", name="Tell me when one finishes").click()
    expect(page.get_by_role("button", name="You are told")).to_have_attribute(
        "aria-pressed", "true"
    )
    page.evaluate(
        """() => {
          Object.defineProperty(document, "hidden", { get: () => true });
          document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    live_site.demo.release()
    said = "Done: A red kite over a grey sea"
    expect(page.locator("body")).to_have_attribute("data-said", said, timeout=20_000)
    # What was on its way when the tab was hidden may still have come; the end did not
    expect(status(card(page, "A red kite"))).not_to_contain_text("Done")


def test_an_example_fills_the_prompt_and_a_model_changes_the_settings_alone(
    open_studio: Open,
) -> None:
    page = open_studio()
    prompt = page.get_by_label("Prompt", exact=True)
    page.locator("[data-example]").first.click()
    assert "orange" in prompt.input_value()
    expect(prompt).to_be_focused()
    prompt.fill("Kept")
    page.locator("[name=count][value='3']").check(force=True)
    page.locator("[name=model][value='demo/gpt-4o-image']").focus()
    page.keyboard.press("Space")
    expect(page.locator("[name=quality]")).to_have_count(0)
    expect(page.locator("[name=count][value='3']")).to_be_checked()
    expect(page.locator("#composer-estimate")).to_contain_text("About $0.015.")
    expect(page.locator("#generate")).to_contain_text("Generate 3 pictures")
    assert prompt.input_value() == "Kept"
    assert page.evaluate("document.activeElement.value") == "demo/gpt-4o-image"


def test_the_picker_shows_the_chosen_model_and_follows_with_its_prices(
    open_studio: Open, ana: User
) -> None:
    for number in range(12):
        ImageModel.objects.create(provider="demo", name=f"a-{number}", position=1)
    page = open_studio(f"/?model=demo/{FREE_SIZES}", viewport={"width": 1280, "height": 900})
    chosen = page.locator(".model:has(:checked) b")
    expect(chosen).to_be_in_viewport()
    assert page.evaluate("scrollY") == 0
    price = page.locator(f".model:has([value='demo/{FREE_SIZES}']) .model__price")
    before = price.inner_text()
    page.locator("[name=size][value=free]").check(force=True)
    page.get_by_label("Width in pixels").fill("3072")
    frame = page.locator("[name=size][value=free] + span > i")
    expect(frame).to_have_css("aspect-ratio", re.compile(r"^2\.82"))
    page.locator("[name=count][value='4']").check(force=True)
    expect(price).not_to_contain_text(before)
    page.locator(f"[name=model][value='demo/{CHAT}']").check(force=True)
    expect(page.locator("#composer-estimate")).to_contain_text("About $0.036.")
    expect(page.locator("#priced-count")).to_have_text("4 pictures")


def test_settings_are_followed_by_the_estimate_checked_while_typed_and_never_dead(
    open_studio: Open,
) -> None:
    page = open_studio("/?model=demo/gpt-image-2")
    page.locator("[name=size][value='1024x1024']").check(force=True)
    page.locator("[name=quality][value=high]").check(force=True)
    estimate = page.locator("#composer-estimate")
    expect(estimate).not_to_contain_text("$0.059")
    page.locator("[name=quality][value=low]").check(force=True)
    expect(estimate).to_contain_text("About $0.0")
    page.locator("[name=size][value=free]").check(force=True)
    page.get_by_label("Width in pixels").fill("1000")
    expect(page.locator("#free-size-help")).to_contain_text("multiples of 16")
    page.get_by_label("Width in pixels").fill("1024")
    expect(page.locator("#free-size-help")).to_contain_text("at most 3:1")
    page.get_by_text("More settings").click()
    compression, moderation = page.locator("#output-compression"), page.get_by_text("Moderation")
    expect(compression).to_be_hidden()
    expect(moderation).to_be_visible()
    page.locator("[name=output_format][value=webp]").check(force=True)
    compression.fill("70")
    page.locator("[name=output_format][value=png]").check(force=True)
    expect(compression).to_be_visible()
    choose(page, ("one.png", encoded(scene())))
    expect(moderation).to_be_hidden()


def test_a_fault_stands_at_its_field_and_goes_with_the_next_success(open_studio: Open) -> None:
    page = open_studio()
    page.locator("#generate").click()
    fault = page.locator("#fault-prompt")
    expect(fault).to_contain_text("Describe the picture")
    expect(page.get_by_label("Prompt", exact=True)).to_be_focused()
    page.get_by_label("Prompt", exact=True).press("N")
    expect(fault).to_have_count(0)
    expect(page.get_by_label("Prompt", exact=True)).not_to_have_attribute("aria-invalid", "true")
    generate(page, "Now with words")
    expect(card(page, "Now with words")).to_have_count(1)


def test_a_draft_survives_a_reload_until_it_is_sent(open_studio: Open) -> None:
    page = open_studio("/?prompt=An+example")
    prompt = page.get_by_label("Prompt", exact=True)
    with page.expect_response("**/draft/"):
        prompt.fill("A long thought")
    expect(page).to_have_url(re.compile(r"/$"))
    with page.expect_response("**/draft/"):
        page.locator("[name=count][value='2']").check(force=True)
    with page.expect_response("**/draft/"):
        choose(page, ("one.png", encoded(scene())))
        expect(page.locator(".reference:not(.is-uploading)")).to_have_count(1)
    page.reload()
    expect(prompt).to_have_value("A long thought")
    expect(page.locator("[name=count][value='2']")).to_be_checked()
    expect(page.locator(".reference")).to_have_count(1)
    page.locator("#generate").click()
    expect(card(page, "A long thought")).to_have_count(1)
    page.reload()
    expect(prompt).to_have_value("")


def test_a_preset_is_saved_and_chosen_beside_the_references(open_studio: Open) -> None:
    page = open_studio()
    prompt = page.get_by_label("Prompt", exact=True)
    prompt.fill("A poster")
    page.locator("[name=count][value='3']").check(force=True)
    page.locator(".presets summary").click()
    page.get_by_role("button", name="Save as preset").click()
    expect(page.get_by_text("Give it a name.")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("Posters")
    page.keyboard.press("Enter")
    expect(page.locator(".presets [role=status]")).to_have_text("“Posters” is saved.")
    assert not Generation.objects.exists()
    page.keyboard.press("Escape")
    prompt.fill("Another thought")
    page.locator("[name=count][value='1']").check(force=True)
    choose(page, ("one.png", encoded(scene())))
    expect(page.locator(".reference:not(.is-uploading)")).to_have_count(1)
    page.locator(".presets summary").click()
    page.get_by_role("link", name="Posters").click()
    expect(prompt).to_have_value("A poster")
    expect(page.locator("[name=count][value='3']")).to_be_checked()
    expect(page.locator(".reference")).to_have_count(1)


# References


def choose(page: Page, *files: tuple[str, bytes]) -> None:
    page.locator("input[name=references]").set_input_files(
        [{"name": name, "mimeType": "image/png", "buffer": content} for name, content in files]
    )


def test_references_are_uploaded_at_once_ordered_and_removed(open_studio: Open) -> None:
    page = open_studio()
    choose(page, ("one.png", encoded(scene())), ("two.png", encoded(noise(900, 600))))
    references = page.locator(".reference:not(.is-uploading)")
    expect(references).to_have_count(2)
    expect(references.nth(1)).to_contain_text("→")
    expect(references.nth(1)).to_contain_text("900 × 600")
    page.get_by_role("button", name="Put earlier: reference 2").click()
    order = references.locator("img").evaluate_all("all => all.map(one => one.alt)")
    assert order == ["two.png", "one.png"]
    references.nth(1).drag_to(references.nth(0), target_position={"x": 5, "y": 20}, steps=5)
    order = references.locator("img").evaluate_all("all => all.map(one => one.alt)")
    assert order == ["one.png", "two.png"]
    references.nth(0).drag_to(references.nth(1), target_position={"x": 90, "y": 20}, steps=5)
    page.get_by_role("button", name="Remove reference 1").click()
    page.locator(".toast", has_text="“two.png” is removed.").get_by_role("button").click()
    order = references.locator("img").evaluate_all("all => all.map(one => one.alt)")
    assert order == ["two.png", "one.png"]
    page.get_by_role("button", name="Remove reference 1").click()
    expect(references).to_have_count(1)
    generate(page, "With one reference")
    expect(card(page, "With one reference")).to_contain_text("1 reference")


def test_a_picture_of_the_gallery_is_taken_by_key(open_studio: Open, ana: User) -> None:
    images = [picture(ana), picture(ana)]
    page = open_studio()
    page.get_by_role("button", name="From the gallery").press("Enter")
    dialog = page.get_by_role("dialog")
    newest = dialog.locator(".choice-picture").first
    expect(newest).to_have_attribute("data-name", images[1].frame_number)
    newest.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(dialog.locator("[aria-pressed=true]")).to_have_attribute(
        "data-name", images[0].frame_number
    )
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name="From the gallery")).to_be_focused()
    expect(page.locator(".reference:not(.is-uploading)")).to_have_count(1)
    assert ReferenceImage.objects.get().taken_from == images[0]


def test_a_picture_is_pasted_one_is_dropped_and_what_is_none_is_named(open_studio: Open) -> None:
    page = open_studio()
    bytes_of = list(encoded(scene()))
    for kind, key in (("paste", "clipboardData"), ("drop", "dataTransfer")):
        page.evaluate(
            """([kind, key, bytes]) => {
              const carrier = new DataTransfer();
              const file = new File([new Uint8Array(bytes)], "one.png", {type: "image/png"});
              carrier.items.add(file);
              const Kind = kind === "paste" ? ClipboardEvent : DragEvent;
              const event = new Kind(kind, {bubbles: true, cancelable: true, [key]: carrier});
              document.querySelector("#prompt").dispatchEvent(event);
            }""",
            [kind, key, bytes_of],
        )
    expect(page.locator(".reference:not(.is-uploading)")).to_have_count(2)
    choose(page, ("good.png", encoded(scene())), ("bad.png", b"words"))
    expect(page.locator("reference-picker .field__error")).to_contain_text("“bad.png” is not")
    expect(page.locator(".reference:not(.is-uploading)")).to_have_count(3)


def test_pressing_generate_waits_for_the_uploads(open_studio: Open) -> None:
    page = open_studio("about:blank")
    page.route("**/references/", lambda route: (page.wait_for_timeout(700), route.continue_()))
    page.goto("/")
    choose(page, ("slow.png", encoded(scene())))
    generate(page, "Patient")
    expect(card(page, "Patient")).to_contain_text("1 reference")


def test_use_again_brings_everything_back(open_studio: Open) -> None:
    page = open_studio()
    choose(page, ("one.png", encoded(scene())))
    shown = generate(page, "Once more please")
    expect(status(shown)).to_contain_text("Done in", timeout=20_000)
    shown.get_by_role("link", name="Use again").click()
    expect(page.get_by_label("Prompt", exact=True)).to_have_value("Once more please")
    expect(page.locator(".reference")).to_have_count(1)
    assert ReferenceImage.objects.count() == 1
    # The next one is a keystroke away, wherever the focus is
    expect(page.get_by_label("Prompt", exact=True)).to_be_focused()
    page.locator("h1").first.click()
    page.keyboard.press("Control+Enter")
    expect(card(page, "Once more please")).to_have_count(2)


def test_what_could_not_be_sent_is_said_and_stays_to_be_sent_once(open_studio: Open) -> None:
    page = open_studio(tolerant=True)
    page.context.set_offline(True)
    page.get_by_label("Prompt", exact=True).fill("Into the storm")
    page.locator("#generate").click()
    expect(page.locator("toast-stack")).to_contain_text("it is never sent twice")
    page.context.set_offline(False)
    page.locator("#generate").click()
    expect(card(page, "Into the storm")).to_have_count(1)
    assert Generation.objects.count() == 1


def test_what_arrived_though_its_answer_was_lost_is_not_paid_for_again(open_studio: Open) -> None:
    page = open_studio("about:blank", tolerant=True)

    def lose_the_answer(route: Any) -> None:
        route.fetch()
        route.abort()

    page.route("**/draft/", lambda route: route.abort())
    page.route("**/generations/", lose_the_answer)
    page.goto("/")
    page.get_by_label("Prompt", exact=True).fill("Over a bad line")
    page.locator("#generate").click()
    expect(page.locator("toast-stack")).to_contain_text("it is never sent twice")
    # Where the draft came through again, the server would know that it has been submitted
    page.unroute("**/generations/")
    page.reload()
    expect(page.get_by_label("Prompt", exact=True)).to_have_value("Over a bad line")
    with page.expect_response(lambda answer: answer.url.endswith("/generations/")):
        page.locator("#generate").click()
    assert Generation.objects.count() == 1


# Without a script, on small screens, signed out


def test_everything_works_without_a_script(open_studio: Open) -> None:
    page = open_studio(java_script_enabled=False)
    page.get_by_label("Prompt", exact=True).fill("No script at all")
    page.locator("[name=model][value='demo/gpt-4o-image']").check(force=True)
    page.get_by_role("button", name="Show its settings and price").click()
    expect(page.get_by_label("Prompt", exact=True)).to_have_value("No script at all")
    expect(page.locator("#composer-estimate")).to_contain_text("About $0.005.")
    # What was uploaded with a fault is still there
    choose(page, ("kept.png", upload().read()))
    page.get_by_label("Prompt", exact=True).fill("")
    page.locator("#generate").click()
    expect(page.locator("#fault-prompt")).to_be_visible()
    expect(page.locator(".reference")).to_have_count(1)
    page.get_by_label("Prompt", exact=True).fill("No script at all")
    page.locator("#generate").click()
    expect(page).to_have_url(re.compile(r"/generations/[0-9a-f-]+/$"))
    # The page comes again by itself
    expect(page.locator(".status")).to_contain_text("Done in", timeout=30_000)


def test_nothing_is_wider_than_any_window(open_studio: Open, ana: User) -> None:
    submit(ana, "A_word_without_any_space_that_is_much_longer_than_a_phone_is_wide" * 3, count=4)
    page = open_studio()
    assert overhangs(page) == {}
    page.locator(".generation-card__prompt a").first.click()
    expect(page.get_by_role("heading", name="Generation")).to_be_visible()
    assert overhangs(page) == {}


def overhangs(page: Page) -> dict[int, int]:
    """By how many pixels the page is too wide, for each width of a window where it is."""
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    found = {}
    for width in (360, 390, 768, 1440, 2560):
        page.set_viewport_size({"width": width, "height": 900})
        found[width] = page.evaluate(wider)
    return {width: pixels for width, pixels in found.items() if pixels > 0}


def test_after_the_session_ended_the_next_press_leads_to_the_sign_in_and_back(
    open_studio: Open, ana: User
) -> None:
    ana.set_password(PASSWORD)
    ana.save()
    page = open_studio(tolerant=True)
    Session.objects.all().delete()
    page.get_by_label("Prompt", exact=True).fill("Too late")
    page.locator("#generate").click()
    expect(page).to_have_url(re.compile(r"/account/login/\?next=/$"))
    page.locator("[name=login]").fill("ana")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Prompt", exact=True)).to_have_value("Too late")


def test_a_hidden_page_closes_its_stream_and_catches_up(open_studio: Open, ana: User) -> None:
    page = open_studio()
    hide = """hidden => {
      Object.defineProperty(document, "hidden", {value: hidden, configurable: true});
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate(hide, True)
    submit(ana, "While nobody looked")
    page.wait_for_timeout(800)
    assert card(page, "While nobody looked").count() == 0
    page.evaluate(hide, False)
    expect(status(card(page, "While nobody looked"))).to_contain_text("Done in", timeout=20_000)
