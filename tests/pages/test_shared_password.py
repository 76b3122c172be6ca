"""The password of a link: what it closes, what is kept of it, and how often it may be tried."""

from typing import Any

import pytest
from django.contrib.auth import hashers
from django.test import Client

from generations.models import OutputImage, ShareLink, ShareTries
from generations.services.share_links import tries
from generations.services.share_links.tries import PASSWORDS, Limit
from tests.pages.delivering import picture
from tests.pages.sharing import files_of, share, there

pytestmark = pytest.mark.django_db

PASSWORD = "kestrel"


@pytest.fixture
def image(ana: Any) -> OutputImage:
    return picture(ana)


@pytest.fixture
def link(ana: Any, image: OutputImage) -> ShareLink:
    return share(ana, image, password=PASSWORD, allow_download=True, title="Kites")


def give(guest: Client, link: ShareLink, password: str | None, **more: Any) -> Any:
    typed = {} if password is None else {"password": password}
    return guest.post(there(link, "password"), typed, **more)


def statuses(guest: Client, link: ShareLink, image: OutputImage) -> list[int]:
    return [guest.get(address).status_code for address in files_of(link, image).values()]


CLOSED = [403, 404, 404, 404, 404, 404, 404]
# The preview for chats stays closed: whoever sends the link on has not given the password
OPEN = [200, 200, 200, 200, 200, 200, 404]


def test_a_password_closes_everything_until_it_is_given(
    guest: Client, link: ShareLink, image: OutputImage
):
    assert statuses(guest, link, image) == CLOSED
    assert give(guest, link, "buzzard").status_code == 422
    assert statuses(guest, link, image) == CLOSED
    answer = give(guest, link, PASSWORD)
    assert (answer.status_code, answer.url) == (303, there(link))
    assert statuses(guest, link, image) == OPEN


@pytest.mark.once
def test_the_cookie_is_for_this_link_alone(guest: Client, link: ShareLink, ana: Any, settings: Any):
    settings.SESSION_COOKIE_SECURE = True
    give(guest, link, PASSWORD)
    (cookie,) = guest.cookies.values()
    assert cookie["path"] == there(link)
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "Lax")
    other = share(ana, password=PASSWORD)
    cookie["path"] = there(other)
    assert guest.get(there(other)).status_code == 403


@pytest.mark.once
@pytest.mark.parametrize("value", ["", "x", "a:b:c", "WyJhIl0:1abc:def", "ä\\", "[]"])
def test_a_cookie_that_is_not_ours_opens_nothing(guest: Client, link: ShareLink, value: str):
    guest.cookies["share"] = value
    assert guest.get(there(link)).status_code == 403


@pytest.mark.once
def test_another_password_closes_the_link_for_who_is_in(
    guest: Client, as_ana: Client, link: ShareLink, image: OutputImage
):
    give(guest, link, PASSWORD)
    changed = {"is_endless": "on", "allow_download": "on", "password": PASSWORD}
    # Even the same one anew
    as_ana.post(f"/share-links/{link.pk}/", changed)
    assert statuses(guest, link, image) == CLOSED
    give(guest, link, PASSWORD)
    assert statuses(guest, link, image) == OPEN
    as_ana.post(f"/share-links/{link.pk}/", changed | {"password": "", "is_unprotected": "on"})
    assert Client().get(there(link)).status_code == 200


def test_what_is_wrong_and_what_is_missing_get_the_same_answer_and_the_same_work(
    guest: Client, link: ShareLink, monkeypatch: pytest.MonkeyPatch
):
    hashed: list[str] = []
    check = hashers.check_password

    def counting(password: str, encoded: str, *more: Any, **other: Any) -> bool:
        hashed.append(password)
        return check(password, encoded, *more, **other)

    monkeypatch.setattr("generations.services.share_links.passwords.check_password", counting)
    answers = [give(guest, link, it) for it in ("buzzard", "", None, "x" * 5000, "a\0b")]
    assert {answer.status_code for answer in answers} == {422}
    assert len({answer.content for answer in answers}) == 1
    assert len(hashed) == len(answers)


@pytest.mark.once
def test_only_a_hash_is_kept(link: ShareLink):
    assert PASSWORD not in str(list(ShareLink.objects.values_list()))
    assert hashers.identify_hasher(link.password)


def test_passwords_are_tried_ten_times_from_one_address(
    guest: Client, link: ShareLink, image: OutputImage
):
    here, there_ = {"REMOTE_ADDR": "192.0.2.1"}, {"REMOTE_ADDR": "192.0.2.2"}
    for _ in range(PASSWORDS.from_one):
        assert give(guest, link, "buzzard", **here).status_code == 422
    refused = give(guest, link, PASSWORD, **here)
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= tries.STRETCH_SECONDS
    assert "Try again in" in refused.content.decode()
    assert statuses(guest, link, image) == CLOSED
    assert give(guest, link, PASSWORD, **there_).status_code == 303


def test_a_crowd_of_addresses_gets_no_further(
    guest: Client, link: ShareLink, ana: Any, monkeypatch: pytest.MonkeyPatch
):
    few = Limit("password", from_one=2, from_all=3)
    monkeypatch.setattr("generations.views.shared.acts.PASSWORDS", few)
    answers = [give(guest, link, "buzzard", REMOTE_ADDR=f"192.0.2.{it}") for it in range(5)]
    assert [it.status_code for it in answers] == [422, 422, 422, 429, 429]
    # Another link is not concerned
    assert give(guest, share(ana, password=PASSWORD), PASSWORD).status_code == 303


@pytest.mark.once
def test_a_house_with_many_addresses_is_one(guest: Client, link: ShareLink):
    for it in range(PASSWORDS.from_one):
        give(guest, link, "buzzard", REMOTE_ADDR=f"2001:db8:1:2::{it:x}")
    assert give(guest, link, PASSWORD, REMOTE_ADDR="2001:db8:1:2::ffff").status_code == 429
    assert give(guest, link, PASSWORD, REMOTE_ADDR="2001:db8:1:3::1").status_code == 303


def test_the_right_password_is_not_counted(link: ShareLink):
    for _ in range(PASSWORDS.from_one + 2):
        assert give(Client(), link, PASSWORD).status_code == 303
    assert set(ShareTries.objects.values_list("count", flat=True)) == {0}


@pytest.mark.once
def test_a_body_that_cannot_be_read_is_answered_in_words(guest: Client, link: ShareLink):
    answer = guest.post(
        there(link, "password"), b"x" * 6_000_000, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 422
    assert "Nothing was kept" in answer.content.decode()
