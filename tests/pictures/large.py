"""Pictures as large as they may be, of every kind: what they take in memory is what counts."""

from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

from PIL import Image

from tests.pictures.cases import TOO_LARGE, Case
from tests.pictures.makers import encoded, scene

FIFTY = (8000, 6250)
# As the limits of the product: the colours of a scene, with something in between
GREAT = Callable[[], Image.Image]


def large() -> Iterator[Case]:
    for name, form, make, options in (
        ("PNG", "PNG", _scene, {}),
        ("PNG, half transparent", "PNG", _transparent, {}),
        ("PNG, palette", "PNG", _palette, {}),
        ("PNG, one clear colour", "PNG", _scene, {"transparency": (9, 9, 9)}),
        ("GIF", "GIF", _palette, {}),
        ("JPEG", "JPEG", _scene, {}),
        ("JPEG, progressive", "JPEG", _scene, {"progressive": True, "subsampling": 0}),
        ("JPEG, CMYK", "JPEG", _cmyk, {}),
        ("JPEG, held 3", "JPEG", _scene_upside_down, {"exif": _held_three()}),
        ("WebP", "WEBP", _scene, {}),
        ("WebP, lossless", "WEBP", _scene, {"lossless": True, "quality": 0}),
        ("WebP, half transparent", "WEBP", _transparent, {}),
    ):
        yield _case(f"{name}, 50 megapixels", form, make, options)
    grey = partial(Image.new, "I;16", FIFTY, 200 * 257)
    yield _case("PNG, 16 bits, 50 megapixels", "PNG", grey, {}, colours=((200,) * 3,) * 4)
    moving = {"save_all": True, "append_images": [Image.new("RGB", FIFTY)]}
    yield _case("GIF that moves, 50 megapixels", "GIF", _palette, moving)
    yield _case("PNG that moves, 50 megapixels", "PNG", _scene, moving)
    yield _case("WebP that moves, 50 megapixels", "WEBP", _scene, moving, refused=TOO_LARGE)
    four = {"progressive": True}
    yield _case("JPEG, CMYK, progressive", "JPEG", _cmyk, four, refused=TOO_LARGE)
    yield _case("AVIF, 50 megapixels", "AVIF", _scene, {"speed": 10}, refused=TOO_LARGE)
    smaller = partial(scene, 6000, 5000)
    yield _case("AVIF, 30 megapixels", "AVIF", smaller, {"speed": 10}, size=(6000, 5000))
    yield _noise("PNG of 40 MB", "PNG", (3700, 3700), compress_level=1)
    yield _noise("WebP of 30 MB", "WEBP", (3500, 3500), lossless=True, quality=0)


def _case(name: str, form: str, make: GREAT, options: dict[str, Any], **more: Any) -> Case:
    fast: dict[str, dict[str, Any]] = {"PNG": {"compress_level": 1}, "WEBP": {"method": 0}}
    return Case(
        family="large",
        name=name,
        make=lambda: encoded(make(), form, **(fast.get(form, {}) | options)),
        is_large=True,
        **({"size": FIFTY} | more),
    )


def _noise(name: str, form: str, size: tuple[int, int], **options: Any) -> Case:
    """Larger in bytes than an upload may be."""

    def make() -> bytes:
        grey = Image.effect_noise(size, 120)
        return encoded(Image.merge("RGB", [grey, grey.rotate(180), grey]), form, **options)

    return Case(
        family="large", name=name, make=make, size=size, colours=None, is_large=True,
        only_result=True,
    )  # fmt: skip


@cache
def _scene() -> Image.Image:
    return scene(*FIFTY)


def _scene_upside_down() -> Image.Image:
    return _scene().transpose(Image.Transpose.ROTATE_180)


def _held_three() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 3
    return exif.tobytes()


def _transparent() -> Image.Image:
    picture = _scene().convert("RGBA")
    picture.putalpha(128)
    return picture


def _palette() -> Image.Image:
    return _scene().quantize(8)


def _cmyk() -> Image.Image:
    return _scene().convert("CMYK")
