"""Reference images and masks, worked into the picture so that a person sees them."""

import io
from collections.abc import Sequence

from PIL import Image, ImageFilter, ImageOps

_BORDER = 0.035
_TURNS = (-4, 5, -7, 3)
_SPOTS = ((0.31, 0.62), (0.72, 0.7), (0.7, 0.28), (0.28, 0.24))
_SHADOW = (20, 18, 30)


def add_references(picture: Image.Image, references: Sequence[bytes]) -> Image.Image:
    """Lay the references on the picture as small prints, the first one largest."""
    shown = [print_ for print_ in map(_opened, references[: len(_SPOTS)]) if print_ is not None]
    for index, reference in reversed(list(enumerate(shown))):
        side = min(picture.size) * (0.42 if index == 0 else 0.27)
        _lay(picture, _framed(reference, round(side), _TURNS[index]), _SPOTS[index])
    return picture


def repaint(picture: Image.Image, reference: bytes, mask: bytes) -> Image.Image:
    """Keep the reference but where the mask is transparent; there the new picture shows."""
    kept = _opened(reference)
    if kept is None:
        return picture
    base = ImageOps.fit(kept.convert(picture.mode), picture.size)
    with Image.open(io.BytesIO(mask)) as drawn:
        keep = ImageOps.fit(drawn.convert("RGBA").getchannel("A"), picture.size)
    soft = keep.filter(ImageFilter.BoxBlur(max(1, min(picture.size) // 200)))
    return Image.composite(base, picture, soft)


def _opened(content: bytes) -> Image.Image | None:
    """Decode a reference; one that cannot be read is left out."""
    try:
        with Image.open(io.BytesIO(content)) as reference:
            reference.draft("RGB", (1024, 1024))
            return ImageOps.exif_transpose(reference).convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError):
        return None


def _framed(reference: Image.Image, side: int, turn: float) -> Image.Image:
    reference.thumbnail((side, side), Image.Resampling.BILINEAR)
    border = max(2, round(side * _BORDER))
    framed = ImageOps.expand(reference, border, (252, 250, 245)).convert("RGBA")
    return framed.rotate(turn, Image.Resampling.BICUBIC, expand=True)


def _lay(picture: Image.Image, framed: Image.Image, spot: tuple[float, float]) -> None:
    left = round(picture.width * spot[0] - framed.width / 2)
    top = round(picture.height * spot[1] - framed.height / 2)
    shadow = framed.getchannel("A").point(lambda alpha: alpha * 2 // 5)
    drop = max(2, min(picture.size) // 110)
    picture.paste(_SHADOW, (left + drop, top + drop), shadow)
    picture.paste(framed.convert(picture.mode), (left, top), framed.getchannel("A"))
