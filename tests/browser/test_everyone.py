"""Every page for everyone: seen, heard, by key, on a phone, in the dark, in Spanish."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page

from generations.models import Attempt, OutputImage, Worker
from generations.providers.base import Charged, Code, ProviderError
from generations.services.attempts.settle import close_attempt
from generations.services.setup import setup_link_token
from generations.services.share_links.guests import new_guest
from generations.services.share_links.reviews import leave_review
from generations.services.trash import trash_images
from tests.browser.examination import faults_of
from tests.factories import only_attempt, put_at, submit, transparent_png
from tests.pages.delivering import picture, png
from tests.pages.sharing import share, there
from tests.pages.test_permissions import GET, STAFF_PAGES, address_of

__all__ = ["address_of"]

pytestmark = pytest.mark.slow

# No page, and never at its end
STREAM = "events"
BEYOND_THE_TABLE = {
    "guest": ["/account/login/", "/nothing/"],
    "ana": [
        "/nothing/",
        "/theme/",
        "/gallery/?q=nothing+at+all",
        "/account/password/change/",
        "/account/logout/",
        # Each asks for the password first: without it, its form is what is seen
        "/account/2fa/totp/activate/",
        "/account/2fa/webauthn/add/",
        "/costs/mine/?money=demo",
    ],
    "boss": [
        "/unconfirmed/?show=settled",
        "/costs/?money=demo&by=model",
        "/costs/?since=yesterday",
        "/costs/generations/?money=demo",
        *(f"{it}?q=gpt-image-1" for it in STAFF_PAGES),
    ],
}


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the browser says of pages, among it what the content policy forbids."""
    said: list[str] = []
    yield said
    assert not said, "\n".join(said)


@pytest.fixture
def spanish(browser: Any, live_site: Any, complaints: list[str]) -> Iterator[Page]:
    """A page in the language with the longer words."""

    def note(said: Any) -> None:
        # What has no address is axe's own; refusals are looked at as pages, too
        is_of_page = said.type == "error" and said.location["url"]
        if is_of_page and "responded with a status of 4" not in said.text:
            complaints.append(f"{page.url} {said.text}")

    context = browser.new_context(base_url=live_site.url, locale="es-MX")
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(f"{page.url} {error}"))
    page.on("console", note)
    yield page
    context.close()


@pytest.fixture
def all_states(address_of: Any, ana: User) -> dict[str, list[str]]:
    """Something of every kind for the pages to show."""
    for name in GET:
        address_of(name)
    failed, unsure, running = (
        only_attempt(submit(ana, f"A {it} kite")) for it in ("red", "blue", "grey")
    )
    refused = ProviderError(Code.MODERATION, charged=Charged.YES, detail="No kites <here>")
    silent = ProviderError(Code.SILENT, charged=Charged.UNKNOWN, detail="…")
    for attempt, error in ((failed, refused), (unsure, silent)):
        put_at(attempt, Attempt.Status.CALLING, sent_at=timezone.now())
        close_attempt(attempt, error)
    put_at(
        running,
        Attempt.Status.CALLING,
        sent_at=timezone.now(),
        worker=Worker.objects.first(),
        percent=40,
    )
    clear = picture(ana, "A clear kite", content=transparent_png())
    second = picture(ana, "A second kite", content=png((96, 48)))
    gone = picture(ana, "A lost kite", content=png((64, 64), "navy"))
    trash_images(user=ana, images=OutputImage.objects.filter(pk=gone.pk))
    shared = share(ana, clear, second, title="Kites", allow_download=True, allow_review=True)
    guest = new_guest(shared, "Carla")
    leave_review(link=shared, image=clear, guest=guest, is_favourite=True, comment="This one")
    locked = share(ana, second, password="kestrel")
    return {
        "guest": [there(shared), there(shared, "pictures", clear), there(locked), "/s/nothing/"],
        "ana": [
            f"/compare/?images={clear.uuid}&images={second.uuid}",
            f"/share-links/{shared.pk}/",
        ],
        "boss": [],
    }


def whole_pages(page: Page, who: str, address_of: Callable[[str], str]) -> list[str]:
    """The addresses at which a person sees a page of their own, from the table of permissions."""
    column = ("guest", "ana", "ben", "boss").index(who)
    named = [name for name, answers in GET.items() if answers[column] == 200 and name != STREAM]
    if who == "boss":
        named = [name for name in named if GET[name][1] != 200]
    return [address for name in named if _is_whole(page, address := address_of(name))]


def _is_whole(page: Page, address: str) -> bool:
    answer = page.request.get(address)
    return b"<!doctype html>" in answer.body()[:200]


@pytest.mark.parametrize("who", ["guest", "ana", "boss"])
def test_every_page_is_for_everyone(
    spanish: Page, sign_in: Any, all_states: Any, address_of: Any, request: Any, who: str
):
    if who != "guest":
        sign_in(spanish, request.getfixturevalue(who))
    addresses = [*whole_pages(spanish, who, address_of), *BEYOND_THE_TABLE[who]]
    if who == "guest":
        User.objects.filter(is_staff=True).update(is_active=False)
        addresses.append(f"/setup/{setup_link_token()}/")
    addresses += all_states[who]
    known: set[str] = set()
    found = [line for address in addresses for line in faults_of(spanish, address, known)]
    assert not found, "\n".join(found)
