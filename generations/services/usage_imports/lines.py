"""Cells of a usage export as times and amounts; what cannot be read is named by its line."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from functools import cache
from zoneinfo import ZoneInfo

from generations.models.fields import MICRO_DOLLAR
from generations.services.usage_imports.columns import Columns
from generations.services.usage_imports.table import Table

# USD, of one line and of all lines of a file
LARGEST = Decimal(10) ** 7
EARLIEST, LATEST = 2020, 2100
SLASHED = re.compile(
    r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})[ ,T]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp][Mm])?$"
)


@dataclass(frozen=True)
class ReadLine:
    """One line: `at` is aware, `amount` in USD, `number` its line in the file."""

    number: int
    at: datetime
    model: str
    request_id: str
    amount: Decimal


@dataclass(frozen=True)
class LineFault:
    """A cell that cannot be read: `fault` is time or amount."""

    number: int
    fault: str
    cell: str


@dataclass(frozen=True)
class Read:
    lines: Sequence[ReadLine]
    faults: Sequence[LineFault]


def read_lines(table: Table, columns: Columns) -> Read:
    """Every row as a line, or as a fault of the first cell in it that cannot be read."""
    places = {name: place for place, name in enumerate(table.head)}
    lines: list[ReadLine] = []
    faults: list[LineFault] = []
    for number, row in table.rows:

        def cell(column: str, row: Sequence[str] = row) -> str:
            return row[places[column]] if column else ""

        at = read_time(cell(columns.time), columns)
        amount = read_amount(cell(columns.amount), columns)
        if at is None:
            faults.append(LineFault(number, "time", cell(columns.time)))
        elif amount is None:
            faults.append(LineFault(number, "amount", cell(columns.amount)))
        else:
            model, request_id = cell(columns.model)[:100], cell(columns.request_id)[:200]
            lines.append(ReadLine(number, at, model, request_id, amount))
    return Read(lines, faults)


def read_time(text: str, columns: Columns) -> datetime | None:
    """ISO 8601, seconds or milliseconds since 1970, or day and month with slashes or points."""
    try:
        at = _moment(text.strip(), columns)
    except (ValueError, OverflowError, OSError):
        return None
    if at is None or not EARLIEST <= at.year < LATEST:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(columns.zone))).astimezone(UTC)


def read_amount(text: str, columns: Columns) -> Decimal | None:
    """In USD to the micro-dollar; signs of thousands and currency are passed over.

    None where it is no number, or its signs stand where this decimal sign has none: "0,009" is not
    nine.
    """
    plain = re.sub(r"[\s'$€¥£]|USD", "", text, flags=re.IGNORECASE).replace("−", "-")
    if not _number(columns.decimal_sign).fullmatch(plain):
        return None
    thousands = "," if columns.decimal_sign == "." else "."
    plain = plain.replace(thousands, "").replace(columns.decimal_sign, ".")
    try:
        amount = (Decimal(plain) / columns.units).quantize(MICRO_DOLLAR, ROUND_HALF_EVEN)
    except InvalidOperation:
        return None
    return amount if abs(amount) < LARGEST else None


@cache
def _number(decimal_sign: str) -> re.Pattern[str]:
    decimal, thousands = (r"\.", ",") if decimal_sign == "." else (",", r"\.")
    whole = rf"(\d+|[1-9]\d{{0,2}}({thousands}\d{{3}})+)"
    return re.compile(rf"[+-]?({whole}({decimal}\d*)?|{decimal}\d+)([eE][+-]?\d{{1,2}})?")


def fingerprints(lines: Sequence[ReadLine]) -> list[str]:
    """What tells each line from every other, also in another export of the same days.

    The same request id, time and amount is the same line, whether or not its model was read.
    Without an id, several calls may look alike: the first, second and third of them are told
    apart by their count.
    """
    seen: Counter[str] = Counter()
    found = []
    for line in lines:
        text = f"{line.request_id}|{line.at.isoformat()}|{line.amount}"
        if not line.request_id:
            text += f"|{line.model}"
            seen[text] += 1
            text += f"|{seen[text]}"
        found.append(hashlib.sha256(text.encode()).hexdigest())
    return found


def _moment(text: str, columns: Columns) -> datetime | None:
    if re.fullmatch(r"\d{10}(\.\d+)?|\d{13}", text):
        seconds = float(text) / (1000 if len(text) == 13 else 1)
        return datetime.fromtimestamp(seconds, tz=UTC)
    if slashed := SLASHED.match(text):
        return _from_parts(slashed.groups(), columns)
    if not re.match(r"\d{4}", text):
        return None
    return datetime.fromisoformat(text.replace("/", "-").removesuffix(" UTC").replace(" +", "+"))


def _from_parts(parts: Sequence[str | None], columns: Columns) -> datetime:
    first, second, year, hour, minute, seconds = (int(part or 0) for part in parts[:6])
    day, month = (first, second) if columns.day_first else (second, first)
    if half := parts[6]:
        hour = hour % 12 + (12 if half.lower() == "pm" else 0)
    return datetime(year, month, day, hour, minute, seconds)  # noqa: DTZ001  (the zone comes later)
