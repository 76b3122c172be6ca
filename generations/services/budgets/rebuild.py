"""Writes the sums of the budgets anew from the daily sums of the ledger."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Sum

from generations.models import BudgetSum, DailySpend
from generations.services.budgets.sums import accounts_of

# Spent and set aside (USD) by account and day
Expected = dict[tuple[str, date], tuple[Decimal, Decimal]]
ZERO = Decimal(0)


@transaction.atomic
def rebuild_budget_sums() -> None:
    """While everybody goes on working; who books waits for a moment."""
    _nobody_adds()
    BudgetSum.objects.all().delete()
    BudgetSum.objects.bulk_create(
        [
            BudgetSum(account=account, day=day, spent=spent, held=held)
            for (account, day), (spent, held) in expected_budget_sums().items()
        ],
        batch_size=500,
    )


def expected_budget_sums() -> Expected:
    """What the daily sums say; days on which nothing is left are not in it."""
    rows = DailySpend.objects.filter(group__is_demo=False).values_list(
        "day", "group__person", "group__project"
    )
    sums: Expected = defaultdict(lambda: (ZERO, ZERO))
    for day, person, project, spent, held in rows.annotate(Sum("spent"), Sum("held")).order_by():
        for account in accounts_of(person_id=person, project_id=project):
            known = sums[account, day]
            sums[account, day] = (known[0] + spent, known[1] + held)
    return {key: amounts for key, amounts in sums.items() if any(amounts)}


def _nobody_adds() -> None:
    """Until the end of the transaction. The ledger adds here first, and to the daily sums then."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            table = connection.ops.quote_name(BudgetSum._meta.db_table)
            # Who folds has locked rows from its first look on, and is waited for as well
            cursor.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
