"""Imports of a provider's usage export: the list, and the differences of one by their cause."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from generations.models import UsageDifference, UsageImport
from generations.services.usage_imports.lines import LineFault

LATEST = 50
PAGE_SIZE = 50
PAGE_ROWS = 1000
TABLE_HEAD = (
    *("cause", "attempt", "generation", "person", "model", "at", "request_id"),
    *("billed_usd", "ours_usd", "booked_at"),
)
FAULTS_SHOWN = 20

Cause = UsageDifference.Cause
# Why it differs most likely, and what booking does about it
EXPLAINED: dict[str, tuple[Promise, Promise]] = {
    Cause.PRICE: (
        _("The price list is not the provider’s, or its usage was counted otherwise."),
        _("Booking corrects each by the difference."),
    ),
    Cause.ROUNDING: (
        _("The provider rounds each amount."),
        _("Booking corrects each by the difference."),
    ),
    Cause.THOUGHT_FREE: (
        _("The call failed or was canceled, and the provider charged it all the same."),
        _("Booking adds what was charged."),
    ),
    Cause.NO_AMOUNT: (
        _("The model had no price here when it was called."),
        _("Booking adds what was charged."),
    ),
    Cause.UNCONFIRMED: (
        _("No answer came to us, and the provider has the call on its bill."),
        _("Booking settles each as charged with that amount."),
    ),
    Cause.UNCONFIRMED_NOT_LISTED: (
        _("No answer came to us, and the provider has no such call on its bill."),
        _("Booking settles each as not charged."),
    ),
    Cause.NOT_LISTED: (
        _("The provider did not charge it, or the export leaves it out. Look before you book."),
        _("Booking takes back what we booked."),
    ),
    Cause.UNDER_WAY: (
        _("The call had no end here when the file was read."),
        _("Booking corrects those that have ended by now."),
    ),
    Cause.NOT_OURS: (
        _("Another program uses the same key, or it was before Proofsheet kept a record."),
        _("Nothing can be booked: no call here belongs to it."),
    ),
}


@dataclass(frozen=True)
class Group:
    """The differences of one cause; `billed`, `ours` and `open_amount` in USD.

    `open_amount` is what booking the open ones would add to what is booked (perhaps less than 0).
    """

    cause: str
    count: int
    open_count: int
    billed: Decimal
    ours: Decimal
    open_amount: Decimal

    @property
    def title(self) -> str:
        return str(Cause(self.cause).label)

    @property
    def why(self) -> Promise:
        return EXPLAINED[self.cause][0]

    @property
    def booking(self) -> Promise:
        return EXPLAINED[self.cause][1]

    @property
    def may_be_booked(self) -> bool:
        return self.open_count > 0 and self.cause != Cause.NOT_OURS


def latest_imports() -> QuerySet[UsageImport]:
    return UsageImport.objects.select_related("imported_by")[:LATEST]


def replaced_count(usage_import: UsageImport) -> int:
    """How many lines of earlier imports this one states otherwise."""
    return usage_import.replaced_lines.count()


def difference_groups(usage_import: UsageImport) -> list[Group]:
    """One for each cause that there is, in the order of the causes."""
    is_open = Q(booked_at=None)
    rows = (
        usage_import.differences.order_by()
        .values("cause")
        .annotate(
            count=Count("pk"),
            open_count=Count("pk", filter=is_open),
            billed_sum=Sum("billed"),
            ours_sum=Sum("ours"),
            open_billed=Sum("billed", filter=is_open),
            open_ours=Sum("ours", filter=is_open),
        )
    )
    found = {row["cause"]: _group(row) for row in rows}
    return [found[cause] for cause in Cause.values if cause in found]


def difference_rows(
    usage_import: UsageImport, *, cause: str = "", after: int = 0
) -> tuple[Sequence[UsageDifference], int]:
    """A page of differences, and the key after which the next begins (0 at the end)."""
    found = with_story(usage_import.differences.filter(pk__gt=after))
    rows = list((found.filter(cause=cause) if cause else found)[: PAGE_SIZE + 1])
    return rows[:PAGE_SIZE], rows[PAGE_SIZE - 1].pk if len(rows) > PAGE_SIZE else 0


def table_rows(usage_import: UsageImport) -> Iterator[Sequence[object]]:
    """All differences for a spreadsheet, in the order of TABLE_HEAD, a thousand read at a time."""
    after = 0
    while rows := list(with_story(usage_import.differences.filter(pk__gt=after))[:PAGE_ROWS]):
        yield from map(_cells, rows)
        after = rows[-1].pk


def _cells(row: UsageDifference) -> Sequence[object]:
    attempt, line = row.attempt, row.line
    return (
        row.cause,
        attempt.id if attempt else "",
        attempt.generation_id if attempt else "",
        attempt.requested_by.get_username() if attempt else "",
        attempt.model if attempt else line.model if line else "",
        _moment(row),
        line.request_id if line else attempt.provider_request_id if attempt else "",
        f"{row.billed:f}",
        "" if row.ours is None else f"{row.ours:f}",
        row.booked_at.isoformat() if row.booked_at else "",
    )


def with_story(differences: QuerySet[UsageDifference]) -> QuerySet[UsageDifference]:
    return differences.select_related("attempt__generation", "attempt__requested_by", "line")


def faults_shown(faults: Sequence[LineFault]) -> tuple[Sequence[LineFault], int]:
    """The first ones, and how many more there are."""
    return faults[:FAULTS_SHOWN], max(len(faults) - FAULTS_SHOWN, 0)


def _group(row: Mapping[str, Any]) -> Group:
    def amount(name: str) -> Decimal:
        return Decimal(row[name] or 0)

    return Group(
        cause=row["cause"],
        count=row["count"],
        open_count=row["open_count"],
        billed=amount("billed_sum"),
        ours=amount("ours_sum"),
        open_amount=amount("open_billed") - amount("open_ours"),
    )


def _moment(row: UsageDifference) -> str:
    moment = row.attempt.sent_at if row.attempt else row.line.at if row.line else None
    return moment.isoformat() if moment else ""
