"""The forms and sizes in which a picture is taken away."""

from dataclasses import dataclass

ORIGINAL, MARKED = "original", "marked"
# Forms for which the pixels are written anew
CONVERTED = {
    "png": ("image/png", "png"),
    "jpeg": ("image/jpeg", "jpg"),
    "webp": ("image/webp", "webp"),
}
FORMS = (ORIGINAL, MARKED, *CONVERTED)
FULL = "full"
# The longest side in pixels
SIZES = {"large": 2048, "medium": 1024, "small": 512}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What a person chose: untouched, marked, or converted to a format and a size.

    `is_told`: the mark also tells prompt and model. Size and that mean nothing for the original.
    """

    form: str = ORIGINAL
    size: str = FULL
    is_told: bool = False
