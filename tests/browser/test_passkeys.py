"""A passkey from the browser's own dialogs: added on the account page, then alone at the door."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from tests.support.cast import PASSWORD


def test_a_passkey_is_added_and_signs_in_alone(live_site: Any, page: Page, ana: User):
    ana.set_password(PASSWORD)
    ana.save()
    # Browsers know passkeys by a name, never by an address of numbers
    site = f"http://localhost:{live_site.port}"
    _give_a_key(page)
    page.goto(f"{site}/account/login/")
    page.get_by_label("User name or e-mail").fill("ana")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto(f"{site}/account/2fa/webauthn/add/")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name, to tell it from others").fill("Laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert Authenticator.objects.get(type="webauthn").wrap().name == "Laptop"

    page.context.clear_cookies()
    page.goto(f"{site}/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_label("Prompt", exact=True)).to_be_visible()


def _give_a_key(page: Page) -> None:
    """A device that says yes, as the browser makes it up for tests."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": device})
