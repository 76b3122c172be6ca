"""Sends a table as a CSV file, row by row, however long it is."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.db import connection
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.http import content_disposition_header

from generations.services.spreadsheets import csv_pieces


def csv_answer(
    request: HttpRequest, *, name: str, head: Sequence[str | Promise], rows: Iterable[Iterable[Any]]
) -> StreamingHttpResponse:
    """The rows as a download `name`.csv; cells that spreadsheets would run are made plain.

    `rows` may come page by page: between them no connection to the database is kept. Lazy words
    in `head` and `rows` come in English, whoever asks: other tables and programs count on them.
    """
    pieces: Iterator[bytes] | AsyncIterator[bytes] = _in_english(csv_pieces(head, rows))
    if isinstance(request, ASGIRequest):
        # Under ASGI a plain iterator would be read whole before the first byte goes out
        pieces = _one_by_one(pieces)  # type: ignore[arg-type]
    answer = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.csv") or "attachment"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _in_english(pieces: Iterator[bytes]) -> Iterator[bytes]:
    while True:
        with translation.override("en"):
            piece = next(pieces, b"")
        if not piece:
            return
        yield piece


async def _one_by_one(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    while piece := await asyncio.to_thread(_next, pieces):
        yield piece


def _next(pieces: Iterator[bytes]) -> bytes:
    """The next piece; the thread that read it keeps no connection to the database."""
    try:
        return next(pieces, b"")
    finally:
        connection.close()
