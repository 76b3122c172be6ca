"""Estimates before a call and costs after it, from the price list of the day."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from generations.models import PriceListItem
from generations.services.generation_settings import GenerationSettings
from generations.services.pricing import cost_of_call, estimate, share_cost
from tests.factories import IMAGES, image_model, only_attempt, submit

GPT_IMAGE_1 = "demo/gpt-image-1"


def _estimate(model, **settings):
    references = settings.pop("reference_count", 0)
    return estimate(
        image_model=image_model(model),
        settings=GenerationSettings(**settings),
        reference_count=references,
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "chosen", "cost"),
    [
        ("aihubmix/gpt-4o-image", {}, "0.005"),
        ("aihubmix/gpt-4o-image-vip", {"count": 2, "size": "1024x1536"}, "0.018"),
        ("openai/gpt-image-2", {"size": "1024x1024", "quality": "high"}, "0.211"),
        ("openai/gpt-image-2.5-flare", {"size": "1024x1024", "quality": "low"}, "0.00588"),
        # The quality is open: the dearest of the size
        ("openai/gpt-image-2", {"size": "1536x1024", "quality": "auto"}, "0.165"),
        # The size is open: the dearest that a model picks by itself
        ("openai/gpt-image-2", {"size": "auto", "quality": "low"}, "0.006"),
        # A free size costs what the nearest known size costs
        ("openai/gpt-image-2", {"size": "2544x1440", "quality": "low"}, "0.007"),
        # A reference is 1,024 image tokens
        (
            "openai/gpt-image-2",
            {"size": "1024x1024", "quality": "low", "reference_count": 2},
            "0.022384",
        ),
    ],
)
def test_what_a_person_sees_under_the_button(model, chosen, cost):
    assert _estimate(model, **chosen) == Decimal(cost)


@pytest.mark.django_db
def test_a_model_without_a_price_costs_unknown_not_zero():
    PriceListItem.objects.filter(provider="openai", model="gpt-image-2").delete()
    assert _estimate("openai/gpt-image-2", size="1024x1024", quality="low") is None


@pytest.mark.django_db
def test_a_new_price_is_for_new_attempts_only(ana):
    attempt = only_attempt(submit(ana))
    PriceListItem.objects.create(
        provider="demo",
        model="gpt-4o-image-vip",
        unit="call",
        unit_price=Decimal("0.05"),
        effective_from=timezone.now() + timedelta(milliseconds=1),
        source="A letter",
    )
    assert cost_of_call(attempt, picture_count=1) == Decimal("0.009")


@pytest.mark.django_db
def test_trustworthy_usage_is_priced_by_the_token(ana):
    """The body of provider-facts.md 1.3: 14 text tokens in, 196 image tokens out."""
    attempt = only_attempt(submit(ana, model=IMAGES, size="1024x1024", quality="low"))
    attempt.usage = {"text_in": 14, "image_out": 196, "is_trustworthy": True}
    assert cost_of_call(attempt, picture_count=1) == Decimal("0.005950")


@pytest.mark.django_db
def test_cached_tokens_cost_less(ana):
    attempt = only_attempt(submit(ana, model=IMAGES, size="1024x1024", quality="low"))
    attempt.usage = {"text_in": 1000, "cached_text_in": 1000, "is_trustworthy": True}
    assert cost_of_call(attempt, picture_count=1) == Decimal("0.001250")


@pytest.mark.django_db
def test_invented_usage_is_never_priced(ana):
    attempt = only_attempt(submit(ana))
    attempt.usage = {"text_in": 9_000_000, "is_trustworthy": False}
    assert cost_of_call(attempt, picture_count=2) == Decimal("0.009")


@pytest.mark.django_db
def test_without_usage_the_picture_costs_what_it_turned_out_to_be(ana):
    attempt = only_attempt(submit(ana, model=IMAGES, size="1024x1024", quality="auto"))
    attempt.got = {"quality": "low"}
    assert cost_of_call(attempt, picture_count=2) == Decimal("0.011760")


@given(micros=st.integers(0, 10**9), count=st.integers(1, 16))
def test_the_shares_of_a_call_add_up_to_the_micro_dollar(micros, count):
    cost = Decimal(micros) / 1_000_000
    shares = share_cost(cost, count)
    assert sum(shares) == cost
    assert max(shares) - min(shares) <= Decimal("0.000001")
