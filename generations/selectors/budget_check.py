"""Proves that the sums of the budgets are those of the daily sums, account by account."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Sum

from generations.models import BudgetSum
from generations.services.budgets.rebuild import expected_budget_sums

ZERO = Decimal(0)


def budget_differences() -> Iterator[str]:
    """Each account and day that does not add up, in words for operators; nothing when all does.

    What is set aside is compared in all: folding moves it to the account's latest day.
    """
    with transaction.atomic():
        _as_of_one_moment()
        expected, found = expected_budget_sums(), _found()
    for account, day in sorted({*expected, *found}):
        said = found.get((account, day), (ZERO, ZERO))[0]
        right = expected.get((account, day), (ZERO, ZERO))[0]
        if said != right:
            yield f"budget account {account}, {day}: spent {said:.6f}, the ledger says {right:.6f}"
    held, right_held = _held(found), _held(expected)
    for account in sorted({*held, *right_held}):
        if held[account] != right_held[account]:
            yield (
                f"budget account {account}: held {held[account]:.6f},"
                f" the ledger says {right_held[account]:.6f}"
            )


def _as_of_one_moment() -> None:
    """Both tables are read as they were at one time, whoever books meanwhile."""
    if connection.vendor == "postgresql" and len(connection.savepoint_ids) == 0:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _found() -> dict[tuple[str, date], tuple[Decimal, Decimal]]:
    rows = BudgetSum.objects.values_list("account", "day").order_by()
    return {
        (account, day): (spent, held)
        for account, day, spent, held in rows.annotate(Sum("spent"), Sum("held"))
    }


def _held(sums: dict[tuple[str, date], tuple[Decimal, Decimal]]) -> dict[str, Decimal]:
    held: dict[str, Decimal] = defaultdict(Decimal)
    for (account, _day), (_spent, amount) in sums.items():
        held[account] += amount
    return held
