"""Who gets what under the public prefix: a line for each address, a column for each kind of guest.

Every other address of the product answers all of them as it answers any guest.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from generations import urls
from generations.models import OutputImage, ShareLink
from generations.services.share_links.tokens import token_of
from tests.pages.delivering import picture
from tests.pages.sharing import share, there
from tests.pages.test_permissions import GET as EVERYWHERE
from tests.pages.test_permissions import address_of  # noqa: F401  (a fixture)

pytestmark = [pytest.mark.django_db, pytest.mark.once]

# Guests with no link, a link to this picture, to another one, a revoked, an expired one, and with
# a wrong password; then who follows the link to this while signed in
COLUMNS = (
    "no link",
    "this",
    "another",
    "revoked",
    "expired",
    "wrong password",
    "ben, who has no part in it",
    "ana, who made it",
    "boss",
)
GUESTS = COLUMNS[:6]
OPEN = (404, 200, 200, 404, 404, 404, 200, 200, 200)
THIS_PICTURE = (404, 200, 404, 404, 404, 404, 200, 200, 200)
NOTHING_TO_SEE = (404, 303, 303, 404, 404, 303, 303, 303, 303)
NOT_TO_BE_SENT = (405,) * 9

NOWHERE = (404,) * 9

GET = {
    "shared-language": NOWHERE,
    # The form for the password stands in place of the page
    "shared": (404, 200, 200, 404, 404, 403, 200, 200, 200),
    "shared-password": NOTHING_TO_SEE,
    "shared-preview": OPEN,
    "shared-archive": OPEN,
    "shared-picture": THIS_PICTURE,
    "shared-thumbnail": THIS_PICTURE,
    "shared-large": THIS_PICTURE,
    "shared-download": THIS_PICTURE,
    "shared-review": (404, 303, 404, 404, 404, 404, 303, 303, 303),
}
POST = dict.fromkeys(GET, NOT_TO_BE_SENT) | {
    # No page was named to go back to
    "shared-language": NOWHERE,
    "shared-password": (404, 303, 303, 404, 404, 422, 303, 303, 303),
    # No name was given
    "shared-review": (404, 422, 404, 404, 404, 404, 422, 422, 422),
}


@pytest.fixture
def image(ana: Any) -> OutputImage:
    return picture(ana, "A picture that is shared")


@pytest.fixture
def links(ana: Any, image: OutputImage) -> dict[str, ShareLink]:
    gives: dict[str, Any] = {"allow_download": True, "allow_review": True}
    now = timezone.now()
    links = {
        "this": share(ana, image, **gives),
        "another": share(ana, **gives),
        "revoked": share(ana, image, **gives),
        "expired": share(ana, image, **gives, expires_at=now - timedelta(seconds=1)),
        "wrong password": share(ana, image, **gives, password="kestrel"),
    }
    ShareLink.objects.filter(pk=links["revoked"].pk).update(revoked_at=now)
    return links


@pytest.fixture
def ask(
    links: dict[str, ShareLink], image: OutputImage, client_of: Any, ben: Any, boss: Any
) -> Callable[[str, str, str], int]:
    """What a column is answered: ask("get", "shared-picture", "revoked")."""

    def ask(method: str, name: str, column: str) -> int:
        who = column.partition(",")[0]
        client = client_of(who if who in ("ben", "ana", "boss") else "guest")
        link = links.get(column, links["this"])
        parts = {"token": "t" * 32 if column == "no link" else token_of(link)}
        if column == "wrong password":
            client.post(there(link, "password"), {"password": "a guess"})
        parts["image_id"] = str(image.uuid)
        taken = {part: parts[part] for part in _patterns()[name].pattern.converters}
        status: int = getattr(client, method)(reverse(name, kwargs=taken)).status_code
        return status

    return ask


def _patterns() -> dict[str, Any]:
    return {pattern.name: pattern for pattern in urls.shared_urls}


def test_every_address_under_the_public_prefix_has_a_line():
    assert set(GET) == set(_patterns())


@pytest.mark.parametrize("name", GET)
def test_who_sees_what_a_link_shows(ask: Any, name: str):
    assert tuple(ask("get", name, column) for column in COLUMNS) == GET[name]


@pytest.mark.parametrize("name", GET)
def test_who_may_send_what(ask: Any, name: str):
    assert tuple(ask("post", name, column) for column in COLUMNS) == POST[name]


def test_no_link_opens_anything_else(
    links: dict[str, ShareLink],
    address_of: Callable[[str], str],  # noqa: F811
):
    """A guest with any link, even with a cookie from one, is a guest everywhere else."""
    guests = [_with(links.get(column)) for column in GUESTS]
    for name in sorted(set(EVERYWHERE) - set(GET) - {"events", "ready"}):
        for guest in guests:
            assert guest.get(address_of(name)).status_code == EVERYWHERE[name][0], name


def _with(link: ShareLink | None) -> Client:
    """A guest who came by this link, who knows its password and says so wherever they go."""
    guest = Client()
    if link is not None:
        guest.get(there(link))
        guest.post(there(link, "password"), {"password": "kestrel"})
        for cookie in guest.cookies.values():
            cookie["path"] = "/"
    return guest
