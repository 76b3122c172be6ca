"""Filters of the gallery: each in the address, together, shown as chips, never a broken page."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.models import OutputImage
from generations.selectors.gallery import PAGE_SIZE
from generations.services.attempts.settle import settle_attempt
from tests import factories
from tests.pages.delivering import many, picture, png
from tests.pages.test_gallery import frames, link, page

pytestmark = pytest.mark.django_db

MODEL = factories.IMAGES


@pytest.fixture
def plain(ben: Any) -> OutputImage:
    """A picture for which no filter of these tests holds."""
    return picture(ben, "A teapot", values={"width": 100, "height": 150})


def made(image: OutputImage, **values: Any) -> OutputImage:
    OutputImage.objects.filter(pk=image.pk).update(**values)
    return image


FILTERS = {
    "person={ana}": lambda ana: picture(ana),
    f"model={MODEL}": lambda ana: picture(ana, model=MODEL, size="1024x1024"),
    "ratio=wide": lambda ana: picture(ana, values={"width": 1792, "height": 1024}),
    "transparent=yes": lambda ana: picture(ana, values={"is_transparent": True}),
    "cost_from=0.5": lambda ana: made(picture(ana), cost=Decimal("0.5")),
    "cost_to=0.001": lambda ana: made(picture(ana), cost=Decimal("0.001")),
    "cost_from=0.5&cost_to=0.5": lambda ana: made(picture(ana), cost=Decimal("0.5")),
    "q=RED+kít": lambda ana: picture(ana, "A red kite"),
}


@pytest.mark.parametrize("query", FILTERS)
def test_a_filter_leaves_what_it_names(as_ben: Any, ana: Any, plain: Any, query: str):
    wanted = FILTERS[query](ana)
    assert frames(page(as_ben, f"/gallery/?{query.format(ana=ana.pk)}")) == [wanted.pk]


PERIODS = {
    "when=today": [0],
    "when=yesterday": [1],
    "when=7-days": [0, 1, 3],
    "since=2024-02-28&until=2024-02-29": [4],
    "until=2024-02-28": [],
    "when=today&until=2024-02-28": [],
    "since=2024-02-28": [0, 1, 2, 3, 4],
}


@pytest.mark.parametrize("query", PERIODS)
def test_days_are_named_or_given(as_ben: Any, ana: Any, query: str):
    now = timezone.now()
    ages = [timedelta(0), timedelta(days=1), timedelta(days=40), timedelta(days=5)]
    moments = [*(now - age for age in ages), datetime(2024, 2, 29, 23, 59, tzinfo=UTC)]
    order = [4, 2, 3, 1, 0]
    images = {number: made(picture(ana), created_at=moments[number]) for number in order}
    expected = sorted((images[number].pk for number in PERIODS[query]), reverse=True)
    assert frames(page(as_ben, f"/gallery/?{query}")) == expected


def test_filters_and_words_hold_together(as_ben: Any, ana: Any, ben: Any):
    wanted = picture(ana, "A red kite")
    picture(ana, "A teapot")
    picture(ben, "A red kite")
    assert frames(page(as_ben, f"/gallery/?q=kite&person={ana.pk}")) == [wanted.pk]


def test_the_providers_version_of_a_prompt_is_found_too(as_ana: Any, ana: Any):
    attempt = factories.only_attempt(factories.submit(ana, "A red kite"))
    got = {"revised_prompt": "Un árbol"}
    image = factories.store_image(factories.put_at(attempt, "collecting", got=got))
    settle_attempt(attempt)
    assert frames(page(as_ana, "/gallery/?q=arbol")) == [image.pk]
    assert frames(page(as_ana, "/gallery/?q=red")) == [image.pk]
    assert frames(page(as_ana, "/gallery/?q=kiteun")) == []


def test_what_is_deleted_is_found_no_more(as_ana: Any, ana: Any):
    image = picture(ana, "A red kite")
    picture(ana, "Another kite")
    image.delete()
    assert image.pk not in frames(page(as_ana, "/gallery/?q=kite"))


@pytest.mark.parametrize("query", ["person={ana}", "q=kite&person={ana}", "q=kite&ratio=square"])
def test_pages_go_on_within_a_filter(as_ben: Any, ana: Any, plain: Any, query: str):
    images = many(ana, PAGE_SIZE + 5, content=png((64, 64)))
    newest_first = [image.pk for image in reversed(images)]
    first = page(as_ben, f"/gallery/?{query.format(ana=ana.pk)}")
    second = page(as_ben, link(first, "next"))
    assert frames(first) + frames(second) == newest_first
    assert frames(page(as_ben, link(second, "prev"))) == frames(first)


BAD = ["person=abc", "person=0", "model=x", "ratio=round", "when=tomorrow", "since=31.12.2024"]
BAD += ["since=0001-01-01", "until=9999-12-31", "cost_from=x", "cost_from=-1", "cost_to=NaN"]
BAD += ["transparent=perhaps", "q=%00", "q=%ff", f"q={'x' * 500}", "person=%F0%9F%A6%8A"]


@pytest.mark.once
@pytest.mark.parametrize("query", BAD)
def test_what_cannot_be_read_is_left_out_and_said(as_ana: Any, ana: Any, query: str):
    image = picture(ana)
    html = page(as_ana, f"/gallery/?{query}")
    if query == "q=%ff":
        assert "Nothing found" in html
    else:
        assert frames(html) == [image.pk]
        assert "could not be read" in html


def test_each_set_filter_is_a_chip_that_takes_it_away(as_ana: Any, ana: Any):
    picture(ana)
    html = page(as_ana, f"/gallery/?q=kite&person={ana.pk}&cost_from=0.01&cost_to=2&when=today")
    chips = re.findall(r'<a class="chip is-set" href="([^"]*)"[^>]*>.*?</span>(.*?)<svg', html)
    words = [words for _href, words in chips]
    assert words == ["“kite”", "Mine", "Today", "$0.01 – $2"]
    hrefs = [href.replace("&amp;", "&") for href, _words in chips]
    assert hrefs[0] == f"/gallery/?person={ana.pk}&when=today&cost_from=0.01&cost_to=2"


def test_nothing_found_says_how_the_search_works(as_ana: Any, ana: Any):
    picture(ana)
    html = page(as_ana, "/gallery/?q=teapot")
    assert "Nothing found" in html
    assert "capitals and accents do not matter" in html
    assert 'value="teapot"' in html


def test_a_query_is_shown_as_text(as_ana: Any):
    html = page(as_ana, "/gallery/?q=<b>\"x'")
    assert "<b>" not in html


def test_only_new_pictures_that_match_are_announced(as_ana: Any, ana: Any):
    seen = picture(ana)
    picture(ana, "A teapot")
    assert "1 new picture<" in page(as_ana, f"/gallery/news/?q=teapot&after={seen.pk}")
    assert page(as_ana, f"/gallery/news/?q=kite&after={seen.pk}").strip() == ""


@pytest.mark.parametrize("query", ["", "q=kite", "person={ana}&cost_from=0&when=today"])
def test_more_pictures_need_no_more_queries(as_ana: Any, ana: Any, query: str):
    address = f"/gallery/?{query.format(ana=ana.pk)}"
    many(ana, 2)
    few = queries_of(as_ana, address)
    many(ana, PAGE_SIZE - 3)
    assert queries_of(as_ana, address) == few


def queries_of(client: Client, address: str) -> int:
    # The first visit also writes down that somebody was here
    page(client, address)
    with CaptureQueriesContext(connection) as queries:
        page(client, address)
    return len(queries)
