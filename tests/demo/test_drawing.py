"""The pictures themselves: the right size and format, always the same, and with what was given."""

import io
from dataclasses import replace

import pytest
from PIL import Image, ImageChops, ImageStat

from generations.providers.demo.drawing.recipe import Recipe
from generations.providers.demo.drawing.render import draw, render

SMALL = Recipe(prompt="a quiet lake", width=256, height=256)


def opened(recipe: Recipe) -> Image.Image:
    return Image.open(io.BytesIO(render(recipe)))


def png(picture: Image.Image) -> bytes:
    content = io.BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()


def test_the_same_recipe_gives_the_same_bytes():
    first = render(SMALL)
    render.cache_clear()
    assert render(SMALL) == first


def test_pictures_of_one_prompt_differ():
    assert len({render(SMALL.at(index)) for index in range(4)}) == 4


@pytest.mark.parametrize(
    "prompt",
    [
        "a cat", "girl with a pearl earring", "lemons", "a poster", "the sea", "a lake", "hills",
        "desert dunes", "birches in a forest", "tokyo at night", "a planet", "roses",
        "a cup of coffee", "una noche en la ciudad", "柠檬", "no word that it knows",
    ],
)  # fmt: skip
@pytest.mark.parametrize("size", [(192, 576), (576, 192), (256, 256)])
def test_every_scene_fills_every_shape(prompt, size):
    picture = draw(Recipe(prompt=prompt, width=size[0], height=size[1]))
    assert picture.size == size
    assert min(ImageStat.Stat(picture).stddev) > 3


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_pictures_come_in_the_format_that_was_asked_for(kind):
    assert opened(replace(SMALL, output_format=kind)).format == kind.upper()


def test_compression_makes_pictures_smaller():
    files = [render(replace(SMALL, output_format="jpeg", compression=it)) for it in (20, 100)]
    assert len(files[0]) < len(files[1])


@pytest.mark.parametrize("kind", ["png", "webp"])
def test_a_transparent_picture_has_clear_and_full_parts(kind):
    picture = opened(replace(SMALL, prompt="a cat", is_transparent=True, output_format=kind))
    assert picture.getchannel("A").getextrema() == (0, 255)


def test_a_reference_can_be_seen():
    reference = png(Image.new("RGB", (64, 64), (255, 0, 255)))
    picture = draw(replace(SMALL, references=(reference,)))
    assert (255, 0, 255) in {color for _, color in picture.getcolors(1 << 20) or []}


def test_a_reference_that_cannot_be_read_is_left_out():
    assert render(replace(SMALL, references=(b"nothing",))) == render(SMALL)


def test_a_mask_repaints_only_where_it_is_clear():
    reference = Image.new("RGB", (256, 256), (255, 0, 255))
    mask = Image.new("RGBA", (256, 256), (0, 0, 0, 255))
    mask.paste((0, 0, 0, 0), (128, 0, 256, 256))
    picture = draw(replace(SMALL, references=(png(reference),), mask=png(mask)))
    kept, painted = (picture.crop(box) for box in ((0, 0, 120, 256), (136, 0, 256, 256)))
    assert kept.getcolors() == [(120 * 256, (255, 0, 255))]
    assert ImageChops.difference(painted, draw(SMALL).crop((136, 0, 256, 256))).getbbox() is None
