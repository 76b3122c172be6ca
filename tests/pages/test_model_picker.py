"""The model picker: what each model costs with what is chosen, and how it did lately."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.models import ImageModel, PriceListItem
from generations.providers.base import Endpoint
from tests.factories import CHAT, IMAGES, image_model, only_attempt, put_at, submit
from tests.pages.composing import press, typed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

NINE = Decimal("0.009")
ALONE = {"model": IMAGES, "size": "1024x1024", "quality": "low"}


def ended(person: User, status: str = "succeeded", *, model: str = CHAT, **values: Any) -> None:
    now = timezone.now()
    paid = {"charged": "yes", "cost": NINE, "picture_count": int(status == "succeeded")}
    times = {"sent_at": now - timedelta(seconds=31), "finished_at": now}
    put_at(only_attempt(submit(person, model=model)), status, **(times | paid | values))


def row(client: Client, model: str = CHAT) -> str:
    """What the picker says of a model, as a screen reader would."""
    html = client.get("/").content.decode()
    label = html.split(f'name="model" value="{model}"')[1].split("</label>")[0]
    words = re.sub(r"<[^>]*>", " ", label.split(">", 1)[1])
    return re.sub(r" ([,.])", r"\1", " ".join(words.split()))


def prices(client: Client, **query: str) -> dict[str, str]:
    """The price of each model that the estimate puts into the picker."""
    html = client.get("/estimate/", {"model": CHAT} | query).content.decode()
    shown = dict(re.findall(r'id="price-(\d+)" hx-swap-oob="true">(.*?)</span>', html))
    names = {str(model.pk): str(model) for model in ImageModel.objects.all()}
    return {names[key]: re.sub(r"</?small>", "", words) for key, words in shown.items()}


@pytest.mark.once
def test_before_the_first_picture_only_prices_are_shown(as_ana: Client) -> None:
    assert row(as_ana) == "gpt-4o-image-vip $0.009"
    assert "no pictures yet" not in as_ana.get("/").content.decode()


def test_a_model_shows_success_time_and_true_cost(as_ana: Client, ana: User) -> None:
    for _ in range(3):
        ended(ana)
    ended(ana, "failed")
    shown = "gpt-4o-image-vip $0.009 75 % delivered 31 s usually $0.012 true cost In 30 days "
    assert row(as_ana) == f"{shown}3 of 4 calls delivered."
    for _ in range(2):
        for status in ("succeeded", "succeeded", "succeeded", "failed"):
            ended(ana, status)
    ended(ana)
    assert row(as_ana).endswith("In 30 days 10 of 13 calls delivered, nine in ten within 31 s.")
    assert row(as_ana, IMAGES).endswith("no pictures yet")


def test_what_is_not_sure_is_said_to_be_so(as_ana: Client, ana: User) -> None:
    ended(ana)
    ended(ana, "unconfirmed", charged="unknown", cost=None)
    assert "about $0.009 true cost" in row(as_ana)
    assert "Unconfirmed: perhaps $0.009 more." in row(as_ana)
    ended(ana, model=IMAGES, cost=None)
    assert "unknown true cost" in row(as_ana, IMAGES)
    assert "1 charge of unknown amount." in row(as_ana, IMAGES)


def test_a_model_that_delivered_nothing_says_what_it_took(as_ana: Client, ana: User) -> None:
    ended(ana, "failed")
    assert row(as_ana) == (
        "gpt-4o-image-vip $0.009 no pictures yet In 30 days 0 of 1 call delivered. $0.009 spent."
    )


def test_prices_follow_size_quality_and_count(as_ana: Client) -> None:
    assert prices(as_ana, **ALONE)[IMAGES] == "about $0.0059"
    shown = prices(as_ana, **ALONE | {"quality": "high", "count": "3"})
    # By the call, or by the picture; each as far as it takes the setting
    assert (shown[CHAT], shown[IMAGES]) == ("$0.027", "about $0.158")
    assert "3 pictures</span>" in as_ana.get("/estimate/", {"count": "3"}).content.decode()


@pytest.mark.once
def test_choosing_a_model_puts_prices_into_the_picker_and_not_below_the_button(
    as_ana: Client,
) -> None:
    answer = as_ana.post("/composer/", typed(), headers={"HX-Request": "true"}).content.decode()
    below = answer.split('id="composer-estimate"')[1].split("</div>")[0]
    assert "About $0.009." in below
    assert "hx-swap-oob" not in below.split(">", 1)[1]
    assert 'class="model__price"' in answer


@pytest.mark.once
def test_a_model_that_paints_fewer_at_once_says_for_how_many(as_ana: Client) -> None:
    ImageModel.objects.filter(name="gpt-4o-image-vip").update(max_count=2)
    shown = prices(as_ana, **ALONE | {"count": "4"})
    assert shown[CHAT] == "$0.009 for 1"


def test_a_model_without_a_price_is_unknown(as_ana: Client, settings: Any) -> None:
    PriceListItem.objects.filter(provider="demo", model="gpt-4o-image-vip").delete()
    assert prices(as_ana)[CHAT] == "unknown"


@pytest.mark.once
def test_several_providers_are_told_apart_and_the_demo_is_marked(
    as_ana: Client, settings: Any
) -> None:
    assert "Model, demo" in as_ana.get("/").content.decode()
    openai = Endpoint(name="openai", base_url="https://openai.test/v1", api_key="key")
    settings.PROVIDERS = settings.PROVIDERS | {"openai": openai}
    assert row(as_ana, CHAT).startswith("gpt-4o-image-vip demo")
    assert "Model, demo" not in as_ana.get("/").content.decode()


@pytest.mark.once
def test_an_end_that_is_near_is_said(as_ana: Client) -> None:
    ends_on = timezone.localdate() + timedelta(days=9)
    ImageModel.objects.filter(provider="demo", name="gpt-image-2").update(ends_on=ends_on)
    assert " ends " in row(as_ana, "demo/gpt-image-2")


def test_more_models_and_more_history_cost_no_more_queries(as_ana: Client, ana: User) -> None:
    pages = {
        "studio": lambda: as_ana.get("/"),
        "estimate": lambda: as_ana.get("/estimate/", ALONE),
        "composer": lambda: as_ana.post("/composer/", typed(), headers={"HX-Request": "true"}),
        "again": lambda: press(as_ana, prompt=""),
    }
    ended(ana)
    few = {name: _queries(page) for name, page in pages.items()}
    _more_models(12)
    for _ in range(6):
        ended(ana)
        ended(ana, "failed", model=IMAGES)
    assert {name: _queries(page) for name, page in pages.items()} == few
    assert few["estimate"] <= 6


def _more_models(count: int) -> None:
    copied = PriceListItem.objects.filter(provider="demo", model="gpt-image-2.5-flare")
    for number in range(count):
        model, items = image_model(IMAGES), list(copied)
        for made in (model, *items):
            made.pk, made._state.adding = None, True
        model.name = f"copy-{number}"
        model.save()
        for item in items:
            item.model = model.name
        PriceListItem.objects.bulk_create(items)


def _queries(page: Any) -> int:
    with CaptureQueriesContext(connection) as queries:
        page()
    return len(queries)
