"""What a provider's export says, however it writes times, amounts and tables."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generations.services.usage_imports.columns import Columns
from generations.services.usage_imports.lines import (
    ReadLine,
    fingerprints,
    read_amount,
    read_lines,
    read_time,
)
from generations.services.usage_imports.matching import Call, match_lines
from generations.services.usage_imports.table import UnreadableTable, read_table

pytestmark = pytest.mark.once

SIGNS = str.maketrans(".,", ",.")
NOON = datetime(2026, 10, 3, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("2026-10-03T12:00:00Z", {}),
        ("2026-10-03 12:00:00", {}),
        ("2026-10-03 20:00:00+08:00", {}),
        ("2026-10-03 20:00:00 +0800", {}),
        ("2026-10-03 12:00:00 UTC", {}),
        ("2026/10/03 20:00", {"zone": "Asia/Shanghai"}),
        ("1791028800", {}),
        ("1791028800000", {}),
        ("10/3/2026 12:00", {}),
        ("3/10/2026 12:00", {"day_first": True}),
        ("03.10.2026 14:00:00", {"day_first": True, "zone": "Europe/Madrid"}),
        ("10/3/2026 12:00:00 PM", {}),
    ],
)
def test_one_moment_in_many_ways(text: str, columns: dict):
    assert read_time(text, Columns(**columns)) == NOON


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "12", "2026-13-40 12:00", "31/31/2026 12:00", "0001-01-01 00:00", "9" * 13],
)
def test_what_is_no_time(text: str):
    assert read_time(text, Columns()) is None


@pytest.mark.parametrize(
    ("text", "columns", "amount"),
    [
        ("0.009", {}, "0.009"),
        ("$1,234.5", {}, "1234.5"),
        ("0,009", {"decimal_sign": ","}, "0.009"),
        ("1.234,5 $", {"decimal_sign": ","}, "1234.5"),
        ("-0.009", {}, "-0.009"),
        ("9e-3", {}, "0.009"),
        ("4500", {"units_per_dollar": "500000"}, "0.009"),
        ("0.00000049", {}, "0"),
        (".5", {}, "0.5"),
    ],
)
def test_one_amount_in_many_ways(text: str, columns: dict, amount: str):
    assert read_amount(text, Columns(**columns)) == Decimal(amount)


NO_AMOUNTS = ["", "free", "1.2.3", "NaN", "inf", "1e99", "99999999", "--1"]


@pytest.mark.parametrize("text", [*NO_AMOUNTS, "0,009", "1,2", "1,2345", "0,012.5", ",5", "."])
def test_what_is_no_amount(text: str):
    assert read_amount(text, Columns()) is None
    assert read_amount(text.translate(SIGNS), Columns(decimal_sign=",")) is None


@pytest.mark.parametrize(
    "content",
    [
        b"time,cost\n2026-10-03 12:00:00,0.009\n",
        "\ufefftime;cost\r\n2026-10-03 12:00:00;0.009\r\n\r\n".encode(),
        "time\tcost\n2026-10-03 12:00:00\t0.009".encode("utf-16"),
        b'"time","cost","more"\n"2026-10-03 12:00:00","0.009"\n',
    ],
)
def test_one_table_by_many_programs(content: bytes):
    read = read_lines(read_table(content), Columns(time="time", amount="cost"))
    assert [(it.number, it.at, it.amount) for it in read.lines] == [(2, NOON, Decimal("0.009"))]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"just words", "no_table"),
        (b"time,cost\n", "no_table"),
        ("time,cost\n1,año\n".encode("latin-1"), "encoding"),
        (b"\x89PNG\r\n\x1a\n\0\0", "encoding"),
        (b"time,cost\n1,\0\n", "encoding"),
    ],
)
def test_what_is_no_table(content: bytes, fault: str):
    with pytest.raises(UnreadableTable) as refused:
        read_table(content)
    assert refused.value.fault == fault


def test_two_columns_of_one_name_are_told_apart():
    assert read_table(b"cost,cost,\n1,2,3\n").head == ["cost (1)", "cost (2)", "(3)"]


def line(minute: float, *, model: str = "a", request_id: str = "", amount: str = "1") -> ReadLine:
    return ReadLine(1, NOON + timedelta(minutes=minute), model, request_id, Decimal(amount))


def call(minute: float, *, model: str = "a", request_id: str = "", cost: str = "1") -> Call:
    sent = NOON + timedelta(minutes=minute)
    return Call(uuid4(), model, sent, sent + timedelta(seconds=30), request_id, Decimal(cost))


def test_the_request_id_decides_before_time_and_model():
    near, named = call(0), call(500, request_id="req-1", model="b")
    assert match_lines([line(0, request_id="req-1")], [near, named]) == {0: named.id}


def test_a_refund_goes_where_its_charge_went():
    named = call(0, request_id="req-1")
    lines = [line(0, request_id="req-1"), line(9, request_id="req-1", amount="-1")]
    assert match_lines(lines, [named]) == {0: named.id, 1: named.id}


def test_without_an_id_the_nearest_call_of_the_model_is_taken_once():
    first, second, other = call(0), call(1), call(0, model="b")
    # A minute early, within the first, within the second
    found = match_lines([line(-1), line(0.5), line(1)], [first, second, other])
    assert found == {1: first.id, 2: second.id}
    assert match_lines([line(30)], [first]) == {}
    assert match_lines([line(0, model="Relay/B-2026-09-08")], [first, other]) == {0: other.id}


def test_of_two_calls_at_one_time_that_of_the_amount_is_taken():
    cheap, dear = call(0, cost="1"), call(0, cost="2")
    assert match_lines([line(0, amount="2")], [cheap, dear]) == {0: dear.id}


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 3)), max_size=40))
def test_no_call_is_taken_twice_and_the_order_of_lines_decides_nothing_of_it(
    places: list[tuple[int, int]],
):
    calls = [call(minute) for minute, _ in places]
    lines = [line(minute + shift) for minute, shift in places]
    found = match_lines(lines, calls)
    assert len(set(found.values())) == len(found)
    assert match_lines(lines, calls) == found


def test_lines_that_look_alike_are_counted_and_the_same_in_another_file():
    first = fingerprints([line(0), line(0), line(1)])
    assert len(set(first)) == 3
    assert fingerprints([line(0), line(0)]) == first[:2]
    assert len(set(fingerprints([line(0, request_id="r"), line(0, request_id="r")]))) == 1
    # The column of the model was not told the first time
    unread = fingerprints([line(0, request_id="r", model="")])
    assert fingerprints([line(0, request_id="r")]) == unread
