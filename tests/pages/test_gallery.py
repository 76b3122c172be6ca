"""The gallery: everyone's pictures, newest first, page by page, stable while new ones come."""

import gzip
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.models import Attempt, Favourite, OutputImage
from generations.selectors.gallery import PAGE_SIZE
from generations.services.attempts.settle import settle_attempt
from tests import factories
from tests.pages.delivering import many, picture, png

pytestmark = pytest.mark.django_db


def frames(html: str) -> list[int]:
    """The frame numbers on a page, in their order."""
    return [int(frame) for frame in re.findall(r'data-frame="(\d+)"', html)]


def page(client: Client, address: str = "/gallery/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def link(html: str, rel: str) -> str | None:
    found = re.search(rf'rel="{rel}" href="([^"]+)"', html)
    return found[1].replace("&amp;", "&") if found else None


def test_the_whole_team_sees_everyones_pictures_newest_first(as_ben: Any, ana: Any, ben: Any):
    first, second = picture(ana), picture(ben)
    assert frames(page(as_ben)) == [second.pk, first.pk]


@pytest.mark.once
def test_the_first_pictures_load_at_once_whatever_day_they_are_of(as_ana: Any, ana: Any):
    images = many(ana, 9)
    old = OutputImage.objects.filter(pk__lte=images[6].pk)
    old.update(created_at=timezone.now() - timedelta(days=2))
    html = page(as_ana)
    assert len(re.findall(r'class="picture__image"[^>]*fetchpriority="high"', html)) == 6
    assert len(re.findall(r'class="picture__image"[^>]*loading="lazy"', html)) == 3
    assert html.index('loading="lazy"') > html.rindex('fetchpriority="high"')


@pytest.mark.once
def test_an_empty_gallery_leads_to_the_studio(as_ana: Any):
    html = page(as_ana)
    assert "No pictures yet" in html
    assert 'href="/"' in html


def test_only_settled_pictures_are_in_the_gallery(as_ana: Any, ana: Any):
    attempt = factories.only_attempt(factories.submit(ana))
    image = factories.store_image(factories.put_at(attempt, Attempt.Status.COLLECTING))
    assert frames(page(as_ana)) == []
    settle_attempt(attempt)
    assert frames(page(as_ana)) == [image.pk]


def test_a_settled_picture_stays_while_another_of_its_call_is_fetched(as_ben: Any, ana: Any):
    image = picture(ana)
    Attempt.objects.filter(images=image).update(status=Attempt.Status.COLLECTING)
    assert frames(page(as_ben)) == [image.pk]
    assert as_ben.get(f"/images/{image.uuid}/").status_code == 200


def test_older_and_newer_lead_through_every_picture_once(as_ana: Any, ana: Any):
    images = many(ana, 2 * PAGE_SIZE + 5)
    newest_first = [image.pk for image in reversed(images)]
    first = page(as_ana)
    second = page(as_ana, link(first, "next"))
    third = page(as_ana, link(second, "next"))
    assert frames(first) + frames(second) + frames(third) == newest_first
    assert link(third, "next") is None
    assert frames(page(as_ana, link(third, "prev"))) == frames(second)
    assert link(first, "prev") is None


def test_a_page_stays_as_it_is_when_new_pictures_come(as_ana: Any, ana: Any):
    many(ana, PAGE_SIZE + 3)
    address = link(page(as_ana), "next")
    before = frames(page(as_ana, address))
    picture(ana, "One more")
    assert frames(page(as_ana, address)) == before


def test_newer_near_the_top_is_the_whole_first_page(as_ana: Any, ana: Any):
    images = many(ana, PAGE_SIZE + 3)
    html = page(as_ana, f"/gallery/?after={images[-4].pk}")
    assert frames(html) == frames(page(as_ana))


@pytest.mark.parametrize("cursor", ["x", "-1", "1e9", "9" * 40, "٣", "1 or 1=1"])
def test_a_cursor_that_is_none_is_an_address_that_is_not_there(as_ana: Any, cursor: str):
    assert as_ana.get("/gallery/", {"before": cursor}).status_code == 404
    assert as_ana.get("/gallery/more/", {"before": cursor}).status_code == 404


def test_a_cursor_behind_the_last_picture_leads_to_the_first_page(as_ana: Any, ana: Any):
    picture(ana)
    assert as_ana.get("/gallery/?before=1").url == "/gallery/"


def test_further_pictures_come_as_a_fragment_with_the_way_to_the_next(as_ana: Any, ana: Any):
    images = many(ana, 2 * PAGE_SIZE + 1)
    fragment = page(as_ana, f"/gallery/more/?before={images[-PAGE_SIZE].pk}")
    assert "<html" not in fragment
    assert len(frames(fragment)) == PAGE_SIZE
    assert "/gallery/more/?before=" in fragment


def test_each_day_has_its_heading(as_ana: Any, ana: Any):
    old, new = picture(ana), picture(ana)
    long_ago = datetime(2024, 2, 29, 12, tzinfo=UTC)
    OutputImage.objects.filter(pk=old.pk).update(created_at=long_ago)
    html = page(as_ana)
    assert "Today" in html
    assert "29 February 2024" in html
    assert html.index("Today") < html.index(f'data-frame="{new.pk}"') < html.index("29 February")


@pytest.mark.once
def test_a_picture_has_its_shape_its_number_and_its_cost_before_it_is_loaded(as_ana: Any, ana: Any):
    image = picture(ana, content=png((96, 64)))
    html = page(as_ana)
    assert 'class="picture ratio-150"' in html
    assert 'width="96" height="64"' in html
    assert image.placeholder in html
    assert image.frame_number in html
    assert f"${image.cost}".rstrip("0") in html


@pytest.mark.once
def test_a_transparent_picture_lies_on_a_checker_and_not_on_its_haze(as_ana: Any, ana: Any):
    picture(ana, values={"is_transparent": True})
    html = page(as_ana)
    assert "is-transparent" in html
    assert "picture__haze" not in html


def test_an_unknown_cost_is_never_zero(as_ana: Any, ana: Any):
    image = picture(ana)
    OutputImage.objects.filter(pk=image.pk).update(cost=None)
    html = page(as_ana)
    assert "unknown" in html
    assert "$0.000" not in html


def test_a_prompt_is_shown_as_text_and_only_its_beginning(as_ana: Any, ana: Any):
    picture(ana, '<script>alert("x")</script> ' + "long " * 2000)
    html = page(as_ana)
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html
    assert len(html) < 30_000


def test_new_pictures_are_counted_from_what_is_on_screen(as_ana: Any, ana: Any):
    seen = picture(ana)
    assert page(as_ana, f"/gallery/news/?after={seen.pk}").strip() == ""
    picture(ana)
    assert "1 new picture<" in page(as_ana, f"/gallery/news/?after={seen.pk}")
    picture(ana)
    assert "2 new pictures" in page(as_ana, f"/gallery/news/?after={seen.pk}")


def test_more_pictures_need_no_more_queries(as_ana: Any, ana: Any):
    picture(ana)
    few = queries_of(as_ana)
    many(ana, PAGE_SIZE + 10)
    assert queries_of(as_ana) == few


def queries_of(client: Client) -> int:
    # The first visit also writes down that somebody was here
    page(client)
    with CaptureQueriesContext(connection) as queries:
        page(client)
    return len(queries)


@pytest.mark.once
def test_the_first_view_is_small(as_ana: Any, ana: Any):
    """HTML, styles and scripts of a full page, compressed as a front server sends them."""
    many(ana, PAGE_SIZE + 1)
    html = page(as_ana)
    addresses = set(re.findall(r'(?:href|src)="/static/([^"#]+\.(?:css|js))"', html))
    assert len(addresses) >= 8
    files = [Path(finders.find(address)).read_bytes() for address in addresses]
    assert sum(len(gzip.compress(content)) for content in [html.encode(), *files]) < 60_000


@pytest.mark.once
def test_pages_are_compressed_and_files_are_not(as_ana: Any, ana: Any):
    image = picture(ana)
    asked = {"Accept-Encoding": "gzip, br"}
    answer = as_ana.get("/gallery/", headers=asked)
    assert answer["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer["Vary"]
    assert gzip.decompress(answer.content).decode().count(f'data-frame="{image.pk}"') == 1
    for address in (f"/images/{image.uuid}/file/", f"/images/{image.uuid}/download/"):
        assert not as_ana.get(address, headers=asked).has_header("Content-Encoding")
    assert not as_ana.get("/gallery/").has_header("Content-Encoding")


@pytest.mark.once
def test_every_kind_of_picture_has_its_own_words(as_ana: Any, ana: Any, ben: Any):
    """What all pictures share is rendered once: nothing of one may stand on another."""
    wide = picture(ana, "A <b>red</b> kite & @frame@", content=png((96, 48)))
    tall = picture(ben, "A teapot", content=png((48, 96)))
    Favourite.objects.create(person=ana, image=tall)
    OutputImage.objects.filter(pk=tall.pk).update(cost=None)
    of_tall, of_wide = page(as_ana).split('<li class="picture ')[1:]
    assert "ratio-200" in of_wide
    assert 'alt="A &lt;b&gt;red&lt;/b&gt; kite &amp; @frame@"' in of_wide
    assert f'href="/images/{wide.uuid}/"' in of_wide
    assert f"before={wide.pk + 1}#picture-{wide.pk}" in of_wide
    assert "data-removable" in of_wide
    assert 'aria-pressed="false"' in of_wide
    assert "$0.018" in of_wide or "$0.009" in of_wide
    assert str(wide.uuid) not in of_tall
    assert "data-removable" not in of_tall
    assert 'aria-pressed="true"' in of_tall
    assert "unknown" in of_tall
