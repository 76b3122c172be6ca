"""The prices of one model as they were at one moment."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from django.db.models import QuerySet

from generations.models import ImageModel, PriceListItem

Unit = PriceListItem.Unit
MILLION = Decimal(1_000_000)
USUAL_PIXELS = 1536 * 1024
ANY = ""


class Priced(Protocol):
    """What a price list needs to know of a row."""

    unit: str
    size: str
    quality: str
    unit_price: Decimal
    effective_from: datetime


class PriceList:
    """The price list items of a model that were valid at one moment; a later row wins."""

    def __init__(self, rows: Iterable[Priced]) -> None:
        """`rows` are those of one model, the oldest first."""
        self._prices: dict[tuple[str, str, str], Decimal] = {}
        self._newest: dict[str, datetime] = {}
        for row in rows:
            self._prices[row.unit, row.size, row.quality] = row.unit_price
            self._newest[row.unit] = row.effective_from

    def call(self) -> Decimal | None:
        """The price of a call; None where the newest prices are by the picture or the token."""
        since = self._newest.get(Unit.CALL)
        others = [self._newest[unit] for unit in (Unit.IMAGE, Unit.IMAGE_OUT) if unit in self]
        if since is None or any(other > since for other in others):
            return None
        return self._prices.get((Unit.CALL, ANY, ANY))

    def image(self, size: str, quality: str) -> Decimal | None:
        """The price of one picture; the dearest that fits where size or quality is open."""
        prices = self._images_of_quality(quality)
        if not prices:
            return None
        if size in prices:
            return prices[size]
        if "x" not in size:
            return max(price for known, price in prices.items() if _is_usual(known, prices))
        if ANY in prices:
            return prices[ANY]
        return prices[min(prices, key=lambda known: abs(_pixels(known) - _pixels(size)))]

    def has_tokens(self) -> bool:
        """Whether pictures are priced by the token."""
        return (Unit.IMAGE_OUT, ANY, ANY) in self._prices

    def has_price_for(self, unit: str) -> bool:
        return (unit, ANY, ANY) in self._prices

    def tokens(self, unit: str, count: int) -> Decimal | None:
        """What tokens cost; nothing where pictures have all in, None where it is not known."""
        price = self._prices.get((unit, ANY, ANY))
        if not count or (price is None and not self.has_tokens()):
            return Decimal(0)
        return None if price is None else price * count / MILLION

    def __contains__(self, unit: str) -> bool:
        return unit in self._newest

    def _images_of_quality(self, quality: str) -> dict[str, Decimal]:
        """Prices by size; that of the quality itself before that of any quality."""
        images = {
            (size, of): price for (unit, size, of), price in self._prices.items() if unit == "image"
        }
        if quality in (ANY, "auto"):
            sizes = {size for size, _ in images}
            return {size: max(p for (of, _), p in images.items() if of == size) for size in sizes}
        return {size: price for (size, of), price in images.items() if of == ANY} | {
            size: price for (size, of), price in images.items() if of == quality
        }


def price_list(*, provider: str, model: str, at: datetime) -> PriceList:
    """The price list of a model at a moment."""
    return PriceList(_read(rows_valid_at(at).filter(provider=provider, model=model)))


def price_lists(*, image_models: Collection[ImageModel], at: datetime) -> dict[str, PriceList]:
    """The price list of each model at a moment, by provider/name, from one query."""
    rows = rows_valid_at(at).filter(
        provider__in={model.provider for model in image_models},
        model__in={model.name for model in image_models},
    )
    found: dict[str, list[Any]] = defaultdict(list)
    for row in _read(rows):
        found[f"{row.provider}/{row.model}"].append(row)
    return {str(model): PriceList(found[str(model)]) for model in image_models}


def is_exact(size: str) -> bool:
    """Whether a size is in pixels, and not a ratio or the provider's choice."""
    return _pixels(size) > 0


def rows_valid_at(at: datetime) -> QuerySet[PriceListItem]:
    """Every row that began by then, the oldest first; superseded ones among them."""
    return PriceListItem.objects.filter(effective_from__lte=at).order_by("effective_from")


def _read(rows: QuerySet[PriceListItem]) -> Iterable[Any]:
    """Plain rows: every page of the studio reads hundreds."""
    return rows.values_list(
        *("provider", "model", "unit", "size", "quality", "unit_price", "effective_from"),
        named=True,
    )


def _is_usual(size: str, prices: Collection[str]) -> bool:
    """Whether a model that picks the size by itself would pick this one, of those with a price."""
    return _pixels(size) <= USUAL_PIXELS or all(_pixels(one) > USUAL_PIXELS for one in prices)


def _pixels(size: str) -> int:
    width, _, height = size.partition("x")
    return int(width) * int(height) if width.isdecimal() and height.isdecimal() else 0
