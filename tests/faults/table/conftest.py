"""The results of the table, printed at the end, or kept in the file that FAULT_TABLE names."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.faults.table.report import TableReport, table

_report = TableReport(Path(os.environ["FAULT_TABLE"]) if "FAULT_TABLE" in os.environ else None)


@pytest.fixture
def table_report() -> TableReport:
    return _report


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if "FAULT_TABLE" in os.environ:
        return
    for line in table({connection.vendor: _report.lines}):
        terminalreporter.write_line(line)
