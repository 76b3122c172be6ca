"""Turns the price list into estimates before a call and costs after it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import timezone

from generations.models import Attempt, Generation, ImageModel, PriceListItem
from generations.models.fields import MICRO_DOLLAR
from generations.services.generation_settings import GenerationSettings

Unit = PriceListItem.Unit
MILLION = Decimal(1_000_000)
# One 1024x1024 reference is 1,024 image tokens: provider-facts.md 1.3
REFERENCE_TOKENS = 1024
# Each partial picture bills 100 image output tokens more: provider-facts.md 1.2
PARTIAL_TOKENS = 100
USUAL_PIXELS = 1536 * 1024


class PriceList:
    """The prices of one model that were valid at one moment."""

    def __init__(self, *, provider: str, model: str, at: datetime) -> None:
        rows = PriceListItem.objects.filter(
            provider=provider, model=model, effective_from__lte=at
        ).order_by("effective_from")
        # Later rows overwrite earlier ones
        self._prices = {(row.unit, row.size, row.quality): row.unit_price for row in rows}

    def token(self, unit: str) -> Decimal | None:
        return self._prices.get((unit, "", ""))

    def call(self) -> Decimal | None:
        return self._prices.get((Unit.CALL, "", ""))

    def image(self, size: str, quality: str) -> Decimal | None:
        """The price of one picture; the dearest that fits where size or quality is open."""
        prices = self._images_of_quality(quality)
        if not prices:
            return None
        if size in prices:
            return prices[size]
        if "x" not in size:
            return max(price for known, price in prices.items() if _is_usual(known, prices))
        return prices[min(prices, key=lambda known: abs(_pixels(known) - _pixels(size)))]

    def _images_of_quality(self, quality: str) -> dict[str, Decimal]:
        prices: dict[str, Decimal] = {}
        for (unit, size, of_quality), price in self._prices.items():
            if unit == Unit.IMAGE and (quality in ("", "auto") or of_quality in ("", quality)):
                prices[size] = max(price, prices.get(size, price))
        return prices


def estimate(
    *, image_model: ImageModel, settings: GenerationSettings, reference_count: int = 0
) -> Decimal | None:
    """What a generation will probably cost in all (USD); None where there is no price."""
    call = estimate_call(
        image_model=image_model, settings=settings, reference_count=reference_count
    )
    return None if call is None else call * settings.count


def estimate_call(
    *, image_model: ImageModel, settings: GenerationSettings, reference_count: int = 0
) -> Decimal | None:
    """What one call of a generation will probably cost (USD); None where there is no price."""
    prices = PriceList(provider=image_model.provider, model=image_model.name, at=timezone.now())
    if prices.call() is not None:
        return prices.call()
    image = prices.image(settings.size, settings.quality)
    if image is None:
        return None
    partials = _tokens(prices, Unit.IMAGE_OUT, image_model.max_partial_images * PARTIAL_TOKENS)
    references = _tokens(prices, Unit.IMAGE_IN, reference_count * REFERENCE_TOKENS)
    return _round(image + partials + references)


def cost_of_call(attempt: Attempt, *, picture_count: int) -> Decimal | None:
    """What a charged call cost (USD): by the call, by trustworthy usage, or by the picture.

    The prices are those of the moment of submission. A charged call without pictures costs its
    estimate where nothing better is known. None where there is no price.
    """
    generation = attempt.generation
    prices = PriceList(provider=generation.provider, model=generation.model, at=attempt.created_at)
    if prices.call() is not None:
        return prices.call()
    if attempt.usage and attempt.usage.get("is_trustworthy"):
        return _cost_of_usage(prices, attempt.usage)
    if not picture_count:
        return attempt.estimate
    return _cost_of_pictures(prices, generation, attempt.got, picture_count)


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


def _cost_of_usage(prices: PriceList, usage: dict[str, Any]) -> Decimal | None:
    units = (Unit.TEXT_IN, Unit.IMAGE_IN, Unit.IMAGE_OUT, Unit.TEXT_OUT)
    if prices.token(Unit.IMAGE_OUT) is None:
        return None
    cost = sum((_tokens(prices, unit, usage.get(unit, 0)) for unit in units), Decimal(0))
    for unit, full in ((Unit.CACHED_TEXT_IN, Unit.TEXT_IN), (Unit.CACHED_IMAGE_IN, Unit.IMAGE_IN)):
        cached = usage.get(unit, 0)
        # The cached tokens are counted among the full ones
        cost += _tokens(prices, unit, cached) - _tokens(prices, full, cached)
    return _round(cost)


def _cost_of_pictures(
    prices: PriceList, generation: Generation, got: dict[str, Any], picture_count: int
) -> Decimal | None:
    image = prices.image(
        got.get("size") or generation.size, got.get("quality") or generation.quality
    )
    if image is None:
        return None
    references = generation.reference_uses.filter(is_mask=False).count() * REFERENCE_TOKENS
    return _round(image * picture_count + _tokens(prices, Unit.IMAGE_IN, references))


def _tokens(prices: PriceList, unit: str, count: int) -> Decimal:
    return (prices.token(unit) or Decimal(0)) * count / MILLION


def _is_usual(size: str, prices: Collection[str]) -> bool:
    """Whether a model that picks the size by itself would pick this one, of those with a price."""
    return _pixels(size) <= USUAL_PIXELS or all(_pixels(one) > USUAL_PIXELS for one in prices)


def _pixels(size: str) -> int:
    width, _, height = size.partition("x")
    return int(width or 0) * int(height or 0)


def _round(amount: Decimal) -> Decimal:
    return amount.quantize(MICRO_DOLLAR, rounding=ROUND_HALF_UP)
