"""From a recipe to the bytes of a picture file."""

import io
from functools import lru_cache

from PIL import Image

from generations.providers.demo.drawing.canvas import Canvas
from generations.providers.demo.drawing.palettes import choose_palette
from generations.providers.demo.drawing.recipe import Recipe
from generations.providers.demo.drawing.references import add_references, repaint
from generations.providers.demo.drawing.scenes.choice import choose_scene

_SAVE_OPTIONS: dict[str, dict[str, object]] = {
    "png": {"compress_level": 1},
    "jpeg": {"quality": 90},
    "webp": {"quality": 85, "method": 0},
}


@lru_cache(maxsize=48)
def render(recipe: Recipe) -> bytes:
    """Draw and encode one picture."""
    return encode(draw(recipe), recipe)


def draw(recipe: Recipe) -> Image.Image:
    """Draw one picture: a scene, then what the references and the mask want."""
    canvas = Canvas(recipe.width, recipe.height, is_transparent=recipe.is_transparent)
    palette = choose_palette(recipe.prompt, recipe.random("palette"))
    scene = choose_scene(recipe.prompt, recipe.random("scene"))
    scene(canvas, palette, recipe.random("details"))
    picture = canvas.finish()
    if recipe.mask and recipe.references:
        return repaint(picture, recipe.references[0], recipe.mask)
    return add_references(picture, recipe.references)


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
