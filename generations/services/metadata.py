"""Takes everything but the picture out of a file, without touching a pixel."""

import re
import struct
from collections.abc import Iterator

PNG_KEPT = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
WEBP_KEPT = (b"VP8X", b"ALPH", b"VP8 ", b"VP8L")
WEBP_MOVES = (b"ANIM", b"ANMF")
WEBP_HAS_ALPHA = 0x10
JPEG_START, JPEG_END = b"\xff\xd8", b"\xff\xd9"
JPEG_SCAN, JPEG_JFIF, JPEG_ADOBE, JPEG_COMMENT = 0xDA, 0xE0, 0xEE, 0xFE
# Says how the colours are stored, without the small picture that may follow
PLAIN_JFIF = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
# A marker within the data of a scan that is neither a stuffed byte, a filler nor a restart
NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


class CannotStrip(Exception):
    """The file is not built as its format asks for, or moves, or is of another format."""


def without_metadata(content: bytes, content_type: str) -> bytes:
    """The same pixels without place, camera, comments, profile, or what follows the picture.

    Knows PNG (its first picture), JPEG (the same) and WebP that does not move.
    """
    parts_of = {"image/png": _png_parts, "image/jpeg": _jpeg_parts, "image/webp": _webp_parts}
    if content_type not in parts_of:
        raise CannotStrip
    try:
        return b"".join(parts_of[content_type](content))
    except (struct.error, IndexError) as error:
        raise CannotStrip from error


def png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and whole chunk, up to the end of the first picture."""
    start, kind = 8, b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", content, start)
        end = start + 12 + length
        yield kind, _piece(content, start, end)
        start = end


def jpeg_head(content: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """Marker and whole segment of all that stands before the first scan, and the rest."""
    segments: list[tuple[int, bytes]] = []
    start = 2
    while True:
        start, marker, end = _jpeg_segment(content, start)
        if marker == JPEG_SCAN:
            return segments, content[start:]
        segments.append((marker, _piece(content, start, end)))
        start = end


def webp_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and data."""
    start, end = 12, 8 + struct.unpack_from("<I", content, 4)[0]
    while start < end:
        kind, length = struct.unpack_from("<4sI", content, start)
        yield kind, _piece(content, start + 8, start + 8 + length)
        start += 8 + length + length % 2


def webp_chunk(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def _png_parts(content: bytes) -> Iterator[bytes]:
    yield content[:8]
    yield from (chunk for kind, chunk in png_chunks(content) if kind in PNG_KEPT)


def _jpeg_parts(content: bytes) -> Iterator[bytes]:
    yield JPEG_START
    start = 2
    while content[start : start + 2] != JPEG_END:
        start, marker, end = _jpeg_segment(content, start)
        if marker == JPEG_SCAN:
            end = _end_of_scan(content, end)
        yield _without_names(marker, content[start:end])
        start = end
    yield JPEG_END


def _jpeg_segment(content: bytes, start: int) -> tuple[int, int, int]:
    """Where the next segment starts behind fillers, its marker, and where it ends."""
    first, marker, length = struct.unpack_from(">BBH", content, start)
    while first == marker == 0xFF:
        start += 1
        first, marker, length = struct.unpack_from(">BBH", content, start)
    if first != 0xFF:
        raise CannotStrip
    return start, marker, start + 2 + length


def _without_names(marker: int, segment: bytes) -> bytes:
    if marker == JPEG_JFIF:
        return PLAIN_JFIF if segment[4:9] == b"JFIF\0" else b""
    if marker == JPEG_ADOBE:
        # The transform of its colours; the decoder knows it by these twelve bytes
        return b"\xff\xee\x00\x0e" + segment[4:16] if segment[4:9] == b"Adobe" else b""
    return b"" if 0xE0 <= marker <= 0xEF or marker == JPEG_COMMENT else segment


def _end_of_scan(content: bytes, start: int) -> int:
    found = NEXT_MARKER.search(content, start)
    if found is None:
        raise CannotStrip
    return found.start()


def _webp_parts(content: bytes) -> Iterator[bytes]:
    body = b"WEBP" + b"".join(
        webp_chunk(kind, _without_flags(kind, data)) for kind, data in _still_chunks(content)
    )
    yield b"RIFF" + struct.pack("<I", len(body)) + body


def _still_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    for kind, data in webp_chunks(content):
        if kind in WEBP_MOVES:
            raise CannotStrip
        if kind in WEBP_KEPT:
            yield kind, data


def _without_flags(kind: bytes, data: bytes) -> bytes:
    return bytes([data[0] & WEBP_HAS_ALPHA]) + data[1:] if kind == b"VP8X" else data


def _piece(content: bytes, start: int, end: int) -> bytes:
    if end > len(content):
        raise CannotStrip
    return content[start:end]
