"""Puts an XMP packet into a picture file without touching a pixel."""

import struct
import zlib
from collections.abc import Callable, Iterator

from generations.services.metadata import (
    JPEG_JFIF,
    JPEG_START,
    CannotStrip,
    jpeg_head,
    png_chunks,
    webp_chunk,
    webp_chunks,
)

PNG_NAME = b"XML:com.adobe.xmp"
JPEG_NAME = b"http://ns.adobe.com/xap/1.0/\0"
JPEG_MORE = b"http://ns.adobe.com/xmp/extension/\0"
JPEG_EXIF, JPEG_JUMBF = 0xE1, 0xEB
# Signed statements of origin: they hold for the untouched bytes alone
PNG_SIGNED, WEBP_SIGNED = b"caBX", b"C2PA"
WEBP_HAS_XMP, WEBP_HAS_ALPHA = 0x04, 0x10


class CannotMark(Exception):
    """The format has no known place for a mark, or the file is not built as its format asks."""


def marked(content: bytes, content_type: str, mark: bytes) -> bytes:
    """The same picture with this packet in place of an earlier one.

    A signed statement of origin (C2PA) is left out, as it would be broken by this; the untouched
    original keeps it. Knows PNG, JPEG and WebP, moving ones too.
    """
    try:
        return b"".join(_MARKED[content_type](content, mark))
    except (CannotStrip, KeyError, struct.error, IndexError) as error:
        raise CannotMark from error


def may_be_marked(content_type: str) -> bool:
    return content_type in _MARKED


def _marked_png(content: bytes, mark: bytes) -> Iterator[bytes]:
    yield content[:8]
    for kind, chunk in png_chunks(content):
        if kind == PNG_SIGNED or (kind == b"iTXt" and chunk[8:].startswith(PNG_NAME + b"\0")):
            continue
        yield chunk
        if kind == b"IHDR":
            yield _png_chunk(b"iTXt", PNG_NAME + b"\0\0\0\0\0" + mark)


def _png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _marked_jpeg(content: bytes, mark: bytes) -> Iterator[bytes]:
    segments, rest = jpeg_head(content)
    kept = [(marker, segment) for marker, segment in segments if not _is_old(marker, segment)]
    # What says how to read the file stays in front
    first = [segment for marker, segment in kept if marker in (JPEG_JFIF, JPEG_EXIF)]
    others = [segment for marker, segment in kept if marker not in (JPEG_JFIF, JPEG_EXIF)]
    packet = JPEG_NAME + mark
    yield JPEG_START + b"".join(first)
    yield struct.pack(">BBH", 0xFF, JPEG_EXIF, 2 + len(packet)) + packet
    yield b"".join(others) + rest


def _is_old(marker: int, segment: bytes) -> bool:
    is_xmp = marker == JPEG_EXIF and segment[4:].startswith((JPEG_NAME, JPEG_MORE))
    return is_xmp or marker == JPEG_JUMBF


def _marked_webp(content: bytes, mark: bytes) -> Iterator[bytes]:
    chunks = list(webp_chunks(content))
    head = chunks.pop(0)[1] if chunks[0][0] == b"VP8X" else _webp_head(*chunks[0])
    head = bytes([head[0] | WEBP_HAS_XMP]) + head[1:]
    kept = [chunk for chunk in chunks if chunk[0] not in (b"XMP ", WEBP_SIGNED)]
    body = b"WEBP" + b"".join(
        webp_chunk(kind, data) for kind, data in [(b"VP8X", head), *kept, (b"XMP ", mark)]
    )
    yield b"RIFF" + struct.pack("<I", len(body)) + body


def _webp_head(kind: bytes, data: bytes) -> bytes:
    """The extended head of a simple file: flags, and the sides less one in 24 bits each."""
    if kind == b"VP8L":
        bits = struct.unpack_from("<I", data, 1)[0]
        flags = WEBP_HAS_ALPHA if bits >> 28 & 1 else 0
        return _webp_sides(flags, (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if kind != b"VP8 ":
        raise CannotMark
    width, height = struct.unpack_from("<HH", data, 6)
    return _webp_sides(0, width & 0x3FFF, height & 0x3FFF)


def _webp_sides(flags: int, width: int, height: int) -> bytes:
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return bytes([flags, 0, 0, 0]) + sides


_MARKED: dict[str, Callable[[bytes, bytes], Iterator[bytes]]] = {
    "image/png": _marked_png,
    "image/jpeg": _marked_jpeg,
    "image/webp": _marked_webp,
}
