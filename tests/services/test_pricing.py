"""Estimates before a call and costs after it, from the price list of the day."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from generations.models import ImageModel, PriceListItem
from generations.providers.base import Usage
from generations.providers.usage import usage_of
from generations.services.generation_settings import GenerationSettings
from generations.services.price_list import price_list, price_lists
from generations.services.pricing import cost_of_call, estimate, share_cost, text_tokens
from generations.services.references import store_reference
from tests.factories import CHAT, IMAGES, image_model, only_attempt, png, store_image, submit

EARLIER = datetime(2026, 1, 1, tzinfo=UTC)
# Ten letters, three tokens
PROMPT = "A red kite"
PROMPT_COST = Decimal("0.000015")


def _estimate(model, **settings):
    given = {
        name: settings.pop(name)
        for name in ("reference_count", "prompt_tokens")
        if name in settings
    }
    return estimate(
        image_model=image_model(model), settings=GenerationSettings(**settings), **given
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
        # Each partial picture is 100 tokens out, for a model that sends them
        (
            "openai/gpt-image-2",
            {"size": "1024x1024", "quality": "low", "partial_images": 2},
            "0.012",
        ),
        (
            "aihubmix/gpt-image-2",
            {"size": "1024x1024", "quality": "low", "partial_images": 2},
            "0.006",
        ),
        # A reference is 1,024 image tokens
        (
            "openai/gpt-image-2",
            {"size": "1024x1024", "quality": "low", "reference_count": 2},
            "0.022384",
        ),
        # A long prompt costs its tokens, in each call
        (
            "openai/gpt-image-2",
            {"size": "1024x1024", "quality": "low", "prompt_tokens": 8000, "count": 2},
            "0.092",
        ),
        ("aihubmix/gpt-4o-image", {"prompt_tokens": 8000}, "0.005"),
    ],
)
def test_what_a_person_sees_under_the_button(model, chosen, cost):
    assert _estimate(model, **chosen) == Decimal(cost)


@pytest.mark.parametrize(
    ("prompt", "tokens"),
    [("", 0), ("A red kite", 3), ("a" * 32_000, 8000), ("赤い凧", 3), ("Красный змей", 6)],
)
def test_a_prompt_has_about_a_token_for_four_bytes(prompt, tokens):
    assert text_tokens(prompt) == tokens


@pytest.mark.django_db
def test_the_prompt_is_part_of_what_is_held(ana):
    attempts = [_image_call(ana, prompt=prompt) for prompt in (PROMPT, "A red kite" * 400)]
    assert [attempt.estimate for attempt in attempts] == [
        Decimal("0.005880") + PROMPT_COST,
        Decimal("0.010880"),
    ]


@pytest.mark.django_db
def test_a_prompt_is_free_where_nobody_entered_a_price_for_text(ana):
    _forget_prices(unit="text_in")
    assert _image_call(ana).estimate == Decimal("0.005880")


@pytest.mark.django_db
def test_the_price_lists_of_all_models_are_read_at_once(django_assert_num_queries):
    models = list(ImageModel.objects.all())
    with django_assert_num_queries(1):
        lists = price_lists(image_models=models, at=timezone.now())
    assert len(models) == len(lists) > 10
    for model in models:
        alone = price_list(provider=model.provider, model=model.name, at=timezone.now())
        assert vars(lists[str(model)]) == vars(alone)


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


def _image_call(person, model=IMAGES, **settings):
    settings = {"size": "1024x1024", "quality": "low"} | settings
    prompt = settings.pop("prompt", PROMPT)
    return only_attempt(submit(person, prompt, model=model, **settings))


def _reference(person):
    return store_reference(user=person, name="kite.png", content=png(side=128))


def _usage(**counts):
    return asdict(Usage(**counts))


def _price(unit, price, *, model="gpt-image-2.5-flare", since=EARLIER, **where):
    PriceListItem.objects.create(
        provider="demo",
        model=model,
        unit=unit,
        unit_price=Decimal(price),
        effective_from=since,
        source="A letter",
        **where,
    )


def _forget_prices(model="gpt-image-2.5-flare", **which):
    PriceListItem.objects.filter(provider="demo", model=model, **which).delete()


# 2.5-flare, by the million: text in 5, cached 1.25, image in 8, cached 2, image out 30, text out 10
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("counts", "cost"),
    [
        # The body of provider-facts.md 1.3: 14 text tokens in, 196 image tokens out
        ({"text_in": 14, "image_out": 196}, "0.005950"),
        # The edit of provider-facts.md 1.3: 27 text and 1,024 image tokens in
        ({"text_in": 27, "image_in": 1024, "image_out": 196}, "0.014207"),
        # Two partial pictures are counted among the tokens out
        ({"text_in": 14, "image_out": 396}, "0.011950"),
        # Cached tokens are counted among the others, and cost a quarter
        ({"text_in": 1000, "cached_text_in": 1000, "image_out": 196}, "0.007130"),
        ({"image_in": 1024, "cached_image_in": 1024, "image_out": 196}, "0.007928"),
        # Not told apart: 1,000 cached tokens of 14 of text and 1,024 of an image
        (
            {"text_in": 14, "cached_text_in": 1000, "image_in": 1024, "image_out": 196},
            "0.008174",
        ),
        # More cached than there were at all
        ({"text_in": 10, "cached_text_in": 5000, "image_out": 196}, "0.005893"),
        ({"text_in": 14, "image_out": 196, "text_out": 100}, "0.006950"),
    ],
)
def test_trustworthy_usage_is_priced_by_the_token(ana, counts, cost):
    attempt = _image_call(ana)
    attempt.usage = _usage(**counts)
    assert cost_of_call(attempt, picture_count=1) == Decimal(cost)


@pytest.mark.django_db
def test_an_answer_without_output_details_has_only_image_tokens_out(ana):
    attempt = _image_call(ana)
    attempt.usage = asdict(usage_of({"input_tokens": 14, "output_tokens": 196}))
    assert cost_of_call(attempt, picture_count=1) == Decimal("0.005950")


@pytest.mark.parametrize("count", [float("inf"), float("nan"), -5, True, "196", None])
def test_a_count_that_is_none_counts_nothing(count):
    assert usage_of({"input_tokens": 14, "output_tokens": count}) == Usage(text_in=14)


@pytest.mark.django_db
def test_cached_tokens_without_a_price_of_their_own_are_not_free(ana):
    _forget_prices(unit="cached_text_in")
    attempt = _image_call(ana)
    attempt.usage = _usage(text_in=1000, cached_text_in=1000, image_out=196)
    assert cost_of_call(attempt, picture_count=1) == Decimal("0.010880")


@pytest.mark.django_db
@pytest.mark.parametrize("unit", ["text_in", "image_in", "text_out"])
def test_tokens_of_which_nobody_knows_the_price_make_the_cost_unknown(ana, unit):
    _forget_prices(unit=unit)
    attempt = _image_call(ana)
    attempt.usage = _usage(**{unit: 1, "image_out": 196})
    assert cost_of_call(attempt, picture_count=1) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "counts",
    [
        {},
        {"text_in": 14},
        {"text_in": 14, "image_out": 10**15},
        {"text_in": 14, "image_out": 196, "is_trustworthy": False},
    ],
)
def test_usage_that_cannot_be_is_never_priced(ana, counts):
    """No tokens for a picture would be $0.00, and absurd ones no ledger can hold."""
    attempt = _image_call(ana)
    attempt.usage = _usage(**counts)
    assert cost_of_call(attempt, picture_count=1) == Decimal("0.005880") + PROMPT_COST


@pytest.mark.django_db
def test_a_price_by_the_picture_holds_also_where_a_relay_counts_tokens(ana):
    _forget_prices()
    _price("image", "0.03")
    attempt = _image_call(ana)
    attempt.usage = _usage(text_in=14, image_in=1024, image_out=196)
    assert cost_of_call(attempt, picture_count=1) == Decimal("0.03")


@pytest.mark.django_db
def test_invented_usage_is_never_priced(ana):
    attempt = only_attempt(submit(ana))
    attempt.usage = _usage(text_in=9_000_000, is_trustworthy=False)
    assert cost_of_call(attempt, picture_count=2) == Decimal("0.009")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "got", "cost"),
    [
        # The quality that it turned out to be
        ({"quality": "auto"}, {"quality": "low"}, "0.005880"),
        ({"quality": "low"}, {"size": "1536x1024"}, "0.004740"),
        # A ratio is no size: as it was asked, or as it came
        ({"quality": "low"}, {"size": "3:2"}, "0.005880"),
        ({"quality": "low", "size": "auto"}, {"size": "3:2"}, "0.004740"),
    ],
)
def test_without_usage_the_picture_costs_what_it_turned_out_to_be(ana, asked, got, cost):
    attempt = _image_call(ana, **asked)
    store_image(attempt, width=1536, height=1024)
    attempt.got = got
    assert cost_of_call(attempt, picture_count=1) == Decimal(cost) + PROMPT_COST


@pytest.mark.django_db
def test_without_usage_each_picture_costs_and_partial_pictures_and_references_do_too(ana):
    two = [_reference(ana), _reference(ana)]
    attempt = _image_call(ana, references=two, partial_images=2)
    pictures, references, partials = Decimal("0.01176"), Decimal("0.016384"), Decimal("0.006")
    references += PROMPT_COST
    assert cost_of_call(attempt, picture_count=2) == pictures + references
    attempt.partial_file = f"partials/{attempt.id}.png"
    assert cost_of_call(attempt, picture_count=2) == pictures + references + partials
    # Fewer came than were asked for
    attempt.got = {"partial_images": 1}
    assert cost_of_call(attempt, picture_count=2) == pictures + references + partials / 2


@pytest.mark.django_db
def test_a_charged_call_that_brought_nothing_costs_its_estimate(ana):
    attempt = _image_call(ana)
    assert cost_of_call(attempt, picture_count=0) == attempt.estimate > 0


@pytest.mark.django_db
def test_a_refusal_that_counted_its_input_costs_that(ana):
    attempt = _image_call(ana)
    attempt.usage = _usage(text_in=1000)
    assert cost_of_call(attempt, picture_count=0) == Decimal("0.005")


@pytest.mark.django_db
def test_the_newest_prices_say_how_a_model_is_priced(ana):
    chat = "gpt-4o-image-vip"
    _price("image", "0.02", model=chat, since=timezone.now())
    assert _estimate(CHAT) == Decimal("0.02")
    _price("call", "0.03", model=chat, since=timezone.now())
    assert _estimate(CHAT) == Decimal("0.03")


@pytest.mark.django_db
def test_the_price_of_a_quality_or_a_size_goes_before_that_of_any(ana):
    _forget_prices()
    _price("image", "0.9")
    _price("image", "0.1", quality="low")
    _price("image", "0.2", quality="low", size="1024x1024")
    assert _estimate(IMAGES, size="1024x1024", quality="low") == Decimal("0.2")
    assert _estimate(IMAGES, size="2048x2048", quality="low") == Decimal("0.1")
    assert _estimate(IMAGES, size="1024x1024", quality="high") == Decimal("0.9")


@given(micros=st.integers(0, 10**9), count=st.integers(1, 16))
def test_the_shares_of_a_call_add_up_to_the_micro_dollar(micros, count):
    cost = Decimal(micros) / 1_000_000
    shares = share_cost(cost, count)
    assert sum(shares) == cost
    assert max(shares) - min(shares) <= Decimal("0.000001")
