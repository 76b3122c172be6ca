"""What each model would cost with what is chosen in the composer; one query for all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from generations.forms.settings import check_settings, typed_text
from generations.models import ImageModel
from generations.services.price_list import price_lists
from generations.services.pricing import (
    estimate,
    partial_picture_price,
    text_tokens,
    tokens_of_bytes,
)

Raw = Mapping[str, Any]


@dataclass(frozen=True)
class ModelPrice:
    """What a model would cost for `count` pictures in all (USD); None where there is no price.

    `is_exact`: each call has one price, whatever comes of it.
    """

    image_model: ImageModel
    amount: Decimal | None
    count: int
    is_exact: bool


class ModelPrices:
    """The prices of some models, read once."""

    def __init__(self, image_models: Sequence[ImageModel]) -> None:
        self._lists = price_lists(image_models=image_models, at=timezone.now())

    def price(self, image_model: ImageModel, raw: Raw, *, reference_count: int) -> ModelPrice:
        """What the model would cost with the settings as far as it takes them."""
        settings, _faults = check_settings(raw, image_model)
        prices = self._lists[str(image_model)]
        amount = estimate(
            image_model=image_model,
            settings=settings,
            prices=prices,
            reference_count=reference_count,
            prompt_tokens=_prompt_tokens(raw),
        )
        is_exact = prices.call() is not None
        return ModelPrice(image_model, amount, settings.count, is_exact)

    def partial_picture(self, image_model: ImageModel) -> Decimal | None:
        """What each partial picture adds (USD)."""
        return partial_picture_price(self._lists[str(image_model)])


def _prompt_tokens(raw: Raw) -> int:
    """Of the prompt itself, or of its length where a script sent only that."""
    prompt = raw.get("prompt")
    if prompt:
        return text_tokens(str(prompt).strip())
    said = typed_text(raw, "prompt_bytes")
    return tokens_of_bytes(int(said[:7])) if said.isascii() and said.isdigit() else 0
