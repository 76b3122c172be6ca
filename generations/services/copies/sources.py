"""Where the bytes that are sent come from, from any place on, in pieces."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Protocol

from django.core.files.storage import default_storage

PIECE = 256 * 1024


class SourceChanged(OSError):
    """There are fewer bytes than were promised: what was sent so far must not look whole."""


class Source(Protocol):
    """Bytes of a known number."""

    @property
    def size(self) -> int: ...

    def pieces(self, first: int, length: int) -> Iterator[bytes]:
        """`length` bytes from `first` on."""
        ...


@dataclass(frozen=True)
class StoredBytes:
    """A file in the storage; `make_again` writes it where it is gone."""

    name: str
    size: int
    make_again: Callable[[], object] | None = None

    def pieces(self, first: int, length: int) -> Iterator[bytes]:
        if self.make_again is not None and not default_storage.exists(self.name):
            self.make_again()
        with closing(default_storage.open(self.name)) as file:
            if file.size != self.size:
                raise SourceChanged(self.name)
            file.seek(first)
            while length:
                piece = file.read(min(PIECE, length))
                if not piece:
                    raise SourceChanged(self.name)
                length -= len(piece)
                yield piece


@dataclass(frozen=True)
class MadeBytes:
    """Bytes that are made when they are sent, and are always the same."""

    make: Callable[[], bytes]
    size: int

    def pieces(self, first: int, length: int) -> Iterator[bytes]:
        content = self.make()
        if len(content) != self.size:
            raise SourceChanged
        yield from sliced(content, first, length)


@dataclass(frozen=True)
class PlainBytes:
    content: bytes

    @property
    def size(self) -> int:
        return len(self.content)

    def pieces(self, first: int, length: int) -> Iterator[bytes]:
        return sliced(self.content, first, length)


def sliced(content: bytes, first: int, length: int) -> Iterator[bytes]:
    view = memoryview(content)[first : first + length]
    for start in range(0, len(view), PIECE):
        yield bytes(view[start : start + PIECE])
