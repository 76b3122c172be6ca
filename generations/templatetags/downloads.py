"""The choice of form, size and mark for a download, the same for one picture and for several."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings

from generations.forms.downloads import default_form
from generations.models import OutputImage
from generations.services.copies.choices import FULL, SIZES
from generations.services.shrinking import fitting

register = template.Library()


@dataclass(frozen=True)
class OfferedSize:
    value: str
    pixels: str


@register.inclusion_tag("components/_download_choice.html")
def download_choice(image: OutputImage | None = None) -> dict[str, Any]:
    """The fields of a download: put them into a form with a button of its own.

    For one picture `{% download_choice image %}` in a GET form to `image-download`; for several
    `{% download_choice %}` in a POST form to `bundles`, beside `images` (public ids, one field
    each or all in one with commas).
    """
    return {
        "image": image,
        "chosen": default_form(),
        "sizes": _sizes_of(image) if image else _sizes(),
        "most": settings.BUNDLE_MAX_PICTURES,
    }


def _sizes_of(image: OutputImage) -> list[OfferedSize]:
    """Those that are smaller than the picture."""
    longest = max(image.width, image.height)
    sides = {FULL: longest} | {size: side for size, side in SIZES.items() if side < longest}
    return [
        OfferedSize(size, "{} × {}".format(*fitting((image.width, image.height), side, side)))
        for size, side in sides.items()
    ]


def _sizes() -> list[OfferedSize]:
    return [OfferedSize(FULL, ""), *(OfferedSize(it, f"{side} px") for it, side in SIZES.items())]
