"""How often a link was looked at: by people, who stay unknown."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from generations.models import OutputImage, ShareDay, ShareLink, ShareTries, ShareVisitor
from generations.services.share_links import visitors
from generations.services.share_links.counting import is_machine
from generations.services.share_links.tries import PASSWORDS, forget_tries, take_try
from generations.services.share_links.visitors import forget_visitors, visitor_of
from tests.pages.delivering import picture
from tests.pages.sharing import BROWSER, share, there

pytestmark = pytest.mark.django_db

HOME, OFFICE = "192.0.2.1", "198.51.100.7"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/149.0.0.0 Safari/537.36"
)


@pytest.fixture(autouse=True)
def _new_day() -> None:
    visitors._kept.clear()


@pytest.fixture
def image(ana: Any) -> OutputImage:
    return picture(ana)


@pytest.fixture
def link(ana: Any, image: OutputImage) -> ShareLink:
    return share(ana, image, allow_download=True)


def look(client: Client, address: str, at: str = HOME, agent: str = BROWSER, **more: Any) -> int:
    headers = {"User-Agent": agent} | more.pop("headers", {})
    method = more.pop("method", "get")
    return getattr(client, method)(address, REMOTE_ADDR=at, headers=headers, **more).status_code


def counts(link: ShareLink) -> tuple[int, int, int]:
    link.refresh_from_db()
    return link.view_count, link.visitor_count, link.download_count


def test_views_visitors_and_downloads_are_counted(
    guest: Client, link: ShareLink, image: OutputImage
):
    for at in (HOME, HOME, OFFICE):
        look(guest, there(link), at)
    look(guest, there(link), HOME, CHROME)
    look(guest, there(link, "pictures", image))
    assert counts(link) == (4, 3, 0)
    assert link.last_viewed_at
    look(guest, there(link, "pictures", image, "download"))
    look(guest, there(link, "zip"))
    assert counts(link) == (4, 3, 2)


def test_a_download_that_goes_on_is_one(guest: Client, link: ShareLink, image: OutputImage):
    address = there(link, "pictures", image, "download")
    look(guest, address, headers={"Range": "bytes=0-9"})
    look(guest, address, headers={"Range": "bytes=10-"})
    look(guest, address, method="head")
    tag = guest.get(address)["ETag"]
    look(guest, address, headers={"If-None-Match": tag})
    assert counts(link)[2] == 1


def test_the_team_is_left_out(as_ben: Client, as_boss: Client, link: ShareLink, image: OutputImage):
    for client in (as_ben, as_boss):
        assert look(client, there(link)) == 200
        assert look(client, there(link, "zip")) == 200
    assert counts(link) == (0, 0, 0)


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "curl/8.14.1",
        "python-requests/2.32",
        "WhatsApp/2.23.20.0",
        "facebookexternalhit/1.1",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
        "TelegramBot (like TwitterBot)",
        "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
        "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2)",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/149.0 Safari/537.36",
    ],
)
@pytest.mark.once
def test_machines_are_left_out(guest: Client, link: ShareLink, agent: str):
    assert look(guest, there(link), agent=agent) == 200
    assert counts(link) == (0, 0, 0)


@pytest.mark.once
@pytest.mark.parametrize(
    "agent",
    [
        BROWSER,
        CHROME,
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
        "(KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/512.0;FBBV/1]",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
        "(KHTML, like Gecko) Version/18.5 Mobile/15E148 DuckDuckGo/7 Safari/605.1.15",
        "Mozilla/5.0 (Linux; Android 14; CUBOT X50 Build/UP1A) AppleWebKit/537.36 Chrome/149.0",
        "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/149.0 Mobile "
        "Safari/537.36 Telegram-Android/11.9",
    ],
)
def test_people_in_whatever_browser_are_not_taken_for_machines(agent: str):
    assert not is_machine(agent)


@pytest.mark.once
def test_what_is_fetched_ahead_and_what_only_asks_is_no_view(guest: Client, link: ShareLink):
    look(guest, there(link), headers={"Sec-Purpose": "prefetch;prerender"})
    look(guest, there(link), method="head")
    assert counts(link) == (0, 0, 0)


def test_a_form_for_the_password_is_no_view(guest: Client, ana: Any):
    link = share(ana, password="kestrel")
    look(guest, there(link))
    assert counts(link) == (0, 0, 0)


# No address is kept


def test_nothing_that_is_kept_tells_where_somebody_was(guest: Client, link: ShareLink):
    look(guest, there(link), HOME)
    take_try(link=link, limit=PASSWORDS, visitor=visitor_of(link, HOME))
    models = (ShareVisitor, ShareTries, ShareLink)
    kept = str([list(model.objects.values_list()) for model in models])
    assert HOME not in kept


def test_the_key_of_a_day_is_random_and_gone_the_day_after(link: ShareLink, ana: Any):
    today = timezone.localdate()
    hashed = visitor_of(link, HOME)
    assert visitor_of(link, HOME) == hashed
    assert visitor_of(link, OFFICE) != hashed
    assert visitor_of(share(ana), HOME) != hashed
    key = bytes(ShareDay.objects.get(on=today).key)
    assert len(key) == 32
    ShareDay.objects.all().delete()
    visitors._kept.clear()
    assert visitor_of(link, HOME) != hashed


def test_yesterday_is_forgotten(guest: Client, link: ShareLink):
    look(guest, there(link))
    take_try(link=link, limit=PASSWORDS, visitor="someone")
    now = timezone.now()
    assert forget_visitors(now=now) == 0
    assert forget_tries() == 0
    forget_visitors(now=now + timedelta(days=2))
    assert not ShareVisitor.objects.exists()
    assert not ShareDay.objects.exists()
    assert counts(link)[:2] == (1, 1)
    ShareTries.objects.update(stretch=1)
    assert forget_tries() == 2
