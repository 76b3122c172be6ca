"""Pictures that are still being painted."""

from PIL import Image

from generations.providers.demo.drawing.recipe import Recipe
from generations.providers.demo.drawing.render import draw, encode

_SHARES = (40, 16, 6)


def render_partial(recipe: Recipe, index: int) -> bytes:
    """Draw the picture blurred, less with each index."""
    picture = draw(recipe)
    small = picture.reduce(_SHARES[min(index, len(_SHARES) - 1)])
    return encode(small.resize(picture.size, Image.Resampling.BICUBIC), recipe)
