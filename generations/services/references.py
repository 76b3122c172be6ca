"""Prepares the pictures that go to a provider: upright, nameless, no larger than it uses."""

import hashlib
import io
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Q
from django.utils import timezone
from PIL import Image

from generations.models import OutputImage, ReferenceImage
from generations.providers.base import Code
from generations.services.colours import TRANSPARENT_MODES, in_srgb
from generations.services.metadata import CannotStrip, without_metadata
from generations.services.orientation import orientation_of, turned_upright, upright_size
from generations.services.originals import exists, read_bytes, save_named, store_bytes
from generations.services.pictures import FORMATS, PictureRefused, open_picture, too_many_bytes
from generations.services.shrinking import fitting, small_pixels
from generations.services.thumbnails import WITHOUT_METADATA
from generations.services.unused_references import KEPT

JPEG_QUALITY = 88
WEBP_QUALITY = 90
# A re-encoding that saves less than a tenth is not worth the pixels that it costs
WORTH_IT = 0.9
# A provider may not know other kinds of pixels (CMYK) from those that it lists
SENDABLE_MODES = ("RGB", "RGBA", "L", "LA", "P", "1")
EXTENSIONS = dict(FORMATS.values())
# Providers may count a megabyte as a million bytes
MASK_MAX_BYTES = 4_000_000


@dataclass(frozen=True, kw_only=True)
class _Prepared:
    """A picture as it is sent: encoded bytes, and sizes in upright pixels."""

    content: bytes
    content_type: str
    size: tuple[int, int]
    original_size: tuple[int, int]


def store_reference(*, user: User, name: str, content: bytes) -> ReferenceImage:
    """Keeps an uploaded picture as it will be sent; PictureRefused where it cannot be."""
    with open_picture(
        content, max_bytes=settings.UPLOAD_MAX_BYTES, max_pixels=settings.UPLOAD_MAX_PIXELS
    ) as image:
        prepared = _prepared(image, content)
    return _store(user, name, content, prepared)


def reference_from_image(*, user: User, image: OutputImage) -> ReferenceImage:
    """A picture as a reference of this person, copied once however often it is taken.

    One that may soon be removed as unused is copied anew.

    PictureRefused where it cannot be sent, FileNotFoundError where its file is gone.
    """
    taken = ReferenceImage.objects.filter(
        Q(uses__isnull=False) | Q(created_at__gt=timezone.now() - KEPT / 2),
        uploaded_by=user,
        taken_from=image,
        mask_of=None,
    )
    if (earlier := taken.first()) is not None:
        return earlier
    content = read_bytes(image.file)
    with open_picture(
        content, max_bytes=settings.PICTURE_MAX_BYTES, max_pixels=settings.PICTURE_MAX_PIXELS
    ) as opened:
        prepared = _prepared(opened, content)
    name = f"{image.frame_number}.{EXTENSIONS[prepared.content_type]}"
    return _store(user, name, content, prepared, taken_from=image)


def store_mask(*, user: User, name: str, content: bytes, mask_of: ReferenceImage) -> ReferenceImage:
    """Keeps a mask as a PNG in the very size in which the picture that it is made for is sent.

    Its transparent part (alpha under a half) says where to repaint; a mask without one is refused
    with `fault="mask_without_transparency"`.
    """
    size = (mask_of.width, mask_of.height)
    with open_picture(
        content, max_bytes=settings.UPLOAD_MAX_BYTES, max_pixels=settings.UPLOAD_MAX_PIXELS
    ) as image:
        prepared = _prepared_mask(image, content, size)
    return _store(user, name, content, prepared, mask_of=mask_of)


def _prepared(image: Image.Image, content: bytes) -> _Prepared:
    original_size, own = upright_size(image), _own_pixels(image, content)
    content_type = FORMATS[image.format or ""][0]
    upright = _upright_srgb(image, content)
    encoded, encoded_type = _encoded(upright)
    if own and len(encoded) > WORTH_IT * len(own):
        encoded, encoded_type = own, content_type
    return _Prepared(
        content=encoded,
        content_type=encoded_type,
        size=upright.size,
        original_size=original_size,
    )


def _own_pixels(image: Image.Image, content: bytes) -> bytes:
    """The upload without its metadata, where its pixels can be sent as they are; else nothing."""
    is_ready = (
        max(image.size) <= settings.REFERENCE_MAX_SIDE
        and orientation_of(image) == 1
        and image.mode in SENDABLE_MODES
        and not image.info.get("icc_profile")
    )
    try:
        return without_metadata(content, FORMATS[image.format or ""][0]) if is_ready else b""
    except CannotStrip:
        return b""


def _upright_srgb(image: Image.Image, content: bytes) -> Image.Image:
    orientation, side = orientation_of(image), settings.REFERENCE_MAX_SIDE
    small = small_pixels(image, content, fitting(image.size, side, side))
    return turned_upright(in_srgb(small, image.info.get("icc_profile")), orientation)


def _encoded(image: Image.Image) -> tuple[bytes, str]:
    file = io.BytesIO()
    if image.mode in TRANSPARENT_MODES:
        image.save(file, "WEBP", quality=WEBP_QUALITY, **WITHOUT_METADATA)
        return file.getvalue(), "image/webp"
    image.save(file, "JPEG", quality=JPEG_QUALITY, optimize=True, **WITHOUT_METADATA)
    return file.getvalue(), "image/jpeg"


def _prepared_mask(image: Image.Image, content: bytes, size: tuple[int, int]) -> _Prepared:
    original_size, orientation = upright_size(image), orientation_of(image)
    side = 2 * max(size)
    pixels = small_pixels(image, content, fitting(image.size, side, side))
    if pixels.mode not in TRANSPARENT_MODES:
        raise PictureRefused(Code.REFERENCE_REFUSED, fault="mask_without_transparency")
    alpha = turned_upright(pixels.getchannel("A"), orientation).resize(size)
    hard = alpha.point(lambda value: 255 if value > 127 else 0)
    if hard.getextrema()[0]:
        raise PictureRefused(Code.REFERENCE_REFUSED, fault="mask_without_transparency")
    content = _mask_file(hard)
    if len(content) >= MASK_MAX_BYTES:
        raise too_many_bytes(len(content), MASK_MAX_BYTES)
    return _Prepared(
        content=content, content_type="image/png", size=size, original_size=original_size
    )


def _mask_file(alpha: Image.Image) -> bytes:
    file, black = io.BytesIO(), Image.new("L", alpha.size)
    Image.merge("RGBA", [black, black, black, alpha]).save(file, "PNG")
    return file.getvalue()


def _store(
    user: User,
    name: str,
    content: bytes,
    prepared: _Prepared,
    **origin: ReferenceImage | OutputImage,
) -> ReferenceImage:
    """`origin`: what it is the mask of, or the picture that it is taken from."""
    sha256 = hashlib.sha256(prepared.content).hexdigest()
    extension = EXTENSIONS[prepared.content_type]
    reference = ReferenceImage.objects.create(
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
        **origin,
    )
    if not exists(reference.file):
        # The same picture was removed as unused while this one was stored
        save_named(reference.file, prepared.content)
    return reference
