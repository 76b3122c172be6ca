"""What goes into tables that spreadsheets open."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.functional import Promise

# A cell that begins so is a formula to a spreadsheet
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MARK = "\ufeff"
PIECE_ROWS = 200


def plain_cell(value: Any) -> Any:
    """A value as it is, but for a text that would be a formula: that gets an apostrophe."""
    is_formula = isinstance(value, str) and value.lstrip(" ").startswith(FORMULA_SIGNS)
    return f"'{value}" if is_formula else value


def csv_pieces(head: Sequence[str | Promise], rows: Iterable[Iterable[Any]]) -> Iterator[bytes]:
    """A table as CSV in UTF-8, some hundred rows at a time; no cell is a formula.

    With a mark of UTF-8 in front, without which spreadsheets guess.
    """
    file = io.StringIO()
    writer = csv.writer(file)
    file.write(MARK)
    writer.writerow(head)
    for number, row in enumerate(rows, start=1):
        writer.writerow([plain_cell(value) for value in row])
        if number % PIECE_ROWS == 0:
            yield _taken(file)
    yield _taken(file)


def _taken(file: io.StringIO) -> bytes:
    piece = file.getvalue().encode()
    file.seek(0)
    file.truncate()
    return piece
