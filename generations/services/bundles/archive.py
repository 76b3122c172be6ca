"""A ZIP whose every byte is known before it is sent, so that sending may begin anywhere.

Entries are stored, not deflated: pictures are compressed already. Sizes and CRC-32 stand in front
of each entry, so that it can also be unpacked while it arrives. Layout and ZIP64: PKWARE's
APPNOTE.TXT 6.3.10, sections 4.3 to 4.5.
"""

import struct
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from generations.services.copies.sources import PlainBytes, Source

# Fields of 32 and 16 bits, full: the number stands in the ZIP64 field
FULL_32, FULL_16 = 0xFFFFFFFF, 0xFFFF
VERSION, VERSION_64, MADE_ON_UNIX = 20, 45, 3 << 8
NAMES_ARE_UTF8 = 1 << 11
READABLE_FILE = 0o100644 << 16
EARLIEST = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A file in the ZIP; smaller than 4 GB. `changed_at` is in the zone that people read it in."""

    name: str
    changed_at: datetime
    crc32: int
    source: Source


class Archive:
    """The ZIP of these entries, in this order; a Source itself."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._parts: list[Source] = []
        self._starts: list[int] = []
        self.size = 0
        records = [self._add_entry(entry) for entry in entries]
        self._add_end(records)

    def pieces(self, first: int, length: int) -> Iterator[bytes]:
        """`length` bytes from `first` on."""
        index = bisect_right(self._starts, first) - 1
        while length > 0:
            part, skipped = self._parts[index], first - self._starts[index]
            taken = min(length, part.size - skipped)
            if taken:
                yield from part.pieces(skipped, taken)
            first, length, index = first + taken, length - taken, index + 1

    def _add_entry(self, entry: Entry) -> bytes:
        """Adds head and content; answers the entry's record for the directory."""
        offset = self.size
        self._add(PlainBytes(_head(entry)))
        self._add(entry.source)
        return _record(entry, offset)

    def _add_end(self, records: Sequence[bytes]) -> None:
        directory = b"".join(records)
        end = _end(count=len(records), size=len(directory), offset=self.size)
        self._add(PlainBytes(directory + end))

    def _add(self, part: Source) -> None:
        self._parts.append(part)
        self._starts.append(self.size)
        self.size += part.size


def _head(entry: Entry) -> bytes:
    name, extra = entry.name.encode(), _unix_time(entry)
    size = entry.source.size
    common = _common(entry, VERSION, size, name, extra)
    return b"PK\x03\x04" + common + name + extra


def _record(entry: Entry, offset: int) -> bytes:
    is_far = offset >= FULL_32
    extra = _unix_time(entry) + (struct.pack("<HHQ", 1, 8, offset) if is_far else b"")
    name, version = entry.name.encode(), VERSION_64 if is_far else VERSION
    return (
        b"PK\x01\x02"
        + struct.pack("<H", MADE_ON_UNIX | version)
        + _common(entry, version, entry.source.size, name, extra)
        + struct.pack("<HHHLL", 0, 0, 0, READABLE_FILE, min(offset, FULL_32))
        + name
        + extra
    )


def _common(entry: Entry, version: int, size: int, name: bytes, extra: bytes) -> bytes:
    """The fields that stand in front of an entry and in the directory alike."""
    date, time = _dos_time(entry.changed_at)
    flags, stored = NAMES_ARE_UTF8, 0
    lengths = (size, size, len(name), len(extra))
    return struct.pack("<HHHHHLLLHH", version, flags, stored, time, date, entry.crc32, *lengths)


def _dos_time(at: datetime) -> tuple[int, int]:
    """Date and time in two numbers; without a zone, in steps of two seconds, from 1980 on."""
    year, month, day, hour, minute, second = max(at.timetuple()[:6], EARLIEST)
    return (year - 1980) << 9 | month << 5 | day, hour << 11 | minute << 5 | second // 2


def _unix_time(entry: Entry) -> bytes:
    """The moment itself, for those who read it (field 0x5455)."""
    seconds = int(entry.changed_at.astimezone(UTC).timestamp())
    return struct.pack("<HHBL", 0x5455, 5, 1, seconds & FULL_32)


def _end(*, count: int, size: int, offset: int) -> bytes:
    is_large = count >= FULL_16 or size >= FULL_32 or offset >= FULL_32
    return (_end_64(count, size, offset) if is_large else b"") + struct.pack(
        "<4sHHHHLLH",
        b"PK\x05\x06",
        0,
        0,
        min(count, FULL_16),
        min(count, FULL_16),
        min(size, FULL_32),
        min(offset, FULL_32),
        0,
    )


def _end_64(count: int, size: int, offset: int) -> bytes:
    version = (MADE_ON_UNIX | VERSION_64, VERSION_64)
    record = struct.pack(
        "<4sQHHLLQQQQ", b"PK\x06\x06", 44, *version, 0, 0, count, count, size, offset
    )
    return record + struct.pack("<4sLQL", b"PK\x06\x07", 0, offset + size, 1)
