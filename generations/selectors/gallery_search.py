"""Finds words in the prompts of pictures, newest first, whether they are common or rare.

Common words are met soon by reading on in order; rare ones are looked up in an index of pieces
of three characters, which cannot answer in order. The first pictures tell which is which.
"""

from collections.abc import Sequence

from django.db import connection
from django.db.models import BooleanField, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import StrIndex

from generations.models import OutputImage, SearchText

LOOKED_AT_FIRST = 1000
READ_ON = 20_000
# So many among the first: reading on fills a page soon
MET_OFTEN = 5
CANDIDATES = 2000
PIECE = 3
PIECES_ASKED = 12
LAST_CHARACTER = chr(0x10FFFF)
# More than there are: a limit makes PostgreSQL ask the index first, and for nothing else
ALL = 2**40


def found_frames(
    images: QuerySet[OutputImage],
    words: Sequence[str],
    *,
    limit: int,
    is_upward: bool = False,
    start: int | None = None,
) -> list[int]:
    """The frame numbers of the first pictures whose search text holds all words, in order.

    `images` are what is searched, already from frame `start` on where one is given.
    """
    ordered = images.order_by("pk" if is_upward else "-pk")
    found: list[int] = []
    for count in (LOOKED_AT_FIRST, READ_ON):
        window, is_all = _first_of(ordered, count, is_upward=is_upward)
        found = list(_holding(window, words).values_list("pk", flat=True)[:limit])
        if is_all or len(found) >= limit:
            return found
        if len(found) < MET_OFTEN:
            break
    return _looked_up(ordered, words, limit=limit, is_upward=is_upward, start=start)


def _looked_up(
    ordered: QuerySet[OutputImage],
    words: Sequence[str],
    *,
    limit: int,
    is_upward: bool,
    start: int | None,
) -> list[int]:
    """By the index: the first candidates on their own, which are all of them for a rare word."""
    texts = _holding_by_index(words).order_by("pk" if is_upward else "-pk")
    if start is not None:
        texts = texts.filter(**{"pk__gt" if is_upward else "pk__lt": start})
    first = list(texts.values_list("pk", flat=True)[:CANDIDATES])
    frames = ordered.values_list("pk", flat=True)
    found = list(frames.filter(pk__in=first)[:limit])
    if len(found) >= limit or len(first) < CANDIDATES:
        return found
    return list(frames.filter(pk__in=texts.values("pk")[:ALL])[:limit])


def _first_of(
    ordered: QuerySet[OutputImage], count: int, *, is_upward: bool
) -> tuple[QuerySet[OutputImage], bool]:
    """The first `count` pictures, and whether these are all."""
    edge = ordered.values_list("pk", flat=True)[count : count + 1].first()
    if edge is None:
        return ordered, True
    # Said of both tables, for PostgreSQL does not conclude the one from the other
    end = "lt" if is_upward else "gt"
    return ordered.filter(**{f"pk__{end}": edge, f"search_text__image__{end}": edge}), False


def _holding(images: QuerySet[OutputImage], words: Sequence[str]) -> QuerySet[OutputImage]:
    for number, word in enumerate(words):
        images = images.alias(**{f"at_{number}": StrIndex("search_text__text", Value(word))})
        images = images.filter(**{f"at_{number}__gt": 0})
    return images


def _holding_by_index(words: Sequence[str]) -> QuerySet[SearchText]:
    texts = SearchText.objects.all()
    for condition, asked in _index_conditions(words):
        texts = texts.filter(RawSQL(condition, asked, output_field=BooleanField()))
    for number, word in enumerate(words):
        texts = texts.alias(**{f"at_{number}": StrIndex("text", Value(word))})
        texts = texts.filter(**{f"at_{number}__gt": 0})
    return texts


def _index_conditions(words: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Long words by their pieces; only where there are none, short ones by how pieces begin."""
    pieces = _pieces_of([word for word in words if len(word) >= PIECE])
    if connection.vendor == "sqlite":
        return [_match(pieces)] if pieces else [_begins(word) for word in words]
    asked = [_quoted(piece) for piece in pieces] or [f"{_quoted(word)}:*" for word in words]
    return [("search_pieces(text) @@ %s::tsquery", [" & ".join(asked)])]


def _pieces_of(words: Sequence[str]) -> list[str]:
    """At most a dozen, from all over the words: the rest is compared anyway."""
    pieces = [word[at : at + PIECE] for word in words for at in range(len(word) - PIECE + 1)]
    distinct = list(dict.fromkeys(pieces))
    return distinct[:: len(distinct) // PIECES_ASKED + 1]


def _quoted(piece: str) -> str:
    """A lexeme of PostgreSQL."""
    return "'" + piece.replace("\\", "\\\\").replace("'", "''") + "'"


def _match(pieces: Sequence[str]) -> tuple[str, list[str]]:
    asked = " AND ".join('"' + piece.replace('"', '""') + '"' for piece in pieces)
    condition = "image_id IN (SELECT rowid FROM search_pieces WHERE search_pieces MATCH %s)"
    return condition, [asked]


def _begins(word: str) -> tuple[str, list[str]]:
    condition = "image_id IN (SELECT doc FROM search_pieces_rows WHERE term >= %s AND term < %s)"
    return condition, [word, word + LAST_CHARACTER]
