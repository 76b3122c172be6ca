"""Whoever tries again knows what it costs now, not what it cost then."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.models import Attempt, Generation, PriceListItem
from tests.factories import CHAT, IMAGES, put_at, submit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


@pytest.fixture
def failed(ana: User) -> Generation:
    return fail(submit(ana, model=CHAT, count=2))


def fail(generation: Generation) -> Generation:
    for attempt in generation.attempts.all():
        put_at(attempt, Attempt.Status.UNCONFIRMED, charged="unknown")
    Generation.objects.filter(id=generation.id).update(status="failed")
    return generation


def new_price(name: str, amount: str, **more: Any) -> None:
    provider, _, model = name.partition("/")
    values = {"unit": "call", "unit_price": amount, "effective_from": timezone.now()} | more
    PriceListItem.objects.create(provider=provider, model=model, source="A letter", **values)


def test_a_retry_says_the_price_that_is_held_when_it_is_pressed(
    as_ana: Client, failed: Generation
) -> None:
    new_price(CHAT, "0.25")
    page = as_ana.get(f"/generations/{failed.id}/").content.decode()
    assert "May cost another $0.50" in page
    as_ana.post(f"/generations/{failed.id}/retries/")
    held = failed.attempts.filter(number=2).values_list("estimate", flat=True)
    assert sum(held) == Decimal("0.5")


def test_a_retry_of_a_model_by_the_token_counts_its_prompt(as_ana: Client, ana: User) -> None:
    generation = fail(submit(ana, "A " * 4_000, model=IMAGES, size="1024x1024", quality="low"))
    new_price(IMAGES, "1000", unit="text_in")
    page = as_ana.get(f"/generations/{generation.id}/").content.decode()
    assert "May cost another $2." in page


def test_what_failed_costs_the_studio_one_look_at_the_prices(
    as_ana: Client, ana: User, failed: Generation, django_assert_max_num_queries: Any
) -> None:
    with CaptureQueriesContext(connection) as few:
        as_ana.get("/")
    for model in (CHAT, IMAGES, CHAT):
        fail(submit(ana, model=model))
    with django_assert_max_num_queries(len(few)):
        as_ana.get("/")
