"""Writes the pixels of a picture anew: another format, perhaps smaller, always upright sRGB."""

import io
from typing import Any

from django.conf import settings
from PIL import Image

from generations.services.colours import TRANSPARENT_MODES, in_plain_pixels, in_srgb
from generations.services.orientation import orientation_of, turned_upright
from generations.services.pictures import open_picture
from generations.services.shrinking import fitting, small_pixels
from generations.services.thumbnails import WITHOUT_METADATA

# How each is written; a change of it is a change of VERSION in recipes.py
ENCODINGS: dict[str, dict[str, Any]] = {
    "png": {"format": "PNG"},
    "jpeg": {"format": "JPEG", "quality": 92, "subsampling": 0, "optimize": True},
    "webp": {"format": "WEBP", "quality": 90, "method": 4},
}
# The formats themselves go no further
LONGEST_SIDES = {"webp": 16_383, "jpeg": 65_500}


def converted(content: bytes, *, form: str, side: int | None) -> bytes:
    """The picture without metadata, its longest side at most `side`, never enlarged.

    JPEG knows no transparency: what shines through is white. Raises PictureRefused.
    """
    with open_picture(
        content, max_bytes=settings.PICTURE_MAX_BYTES, max_pixels=settings.PICTURE_MAX_PIXELS
    ) as image:
        longest = min(side or max(image.size), LONGEST_SIDES.get(form, max(image.size)))
        upright = _upright_srgb(image, content, longest)
        file = io.BytesIO()
        how = ENCODINGS[form] | WITHOUT_METADATA
        _opaque(upright, form).save(file, **how)
        return file.getvalue()


def _upright_srgb(image: Image.Image, content: bytes, longest: int) -> Image.Image:
    orientation, size = orientation_of(image), fitting(image.size, longest, longest)
    is_full = size == image.size
    pixels = in_plain_pixels(image) if is_full else small_pixels(image, content, size)
    profile = image.info.get("icc_profile")
    if profile or pixels.mode not in ("RGB", "RGBA"):
        pixels = in_srgb(pixels, profile)
    return turned_upright(pixels, orientation)


def _opaque(image: Image.Image, form: str) -> Image.Image:
    if form != "jpeg" or image.mode not in TRANSPARENT_MODES:
        return image
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white
