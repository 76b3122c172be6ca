"""Getting in and out: sign-in, passwords, the first account, and pages that are not offered."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations.services.setup import setup_link_token
from tests.support.cast import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.once]

GOOD = "a-long-enough-pass"


@pytest.fixture
def with_password(ana: User) -> User:
    ana.set_password(PASSWORD)
    ana.save()
    return ana


def sign_in(client: Client, login: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/account/login/", {"login": login, "password": password} | more)


@pytest.mark.parametrize("login", ["ana", "ana@example.com", "ANA@example.com"])
def test_a_person_signs_in_by_name_or_mail_and_lands_in_the_studio(
    guest: Client, with_password: User, login: str
):
    assert sign_in(guest, login).url == "/"
    assert 'class="notice"' not in guest.get("/gallery/").content.decode()


def test_a_guest_is_led_back_to_where_they_were_going(guest: Client, with_password: User):
    answer = guest.get("/gallery/?before=7")
    assert answer.url == "/account/login/?next=/gallery/%3Fbefore%3D7"
    page = guest.get(answer.url).content.decode()
    assert 'name="next" value="/gallery/?before=7"' in page
    assert sign_in(guest, "ana", next="/gallery/?before=7").url == "/gallery/?before=7"


def test_a_name_as_long_as_a_book_is_refused(guest: Client, with_password: User):
    answer = sign_in(guest, "a" * 100_000)
    assert answer.status_code == 200
    assert "Write the user name or e-mail address of your account." in answer.content.decode()


@pytest.mark.parametrize("place", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_nobody_is_led_away_from_the_site(guest: Client, with_password: User, place: str):
    assert sign_in(guest, "ana", next=place).url == "/"


@pytest.mark.parametrize(("login", "password"), [("ana", "wrong"), ("nobody", PASSWORD)])
def test_a_wrong_name_and_a_wrong_password_are_told_the_same(
    guest: Client, with_password: User, login: str, password: str
):
    page = sign_in(guest, login, password).content.decode()
    assert "not correct" in page
    assert f'value="{login}"' in page
    assert password not in page.replace(login, "")


def test_empty_fields_say_what_to_write(guest: Client, db: None):
    page = sign_in(guest, "", "").content.decode()
    assert "Write the user name or e-mail address" in page
    assert "Write your password" in page


def test_an_account_that_is_switched_off_is_told_so(guest: Client, with_password: User):
    User.objects.update(is_active=False)
    answer = guest.post("/account/login/", {"login": "ana", "password": PASSWORD}, follow=True)
    assert "_auth_user_id" not in guest.session
    assert 'class="front"' in answer.content.decode()


def test_signing_out_takes_a_button_and_not_a_link(as_ana: Client):
    assert "Sign out of Proofsheet?" in as_ana.get("/account/logout/").content.decode()
    assert as_ana.get("/gallery/").status_code == 200
    assert as_ana.post("/account/logout/").url == "/account/login/"
    assert as_ana.get("/gallery/").status_code == 302


def test_a_person_changes_their_password(guest: Client, with_password: User):
    sign_in(guest, "ana")
    page = guest.get("/account/password/change/").content.decode()
    assert "Change password" in page
    assert "/account/password/reset/" not in page
    passwords = {"oldpassword": PASSWORD, "password1": GOOD, "password2": GOOD}
    answer = guest.post("/account/password/change/", passwords, follow=True)
    assert "The password is changed." in answer.content.decode()
    assert sign_in(Client(), "ana", GOOD).status_code == 302


def test_a_weak_password_is_refused_at_its_field(guest: Client, with_password: User):
    sign_in(guest, "ana")
    passwords = {"oldpassword": PASSWORD, "password1": "12345", "password2": "12345"}
    page = guest.post("/account/password/change/", passwords).content.decode()
    assert "too short" in page
    assert 'aria-invalid="true"' in page


@pytest.mark.parametrize(
    "address",
    ["signup/", "email/", "confirm-email/", "password/reset/", "password/reset/done/",
     "login/code/confirm/", "confirm-email/abc/", "password/reset/key/1-abc/"],
)  # fmt: skip
@pytest.mark.parametrize("who", ["guest", "ana"])
def test_what_is_not_offered_is_not_there(client_of: Any, ana: User, address: str, who: str):
    for answer in (client_of(who).get(f"/account/{address}"),
                   client_of(who).post(f"/account/{address}")):  # fmt: skip
        assert answer.status_code == 404
        assert "This page is not here" in answer.content.decode()


def test_nobody_signs_up(guest: Client, db: None):
    fields = {"username": "eve", "password1": GOOD, "password2": GOOD}
    assert guest.post("/account/signup/", fields).status_code == 404
    assert not User.objects.exists()


# The first account


def first_account(**changes: str) -> dict[str, str]:
    return {"username": "boss", "password": GOOD, "repeated": GOOD} | changes


@pytest.fixture
def link(db: None) -> str:
    return f"/setup/{setup_link_token()}/"


def test_the_first_account_is_staff_and_signed_in_and_the_link_is_used_up(guest: Client, link: str):
    assert "Make the first account" in guest.get(link).content.decode()
    assert guest.post(link, first_account()).url == "/"
    assert User.objects.get().is_staff
    assert guest.get("/gallery/").status_code == 200
    assert Client().get(link).status_code == 404
    assert Client().post(link, first_account(username="eve")).status_code == 404


@pytest.mark.parametrize("token", ["x", "..%2f..", "0" * 500])
def test_without_the_link_nobody_makes_an_account(guest: Client, link: str, token: str):
    assert guest.get(f"/setup/{token}/").status_code == 404
    assert guest.post(f"/setup/{token}/", first_account()).status_code == 404
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"username": ""}, "required"),
        ({"username": "a b/c"}, "valid username"),
        ({"password": "short", "repeated": "short"}, "too short"),
        ({"repeated": "another-password"}, "The two passwords differ"),
    ],
)
def test_what_does_not_do_is_said_at_its_field(
    guest: Client, link: str, changes: dict[str, str], words: str
):
    answer = guest.post(link, first_account(**changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert guest.get(link).status_code == 200


# The theme


def test_the_theme_comes_with_the_page_and_stays(guest: Client, db: None):
    assert "data-theme" not in guest.get("/account/login/").content.decode()
    answer = guest.post("/theme/", {"theme": "dark", "next": "/account/login/"})
    assert answer.url == "/account/login/"
    assert 'data-theme="dark"' in guest.get("/account/login/").content.decode()
    guest.post("/theme/", {"theme": "system"})
    assert "data-theme" not in guest.get("/account/login/").content.decode()


@pytest.mark.parametrize("theme", ["pink", '"><script>', ""])
def test_an_unknown_theme_is_that_of_the_system(guest: Client, db: None, theme: str):
    guest.cookies["theme"] = theme
    assert "data-theme" not in guest.get("/account/login/").content.decode()
    assert guest.post("/theme/", {"theme": theme, "next": "//evil.example"}).url == "/"


@pytest.mark.parametrize("address", ["é", "gallery", "no-such-name", "?page=2", "\0"])
def test_the_theme_leads_back_to_paths_only(guest: Client, db: None, address: str):
    assert guest.post("/theme/", {"theme": "dark", "next": address}).url == "/"
