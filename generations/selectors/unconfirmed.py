"""Attempts of which no answer came: what is to be settled, and what has been."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet

from generations.models import Attempt, LedgerEntry, Settlement
from generations.services.settlements import open_attempts

PAGE_SIZE = 20
HELD_KINDS = (LedgerEntry.Kind.HOLD, LedgerEntry.Kind.RELEASE)


@dataclass(frozen=True)
class Row:
    """One attempt; `held` is set aside for it (USD), `settlement` is there when it is settled."""

    attempt: Attempt
    settlement: Settlement | None = None

    @property
    def held(self) -> Decimal:
        lines = self.attempt.ledger_entries.all()
        return sum((line.amount for line in lines if line.kind in HELD_KINDS), Decimal(0))


@dataclass(frozen=True)
class Page:
    """Newest first; `older` is the id before which the next page begins, empty at the end."""

    rows: Sequence[Row]
    older: str


def open_page(*, before: UUID | None = None) -> Page:
    """What waits to be settled, those before an attempt."""
    attempts = _with_story(open_attempts()).order_by("-created_at", "-id")
    first = Attempt.objects.filter(id=before).first() if before else None
    if first is not None:
        older = Q(created_at=first.created_at, id__lt=first.id)
        attempts = attempts.filter(Q(created_at__lt=first.created_at) | older)
    return _page([Row(attempt) for attempt in attempts[: PAGE_SIZE + 1]])


def settled_page(*, before: UUID | None = None) -> Page:
    """What has been settled, latest first, those before an attempt."""
    settlements = Settlement.objects.order_by("-pk").select_related("settled_by")
    if before:
        settlements = settlements.filter(
            pk__lt=Settlement.objects.filter(attempt=before).values("pk")
        )
    found = list(settlements[: PAGE_SIZE + 1])
    attempts = _with_story(Attempt.objects.all()).in_bulk([row.attempt_id for row in found])
    return _page([Row(attempts[row.attempt_id], row) for row in found])


def row_of(attempt: Attempt) -> Row:
    """One attempt as the lists show it."""
    return Row(_with_story(Attempt.objects.all()).get(id=attempt.id))


def _with_story(attempts: QuerySet[Attempt]) -> QuerySet[Attempt]:
    return attempts.select_related("generation", "requested_by").prefetch_related("ledger_entries")


def _page(rows: list[Row]) -> Page:
    has_more = len(rows) > PAGE_SIZE
    return Page(rows[:PAGE_SIZE], str(rows[PAGE_SIZE - 1].attempt.id) if has_more else "")


def with_row(page: Page, row: Row) -> Page:
    """The page with a row of it replaced, or put first where it is on another page."""
    others: Iterable[Row] = [one for one in page.rows if one.attempt.id != row.attempt.id]
    if len(list(others)) == len(page.rows):
        return Page([row, *page.rows], page.older)
    return Page([row if one.attempt.id == row.attempt.id else one for one in page.rows], page.older)
