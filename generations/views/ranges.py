"""Which part of a file a request asks for (RFC 9110, section 14)."""

import re
from dataclasses import dataclass

from django.http import HttpRequest

ONE_RANGE = re.compile(r"bytes=\s*(\d*)-(\d*)\s*")
LONGEST_NUMBER = 18


class RangeNotSatisfiable(Exception):
    """The range begins behind the end of the file."""


@dataclass(frozen=True)
class ByteRange:
    """Bytes `first` to `last`, both included, of a file of `size` bytes."""

    first: int
    last: int
    size: int
    is_part: bool

    @property
    def length(self) -> int:
        return self.last - self.first + 1


def asked_range(request: HttpRequest, *, size: int, etag: str) -> ByteRange:
    """The one range that is asked for; the whole file for none, several, or another version."""
    whole = ByteRange(0, size - 1, size, is_part=False)
    asked = ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None or asked.group() == "bytes=-" or not _is_same_version(request, etag):
        return whole
    if max(len(asked[1]), len(asked[2])) > LONGEST_NUMBER:
        raise RangeNotSatisfiable
    return _within(size, asked[1], asked[2]) or whole


def _is_same_version(request: HttpRequest, etag: str) -> bool:
    return request.headers.get("If-Range", etag) == etag


def _within(size: int, first: str, last: str) -> ByteRange | None:
    """None for a range that ends before it begins: such a header is to be ignored."""
    if not first:
        start, end = max(0, size - int(last)), size - 1
        if int(last) == 0:
            raise RangeNotSatisfiable
    else:
        start, end = int(first), min(int(last or size - 1), size - 1)
        if last and int(last) < start:
            return None
    if start >= size:
        raise RangeNotSatisfiable
    return ByteRange(start, end, size, is_part=True)
