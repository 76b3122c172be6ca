"""Decodes pictures: is it one, how large is it, what does its thumbnail look like."""

import errno
import hashlib
import io
import math
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

import structlog

# Each format is loaded by name: Pillow would load all forty on the first WebP
from PIL import (
    AvifImagePlugin,  # noqa: F401
    GifImagePlugin,  # noqa: F401
    Image,
    JpegImagePlugin,  # noqa: F401
    PngImagePlugin,  # noqa: F401
    UnidentifiedImageError,
    WebPImagePlugin,  # noqa: F401
)

from generations.providers.base import Code
from generations.services.colours import TRANSPARENT_MODES, in_plain_pixels
from generations.services.decoding import most_pixels, room_to_decode
from generations.services.orientation import upright_size
from generations.services.room import Room
from generations.services.shrinking import small_pixels
from generations.services.thumbnails import make_thumbnails, thumbnail_size

# What browsers show and Pillow decodes safely; the content decides, never the name.
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

# Larger than glibc's largest kept allocation: what a large picture took goes back at once
Image.core.set_block_size(64 * 1024 * 1024)  # type: ignore[attr-defined]
# Files that are read to be decoded: one that is very large, or two
reading_room = Room(64 * 1024 * 1024, at_once=2)

log = structlog.get_logger(__name__)


class PictureRefused(Exception):
    """These bytes are not taken as a picture.

    `facts` fill the sentence for the person. NOT_A_PICTURE has `fault`: "empty", "unknown" or
    "broken". PICTURE_TOO_LARGE has `megapixels` or `megabytes`, and the `limit` of them.
    """

    def __init__(self, code: Code, **facts: str | float) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts


@dataclass(frozen=True, kw_only=True)
class VerifiedPicture:
    """What a picture is; width and height as people see it (upright)."""

    content_type: str
    extension: str
    width: int
    height: int
    is_transparent: bool


@dataclass(frozen=True, kw_only=True)
class ExaminedPicture(VerifiedPicture):
    """A verified picture with two thumbnails (WebP), its placeholder (a data URI) and its hash."""

    thumbnail: bytes
    small_thumbnail: bytes
    placeholder: str
    sha256: str


def verify_picture(file: BinaryIO | bytes, *, max_bytes: int, max_pixels: int) -> VerifiedPicture:
    """Decodes every pixel, or raises PictureRefused; the limits are checked before that."""
    content = file if isinstance(file, bytes) else file.read(max_bytes + 1)
    with open_picture(content, max_bytes=max_bytes, max_pixels=max_pixels) as image:
        (width, height), pixels = upright_size(image), in_plain_pixels(image)
        content_type, extension = FORMATS[image.format or ""]
        return VerifiedPicture(
            content_type=content_type,
            extension=extension,
            width=width,
            height=height,
            is_transparent=pixels.mode in TRANSPARENT_MODES,
        )


def examine_picture(
    content: bytes, *, max_bytes: int, max_pixels: int, thumbnail_width: int
) -> ExaminedPicture:
    """Verifies and makes the thumbnails from one decode, or raises PictureRefused.

    What does not fit into the memory for decoding beside what is there waits.
    """
    with open_picture(content, max_bytes=max_bytes, max_pixels=max_pixels) as image:
        width, height = upright_size(image)
        content_type, extension = FORMATS[image.format or ""]
        small = small_pixels(image, content, thumbnail_size(image, thumbnail_width))
        made = make_thumbnails(image, small)
        return ExaminedPicture(
            content_type=content_type,
            extension=extension,
            width=width,
            height=height,
            is_transparent=small.mode in TRANSPARENT_MODES,
            thumbnail=made.regular,
            small_thumbnail=made.small,
            placeholder=made.placeholder,
            sha256=hashlib.sha256(content).hexdigest(),
        )


@contextmanager
def open_picture(content: bytes, *, max_bytes: int, max_pixels: int) -> Iterator[Image.Image]:
    """The picture, opened and within the limits, not yet decoded; waits for free memory.

    Whatever a decoder raises inside the block becomes PictureRefused.
    """
    with _headed(content, max_bytes, max_pixels) as image, room_to_decode(image, content):
        yield image


def check_header(content: bytes, *, max_bytes: int, max_pixels: int) -> None:
    """What can be told without decoding a pixel; raises PictureRefused."""
    with _headed(content, max_bytes, max_pixels):
        pass


@contextmanager
def _headed(content: bytes, max_bytes: int, max_pixels: int) -> Iterator[Image.Image]:
    _check_bytes(content, max_bytes)
    source = io.BytesIO(content)
    with _refusing(max_pixels), Image.open(source, formats=OPENED_FORMATS) as image:
        pixels, limit = image.width * image.height, min(max_pixels, most_pixels(image, content))
        if pixels > limit:
            raise _too_many_pixels(pixels, limit)
        yield image


def _check_bytes(content: bytes, max_bytes: int) -> None:
    if not content:
        raise PictureRefused(Code.NOT_A_PICTURE, fault="empty")
    if len(content) > max_bytes:
        raise too_many_bytes(len(content), max_bytes)
    if content.startswith(b"\xff\xd8") and content.count(b"\xff\xda") > MAX_JPEG_SCANS:
        raise PictureRefused(Code.NOT_A_PICTURE, fault="broken")


@contextmanager
def _refusing(max_pixels: int) -> Iterator[None]:
    try:
        yield
    except PictureRefused:
        raise
    except MemoryError as error:
        # Ours, not the picture's: the limits keep every picture that passes them small enough
        raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM)) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        found = re.search(r"\((\d+) pixels\)", str(error))
        raise _too_many_pixels(int(found[1]) if found else max_pixels, max_pixels) from error
    except UnidentifiedImageError as error:
        raise PictureRefused(Code.NOT_A_PICTURE, fault="unknown") from error
    except Exception as error:
        # Decoders of damaged files raise what they like
        log.info("picture_refused", error=repr(error)[:200])
        raise PictureRefused(Code.NOT_A_PICTURE, fault="broken") from error


def too_many_bytes(size: int, limit: int) -> PictureRefused:
    megabyte = 1024 * 1024
    return PictureRefused(
        Code.PICTURE_TOO_LARGE,
        megabytes=_in_millions(size, megabyte),
        limit=_in_millions(limit, megabyte),
    )


def _too_many_pixels(pixels: int, limit: int) -> PictureRefused:
    million = 1_000_000
    return PictureRefused(
        Code.PICTURE_TOO_LARGE,
        megapixels=_in_millions(pixels, million),
        limit=_in_millions(limit, million),
    )


def _in_millions(number: int, million: int) -> float:
    """Rounded up to a tenth: what is over a limit also reads as over it; 60 rather than 60.0."""
    tenths = math.ceil(number * 10 / million)
    return tenths / 10 if tenths % 10 else tenths // 10
