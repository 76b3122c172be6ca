"""The running site as all browser tests meet it."""

from typing import Any

from django.contrib.auth.models import User
from playwright.sync_api import Page, expect


def test_a_stranger_comes_to_the_sign_in_and_a_member_to_the_studio(
    page: Page, sign_in: Any, ana: User
):
    page.goto("/gallery/")
    expect(page.get_by_label("Password", exact=True)).to_be_visible()
    sign_in(page, ana)
    page.goto("/")
    expect(page.get_by_label("Prompt", exact=True)).to_be_visible()
