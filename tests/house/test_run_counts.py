"""What `make test` says at its end."""

from pathlib import Path

import pytest

from tests.run import Counts, _counts

pytestmark = pytest.mark.once

REPORT = '<testsuites><testsuite tests="9" failures="1" errors="2" skipped="3"/></testsuites>'


def test_errors_count_as_failures_and_both_runs_add_up(tmp_path: Path):
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    counts = _counts(report, is_bad=True)
    assert counts == Counts(passed=3, failed=3, skipped=3, is_bad=True)
    assert counts + Counts(passed=1) == Counts(passed=4, failed=3, skipped=3, is_bad=True)


def test_a_run_without_a_report_is_bad(tmp_path: Path):
    report = tmp_path / "report.xml"
    report.touch()
    assert _counts(report, is_bad=False).is_bad
