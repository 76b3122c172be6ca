"""What new prices would have meant for the calls of last month."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone

from generations.models import Attempt, ImageModel
from generations.providers.base import Charged
from generations.services import pricing
from generations.services.price_list import PriceList, rows_valid_at
from generations.services.prices.rows import NewPrice
from generations.services.spend.days import month_start, start_of, today

# More are not reckoned while somebody waits
MOST_CALLS = 20_000


@dataclass
class Preview:
    """Charged calls of a month: what was booked, and what they would have cost (USD).

    `guessed`: of them those without usage that can be trusted, reckoned by picture or estimate.
    `left_out`: those of which one of the two costs is not known. `total` counts all of the month.
    """

    first: date
    last: date
    total: int = 0
    calls: int = 0
    guessed: int = 0
    left_out: int = 0
    booked: Decimal = Decimal(0)
    then: Decimal = Decimal(0)

    @property
    def change(self) -> Decimal:
        return self.then - self.booked

    @property
    def saving(self) -> Decimal:
        return -self.change

    @property
    def is_cut(self) -> bool:
        """There were more calls than were reckoned."""
        return self.total > self.calls + self.left_out


def preview_prices(new: Sequence[NewPrice]) -> Preview:
    """Reckons last month's calls of these models anew, from what was stored of each."""
    last = month_start(today()) - timedelta(days=1)
    preview = Preview(first=month_start(last), last=last)
    by_model: dict[tuple[str, str], list[NewPrice]] = defaultdict(list)
    for price in new:
        by_model[price.provider, price.model].append(price)
    for (provider, model), prices in by_model.items():
        calls = _charged_calls(preview).filter(provider=provider, model=model)
        preview.total += calls.count()
        image_model = ImageModel.objects.filter(provider=provider, name=model).first()
        _reckon(preview, calls, _list_with(provider, model, prices), image_model)
    return preview


def _charged_calls(preview: Preview) -> QuerySet[Attempt]:
    return Attempt.objects.filter(
        charged=Charged.YES,
        finished_at__gte=start_of(preview.first),
        finished_at__lt=start_of(preview.last + timedelta(days=1)),
    )


def _list_with(provider: str, model: str, prices: Iterable[NewPrice]) -> PriceList:
    """The list as it stands now, and after it what is new, whenever that begins."""
    now = timezone.now()
    there = list(rows_valid_at(now).filter(provider=provider, model=model))
    added = sorted((price.as_row(now) for price in prices), key=lambda row: row.effective_from)
    return PriceList([*there, *added])


def _reckon(
    preview: Preview,
    calls: QuerySet[Attempt],
    prices: PriceList,
    image_model: ImageModel | None,
) -> None:
    room = MOST_CALLS - preview.calls - preview.left_out
    latest = calls.select_related("generation").order_by("-finished_at")[: max(room, 0)]
    latest = latest.prefetch_related("images", "generation__reference_uses")
    for attempt in latest.iterator(chunk_size=1000):
        cost = _cost_then(prices, attempt, image_model)
        if cost is None or attempt.cost is None:
            preview.left_out += 1
            continue
        preview.calls += 1
        preview.booked += attempt.cost
        preview.then += cost
        preview.guessed += not pricing.is_exact_with(prices, attempt)


def _cost_then(
    prices: PriceList, attempt: Attempt, image_model: ImageModel | None
) -> Decimal | None:
    """What a call would have cost; one that brought nothing and told nothing, its estimate."""
    is_told = pricing.is_exact_with(prices, attempt)
    if attempt.picture_count or is_told or image_model is None:
        return pricing.cost_with(prices, attempt, picture_count=attempt.picture_count)
    generation = attempt.generation
    return pricing.estimate_once_more(generation=generation, image_model=image_model, prices=prices)
