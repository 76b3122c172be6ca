"""Money is read with its unit and its certainty."""

from decimal import Decimal

import pytest

from generations.services.amounts import about, money, perhaps, roughly


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (Decimal("0.018"), "$0.018"),
        (Decimal("0.005000"), "$0.005"),
        (Decimal("0.0141"), "$0.0141"),
        (Decimal("0.013170"), "$0.01317"),
        (Decimal("0.000001"), "$0.000001"),
        (Decimal(0), "$0.000"),
        (Decimal("1234.5"), "$1,234.500"),
        (Decimal("-0.009"), "−$0.009"),
        (Decimal("1E-7"), "$0.000"),
        (None, "unknown"),
        ("", "unknown"),
    ],
)
def test_an_exact_amount(amount: Decimal | None, words: str) -> None:
    assert money(amount) == words


def test_an_estimate_says_about() -> None:
    assert (about(Decimal("0.05268")), about(None)) == ("About $0.05268", "Unknown")


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0.01317", "about $0.013"),
        ("0.00588", "about $0.0059"),
        ("0.158", "about $0.158"),
        ("12.3456", "about $12.346"),
        ("0.0000314", "about $0.000031"),
        ("0", "about $0.000"),
    ],
)
def test_an_amount_where_there_is_little_room(amount: str, words: str) -> None:
    assert roughly(Decimal(amount)) == words


def test_an_unknown_amount_says_perhaps() -> None:
    assert perhaps(Decimal("0.009")) == "unknown, perhaps $0.009"
    assert perhaps(None) == "unknown"
