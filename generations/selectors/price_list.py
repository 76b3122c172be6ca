"""The price list as staff read it: by model, with validity, and what has no price."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone

from generations.models import ImageModel, PriceListItem
from generations.services.generation_settings import GenerationSettings
from generations.services.price_list import price_lists
from generations.services.pricing import estimate_call

UNITS = PriceListItem.Unit.values
QUALITIES = ("", "low", "medium", "high", "xhigh", "max")
# More than any price list that people keep
MOST_ROWS = 1000


@dataclass(frozen=True)
class PriceRow:
    """A price; `until` is when a later one takes its place, None while there is none."""

    item: PriceListItem
    until: datetime | None
    now: datetime

    @property
    def unit(self) -> str:
        """For people; a model's own way to say it takes longer than all the rest of a row."""
        return str(PriceListItem.Unit(self.item.unit).label)

    @property
    def is_coming(self) -> bool:
        return self.item.effective_from > self.now

    @property
    def is_superseded(self) -> bool:
        return self.until is not None and self.until <= self.now


@dataclass(frozen=True)
class ModelPrices:
    """The prices of a model; `is_unpriced`: a call of it would have no price now.

    `hidden` counts its prices that are not shown.
    """

    name: str
    rows: Sequence[PriceRow]
    is_unpriced: bool = False
    is_offered: bool = False
    hidden: int = 0


def model_prices(*, only: str = "") -> list[ModelPrices]:
    """Every model with its prices of today and later; of `only` (provider/name), older ones too.

    Models that are offered and have no price come first. No more rows than a page can hold.
    """
    now = timezone.now()
    rows = _rows_by_model(now, only)
    counts = _counts()
    image_models = {str(model): model for model in ImageModel.objects.all()}
    unpriced = _unpriced(list(image_models.values()), now)
    found = [
        ModelPrices(
            name=name,
            rows=sorted(rows[name], key=_order),
            is_unpriced=name in unpriced,
            is_offered=name in image_models and _is_offered(image_models[name]),
            hidden=counts.get(name, 0) - len(rows[name]),
        )
        for name in ([only] if only else sorted({*counts, *image_models}))
    ]
    return sorted(found, key=lambda it: not (it.is_unpriced and it.is_offered))


def every_price() -> Sequence[PriceListItem]:
    """All rows, superseded ones too, in the order of the list.

    Read at once: an answer that goes out piece by piece keeps no connection in between.
    """
    return list(PriceListItem.objects.all())


def _rows_by_model(now: datetime, only: str) -> dict[str, list[PriceRow]]:
    later = PriceListItem.objects.filter(
        **{name: OuterRef(name) for name in ("provider", "model", "unit", "size", "quality")},
        effective_from__gt=OuterRef("effective_from"),
    ).order_by("effective_from")
    items = PriceListItem.objects.annotate(until=Subquery(later.values("effective_from")[:1]))
    if only:
        provider, _, model = only.partition("/")
        items = items.filter(provider=provider, model=model)
    else:
        items = items.filter(Q(until=None) | Q(until__gt=now))
    found: dict[str, list[PriceRow]] = defaultdict(list)
    for item in items[:MOST_ROWS]:
        found[f"{item.provider}/{item.model}"].append(PriceRow(item, item.until, now))
    return found


def _order(row: PriceRow) -> tuple[int, int, str, int, float]:
    """By unit, size from small to large and quality from low to high; the latest first."""
    item = row.item
    width, _, height = item.size.partition("x")
    pixels = int(width) * int(height) if width.isdecimal() and height.isdecimal() else 0
    quality = QUALITIES.index(item.quality) if item.quality in QUALITIES else len(QUALITIES)
    begins = item.effective_from.timestamp()
    return UNITS.index(item.unit), pixels, item.size, quality, -begins


def _counts() -> dict[str, int]:
    """How many prices each model has, superseded ones too."""
    rows = PriceListItem.objects.order_by().values_list("provider", "model")
    return {f"{provider}/{model}": n for provider, model, n in rows.annotate(Count("pk"))}


def _unpriced(image_models: list[ImageModel], now: datetime) -> set[str]:
    lists = price_lists(image_models=image_models, at=now)
    return {
        str(model)
        for model in image_models
        if estimate_call(image_model=model, settings=GenerationSettings(), prices=lists[str(model)])
        is None
    }


def _is_offered(model: ImageModel) -> bool:
    """Whether people see it in the picker, or would if it had a price."""
    return model.provider in settings.PROVIDERS and model.may_be_used(timezone.localdate())
