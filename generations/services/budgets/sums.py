"""Keeps what budgets count: running sums beside the ledger, written in its transaction.

A line writes rows of its own and locks none, so that workers never wait for each other here. Who
submits locks the accounts (`lock`), reads, and from time to time folds many rows into one a day.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, Sum

from generations.models import Attempt, BudgetAccount, BudgetSum, LedgerEntry
from generations.models.budget import TEAM, person_account, project_account
from generations.services.spend.days import team_day
from generations.services.spend.groups import project_of

Kind = LedgerEntry.Kind
ZERO = Decimal(0)
# Rows of one account that a submission still adds up by itself
FEW_ROWS = 200


@dataclass(frozen=True)
class Used:
    """What an account has spent since some days, and what it holds now (USD)."""

    spent: dict[date, Decimal]
    held: Decimal
    row_count: int


def accounts_of(*, person_id: int, project_id: UUID | None) -> list[str]:
    """The accounts that a submission of a person for a project is counted in, in their order."""
    keys = [person_account(person_id), TEAM]
    return sorted([*keys, project_account(project_id)] if project_id else keys)


def count_lines(lines: Iterable[LedgerEntry], attempt: Attempt) -> None:
    """Counts an attempt's lines that were just written; demo money is counted nowhere."""
    shares = [shares_of(line) for line in lines if line.amount and not line.is_demo]
    if not shares:
        return
    keys = accounts_of(person_id=attempt.requested_by_id, project_id=project_of(attempt))
    rows = [
        BudgetSum(account=key, day=day, spent=spent, held=held)
        for day, spent, held in shares
        for key in keys
    ]
    BudgetSum.objects.bulk_create(rows)


def shares_of(line: LedgerEntry) -> tuple[date, Decimal, Decimal]:
    """The day of a line, and what it adds to spent and held (USD)."""
    is_held = line.kind in (Kind.HOLD, Kind.RELEASE)
    day = team_day(line.created_at)
    return (day, ZERO, line.amount) if is_held else (day, line.amount, ZERO)


def lock(keys: Collection[str]) -> None:
    """Until the end of the transaction nobody else submits for these accounts."""
    keys = sorted(keys)
    accounts = BudgetAccount.objects.filter(key__in=keys)
    if accounts.count() == len(keys):
        list(accounts.select_for_update(no_key=True).order_by("key"))
        return
    for key in keys:
        # One after the other in their order: a new row waits for whoever is making the same
        BudgetAccount.objects.bulk_create([BudgetAccount(key=key)], ignore_conflicts=True)
        BudgetAccount.objects.select_for_update(no_key=True).get(key=key)


def used(keys: Collection[str], since: Collection[date]) -> dict[str, Used]:
    """What each account has spent since each of these days, and what it holds."""
    sums = {_name(day): Sum("spent", filter=Q(day__gte=day), default=0) for day in since}
    rows: Iterable[Mapping[str, Any]] = (
        BudgetSum.objects.filter(_recent(min(since)), account__in=keys)
        .values("account")
        .annotate(**sums, all_held=Sum("held", default=0), row_count=Count("pk"))
    )
    nothing = {key: Used(dict.fromkeys(since, ZERO), ZERO, 0) for key in keys}
    return nothing | {
        row["account"]: Used(
            spent={day: row[_name(day)] for day in since},
            held=row["all_held"],
            row_count=row["row_count"],
        )
        for row in rows
    }


def _name(day: date) -> str:
    return f"since_{day:%Y%m%d}"


def fold_those_with_many_rows(known: Mapping[str, Used], *, since: date) -> None:
    """Keeps adding up short; the locks of these accounts are held."""
    for key, sums in known.items():
        if sums.row_count > FEW_ROWS:
            fold(key, since=since)


def fold(key: str, *, since: date) -> None:
    """Leaves one row a day of an account, and what it holds in the latest; its lock is held."""
    found = BudgetSum.objects.filter(_recent(since), account=key).order_by("day", "pk")
    # Locked, so that nobody writes all sums anew between reading and replacing them
    rows = list(found.select_for_update())
    spent: dict[date, Decimal] = defaultdict(Decimal)
    for row in rows:
        spent[row.day] += row.spent
    if len(rows) == len(spent):
        return
    held = sum((row.held for row in rows), ZERO)
    latest = rows[-1].day
    folded = [
        BudgetSum(account=key, day=day, spent=amount, held=held if day == latest else ZERO)
        for day, amount in spent.items()
    ]
    # Others may have written more rows meanwhile: those stay
    BudgetSum.objects.filter(pk__in=[row.pk for row in rows]).delete()
    BudgetSum.objects.bulk_create(folded, batch_size=500)


def fold_long() -> None:
    """For the hours when nobody submits: folds every account that has many rows, one by one."""
    counts = BudgetSum.objects.values("account").annotate(rows=Count("pk"))
    days = Count("day", distinct=True)
    for row in counts.annotate(days=days).filter(rows__gt=FEW_ROWS):
        if row["rows"] > row["days"]:
            _fold_alone(row["account"])


@transaction.atomic
def _fold_alone(key: str) -> None:
    lock([key])
    fold(key, since=date.min)


def _recent(since: date) -> Q:
    """Older days count no more, but for what is still set aside."""
    return Q(day__gte=since) | ~Q(held=0)
