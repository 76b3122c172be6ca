"""Decodes pictures: is it one, how large, what does its thumbnail look like."""

import hashlib
import io
import math
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import BinaryIO

from PIL import Image

from generations.providers.base import Code
from generations.services.colours import TRANSPARENT_MODES, in_plain_pixels
from generations.services.orientation import upright_size
from generations.services.thumbnails import make_thumbnail, thumbnail_size

# Only what a browser shows and what is decoded safely; the content decides, never the name.
# A camera's "MPO" is a JPEG with more pictures behind the first.
FORMATS = {
    "PNG": ("image/png", "png"),
    "JPEG": ("image/jpeg", "jpg"),
    "MPO": ("image/jpeg", "jpg"),
    "WEBP": ("image/webp", "webp"),
    "GIF": ("image/gif", "gif"),
    "AVIF": ("image/avif", "avif"),
}
OPENED_FORMATS = [name for name in FORMATS if name != "MPO"]

# An honest progressive JPEG has about ten scans; thousands of them keep a core busy for minutes
MAX_JPEG_SCANS = 500

_seats = BoundedSemaphore(os.cpu_count() or 1)


class PictureRefused(Exception):
    """These bytes are not taken as a picture.

    `facts` fill the sentence for the person: `fault` ("empty", "unknown", "broken") with
    NOT_A_PICTURE; `megapixels` or `megabytes` and the `limit` of it with PICTURE_TOO_LARGE.
    """

    def __init__(self, code: Code, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts


@dataclass(frozen=True)
class VerifiedPicture:
    """What a picture is; width and height as people see it (upright)."""

    content_type: str
    extension: str
    width: int
    height: int
    is_transparent: bool


@dataclass(frozen=True)
class ExaminedPicture:
    """A verified picture with its thumbnail (WebP) and its placeholder (a data URI)."""

    verified: VerifiedPicture
    thumbnail: bytes
    placeholder: str
    sha256: str


def verify_picture(file: BinaryIO | bytes, *, max_bytes: int, max_pixels: int) -> VerifiedPicture:
    """Decodes every pixel, or raises PictureRefused; width and height are checked before that."""
    content = file if isinstance(file, bytes) else file.read(max_bytes + 1)
    with picture_seat(), open_picture(content, max_bytes, max_pixels) as image:
        size = upright_size(image)
        return _verified(image, size, in_plain_pixels(image))


def examine_picture(
    content: bytes, *, max_bytes: int, max_pixels: int, thumbnail_width: int
) -> ExaminedPicture:
    """Verifies and makes the thumbnail from one decode, or raises PictureRefused.

    At most as many threads as there are cores decode at a time; the others wait.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    with picture_seat(), open_picture(content, max_bytes, max_pixels) as image:
        size = upright_size(image)
        image.draft(image.mode, thumbnail_size(image, thumbnail_width))
        pixels = in_plain_pixels(image)
        verified = _verified(image, size, pixels)
        thumbnail, placeholder = make_thumbnail(image, pixels, width=thumbnail_width)
    return ExaminedPicture(verified, thumbnail, placeholder, sha256)


@contextmanager
def picture_seat() -> Iterator[None]:
    """Holds a place among the threads that may have a decoded picture in memory."""
    with _seats:
        yield


@contextmanager
def open_picture(content: bytes, max_bytes: int, max_pixels: int) -> Iterator[Image.Image]:
    """The picture, opened and within the limits, not yet decoded.

    Whatever a decoder raises inside the block becomes PictureRefused.
    """
    _check_bytes(content, max_bytes)
    try:
        with Image.open(io.BytesIO(content), formats=OPENED_FORMATS) as image:
            _check_pixels(image.width * image.height, max_pixels)
            yield image
    except PictureRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        found = re.search(r"\((\d+) pixels\)", str(error))
        raise _too_large(int(found[1]) if found else max_pixels + 1, max_pixels) from error
    except Image.UnidentifiedImageError as error:
        raise PictureRefused(Code.NOT_A_PICTURE, fault="unknown") from error
    except Exception as error:
        raise PictureRefused(Code.NOT_A_PICTURE, fault="broken") from error


def _check_bytes(content: bytes, max_bytes: int) -> None:
    if not content:
        raise PictureRefused(Code.NOT_A_PICTURE, fault="empty")
    if len(content) > max_bytes:
        raise PictureRefused(
            Code.PICTURE_TOO_LARGE,
            megabytes=_millions(len(content), 1024 * 1024),
            limit=_millions(max_bytes, 1024 * 1024),
        )
    if content.startswith(b"\xff\xd8") and content.count(b"\xff\xda") > MAX_JPEG_SCANS:
        raise PictureRefused(Code.NOT_A_PICTURE, fault="broken")


def _check_pixels(pixels: int, max_pixels: int) -> None:
    if pixels > max_pixels:
        raise _too_large(pixels, max_pixels)


def _too_large(pixels: int, max_pixels: int) -> PictureRefused:
    return PictureRefused(
        Code.PICTURE_TOO_LARGE,
        megapixels=_millions(pixels, 1_000_000),
        limit=_millions(max_pixels, 1_000_000),
    )


def _millions(number: int, million: int) -> float:
    """Rounded up to a tenth, so that what is over a limit also reads as over it."""
    tenths = math.ceil(number * 10 / million)
    return tenths // 10 if tenths % 10 == 0 else tenths / 10


def _verified(image: Image.Image, size: tuple[int, int], pixels: Image.Image) -> VerifiedPicture:
    content_type, extension = FORMATS[image.format or ""]
    is_transparent = pixels.mode in TRANSPARENT_MODES
    return VerifiedPicture(content_type, extension, *size, is_transparent)
