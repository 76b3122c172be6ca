"""Turns the price list into estimates before a call and costs after it."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import timezone

from generations.models import Attempt, Generation, ImageModel, PriceListItem
from generations.models.fields import MICRO_DOLLAR
from generations.services.generation_settings import GenerationSettings, settings_of
from generations.services.price_list import PriceList, is_exact, price_list

Unit = PriceListItem.Unit
# One 1024x1024 reference is 1,024 image tokens: provider-facts.md 1.3
REFERENCE_TOKENS = 1024
# Each partial picture bills 100 image output tokens more: provider-facts.md 1.2
PARTIAL_TOKENS = 100
# English has some four letters in a token; of other scripts fewer letters, but as many bytes
TOKEN_BYTES = 4
# The largest pictures take some 13,000; what is far beyond is no count
MOST_TOKENS = 1_000_000_000


def estimate(
    *,
    image_model: ImageModel,
    settings: GenerationSettings,
    prices: PriceList | None = None,
    **given: int,
) -> Decimal | None:
    """What a generation will probably cost in all (USD); None where there is no price."""
    call = estimate_call(image_model=image_model, settings=settings, prices=prices, **given)
    return None if call is None else call * settings.count


def estimate_call(
    *,
    image_model: ImageModel,
    settings: GenerationSettings,
    prices: PriceList | None = None,
    reference_count: int = 0,
    prompt_tokens: int = 0,
) -> Decimal | None:
    """What one call of a generation will probably cost (USD); None where there is no price.

    `prices` is the model's price list where it is at hand; else that of this moment is read.
    """
    prices = prices or price_list(
        provider=image_model.provider, model=image_model.name, at=timezone.now()
    )
    if prices.call() is not None:
        return prices.call()
    settings = settings.as_taken_by(image_model)
    return _sum(
        [
            prices.image(settings.size, settings.quality),
            prices.tokens(Unit.IMAGE_OUT, settings.partial_images * PARTIAL_TOKENS),
            prices.tokens(Unit.IMAGE_IN, reference_count * REFERENCE_TOKENS),
            _prompt(prices, prompt_tokens),
        ]
    )


def estimate_once_more(
    *, generation: Generation, image_model: ImageModel, prices: PriceList | None = None
) -> Decimal | None:
    """What one more call of a generation will probably cost now (USD); None without a price."""
    return estimate_call(
        image_model=image_model,
        settings=settings_of(generation),
        prices=prices,
        reference_count=sum(not use.is_mask for use in generation.reference_uses.all()),
        prompt_tokens=text_tokens(generation.prompt),
    )


def partial_picture_price(prices: PriceList) -> Decimal | None:
    """What each partial picture adds to a call (USD); None where there is no price."""
    if prices.call() is not None:
        return Decimal(0)
    return prices.tokens(Unit.IMAGE_OUT, PARTIAL_TOKENS) if prices.has_tokens() else None


def text_tokens(prompt: str) -> int:
    """About how many tokens a prompt has, in any script."""
    return tokens_of_bytes(len(prompt.encode(errors="replace")))


def tokens_of_bytes(count: int) -> int:
    """About how many tokens a prompt of so many bytes in UTF-8 has."""
    return -(-count // TOKEN_BYTES)


def cost_of_call(attempt: Attempt, *, picture_count: int) -> Decimal | None:
    """What a charged call cost (USD): by the call, by trustworthy usage, or by the picture.

    The prices are those of the moment of submission; `picture_count` says how many pictures were
    delivered. A charged call without pictures costs its estimate where nothing better is known.
    None where there is no price for all of it.
    """
    generation = attempt.generation
    prices = price_list(provider=generation.provider, model=generation.model, at=attempt.created_at)
    return cost_with(prices, attempt, picture_count=picture_count)


def cost_with(prices: PriceList, attempt: Attempt, *, picture_count: int) -> Decimal | None:
    """The same with given prices."""
    if prices.call() is not None:
        return prices.call()
    usage = attempt.usage or {}
    if prices.has_tokens() and _says_what_was_billed(usage, picture_count):
        return _cost_of_usage(prices, usage)
    if not picture_count:
        return attempt.estimate
    return _cost_of_pictures(prices, attempt, picture_count)


def is_exact_with(prices: PriceList, attempt: Attempt) -> bool:
    """Whether that is no guess: a price of the call, or usage that can be trusted."""
    if prices.call() is not None:
        return True
    is_told = _says_what_was_billed(attempt.usage or {}, attempt.picture_count)
    return prices.has_tokens() and is_told


def charges_failures(generation: Generation) -> bool:
    """Whether the model takes money for a call that started and failed."""
    return ImageModel.objects.filter(
        provider=generation.provider, name=generation.model, charges_failures=True
    ).exists()


def share_cost(cost: Decimal | None, count: int) -> Sequence[Decimal | None]:
    """Shares a call's cost among its pictures; the micro-dollars left over go to the first."""
    if cost is None or not count:
        return [None] * count
    micros, left = divmod(int(cost / MICRO_DOLLAR), count)
    return [(micros + (1 if place < left else 0)) * MICRO_DOLLAR for place in range(count)]


