"""The shape of pictures on pages, and their numbers in words."""

import re
from math import log
from typing import Any

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from generations.services.thumbnails import SMALL_WIDTH

register = template.Library()

# The classes of static/css/utilities.css, each with the width of a picture one unit high
RATIOS = {
    "ratio-033": 1 / 3,
    "ratio-043": 3 / 7,
    "ratio-056": 9 / 16,
    "ratio-062": 5 / 8,
    "ratio-067": 2 / 3,
    "ratio-075": 3 / 4,
    "ratio-080": 4 / 5,
    "ratio-090": 9 / 10,
    "ratio-100": 1.0,
    "ratio-111": 10 / 9,
    "ratio-125": 5 / 4,
    "ratio-133": 4 / 3,
    "ratio-150": 3 / 2,
    "ratio-160": 8 / 5,
    "ratio-178": 16 / 9,
    "ratio-200": 2.0,
    "ratio-233": 7 / 3,
    "ratio-300": 3.0,
}
# How wide a picture of a sheet about is, as a window knows it before any style: `--row-height` of
# static/css/tokens.css, a fifth more as rows fill up, and the picture's own shape
SHEET_WIDTH = "calc(clamp(8rem, 6rem + 7vw, 15rem) * 1.2 * {} / {})"
SQUARE = "ratio-100"
SIZE = re.compile(r"(\d{1,6})\D(\d{1,6})")


@register.simple_tag
def thumbnails(image: Any) -> SafeString:
    """Where an `<img>` of a sheet gets its picture: the window chooses between two sizes."""
    address = reverse("image-thumbnail", args=[image.uuid])
    return format_html(
        'src="{0}" srcset="{0}?small=yes {1}w, {0} {2}w" sizes="{3}"',
        address,
        SMALL_WIDTH,
        settings.THUMBNAIL_WIDTH,
        SHEET_WIDTH.format(image.width, image.height),
    )


@register.filter
def ratio_class(shape: Any) -> str:
    """The nearest ratio class of a picture (with width and height) or a size ("1536x1024")."""
    if known := getattr(shape, "ratio_class", ""):
        return str(known)
    width, height = _sides(shape)
    if not width or not height:
        return SQUARE
    return min(RATIOS, key=lambda name: abs(log(RATIOS[name] * height / width)))


@register.filter
def size_words(size: str) -> str:
    """A size as people read it: "1536 × 1024"; words like "auto" stay as they are."""
    return size.replace("x", " × ") if SIZE.fullmatch(size or "") else size


def _sides(shape: Any) -> tuple[int, int]:
    if isinstance(shape, str):
        sides = SIZE.fullmatch(shape)
        return (int(sides[1]), int(sides[2])) if sides else (0, 0)
    return shape.width, shape.height
