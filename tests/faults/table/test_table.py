"""Runs the table: what happens to single calls at once, what disrupts everything one by one."""

from pathlib import Path

import pytest
from django.db import connection

from tests.faults.table.calls import run_calls
from tests.faults.table.place import Place
from tests.faults.table.report import TableReport
from tests.faults.table.rows import Row
from tests.faults.table.table import CALLS, DISRUPTIONS
from tests.faults.table.verdict import run_disruption
from tests.faults.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def test_single_calls(world: World, table_report: TableReport, tmp_path: Path) -> None:
    results = run_calls(world, CALLS, tmp_path)
    for result in results:
        table_report.note(result)
    assert not [it for it in results if it.found]


@pytest.mark.parametrize("row", DISRUPTIONS, ids=lambda row: f"{row.family}: {row.name}")
def test_disruption(world: World, table_report: TableReport, tmp_path: Path, row: Row) -> None:
    if row.only_on not in ("", connection.vendor):
        pytest.skip(f"for {row.only_on}")
    with Place(world, tmp_path) as place:
        result = run_disruption(place, row)
    table_report.note(result)
    assert not result.found
