"""PNG files of kinds that Pillow does not write: sixteen bits a channel, in seven passes, tiny."""

import struct
import zlib
from collections.abc import Callable

from PIL import Image

from tests.pictures.hostile import png_chunk

# Adam7: where each pass begins, and its steps
PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2)]
PASSES += [(0, 1, 1, 2)]
GREY, RGB, GREY_ALPHA, RGBA = 0, 2, 4, 6
KINDS = {"L": GREY, "RGB": RGB, "LA": GREY_ALPHA, "RGBA": RGBA}
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png_of(width: int, height: int, depth: int, kind: int, rows: bytes, passes: int = 0) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, passes)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b"")]
    return SIGNATURE + b"".join(png_chunk(*part) for part in parts)


def sixteen_bits(image: Image.Image) -> bytes:
    """Each value twice: 0x7f becomes 0x7f7f."""
    rows = _rows(image, lambda row: bytes(value for value in row for _ in range(2)))
    return png_of(*image.size, 16, KINDS[image.mode], rows)


def in_seven_passes(image: Image.Image) -> bytes:
    (width, height), bands = image.size, len(image.getbands())
    rows = b""
    for left, top, across, down in PASSES:
        for y in range(top, height, down):
            row = image.crop((left, y, width, y + 1)).tobytes()
            pixels = [row[at : at + bands] for at in range(0, len(row), bands * across)]
            rows += b"\0" + b"".join(pixels) if pixels else b""
    return png_of(width, height, 8, KINDS[image.mode], rows, passes=1)


def few_bits(image: Image.Image, depth: int) -> bytes:
    """Grey in one, two or four bits."""

    def packed(row: bytes) -> bytes:
        bits = "".join(f"{value >> (8 - depth):0{depth}b}" for value in row)
        return bytes(int(bits[at : at + 8].ljust(8, "0"), 2) for at in range(0, len(bits), 8))

    return png_of(*image.size, depth, GREY, _rows(image, packed))


def with_chunks(content: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """Behind the header of a PNG, whatever else."""
    return content[:33] + b"".join(png_chunk(*chunk) for chunk in chunks) + content[33:]


def _rows(image: Image.Image, encode: Callable[[bytes], bytes]) -> bytes:
    width = image.width * len(image.getbands())
    content = image.tobytes()
    starts = range(0, len(content), width)
    return b"".join(b"\0" + encode(content[start : start + width]) for start in starts)
