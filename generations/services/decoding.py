"""How much memory decoding takes; measured, see docs/decisions on pictures within 500 MB."""

import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image

from generations.services import memory, webp
from generations.services.room import Room

# A worker that has made some calls takes 190 MB: together they stay under 500 MB
DECODING_BYTES = 320_000_000
# A picture has four channels in memory, or fewer
CHANNELS = 4
JPEG_START_OF_SCAN = 0xDA
# More than eight bits a channel, by the configuration of the decoder
DEEP_AVIF = re.compile(rb"av1C..[\x40-\x7f\xc0-\xff]", re.DOTALL)

# About 18 megapixels: from here on it is worth the time to look for free memory first
LARGE_BYTES = DECODING_BYTES // 4

decoding_room = Room(DECODING_BYTES, at_once=2)


@contextmanager
def room_to_decode(image: Image.Image, content: bytes) -> Iterator[None]:
    """Holds the memory that an opened picture takes; waits until there is as much."""
    needed = bytes_to_decode(image, content)
    with decoding_room.taken(needed):
        if needed >= LARGE_BYTES:
            memory.give_back()
        yield


def bytes_to_decode(image: Image.Image, content: bytes) -> int:
    """What an opened picture takes until its small copy is made, its file among it."""
    pixels = image.width * image.height
    return int(pixels * _bytes_a_pixel(image, content)) + _bytes_of_file(image, content)


def most_pixels(image: Image.Image, content: bytes) -> int:
    """How many pixels a picture of this kind may have so that it can be decoded at all."""
    left = max(0, DECODING_BYTES - _bytes_of_file(image, content))
    return int(left / _bytes_a_pixel(image, content))


def _bytes_of_file(image: Image.Image, content: bytes) -> int:
    # Pillow gives some decoders a copy
    return len(content) * (2 if image.format in ("WEBP", "AVIF") else 1)


def _bytes_a_pixel(image: Image.Image, content: bytes) -> float:
    cost_of = {"JPEG": _of_jpeg, "MPO": _of_jpeg, "WEBP": _of_webp, "AVIF": _of_avif}
    return cost_of.get(image.format or "", _of_plain)(image, content)


def _of_plain(image: Image.Image, content: bytes) -> float:
    """PNG and GIF: the pixels of the first picture, and a strip of them as it is converted."""
    return CHANNELS + 0.5


def _of_jpeg(image: Image.Image, content: bytes) -> float:
    """One scan is decoded row by row and smaller; of several, all coefficients are kept."""
    if not _has_several_scans(image, content):
        return CHANNELS
    layers: list[tuple[int, int, int, int]] = image.layer  # type: ignore[attr-defined]
    parts = [(across, down) for _, across, down, _ in layers]
    widest, highest = (max(sides) for sides in zip(*parts, strict=True))
    return float(0.05 + 2 * sum(across * down for across, down in parts) / (widest * highest))


def _has_several_scans(image: Image.Image, content: bytes) -> bool:
    if image.info.get("progressive"):
        return True
    start = 2
    while start + 5 <= len(content):
        first, marker, length, count = struct.unpack_from(">BBHB", content, start)
        if first != 0xFF or marker == JPEG_START_OF_SCAN:
            return bool(first != 0xFF or count < len(image.getbands()))
        start += 1 if marker == 0xFF else 2 + length
    return True


def _of_webp(image: Image.Image, content: bytes) -> float:
    """Pillow holds four canvases; libwebp by itself one, and a small copy."""
    return CHANNELS + 0.6 if webp.is_decoded_smaller(image) else 4 * CHANNELS


def _of_avif(image: Image.Image, content: bytes) -> float:
    """The decoder's planes (of full size, whatever the file says), its pixels, and ours."""
    channels = len(image.getbands())
    planes = 2 * channels if DEEP_AVIF.search(content) else channels
    return planes + channels + CHANNELS
