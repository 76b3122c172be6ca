"""Signing in through the team's own provider, asked for real over loopback."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client

from generations.models import AuditEntry, Invitation
from generations.services.team.invitations import invite
from generations.services.team.people import deactivate_person
from tests.support.cast import PASSWORD, make_person
from tests.support.oidc import CLIENT_ID, CLIENT_SECRET, Provider
from webapp import oidc
from webapp.oidc import social_providers

pytestmark = [pytest.mark.django_db, pytest.mark.once]

DOOR = "/account/oidc/sso/login/"


@pytest.fixture(scope="module")
def _server() -> Iterator[Provider]:
    provider = Provider()
    provider.start()
    yield provider
    provider.stop()


@pytest.fixture
def provider(_server: Provider, settings: Any) -> Provider:
    """The provider, that vouches for Ana."""
    settings.SOCIALACCOUNT_PROVIDERS = social_providers(
        _server.url, name="Example", client_id=CLIENT_ID, secret=CLIENT_SECRET
    )
    _server.claims = {
        "sub": "ana-1",
        "email": "ana@example.com",
        "email_verified": True,
        "name": "Ana Lima",
        "preferred_username": "ana",
    }
    _server.token_changes, _server.userinfo_changes, _server.is_broken = {}, {}, False
    return _server


def way_back(client: Client) -> str:
    """Goes to the provider and signs in there; answers where it leads back to."""
    there = client.get(DOOR)
    assert there.status_code == 302
    answer = requests.get(there.url, allow_redirects=False, timeout=5)
    parts = urlsplit(answer.headers["Location"])
    return f"{parts.path}?{parts.query}"


def enter(client: Client) -> Any:
    return client.get(way_back(client))


def is_in(client: Client) -> bool:
    return client.get("/gallery/").status_code == 200


def refused_because() -> str:
    entry = AuditEntry.objects.filter(action="sign-in-failed").first()
    assert entry is not None
    return entry.details["reason"]


# Who comes in


def test_a_known_person_signs_in_and_is_known_by_the_providers_id_from_then_on(
    provider: Provider, guest: Client, ana: User
):
    assert 'href="/account/oidc/sso/login/"' in guest.get("/account/login/").content.decode()
    assert enter(guest).url == "/"
    assert is_in(guest)
    provider.claims["email"] = "lima@example.com"
    again = Client()
    enter(again)
    assert again.session["_auth_user_id"] == str(ana.pk)
    entry = AuditEntry.objects.get(pk=AuditEntry.objects.latest("pk").pk)
    assert (entry.actor, entry.action) == (ana, "signed-in")
    assert entry.details == {"method": "socialaccount"}


def test_who_was_going_somewhere_comes_there(provider: Provider, guest: Client, ana: User):
    there = guest.get(f"{DOOR}?next=/trash/")
    back = urlsplit(requests.get(there.url, allow_redirects=False, timeout=5).headers["Location"])
    assert guest.get(f"{back.path}?{back.query}").url == "/trash/"


def test_who_is_invited_gets_the_account_of_the_invitation(
    provider: Provider, guest: Client, boss: User
):
    invite(by=boss, email="ANA@example.com", is_staff=True, days=7)
    enter(guest)
    ana = User.objects.get(username="ana")
    assert (ana.get_full_name(), ana.email, ana.is_staff) == ("Ana Lima", "ana@example.com", True)
    assert not ana.has_usable_password()
    assert Invitation.objects.get().accepted_by == ana
    assert is_in(guest)


def test_a_link_without_an_address_is_for_whoever_follows_it(
    provider: Provider, guest: Client, boss: User
):
    _row, token = invite(by=boss, days=7)
    page = guest.get(f"/invitations/{token}/").content.decode()
    assert "/account/oidc/sso/login/" in page
    assert token not in str([one.get_decoded() for one in Session.objects.all()])
    enter(guest)
    assert Invitation.objects.get().accepted_by.username == "ana"


def test_a_link_for_another_address_lets_nobody_else_in(
    provider: Provider, guest: Client, boss: User
):
    _row, token = invite(by=boss, email="eve@example.com", is_staff=True, days=7)
    guest.get(f"/invitations/{token}/")
    assert enter(guest).status_code == 403
    assert Invitation.objects.get().accepted_at is None
    assert not is_in(guest)


def test_a_stranger_stays_outside_unless_anybody_may_come(
    provider: Provider, guest: Client, boss: User, settings: Any
):
    answer = enter(guest)
    assert answer.status_code == 403
    assert "Nobody has invited ana@example.com" in answer.content.decode()
    assert not User.objects.filter(username="ana").exists()
    assert refused_because() == "not-invited"
    settings.OIDC_ADMITS = "anybody"
    enter(guest)
    assert is_in(guest)
    assert not User.objects.get(username="ana").is_staff


@pytest.mark.parametrize("said", [False, None, "false"])
def test_an_address_that_is_not_verified_opens_nothing(
    provider: Provider, guest: Client, ana: User, settings: Any, said: Any
):
    settings.OIDC_ADMITS = "anybody"
    provider.claims["email_verified"] = said
    answer = enter(guest)
    assert answer.status_code == 403
    assert "has not verified" in answer.content.decode()
    assert not is_in(guest)
    settings.OIDC_TRUST_EMAILS = True
    enter(guest)
    assert is_in(guest)


def test_who_is_deactivated_stays_outside(provider: Provider, guest: Client, ana: User, boss: User):
    enter(guest)
    deactivate_person(person=ana, by=boss)
    assert not is_in(guest)
    enter(guest)
    assert not is_in(guest)


def test_a_name_that_is_taken_gets_a_number(provider: Provider, guest: Client, settings: Any):
    make_person("ana").delete()
    User.objects.bulk_create([User(username="Ana"), User(username="ana2")])
    settings.OIDC_ADMITS = "anybody"
    enter(guest)
    assert User.objects.get(email="ana@example.com").username == "ana3"


# Roles


def test_the_role_follows_the_provider_where_it_is_asked(
    provider: Provider, guest: Client, ana: User, boss: User, settings: Any
):
    settings.OIDC_ROLE_CLAIM, settings.OIDC_STAFF_VALUES = "groups", ["leads", "finance"]
    for groups, status in (["x", "leads"], 200), (["x"], 404), ("finance", 200), (None, 404):
        provider.claims["groups"] = groups
        client = Client()
        enter(client)
        assert client.get("/team/").status_code == status, groups


def test_the_last_of_the_staff_stays_whatever_the_provider_says(
    provider: Provider, guest: Client, ana: User, settings: Any
):
    User.objects.update(is_staff=True)
    settings.OIDC_ROLE_CLAIM, settings.OIDC_STAFF_VALUES = "groups", ["leads"]
    enter(guest)
    assert guest.get("/team/").status_code == 200


# Attacks and failures


def test_a_way_back_leads_in_once_and_only_who_went_there(
    provider: Provider, guest: Client, ana: User
):
    address = way_back(guest)
    thief = Client()
    assert "did not work" in thief.get(address).content.decode()
    assert not is_in(thief)
    guest.get(address)
    assert is_in(guest)
    guest.post("/account/logout/")
    guest.get(address)
    assert not is_in(guest)


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "another-site"},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"sub": "boss-1"},
    ],
)
def test_a_token_that_is_not_for_us_opens_nothing(
    provider: Provider, guest: Client, ana: User, changes: dict[str, Any]
):
    provider.token_changes = changes
    enter(guest)
    assert not is_in(guest)


def test_a_token_with_another_signature_opens_nothing(
    provider: Provider, guest: Client, ana: User, monkeypatch: Any
):
    """As if somebody sat between us and the provider, without its key."""
    other = {"keys": [{**provider._jwks({})[1]["keys"][0], "n": "x" * 342}]}
    monkeypatch.setattr(provider, "_jwks", lambda _fields: (200, other))
    enter(guest)
    assert not is_in(guest)


def test_a_provider_that_is_down_leads_to_a_page(provider: Provider, guest: Client, ana: User):
    address = way_back(guest)
    provider.is_broken = True
    for answer in (guest.get(DOOR), guest.get(address)):
        assert answer.status_code == 401
        assert "did not work" in answer.content.decode()
    assert not is_in(guest)


def test_who_turns_round_at_the_provider_is_told_so(provider: Provider, guest: Client):
    state = urlsplit(guest.get(DOOR).url).query.partition("state=")[2].partition("&")[0]
    answer = guest.get(f"{DOOR}callback/?error=access_denied&state={state}", follow=True)
    assert "You did not sign in there" in answer.content.decode()


def test_without_a_provider_its_addresses_are_not_there(guest: Client, as_ana: Client):
    for client in (guest, as_ana):
        for address in (DOOR, f"{DOOR}callback/?code=a&state=b", "/account/oidc/other/login/"):
            assert client.get(address).status_code == 404
    assert "oidc" not in guest.get("/account/login/").content.decode()


# Without passwords


def test_where_passwords_are_off_the_provider_is_the_only_way(
    provider: Provider, guest: Client, ana: User, settings: Any
):
    ana.set_password(PASSWORD)
    ana.save()
    settings.PASSWORD_SIGN_IN = False
    page = guest.get("/account/login/").content.decode()
    assert 'name="password"' not in page
    assert "passkey" not in page
    guest.post("/account/login/", {"login": "ana", "password": PASSWORD})
    assert not is_in(guest)
    enter(guest)
    assert is_in(guest)


def test_where_passwords_are_off_an_invitation_asks_for_none(
    provider: Provider, guest: Client, boss: User, settings: Any
):
    settings.PASSWORD_SIGN_IN = False
    _row, token = invite(by=boss, days=7)
    link = f"/invitations/{token}/"
    assert 'name="password"' not in guest.get(link).content.decode()
    fields = {"name": "Eve", "username": "eve", "password": PASSWORD, "repeated": PASSWORD}
    assert guest.post(link, fields).status_code == 405
    assert not User.objects.filter(username="eve").exists()


# Settings


@pytest.mark.parametrize("address", ["http://login.example.com", "login.example.com", "https://"])
def test_a_provider_that_others_could_listen_to_stops_the_start(
    monkeypatch: Any, capsys: Any, address: str
):
    monkeypatch.setenv("OIDC_SERVER_URL", address)
    with pytest.raises(SystemExit):
        oidc.server_url()
    assert capsys.readouterr().err.startswith("OIDC_SERVER_URL: ")


@pytest.mark.parametrize(
    ("url", "has_password", "variable"),
    [("https://login.example.com", True, "OIDC_CLIENT_ID"), ("", False, "PASSWORD_SIGN_IN")],
)
def test_a_site_without_a_way_in_does_not_start(
    capsys: Any, url: str, has_password: bool, variable: str
):
    with pytest.raises(SystemExit):
        oidc.check(url, client_id="", has_password_sign_in=has_password)
    assert capsys.readouterr().err.startswith(f"{variable}: ")
