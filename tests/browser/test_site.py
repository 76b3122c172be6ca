"""The running site as all browser tests meet it."""

from typing import Any

from django.contrib.auth.models import User
from playwright.sync_api import Page, expect


def test_a_signed_in_person_comes_to_the_studio(page: Page, sign_in: Any, ana: User):
    sign_in(page, ana)
    page.goto("/")
    expect(page.get_by_label("Prompt", exact=True)).to_be_visible()


def test_a_stranger_comes_to_the_sign_in(page: Page):
    page.goto("/gallery/")
    expect(page.get_by_label("Password", exact=True)).to_be_visible()