def _says_what_was_billed(usage: dict[str, Any], picture_count: int) -> bool:
    """Not invented, and not empty: a picture takes output tokens, a refusal may take none."""
    if not usage.get("is_trustworthy"):
        return False
    counts = [usage.get(unit, 0) for unit in Unit.values]
    has_output = usage.get(Unit.IMAGE_OUT, 0) > 0
    return max(counts) <= MOST_TOKENS and (has_output or (not picture_count and any(counts)))


def _cost_of_usage(prices: PriceList, usage: dict[str, Any]) -> Decimal | None:
    said_text, said_image = usage.get(Unit.CACHED_TEXT_IN, 0), usage.get(Unit.CACHED_IMAGE_IN, 0)
    text, image = usage.get(Unit.TEXT_IN, 0), usage.get(Unit.IMAGE_IN, 0)
    # The cached tokens are counted among the full ones; some providers count all of them as text
    cached_text = min(said_text, text)
    cached_image = min(said_image + said_text - cached_text, image)
    return _sum(
        [
            *_input(prices, Unit.TEXT_IN, text, Unit.CACHED_TEXT_IN, cached_text),
            *_input(prices, Unit.IMAGE_IN, image, Unit.CACHED_IMAGE_IN, cached_image),
            prices.tokens(Unit.IMAGE_OUT, usage.get(Unit.IMAGE_OUT, 0)),
            prices.tokens(Unit.TEXT_OUT, usage.get(Unit.TEXT_OUT, 0)),
        ]
    )


def _input(
    prices: PriceList, unit: str, count: int, cached_unit: str, cached: int
) -> list[Decimal | None]:
    """What input costs; cached tokens without a price of their own cost what all others do."""
    if not prices.has_price_for(cached_unit):
        cached = 0
    return [prices.tokens(unit, count - cached), prices.tokens(cached_unit, cached)]


def _cost_of_pictures(prices: PriceList, attempt: Attempt, picture_count: int) -> Decimal | None:
    generation = attempt.generation
    quality = attempt.got.get("quality") or generation.quality
    image = prices.image(_size_of(attempt), quality)
    references = sum(not use.is_mask for use in generation.reference_uses.all())
    return _sum(
        [
            None if image is None else image * picture_count,
            prices.tokens(Unit.IMAGE_OUT, _partials_of(attempt) * PARTIAL_TOKENS),
            prices.tokens(Unit.IMAGE_IN, references * REFERENCE_TOKENS),
            _prompt(prices, text_tokens(generation.prompt)),
        ]
    )


def _prompt(prices: PriceList, tokens: int) -> Decimal | None:
    """What a prompt costs; nothing where nobody entered a price for text, being so little."""
    return prices.tokens(Unit.TEXT_IN, tokens if prices.has_price_for(Unit.TEXT_IN) else 0)


def _size_of(attempt: Attempt) -> str:
    """The size that was painted: as the provider says, as it was asked, or as it came."""
    asked = attempt.generation.size
    for size in (attempt.got.get("size", ""), asked):
        if is_exact(size):
            return str(size)
    image = min(attempt.images.all(), key=lambda image: image.position, default=None)
    return f"{image.width}x{image.height}" if image else asked


def _partials_of(attempt: Attempt) -> int:
    """How many partial pictures came; one is kept, their number was not always."""
    if not attempt.partial_file:
        return 0
    return int(attempt.got.get("partial_images") or attempt.generation.partial_images)


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum to the micro-dollar; None as soon as one of the amounts is not known."""
    total = Decimal(0)
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total.quantize(MICRO_DOLLAR, rounding=ROUND_HALF_UP)
