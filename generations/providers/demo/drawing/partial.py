"""Pictures that are still being painted."""

import io

from PIL import Image

from generations.providers.demo.drawing.recipe import Recipe
from generations.providers.demo.drawing.render import encode

_SHARES = (40, 16, 6)


def render_partial(picture: bytes, index: int, recipe: Recipe) -> bytes:
    """Blur a finished picture, less with each index."""
    with Image.open(io.BytesIO(picture)) as finished:
        share = _SHARES[min(index, len(_SHARES) - 1)]
        small = finished.reduce(share) if finished.mode != "P" else finished.convert("RGB")
        return encode(small.resize(finished.size, Image.Resampling.BICUBIC), recipe)
