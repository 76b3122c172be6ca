"""A ZIP that can be sent from any byte on: its length, its parts, and that others can read it."""

import io
import shutil
import subprocess
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generations.services.bundles import archive
from generations.services.bundles.archive import Archive, Entry
from generations.services.copies.sources import PlainBytes

pytestmark = pytest.mark.once

AT = datetime(2026, 11, 22, 10, 58, 45, tzinfo=UTC)
MEGABYTE = 1024 * 1024
names = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\\"), min_size=1
)
contents = st.lists(
    st.tuples(names, st.binary(max_size=300)), max_size=6, unique_by=lambda it: it[0]
)


class Zeros:
    """Very many bytes that take no room."""

    def __init__(self, size: int) -> None:
        self.size = size

    def pieces(self, first: int, length: int) -> Iterator[bytes]:
        for start in range(0, length, MEGABYTE):
            yield bytes(min(MEGABYTE, length - start))


class Remote(io.RawIOBase):
    """An archive as a program sees it that asks for ranges of it."""

    def __init__(self, made: Archive) -> None:
        self.made, self.position = made, 0

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.position

    def seek(self, offset: int, whence: int = 0) -> int:
        self.position = offset + (0, self.position, self.made.size)[whence]
        return self.position

    def read(self, size: int = -1) -> bytes:
        left = self.made.size - self.position
        taken = left if size < 0 else min(size, left)
        content = b"".join(self.made.pieces(self.position, taken))
        self.position += taken
        return content


def entry(name: str, content: bytes) -> Entry:
    return Entry(name=name, changed_at=AT, crc32=zlib.crc32(content), source=PlainBytes(content))


def whole(made: Archive) -> bytes:
    return b"".join(made.pieces(0, made.size))


@given(files=contents, data=st.data())
@settings(max_examples=60, deadline=None)
def test_it_is_as_long_as_it_says_and_any_part_is_a_slice_of_it(
    files: list[tuple[str, bytes]], data: Any
):
    made = Archive([entry(name, content) for name, content in files])
    full = whole(made)
    assert len(full) == made.size
    first = data.draw(st.integers(0, made.size - 1))
    last = data.draw(st.integers(first, made.size - 1))
    assert b"".join(made.pieces(first, last - first + 1)) == full[first : last + 1]
    with zipfile.ZipFile(io.BytesIO(full)) as read:
        assert read.testzip() is None
        assert [(it.filename, read.read(it)) for it in read.infolist()] == files


def test_other_programs_unpack_it(tmp_path: Path):
    files = {"2026_a-red-kite_0412.png": b"one" * 5000, "हिन्दी_🪁.jpg": b"", "b.csv": b"1"}
    path = tmp_path / "some.zip"
    path.write_bytes(whole(Archive([entry(*it) for it in files.items()])))
    with zipfile.ZipFile(path) as read:
        assert {it: read.read(it) for it in read.namelist()} == files
        assert read.infolist()[0].date_time == (2026, 11, 22, 10, 58, 44)
    if program := shutil.which("unzip"):
        assert subprocess.run([program, "-t", "-q", path], check=False).returncode == 0


def test_beyond_four_gigabytes_it_is_a_zip64():
    size, zeros = 1536 * MEGABYTE, Zeros(1536 * MEGABYTE)
    large = [Entry(name=f"{it}", changed_at=AT, crc32=0, source=zeros) for it in range(4)]
    made = Archive([*large, entry("last", b"found")])
    with zipfile.ZipFile(Remote(made)) as read:  # type: ignore[arg-type]
        assert [it.file_size for it in read.infolist()] == [size] * 4 + [5]
        assert read.read("last") == b"found"
        assert read.infolist()[-1].header_offset > 6_000_000_000


def test_more_entries_than_the_plain_end_can_count_are_a_zip64(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archive, "FULL_16", 10)
    content = whole(Archive([entry(str(number), b"") for number in range(12)]))
    with zipfile.ZipFile(io.BytesIO(content)) as read:
        assert len(read.namelist()) == 12


def test_times_before_zip_knows_them_are_its_first():
    early = Entry(
        name="a", changed_at=datetime(1970, 1, 2, tzinfo=UTC), crc32=0, source=PlainBytes(b"")
    )
    with zipfile.ZipFile(io.BytesIO(whole(Archive([early])))) as read:
        assert read.infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)
