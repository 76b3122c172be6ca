"""A price as it is entered, and what makes it the same as one that is there."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from generations.models import PriceListItem
from generations.models.audit_actions import Action
from generations.services import audit
from generations.services.spend.days import start_of, team_day, today

Key = tuple[str, str, str, str, str]
BATCH = 500


@dataclass(frozen=True)
class NewPrice:
    """USD of one unit from the beginning of a day on, or from a moment; of today: from now on."""

    provider: str
    model: str
    unit: str
    unit_price: Decimal
    begins: date | datetime
    size: str = ""
    quality: str = ""
    source: str = ""

    @property
    def key(self) -> Key:
        """What it is the price of."""
        return (self.provider, self.model, self.unit, self.size, self.quality)

    @property
    def day(self) -> date:
        return team_day(self.begins) if isinstance(self.begins, datetime) else self.begins

    @property
    def is_past(self) -> bool:
        return self.day < today()

    @property
    def is_from_now(self) -> bool:
        """Of today, at no moment of its own: it may follow another price of today."""
        return self.begins == today()

    def as_row(self, now: datetime) -> PriceListItem:
        return PriceListItem(
            provider=self.provider,
            model=self.model,
            unit=self.unit,
            size=self.size,
            quality=self.quality,
            unit_price=self.unit_price,
            effective_from=self._moment(now),
            source=self.source,
        )

    def _moment(self, now: datetime) -> datetime:
        """Never before now: what was called before keeps its price."""
        if isinstance(self.begins, datetime):
            return max(self.begins, now)
        return now if self.begins == team_day(now) else start_of(self.begins)


class KnownPrices:
    """The prices that are there, by what they are the price of."""

    def __init__(self, only: Key | None = None) -> None:
        """All of them, or those of one thing."""
        rows = PriceListItem.objects.all()
        if only is not None:
            names = ("provider", "model", "unit", "size", "quality")
            rows = rows.filter(**dict(zip(names, only, strict=True)))
        self._known: dict[tuple[Key, date], list[tuple[datetime, Decimal]]] = defaultdict(list)
        columns = ("provider", "model", "unit", "size", "quality", "effective_from", "unit_price")
        for *key, begins, price in rows.order_by().values_list(*columns).iterator():
            of = (key[0], key[1], key[2], key[3], key[4])
            self._known[of, team_day(begins)].append((begins, price))

    def of_the_same_time(self, new: NewPrice) -> Decimal | None:
        """What stands there from the same moment; where only a day is said, its last price."""
        found = self._known.get((new.key, new.day), [])
        if isinstance(new.begins, datetime):
            found = [it for it in found if it[0] == new.begins]
        return max(found)[1] if found else None


def add_price(*, new: NewPrice, by: Any) -> PriceListItem:
    """Enters one price, from its day on; IntegrityError where there is one of this very moment."""
    with transaction.atomic():
        row = new.as_row(timezone.now())
        row.save(force_insert=True)
        _record(by, Action.PRICE_ADDED, row, audit.about(row))
    return row


@transaction.atomic
def withdraw_price(*, item: PriceListItem, by: Any) -> bool:
    """Takes a price back that has not begun; False, and nothing is done, where it has."""
    coming = PriceListItem.objects.filter(pk=item.pk, effective_from__gt=timezone.now())
    if not coming.delete()[0]:
        return False
    # There is no page of it any more
    _record(by, Action.PRICE_WITHDRAWN, item, audit.Subject("pricelistitem", label=str(item)))
    return True


def add_prices(*, new: Iterable[NewPrice], by: Any, file_name: str) -> int:
    """Enters all of them or none; answers how many."""
    now = timezone.now()
    rows = [price.as_row(now) for price in new]
    with transaction.atomic():
        PriceListItem.objects.bulk_create(rows, batch_size=BATCH)
        if rows:
            audit.record(
                actor=by,
                action=Action.PRICES_IMPORTED,
                subject=audit.Subject("pricelistitem", label=file_name),
                details={"count": len(rows)},
            )
    return len(rows)


def _record(by: Any, action: Action, row: PriceListItem, subject: audit.Subject) -> None:
    details = {
        "unit": row.unit,
        "unit_price": row.unit_price,
        "effective_from": row.effective_from.isoformat(),
    }
    audit.record(actor=by, action=action, subject=subject, details=details)
