"""The prompt check is at least as good as when it was measured; `python -m tests.prompt_check`."""

import pytest

from generations.services.prompt_check import Rules
from tests.prompt_check.measure import first_rules, score


@pytest.fixture(scope="module")
def rules() -> Rules:
    return first_rules()


@pytest.mark.parametrize(
    ("half", "precision", "recall"), [("tuned", 1.0, 1.0), ("held out", 0.98, 0.98)]
)
def test_it_is_no_worse_than_measured(rules: Rules, half: str, precision: float, recall: float):
    result = score(half, rules)
    assert round(result.recall, 2) >= recall, result.missed
    assert round(result.precision, 2) >= precision, result.wrong
    assert round(result.any_precision, 2) >= precision, result.soft
