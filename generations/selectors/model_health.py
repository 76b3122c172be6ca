"""How each model did lately: what it delivered, how fast, and what a picture truly cost."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db.models import Case, Count, F, Func, IntegerField, Q, QuerySet, Sum, When
from django.utils import timezone

from generations.models import Attempt
from generations.models.fields import MICRO_DOLLAR
from generations.providers.base import Charged

PERIOD = timedelta(days=30)
KEPT_AS = "model-health"

Status = Attempt.Status
Row = dict[str, Any]


@dataclass(frozen=True)
class ModelHealth:
    """The attempts of one model that came to an end in the last 30 days.

    The success rate is what succeeded of what succeeded or failed. What a person canceled and
    what is unconfirmed (settled or not) tells nothing of the model and counts as neither; what
    was canceled before it was sent is no attempt at all.

    Times are from sent to the final state, of successes, in whole seconds, by nearest rank.

    `cost` is all that these attempts were charged (USD): successes, failures, settled ones,
    adjustments; of the demo provider's models it is demo money. On top of it may come what is
    `held` for unconfirmed attempts, and `unpriced` charges of which nobody knows the amount.
    """

    attempts: int
    succeeded: int
    failed: int
    pictures: int
    cost: Decimal
    held: Decimal
    unpriced: int
    median_seconds: int | None
    slow_seconds: int | None

    @property
    def tried(self) -> int:
        """The attempts that count for the success rate."""
        return self.succeeded + self.failed

    @property
    def success_percent(self) -> int | None:
        """Rounded down, so that 100 means that none failed; None where nothing counts yet."""
        return 100 * self.succeeded // self.tried if self.tried else None

    @property
    def cost_per_picture(self) -> Decimal | None:
        """The true cost of a delivered picture (USD), as far as it is known."""
        if not self.pictures or (self.unpriced and not self.cost):
            return None
        return (self.cost / self.pictures).quantize(MICRO_DOLLAR, rounding=ROUND_HALF_UP)

    @property
    def is_cost_sure(self) -> bool:
        return not self.held and not self.unpriced


def model_health() -> dict[str, ModelHealth]:
    """The health of each model that was tried in the period, by provider/name.

    It may be as old as MODEL_HEALTH_SECONDS.
    """
    healths: dict[str, ModelHealth] | None = caches["process"].get(KEPT_AS)
    if healths is None:
        healths = read_model_health()
        caches["process"].set(KEPT_AS, healths, settings.MODEL_HEALTH_SECONDS)
    return healths


def read_model_health() -> dict[str, ModelHealth]:
    """The same as it is now, from one query over the attempts of the period and no others."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in health_rows():
        rows[f"{row['provider']}/{row['model']}"].append(row)
    return {name: _health(of_model) for name, of_model in rows.items()}


class _Seconds(Func):
    """The whole seconds from one moment to another."""

    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "CAST(ROUND((JULIANDAY(%(expressions)s)) * 86400) AS INTEGER)"
        joiner = ") - JULIANDAY("
        return self.as_sql(compiler, connection, template=template, arg_joiner=joiner, **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "ROUND(EXTRACT(EPOCH FROM (%(expressions)s)))::integer"
        return self.as_sql(compiler, connection, template=template, arg_joiner=" - ", **extra)


def health_rows() -> "QuerySet[Attempt, Any]":
    """Attempts alike in model, state and whole seconds, counted and summed together."""
    ended = Attempt.objects.filter(finished_at__gte=timezone.now() - PERIOD)
    took = Case(When(status=Status.SUCCEEDED, then=_Seconds(F("finished_at"), F("sent_at"))))
    is_open = Q(status=Status.UNCONFIRMED, charged=Charged.UNKNOWN)
    return (
        ended.exclude(status=Status.CANCELED, sent_at=None)
        .order_by()
        .values("provider", "model", "status", seconds=took)
        .annotate(
            attempts=Count("pk"),
            pictures=Sum("picture_count"),
            spent=Sum("cost"),
            held=Sum("estimate", filter=is_open),
            unpriced=Count("pk", filter=Q(charged=Charged.YES, cost=None)),
        )
    )


def _health(rows: list[Row]) -> ModelHealth:
    succeeded = [row for row in rows if row["status"] == Status.SUCCEEDED]
    failed = [row for row in rows if row["status"] == Status.FAILED]
    times = sorted(
        (row["seconds"], row["attempts"]) for row in succeeded if row["seconds"] is not None
    )
    return ModelHealth(
        attempts=_count(rows),
        succeeded=_count(succeeded),
        failed=_count(failed),
        pictures=sum(row["pictures"] for row in rows),
        cost=_sum(row["spent"] for row in rows),
        held=_sum(row["held"] for row in rows),
        unpriced=sum(row["unpriced"] for row in rows),
        median_seconds=_rank(times, percent=50),
        slow_seconds=_rank(times, percent=90),
    )


def _count(rows: list[Row]) -> int:
    return sum(row["attempts"] for row in rows)


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    """To the micro-dollar: SQLite adds in binary."""
    return sum((amount or Decimal(0) for amount in amounts), Decimal(0)).quantize(MICRO_DOLLAR)


def _rank(times: list[tuple[int, int]], *, percent: int) -> int | None:
    """The shortest time within which so many of all attempts ended; `times` in their order."""
    wanted = percent * sum(count for _, count in times)
    reached = 0
    for seconds, count in times:
        reached += 100 * count
        if reached >= wanted:
            return seconds
    return None
