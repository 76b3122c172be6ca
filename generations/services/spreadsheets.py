"""What goes into tables that spreadsheets open."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.functional import Promise

# A cell that begins so is a formula to a spreadsheet
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Where another spreadsheet begins a cell within ours: many languages part them by semicolons, and
# then our quotes hold nothing together
WITHIN = re.compile(r'([;\t\r\n][ "]*)(?=[=+\-@＝＋－＠])')
NEGATIVE_NUMBER = re.compile(r"-[0-9]+(\.[0-9]+)?")
MARK = "\ufeff"
PIECE_ROWS = 200


def plain_cell(value: Any) -> Any:
    """A value as it is, but for a text that would be or hold a formula, and gets an apostrophe.

    An amount below zero stays a number, or a column of them would add up to something else.
    """
    if not isinstance(value, str) or NEGATIVE_NUMBER.fullmatch(value):
        return value
    value = WITHIN.sub(r"\1'", value)
    return f"'{value}" if value.lstrip(" ").startswith(FORMULA_SIGNS) else value


def csv_pieces(head: Sequence[str | Promise], rows: Iterable[Iterable[Any]]) -> Iterator[bytes]:
    """A table as CSV in UTF-8, some hundred rows at a time; no cell is a formula.

    With a mark of UTF-8 in front, without which spreadsheets guess.
    """
    file = io.StringIO()
    writer = csv.writer(file)
    file.write(MARK)
    # People and projects may stand in the head as well
    writer.writerow([plain_cell(str(cell)) for cell in head])
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
