"""The table of faults says things that exist; it is run by `python -m tests.faults --table`."""

from collections import Counter

import pytest

from generations.models import Attempt
from generations.providers.base import Charged, Code
from generations.providers.demo.faults.registry import check_entries
from tests.faults.table.rogues import ANSWERS, ELSEWHERE
from tests.faults.table.table import TABLE

CODES = {"", *Code}


def test_it_names_many_faults_each_once():
    names = Counter(row.name for row in TABLE)
    assert [name for name, count in names.items() if count > 1] == []
    assert len(TABLE) >= 45


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_each_row_has_a_cause_and_an_end_that_exist(row):
    check_entries(*(it for it in row.switches.split(",") if it))
    assert not row.place or row.place in {*ANSWERS, *ELSEWHERE}
    assert [bool(it) for it in (row.switches, row.place, row.act)].count(True) == 1
    assert row.cause
    assert row.expected.status in Attempt.Status.values
    assert row.expected.charged in list(Charged)
    assert row.expected.code in CODES
