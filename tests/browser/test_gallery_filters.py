"""Searching and narrowing the gallery in a real browser, with and without scripts."""

from typing import Any

from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from generations.selectors.gallery import PAGE_SIZE
from tests.pages.delivering import many, picture


def test_the_sheet_follows_what_is_typed_and_chosen(page: Page, ana: User, ben: User, sign_in: Any):
    picture(ana, "A red kite")
    picture(ben, "A red kite")
    picture(ben, "A teapot")
    sign_in(page, ana)
    page.goto("/gallery/")
    page.get_by_role("searchbox").press_sequentially("KÍTE")
    expect(page.locator(".picture")).to_have_count(2)
    expect(page).to_have_url("/gallery/?q=K%C3%8DTE")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.get_by_label("Person").select_option(label="Ben")
    expect(page.locator(".picture")).to_have_count(1)
    page.get_by_role("link", name="Remove the filter: “KÍTE”").click()
    expect(page.locator(".picture")).to_have_count(2)
    expect(page.get_by_role("searchbox")).to_have_value("")
    page.go_back()
    expect(page.get_by_role("searchbox")).to_have_value("KÍTE")
    expect(page.locator(".picture")).to_have_count(1)
    page.get_by_role("link", name="Clear all").click()
    expect(page.locator(".picture")).to_have_count(3)


def test_back_from_a_picture_keeps_the_search_and_the_place(page: Page, ana: User, sign_in: Any):
    wanted = many(ana, PAGE_SIZE + 20)[5]
    picture(ana, "A teapot")
    sign_in(page, ana)
    page.goto("/gallery/?q=kite")
    here = page.locator(f"#picture-{wanted.pk}")
    for _ in range(40):
        page.mouse.wheel(0, 3000)
        page.wait_for_timeout(50)
        if here.count():
            break
    here.locator(".picture__link").click()
    page.wait_for_url("**/images/**")
    page.go_back()
    expect(here).to_be_in_viewport()
    expect(page.get_by_role("searchbox")).to_have_value("kite")


def test_without_javascript_the_form_sends_itself(ana: User, sign_in: Any, open_tab: Any):
    picture(ana, "A red kite")
    picture(ana, "A teapot")
    page = open_tab(java_script_enabled=False)
    sign_in(page, ana)
    page.goto("/gallery/")
    page.get_by_role("searchbox").fill("teapot")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".picture")).to_have_count(1)
    page.get_by_role("link", name="Remove the filter: “teapot”").click()
    expect(page.locator(".picture")).to_have_count(2)
