"""Guessing, walking and replaying: what a guest may try with an address, and gets nothing by."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from generations.models import OutputImage, ShareLink
from generations.services.share_links.links import renew_address, revoke_links
from generations.services.share_links.tokens import token_from, token_of
from tests.pages.delivering import picture
from tests.pages.sharing import share, there

pytestmark = [pytest.mark.django_db, pytest.mark.once]

SECRET = "A secret campaign"


@pytest.fixture
def mine(ana: Any) -> ShareLink:
    """The link that the guest has."""
    return share(ana, picture(ana, "Kites"), allow_download=True, allow_review=True)


@pytest.fixture
def hidden(ana: Any) -> OutputImage:
    """A picture that the guest is not to see; another link shows it."""
    return picture(ana, SECRET)


@pytest.fixture
def other(ana: Any, hidden: OutputImage) -> ShareLink:
    return share(ana, hidden, allow_download=True, allow_review=True, show_prompt=True)


def neighbours(token: str) -> Iterator[str]:
    """Tokens that are nearly right."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for place in (0, 15, 31):
        letter = alphabet[(alphabet.index(token[place]) + 1) % 64]
        yield token[:place] + letter + token[place + 1 :]
    yield from (token[:-1], token + "A", token.swapcase(), token[::-1], f"{token}=", f"{token}%00")
    yield from (f"%20{token}", f"{token}%20", token + "é", "%", "*", "' OR 1=1 --", "a" * 5000)


def test_tokens_that_are_nearly_right_open_nothing(guest: Client, mine: ShareLink):
    assert guest.get(there(mine)).status_code == 200
    for token in neighbours(token_of(mine)):
        assert guest.get(f"/s/{token}/").status_code == 404, token


def test_tokens_say_nothing_of_each_other(ana: Any):
    tokens = [token_of(share(ana)) for _ in range(4)]
    assert len(set(tokens)) == 4
    assert len({token[:6] for token in tokens}) == 4
    link = ShareLink.objects.order_by("created_at")[0]
    # What stands in the row is not the secret
    for known in (link.seed, link.token_hash, str(link.pk), token_from(link.token_hash)):
        assert Client().get(f"/s/{known}/").status_code == 404


def test_pictures_of_other_links_are_not_under_mine(
    guest: Client, mine: ShareLink, other: ShareLink, hidden: OutputImage
):
    for end in ((), ("thumbnail",), ("large",), ("download",), ("review",)):
        assert guest.get(there(other, "pictures", hidden, *end)).status_code in (200, 303)
        assert guest.get(there(mine, "pictures", hidden, *end)).status_code == 404
        assert guest.post(there(mine, "pictures", hidden, *end)).status_code in (404, 405)
    for name in (str(hidden.pk), hidden.frame_number, hidden.sha256, "0", "-1"):
        assert guest.get(there(mine, "pictures", name)).status_code == 404


@pytest.mark.parametrize(
    "walk",
    [
        "pictures/../../{other}/",
        "pictures/..%2f..%2f{other}/",
        "..%2F{other}/",
        "%2e%2e/{other}/",
        "./../{other}/",
        "//{other}/",
        "pictures/{hidden}%2Fdownload/",
        "pictures/{hidden}/download%2F",
        "pictures%2F{hidden}/",
        "pictures/{hidden}/large/../download/",
        "pictures/{hidden}/thumbnail/%2e%2e/download/",
        "..;/{other}/",
        "%5c..%5c{other}/",
        "pictures/..%252f{hidden}/",
        "../../images/{hidden}/file/",
        "zip/../../../images/{hidden}/file/",
    ],
)
def test_walking_leads_nowhere(
    guest: Client, mine: ShareLink, other: ShareLink, hidden: OutputImage, walk: str
):
    address = there(mine) + walk.format(other=token_of(other), hidden=hidden.uuid)
    answer = guest.get(address)
    assert answer.status_code == 404
    assert SECRET not in answer.content.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {"X-HTTP-Method-Override": "GET"},
        {"X-Original-URL": "/gallery/"},
        {"X-Rewrite-URL": "/gallery/"},
        {"X-Forwarded-Prefix": "/gallery"},
        {"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1"},
        {"X-Forwarded-User": "boss", "Remote-User": "boss"},
        {"Authorization": "Basic Ym9zczpib3Nz"},
        {"HX-Request": "true", "HX-Current-URL": "/gallery/"},
    ],
)
def test_headers_open_nothing(
    guest: Client, mine: ShareLink, hidden: OutputImage, boss: Any, headers: dict[str, str]
):
    assert guest.get(there(mine, "pictures", hidden), headers=headers).status_code == 404
    assert guest.get("/gallery/", headers=headers).status_code in (200, 302)
    assert SECRET not in guest.get("/gallery/", headers=headers).content.decode()


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_other_methods_do_nothing(guest: Client, mine: ShareLink, method: str):
    image = mine.items.get().image
    for parts in ((), ("pictures", image), ("pictures", image, "review"), ("zip",), ("password",)):
        answer = getattr(guest, method)(there(mine, *parts))
        assert answer.status_code == 405
        assert not answer.cookies
    assert ShareLink.objects.filter(revoked_at=None).count() == 1


def test_addresses_that_were_good_once_open_nothing_again(guest: Client, mine: ShareLink, ana: Any):
    image = mine.items.get().image
    said = guest.post(there(mine, "pictures", image, "review"), {"name": "Mara", "favourite": "on"})
    old = [there(mine, "pictures", image, "large"), there(mine, "zip"), said.url]
    assert [guest.get(address).status_code for address in old] == [200, 200, 200]
    renew_address(link=mine, by=ana)
    assert [guest.get(address).status_code for address in old] == [404, 404, 404]
    mine.refresh_from_db()
    revoke_links(links=ShareLink.objects.filter(pk=mine.pk), by=ana)
    assert guest.get(there(mine)).status_code == 404


def test_a_foreign_host_is_not_answered(guest: Client, mine: ShareLink, settings: Any):
    settings.ALLOWED_HOSTS = ["studio.example.com"]
    for host in ("evil.example", "studio.example.com.evil.example", "studio.example.com@evil"):
        for parts in ((), ("pictures", mine.items.get().image, "thumbnail")):
            assert guest.get(there(mine, *parts), headers={"Host": host}).status_code == 400


def test_nothing_of_the_team_is_answered_to_a_guest_of_a_link(
    guest: Client, mine: ShareLink, hidden: OutputImage
):
    """Files of the team's own addresses, of the storage, of the live stream."""
    guest.get(there(mine))
    shown = mine.items.get().image
    for image in (shown, hidden):
        for end in ("file", "thumbnail", "download"):
            answer = guest.get(f"/images/{image.uuid}/{end}/")
            assert answer.status_code == 302
    for address in (f"/media/{shown.file}", f"/{shown.file}", f"/static/{shown.file}"):
        assert guest.get(address).status_code == 404
    assert guest.get("/events/").status_code == 302


def test_parts_of_a_file_die_with_the_link(guest: Client, mine: ShareLink, ana: Any):
    """A download that is to go on finds nothing once the link is revoked."""
    headers = {"Range": "bytes=10-20"}
    assert guest.get(there(mine, "zip"), headers=headers).status_code == 206
    revoke_links(links=ShareLink.objects.all(), by=ana)
    assert guest.get(there(mine, "zip"), headers=headers).status_code == 404
