"""The sums of the budgets are written anew while everybody goes on submitting."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction

from generations.models import Budget
from generations.models.budget import TEAM
from generations.selectors.budget_check import budget_differences
from generations.services.budgets.rebuild import rebuild_budget_sums
from generations.services.budgets.sums import fold, lock
from tests.factories import submit
from tests.support.processes import wait_until
from tests.support.real_money import CALL, REAL

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("real_money", "redis_client"),
]

WAITING = """
    SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE NOT granted AND datname = current_database()
"""


def test_a_fold_meets_a_rebuild(ana: User, budget: Callable[..., Budget]):
    """What the rebuild has replaced is not added a second time by who looked before it."""
    if connection.vendor == "sqlite":
        pytest.skip("one writes at a time")
    budget(limit=10 * CALL)
    for _ in range(3):
        submit(ana, model=REAL)
    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            rebuild_budget_sums()
            folding = threads.submit(fold_team)
            wait_until(somebody_waits, seconds=20)
        folding.result()
    assert list(budget_differences()) == []


def fold_team() -> None:
    try:
        with transaction.atomic():
            lock([TEAM])
            fold(TEAM, since=date.min)
    finally:
        connection.close()


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return bool(cursor.fetchone()[0])
