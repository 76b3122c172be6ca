"""The page of one picture: what was asked, what came, what it cost, and what to do next."""

import re
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from generations.models import Attempt, LedgerEntry, OutputImage, PriceListItem
from generations.selectors.gallery import PAGE_SIZE
from generations.services import ledger
from generations.services.references import store_reference
from tests import factories
from tests.pages.delivering import deliver, many, picture, png

pytestmark = pytest.mark.django_db


def page(client: Client, image: OutputImage) -> str:
    answer = client.get(f"/images/{image.uuid}/")
    assert answer.status_code == 200
    return answer.content.decode()


def amounts(html: str) -> list[Decimal]:
    """The money column of the receipt, in its order."""
    receipt = html[html.index('<table class="receipt">') :]
    found = re.findall(r"<td>(−?)\$([\d,.]+)</td>", receipt)
    return [Decimal(f"-{amount}" if minus else amount) for minus, amount in found]


def link(html: str, words: str) -> str | None:
    found = re.search(rf'<a [^>]*href="([^"]+)"[^>]*>(?:(?!</a>).)*{words}', html, re.S)
    return found[1].replace("&amp;", "&") if found else None


@pytest.mark.once
def test_the_page_says_who_asked_for_what(as_ben: Any, ana: Any):
    html = page(as_ben, picture(ana, "A red kite\nover a grey sea <b>bold</b>"))
    assert "A red kite\nover a grey sea &lt;b&gt;bold&lt;/b&gt;" in html
    assert "Ana" in html


@pytest.mark.once
def test_settings_stand_beside_what_came_and_differences_are_marked(as_ana: Any, ana: Any):
    attempt = deliver(
        ana,
        model=factories.IMAGES,
        content=png((96, 64)),
        size="1536x1024",
        quality="high",
        output_format="webp",
    )
    Attempt.objects.filter(id=attempt.id).update(got={"quality": "high"})
    facts = re.sub(r"\s+", " ", page(as_ana, attempt.images.get()))
    assert '<td>1536 × 1024</td><td class="differs">96 × 64' in facts
    assert '<td>WebP</td><td class="differs">PNG' in facts
    assert "<td>high</td><td>high</td>" in facts


def test_the_receipt_adds_up_to_the_picture(as_ana: Any, ana: Any):
    image = picture(ana)
    *lines, share = amounts(page(as_ana, image))
    assert len(lines) == 3
    assert sum(lines) == share == image.cost > 0


def test_pictures_of_one_call_share_its_cost_to_the_last_micro_dollar(as_ana: Any, ana: Any):
    PriceListItem.objects.update(unit_price="0.010001")
    images = list(deliver(ana, pictures=3).images.all())
    receipts = [amounts(page(as_ana, image)) for image in images]
    for *lines, total, share in receipts:
        assert sum(lines) == total == Decimal("0.010001")
        assert share in {image.cost for image in images}
    assert sum(receipt[-1] for receipt in receipts) == Decimal("0.010001")


def test_an_adjustment_is_a_line_with_its_reason(as_ana: Any, ana: Any, boss: Any):
    image = picture(ana)
    ledger.adjust(
        attempt=image.attempt, amount=Decimal("-0.001"), reason="Refunded", entered_by=boss
    )
    html = page(as_ana, image)
    assert "adjustment, Refunded" in html
    assert Decimal("-0.001") in amounts(html)


@pytest.mark.once
def test_demo_money_is_marked_as_such(as_ana: Any, ana: Any, demo: Any):
    assert "demo, no real money" in page(as_ana, picture(ana))


def test_an_unknown_price_is_said_and_is_not_zero(as_ana: Any, ana: Any, settings: Any):
    settings.MODELS_WITHOUT_PRICE = True
    PriceListItem.objects.all().delete()
    image = picture(ana)
    html = page(as_ana, image)
    assert not LedgerEntry.objects.exists()
    assert "No price was known" in html
    assert "unknown" in html
    assert amounts(html) == []


@pytest.mark.once
def test_only_who_may_see_the_generation_is_led_to_it(
    as_ana: Any, as_ben: Any, as_boss: Any, ana: Any
):
    image = picture(ana, "A red kite & a sea")
    address = f"/generations/{image.generation_id}/"
    for client in (as_ana, as_boss):
        assert address in page(client, image)
        assert link(page(client, image), "Use again") == f"/?from={image.generation_id}"
    assert address not in page(as_ben, image)
    again = urlsplit(link(page(as_ben, image), "Use again"))
    assert parse_qs(again.query) == {"prompt": ["A red kite & a sea"]}


@pytest.mark.once
def test_references_are_shown_to_those_who_may_see_them(as_ana: Any, as_ben: Any, ana: Any):
    reference = store_reference(user=ana, name="kite.png", content=png())
    image = picture(ana, references=[reference])
    assert f"/references/{reference.id}/file/" in page(as_ana, image)
    html = page(as_ben, image)
    assert f"/references/{reference.id}" not in html
    assert "1 reference" in html


def test_neighbours_follow_the_order_of_the_gallery(as_ana: Any, as_ben: Any, ana: Any, ben: Any):
    oldest, middle, newest = picture(ana), picture(ben), picture(ana)
    html = page(as_ben, middle)
    assert f'rel="prev" href="/images/{newest.uuid}/"' in html
    assert f'rel="next" href="/images/{oldest.uuid}/"' in html
    assert 'rel="prev"' not in page(as_ben, newest)
    assert 'rel="next"' not in page(as_ben, oldest)


def test_neighbours_stay_among_what_was_searched(as_ana: Any, ana: Any, ben: Any):
    oldest, _other, newest = picture(ana), picture(ben, "A teapot"), picture(ana)
    assert (
        f'href="/images/{newest.uuid}/?q=kite"' in as_ana.get("/gallery/?q=kite").content.decode()
    )
    html = as_ana.get(f"/images/{newest.uuid}/?q=kite&nonsense=1").content.decode()
    assert f'rel="next" href="/images/{oldest.uuid}/?q=kite"' in html
    assert f'href="/gallery/?q=kite#picture-{newest.pk}"' in html
    assert 'rel="prev"' not in html


def test_the_way_back_leads_to_the_page_that_shows_the_picture(as_ana: Any, ana: Any):
    images = many(ana, PAGE_SIZE + 2)
    assert link(page(as_ana, images[-1]), "Gallery") is not None
    html = page(as_ana, images[0])
    back = re.search(r'href="(/gallery/\?before=\d+)#picture-(\d+)"', html)
    assert int(back[2]) == images[0].pk
    assert f'id="picture-{images[0].pk}"' in as_ana.get(back[1]).content.decode()


@pytest.mark.once
def test_a_picture_that_is_still_being_settled_is_for_who_asked_and_staff(
    as_ana: Any, as_ben: Any, as_boss: Any, ana: Any
):
    attempt = factories.only_attempt(factories.submit(ana))
    image = factories.store_image(factories.put_at(attempt, Attempt.Status.COLLECTING))
    statuses = [
        client.get(f"/images/{image.uuid}/").status_code for client in (as_ana, as_ben, as_boss)
    ]
    assert statuses == [200, 404, 200]
