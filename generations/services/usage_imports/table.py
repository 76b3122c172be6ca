"""A CSV file as a table of texts, whatever program wrote it."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

MAX_ROWS = 500_000
MAX_CELL = 2_000
DELIMITERS = ",;\t|"
# A byte order mark says which encoding a file has; without one it must be UTF-8
MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


class UnreadableTable(Exception):
    """No table can be read: `fault` is empty, encoding, no_table, or too_long."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True)
class Table:
    """`rows` are pairs of the line's number in the file and its cells, one for each column."""

    head: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str]]]


def read_table(content: bytes) -> Table:
    """Raises UnreadableTable where the file is no CSV with a head and at least one row."""
    text = _decoded(content)
    if not text.strip():
        raise UnreadableTable("empty")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        lines = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error:
        raise UnreadableTable("no_table") from None
    if not lines:
        raise UnreadableTable("empty")
    if len(lines) > MAX_ROWS + 1:
        raise UnreadableTable("too_long")
    head = [cell.strip() for cell in lines[0][1]]
    if len(head) < 2 or len(lines) < 2:
        raise UnreadableTable("no_table")
    return Table(_unique(head), [(number, _fit(row, len(head))) for number, row in lines[1:]])


def _decoded(content: bytes) -> str:
    encoding = next((name for mark, name in MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise UnreadableTable("encoding") from None
    if "\0" in text:
        raise UnreadableTable("encoding")
    return text


def _delimiter(text: str) -> str:
    """The sign that parts the head into most cells."""
    head = text.lstrip().splitlines()[0]
    return max(DELIMITERS, key=head.count)


def _unique(head: Sequence[str]) -> list[str]:
    """Two columns of one name are told apart by their place."""
    named = [name or f"({place})" for place, name in enumerate(head, 1)]
    return [
        f"{name} ({place})" if named.count(name) > 1 else name
        for place, name in enumerate(named, 1)
    ]


def _fit(row: Sequence[str], width: int) -> list[str]:
    cells = [cell.strip()[:MAX_CELL] for cell in row[:width]]
    return cells + [""] * (width - len(cells))
