"""From a recipe to the bytes of a picture file."""

import io
from functools import lru_cache

from PIL import Image

from generations.providers.demo.drawing.recipe import Recipe

_SAVE_OPTIONS: dict[str, dict[str, object]] = {
    "png": {"compress_level": 1},
    "jpeg": {"quality": 90},
    "webp": {"quality": 85, "method": 1},
}


@lru_cache(maxsize=48)
def render(recipe: Recipe) -> bytes:
    """Draw and encode one picture."""
    return encode(draw(recipe), recipe)


def draw(recipe: Recipe) -> Image.Image:
    """Draw one picture."""
    chance = recipe.random()
    top, bottom = (tuple(chance.randrange(60, 240) for _ in range(3)) for _ in range(2))
    column = Image.new("RGB", (1, 2))
    column.putpixel((0, 0), top)
    column.putpixel((0, 1), bottom)
    return column.resize((recipe.width, recipe.height), Image.Resampling.BILINEAR)


def encode(picture: Image.Image, recipe: Recipe) -> bytes:
    """Write a picture in the format of its recipe."""
    options = dict(_SAVE_OPTIONS[recipe.output_format])
    if recipe.output_format != "png":
        options["quality"] = max(1, round(recipe.compression * 0.9))
    if recipe.output_format == "jpeg":
        picture = picture.convert("RGB")
    content = io.BytesIO()
    picture.save(content, recipe.output_format.upper(), **options)
    return content.getvalue()
