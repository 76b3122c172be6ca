"""Whatever happens to attempts, and in whatever order, the ledger says what it cost."""

from dataclasses import asdict
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from generations.models import PriceListItem
from generations.providers.base import Usage
from generations.services.pricing import cost_of_call, share_cost
from tests.factories import IMAGES, only_attempt, submit
from tests.properties.histories import COUNTS, MONEY, Histories
from tests.support.cast import make_person
from tests.support.examples import examples

pytestmark = pytest.mark.django_db

PRICED = ("text_in", "cached_text_in", "image_in", "cached_image_in", "image_out", "text_out")
MICRO = Decimal("0.000001")
# The database stays as it is from one example to the next
ONE_DATABASE = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}


@pytest.mark.many
def test_the_ledger_adds_up_after_every_step_of_every_history():
    few = settings(max_examples=examples(10), stateful_step_count=40, **ONE_DATABASE)
    run_state_machine_as_test(Histories, settings=few)


@pytest.fixture
def attempt():
    return only_attempt(submit(make_person("ana"), model=IMAGES, size="1024x1024", quality="low"))


@settings(max_examples=60, **ONE_DATABASE)
@given(
    prices=st.fixed_dictionaries({unit: st.none() | MONEY for unit in PRICED}),
    counts=st.fixed_dictionaries(dict.fromkeys(PRICED, COUNTS)),
)
def test_a_call_costs_its_tokens_at_the_prices_of_the_list_or_nobody_knows(attempt, prices, counts):
    attempt.usage = asdict(Usage(**counts))
    with transaction.atomic():
        PriceListItem.objects.filter(provider="demo").delete()
        for unit, price in prices.items():
            _add_price(unit, price)
        cost = cost_of_call(attempt, picture_count=1)
        transaction.set_rollback(True)
    if prices["image_out"] is None or not counts["image_out"]:
        # Nothing to price tokens with, or no tokens: by the picture, which has no price here
        assert cost is None
    else:
        assert cost == _expected(prices, counts)


@given(cost=MONEY, count=st.integers(1, 16))
def test_the_pictures_of_a_call_share_its_cost_to_the_micro_dollar(cost, count):
    shares = share_cost(cost, count)
    assert sum(shares) == cost
    assert max(shares) - min(shares) <= MICRO
    assert sorted(shares, reverse=True) == list(shares)


def _add_price(unit, price):
    if price is not None:
        PriceListItem.objects.create(
            provider="demo",
            model="gpt-image-2.5-flare",
            unit=unit,
            unit_price=price,
            effective_from="2026-01-01T00:00Z",
            source="A letter",
        )


def _expected(prices, counts):
    """The same sum, written down as a person would work it out."""
    rest = dict(counts)
    rest["cached_text_in"] = min(counts["cached_text_in"], counts["text_in"])
    # What is too much for the text was cached of the pictures
    surplus = counts["cached_text_in"] - rest["cached_text_in"]
    rest["cached_image_in"] = min(counts["cached_image_in"] + surplus, counts["image_in"])
    for full in ("text_in", "image_in"):
        if prices[f"cached_{full}"] is None:
            rest[f"cached_{full}"] = 0
        rest[full] -= rest[f"cached_{full}"]
    if any(count and prices[unit] is None for unit, count in rest.items()):
        return None
    total = sum(count * (prices[unit] or 0) for unit, count in rest.items())
    return (Decimal(total) / 10**6).quantize(MICRO, rounding=ROUND_HALF_UP)
