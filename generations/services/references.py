"""Prepares the pictures that go to a provider: upright, nameless, no larger than it uses."""

import hashlib
import io
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from PIL import Image

from generations.models import ReferenceImage
from generations.providers.base import Code
from generations.services.colours import TRANSPARENT_MODES, in_plain_pixels, in_srgb
from generations.services.metadata import CannotStrip, without_metadata
from generations.services.orientation import orientation_of, turned_upright, upright_size
from generations.services.originals import store_bytes
from generations.services.pictures import FORMATS, PictureRefused, open_picture, picture_seat
from generations.services.thumbnails import WITHOUT_METADATA, fitting, shrunk

JPEG_QUALITY = 88
WEBP_QUALITY = 90
# A file that shrinks by less than this is sent with its own pixels, which are better
WORTH_IT = 0.9
MASK_MAX_BYTES = 4 * 1024 * 1024
EXTENSIONS = dict(FORMATS.values())


@dataclass(frozen=True)
class _Prepared:
    content: bytes
    content_type: str
    size: tuple[int, int]
    original_size: tuple[int, int]


def store_reference(*, user: AbstractBaseUser, name: str, content: bytes) -> ReferenceImage:
    """Keeps an uploaded picture as it will be sent, or raises PictureRefused."""
    with (
        picture_seat(),
        open_picture(content, settings.UPLOAD_MAX_BYTES, settings.UPLOAD_MAX_PIXELS) as image,
    ):
        prepared = _prepared(image, content)
    return _store(user, name, content, prepared)


def store_mask(
    *, user: AbstractBaseUser, name: str, content: bytes, size: tuple[int, int]
) -> ReferenceImage:
    """Keeps a mask in the pixels of the picture that it lies on, or raises PictureRefused.

    Transparent (alpha 0) means: repaint here. A mask without a transparent place is refused.
    """
    with (
        picture_seat(),
        open_picture(content, settings.UPLOAD_MAX_BYTES, settings.UPLOAD_MAX_PIXELS) as image,
    ):
        prepared = _prepared_mask(image, size)
    return _store(user, name, content, prepared)


def _prepared(image: Image.Image, content: bytes) -> _Prepared:
    original_size, orientation = upright_size(image), orientation_of(image)
    content_type = FORMATS[image.format or ""][0]
    size = fitting(image.size, settings.REFERENCE_MAX_SIDE, settings.REFERENCE_MAX_SIDE)
    is_untouched = size == image.size and orientation == 1 and not image.info.get("icc_profile")
    image.draft(image.mode, size)
    small = shrunk(in_plain_pixels(image), size)
    upright = turned_upright(in_srgb(small, image.info.get("icc_profile")), orientation)
    encoded, encoded_type = _encoded(upright)
    own = _stripped(content, content_type) if is_untouched else None
    if own is not None and len(encoded) > WORTH_IT * len(own):
        encoded, encoded_type = own, content_type
    return _Prepared(encoded, encoded_type, upright.size, original_size)


def _encoded(image: Image.Image) -> tuple[bytes, str]:
    file = io.BytesIO()
    if image.mode in TRANSPARENT_MODES:
        image.save(file, "WEBP", quality=WEBP_QUALITY, method=4, **WITHOUT_METADATA)
        return file.getvalue(), "image/webp"
    image.save(file, "JPEG", quality=JPEG_QUALITY, optimize=True, **WITHOUT_METADATA)
    return file.getvalue(), "image/jpeg"


def _stripped(content: bytes, content_type: str) -> bytes | None:
    """The upload's own pixels without metadata; None where that cannot be done or sent."""
    try:
        return without_metadata(content, content_type)
    except CannotStrip:
        return None


def _prepared_mask(image: Image.Image, size: tuple[int, int]) -> _Prepared:
    original_size, orientation = upright_size(image), orientation_of(image)
    pixels = in_plain_pixels(image)
    if pixels.mode not in TRANSPARENT_MODES:
        raise PictureRefused(Code.BAD_REQUEST, fault="mask_without_transparency")
    alpha = turned_upright(pixels.getchannel("A"), orientation).resize(size)
    hard = alpha.point(lambda value: 255 if value > 127 else 0)
    mask = Image.merge("RGBA", [Image.new("L", size)] * 3 + [hard])
    file = io.BytesIO()
    mask.save(file, "PNG", optimize=True)
    if file.tell() >= MASK_MAX_BYTES:
        raise PictureRefused(Code.PICTURE_TOO_LARGE, megabytes=file.tell() / 1024 / 1024, limit=4)
    return _Prepared(file.getvalue(), "image/png", size, original_size)


def _store(
    user: AbstractBaseUser, name: str, content: bytes, prepared: _Prepared
) -> ReferenceImage:
    sha256 = hashlib.sha256(prepared.content).hexdigest()
    extension = EXTENSIONS[prepared.content_type]
    return ReferenceImage.objects.create(
        uploaded_by=user,
        name=name[:200],
        file=store_bytes("references", prepared.content, extension=extension, sha256=sha256),
        sha256=sha256,
        content_type=prepared.content_type,
        width=prepared.size[0],
        height=prepared.size[1],
        byte_size=len(prepared.content),
        original_width=prepared.original_size[0],
        original_height=prepared.original_size[1],
        original_byte_size=len(content),
    )
