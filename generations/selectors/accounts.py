"""The whole ledger, generation by generation, as plain values and in constant memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from generations.models import Attempt, Generation, LedgerEntry, OutputImage
from generations.selectors.moment import one_moment

CHUNK = 1000


class Line(NamedTuple):
    """A ledger line; amount in USD."""

    id: int
    kind: str
    amount: Decimal
    is_demo: bool
    reason: str
    entered_by: int | None


class Picture(NamedTuple):
    """An output image; cost in USD, None is unknown."""

    id: int
    generation: UUID
    cost: Decimal | None


@dataclass(slots=True)
class AttemptAccount:
    """One attempt with its money (USD); `settlement` is (is charged, amount) where there is one."""

    id: UUID
    slot: int
    status: str
    charged: str
    estimate: Decimal | None
    cost: Decimal | None
    settlement: tuple[bool, Decimal | None] | None
    lines: list[Line] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)

    @property
    def is_finished(self) -> bool:
        return self.status not in Attempt.UNFINISHED


@dataclass(slots=True)
class GenerationAccount:
    """One generation with its attempts."""

    id: UUID
    status: str
    is_demo: bool
    provider: str
    count: int
    attempts: dict[UUID, AttemptAccount] = field(default_factory=dict)


def accounts() -> Iterator[GenerationAccount]:
    """Every generation of this database with all that its money hangs on, each at one moment."""
    last = None
    while chunk := _chunk_after(last):
        last = next(reversed(chunk))
        yield from chunk.values()


def _chunk_after(last: UUID | None) -> dict[UUID, GenerationAccount]:
    with one_moment():
        chunk = _generations_after(last)
        if chunk:
            within = (next(iter(chunk)), next(reversed(chunk)))
            attempts = _add_attempts(chunk, within)
            _add_lines(attempts, within)
            _add_pictures(attempts, within)
        return chunk


def _generations_after(last: UUID | None) -> dict[UUID, GenerationAccount]:
    rows = Generation.objects.order_by("pk")
    if last is not None:
        rows = rows.filter(pk__gt=last)
    values = rows.values_list("pk", "status", "is_demo", "provider", "count")[:CHUNK]
    return {row[0]: GenerationAccount(*row) for row in values}


def _add_attempts(
    chunk: dict[UUID, GenerationAccount], within: tuple[UUID, UUID]
) -> dict[UUID, AttemptAccount]:
    rows = Attempt.objects.filter(generation__gte=within[0], generation__lte=within[1]).values_list(
        "generation",
        "pk",
        "slot",
        "status",
        "charged",
        "estimate",
        "cost",
        "settlement__is_charged",
        "settlement__amount",
    )
    found: dict[UUID, AttemptAccount] = {}
    values: list[Any]
    for generation, pk, *values, is_charged, amount in rows:
        settlement = None if is_charged is None else (is_charged, amount)
        found[pk] = AttemptAccount(*[pk, *values, settlement])
        chunk[generation].attempts[pk] = found[pk]
    return found


def _add_lines(attempts: dict[UUID, AttemptAccount], within: tuple[UUID, UUID]) -> None:
    rows = LedgerEntry.objects.filter(**_of_attempts(within)).order_by()
    names = ("attempt", "pk", "kind", "amount", "is_demo", "reason", "entered_by")
    for attempt, *values in rows.values_list(*names):
        attempts[attempt].lines.append(Line(*values))


def _add_pictures(attempts: dict[UUID, AttemptAccount], within: tuple[UUID, UUID]) -> None:
    rows = OutputImage.objects.filter(**_of_attempts(within))
    values: list[Any]
    for attempt, *values in rows.values_list("attempt", "pk", "generation", "cost"):
        attempts[attempt].pictures.append(Picture(*values))


def _of_attempts(within: tuple[UUID, UUID]) -> dict[str, UUID]:
    return {"attempt__generation__gte": within[0], "attempt__generation__lte": within[1]}
