"""Writes the daily sums anew from the ledger, a month at a time, while everybody goes on working.

Who books waits for that month; nothing else does.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Model, QuerySet

from generations.models import (
    Attempt,
    DailySpend,
    Generation,
    GenerationSpend,
    LedgerEntry,
    MonthlySpend,
    SpendZone,
)
from generations.models.spend import SpendSums
from generations.services.budgets.rebuild import rebuild_budget_sums
from generations.services.spend.adding import Key
from generations.services.spend.days import each_day, team_day
from generations.services.spend.expected import (
    chunks_of_generations,
    expected_generations,
    expected_sums,
    slices,
)
from generations.services.spend.groups import group_of
from generations.services.spend.past import note_changes
from generations.services.spend.sums import in_months

log = structlog.get_logger(__name__)


def rebuild_sums() -> None:
    """Makes every daily sum, every generation's sum and those of budgets what the ledger says."""
    _adopt()
    for first, last in slices():
        _rebuild_days(first, last)
    for within in chunks_of_generations():
        _rebuild_generations(within)
    rebuild_budget_sums()
    SpendZone(name=settings.TIME_ZONE).save()
    log.info("spend_rebuilt", zone=settings.TIME_ZONE)


def rebuild_after_change_of_zone() -> None:
    """Days begin at another moment where TIME_ZONE is not what the sums were made with."""
    zone = SpendZone.objects.first()
    if zone is None or zone.name != settings.TIME_ZONE:
        rebuild_sums()


def lines_gone_astray() -> QuerySet[LedgerEntry]:
    """Lines that are counted nowhere, or for somebody else than their attempt."""
    astray = LedgerEntry.objects.filter(spend_group=None) | LedgerEntry.objects.exclude(
        spend_group=F("attempt__spend_group")
    )
    return astray.order_by("pk")


def _adopt() -> None:
    """Lines that were written past the ledger are money all the same."""
    for pk, attempt_id in lines_gone_astray().values_list("pk", "attempt"):
        attempt = Attempt.objects.select_related("generation").get(pk=attempt_id)
        # Past the guard of the ledger: where a line is counted is nothing that it says
        QuerySet(LedgerEntry).filter(pk=pk).update(spend_group=group_of(attempt))


@transaction.atomic
def _rebuild_days(first: date, last: date) -> None:
    _nobody_adds(MonthlySpend)
    _nobody_adds(DailySpend)
    by_day = expected_sums(first, last)
    for table, sums in ((MonthlySpend, in_months(by_day)), (DailySpend, by_day)):
        _write(table, first, last, sums)
    note_changes(each_day(first, last))


def _write(
    table: type[SpendSums], first: date, last: date, sums: Mapping[Key, Mapping[str, Any]]
) -> None:
    rows = table._default_manager
    rows.filter(day__gte=first, day__lte=last).delete()
    rows.bulk_create(
        [
            table(
                day=key.day,
                group_id=key.group,
                code=key.code,
                is_by_hand=key.is_by_hand,
                **measures,
            )
            for key, measures in sums.items()
        ],
        batch_size=500,
    )


@transaction.atomic
def _rebuild_generations(within: tuple[UUID, UUID]) -> None:
    _nobody_adds(GenerationSpend)
    expected = expected_generations(within)
    GenerationSpend.objects.filter(generation__gte=within[0], generation__lte=within[1]).delete()
    facts = Generation.objects.filter(pk__in=expected).values_list("pk", "created_at", "is_demo")
    groups = dict(
        LedgerEntry.objects.filter(attempt__generation__in=expected)
        .order_by("-pk")
        .values_list("attempt__generation", "spend_group")
    )
    rows = [
        GenerationSpend(
            generation_id=pk,
            group_id=groups[pk],
            is_demo=is_demo,
            day=team_day(created_at),
            spent=expected[pk],
        )
        for pk, created_at, is_demo in facts
    ]
    GenerationSpend.objects.bulk_create(rows, batch_size=500)


def _nobody_adds(model: type[Model]) -> None:
    """Until the end of the transaction; who has added already has committed."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
