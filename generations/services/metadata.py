"""Takes everything but the picture out of a file, without touching a pixel."""

import struct
from collections.abc import Iterator

PNG_KEPT = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
WEBP_KEPT = (b"VP8X", b"ALPH", b"VP8 ", b"VP8L")
WEBP_ALPHA = 0x10
JPEG_START, JPEG_END = b"\xff\xd8", b"\xff\xd9"
# Adobe's own segment says how the colours are to be read
JPEG_ADOBE = 0xEE


class CannotStrip(Exception):
    """The file is not built as its format asks for."""


def without_metadata(content: bytes, content_type: str) -> bytes:
    """The same pixels without location, camera, comments, profile or anything after the end.

    Knows PNG, JPEG and WebP of one frame; raises CannotStrip for everything else.
    """
    parts = {"image/png": _png_parts, "image/jpeg": _jpeg_parts, "image/webp": _webp_parts}
    if content_type not in parts:
        raise CannotStrip(content_type)
    try:
        return b"".join(parts[content_type](content))
    except (struct.error, IndexError) as error:
        raise CannotStrip(content_type) from error


def _png_parts(content: bytes) -> Iterator[bytes]:
    yield content[:8]
    start, kind = 8, b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", content, start)
        end = start + 12 + length
        if kind in PNG_KEPT:
            yield content[start:end]
        start = end


def _jpeg_parts(content: bytes) -> Iterator[bytes]:
    yield JPEG_START
    start = 2
    while content[start : start + 2] != JPEG_END:
        marker, length = struct.unpack_from(">xBH", content, start)
        end = start + 2 + length
        if marker == 0xDA:
            end = _end_of_scan(content, end)
        if content[start] != 0xFF:
            raise CannotStrip
        if marker == JPEG_ADOBE or not _is_jpeg_metadata(marker):
            yield content[start:end]
        start = end
    yield JPEG_END


def _is_jpeg_metadata(marker: int) -> bool:
    return 0xE0 <= marker <= 0xEF or marker == 0xFE


def _end_of_scan(content: bytes, start: int) -> int:
    """Where the next marker stands that is neither a stuffed byte nor a restart."""
    while True:
        start = content.find(b"\xff", start)
        if start < 0:
            raise CannotStrip
        following = content[start + 1]
        if following == 0xFF:
            start += 1
        elif following == 0 or 0xD0 <= following <= 0xD7:
            start += 2
        else:
            return start


def _webp_parts(content: bytes) -> Iterator[bytes]:
    kept = [_webp_chunk(kind, body) for kind, body in _webp_chunks(content)]
    body = b"WEBP" + b"".join(kept)
    yield b"RIFF" + struct.pack("<I", len(body)) + body


def _webp_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    start, end = 12, 8 + struct.unpack_from("<I", content, 4)[0]
    while start < end:
        kind, length = struct.unpack_from("<4sI", content, start)
        if kind in (b"ANIM", b"ANMF"):
            raise CannotStrip
        if kind in WEBP_KEPT:
            yield kind, content[start + 8 : start + 8 + length]
        start += 8 + length + length % 2


def _webp_chunk(kind: bytes, body: bytes) -> bytes:
    if kind == b"VP8X":
        body = bytes([body[0] & WEBP_ALPHA]) + body[1:]
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
