"""The rule for free sizes: provider-facts.md 1.2."""

import re

from django.utils.translation import gettext as _

STEP = 16
LONGEST_SIDE = 3840
WIDEST_RATIO = 3
FEWEST_PIXELS = 655_360
MOST_PIXELS = 8_294_400

_SIZE = re.compile(r"([0-9]{1,5})\s*[x×]\s*([0-9]{1,5})", re.ASCII)


def parse_size(text: str) -> tuple[int, int] | None:
    """Width and height of "1536x1024", or None."""
    found = _SIZE.fullmatch(text.strip().lower())
    return (int(found[1]), int(found[2])) if found else None


def free_size_fault(width: int, height: int) -> str:
    """What is wrong with a free size, as a sentence; empty when nothing is."""
    if width % STEP or height % STEP or not width or not height:
        return _("Width and height must be multiples of 16: %(width)d × %(height)d would do.") % {
            "width": _nearest(width),
            "height": _nearest(height),
        }
    if max(width, height) > LONGEST_SIDE:
        return _("The longer side may have at most 3840 pixels.")
    if max(width, height) > WIDEST_RATIO * min(width, height):
        return _("The longer side may be at most three times the shorter one.")
    return _pixels_fault(width * height)


def _pixels_fault(pixels: int) -> str:
    if pixels < FEWEST_PIXELS:
        return _("The picture is too small: it needs 655,360 pixels in all, such as 1024 × 640.")
    if pixels > MOST_PIXELS:
        return _("The picture is too large: at most 8,294,400 pixels in all, such as 3840 × 2160.")
    return ""


def _nearest(side: int) -> int:
    return min(max(round(side / STEP), 1) * STEP, LONGEST_SIDE)
