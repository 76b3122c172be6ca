"""The forms and sizes in which a picture is taken away."""

from dataclasses import dataclass

ORIGINAL, MARKED = "original", "marked"
# What guests get in place of the original: its pixels, and nothing with them but the mark
CLEAN = "clean"
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
    `side` is a longest side in pixels, in place of a named size.
    """

    form: str = ORIGINAL
    size: str = FULL
    side: int | None = None
    is_told: bool = False
