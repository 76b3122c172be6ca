"""One look at a delivered picture: what it is, its thumbnail, its placeholder."""

import base64
import hashlib
import io
import os
import subprocess
import sys

import pytest
from PIL import Image

from generations.providers.base import Code
from generations.services import decoding, shrinking, webp
from generations.services.decoding import most_pixels
from generations.services.pictures import PictureRefused, examine_picture
from tests.pictures.makers import (
    CORNERS,
    corners,
    decoded,
    display_p3_profile,
    encoded,
    from_a_phone,
    noise,
    scene,
    srgb_profile,
    swapped_profile,
    with_late_orientation,
)

LIMITS = {"max_bytes": 64 * 1024 * 1024, "max_pixels": 50_000_000}
CMYK_RED = (0, 255, 255, 0)

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux how much memory it took")


def examine(content, width=512):
    return examine_picture(content, **LIMITS, thumbnail_width=width)


def thumbnail(content, width=512):
    return decoded(examine(content, width).thumbnail)


def placeholder(content):
    head, _, data = examine(content).placeholder.partition(",")
    assert head == "data:image/webp;base64"
    return decoded(base64.b64decode(data))


def looks_like(colours, wanted, tolerance=12):
    return all(
        abs(got - asked) <= tolerance
        for colour, want in zip(colours, wanted, strict=True)
        for got, asked in zip(colour, want, strict=True)
    )


def middle(image):
    return image.convert("RGB").getpixel((image.width // 2, image.height // 2))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "MPO", "WEBP", "GIF", "AVIF"])
def test_a_picture_comes_with_its_facts_and_a_small_copy(form):
    content = encoded(scene(1600, 960), form)
    picture = examine(content)
    small = decoded(picture.thumbnail)
    assert (picture.width, picture.height) == (1600, 960)
    assert picture.sha256 == hashlib.sha256(content).hexdigest()
    assert (small.format, small.size) == ("WEBP", (512, 307))
    smaller = decoded(picture.small_thumbnail)
    assert (smaller.format, smaller.size) == ("WEBP", (320, 192))
    for copy in (small, smaller):
        assert looks_like(corners(copy), CORNERS)
    assert looks_like(corners(placeholder(content)), CORNERS, 60)


@pytest.mark.parametrize(
    ("size", "wanted"),
    [
        ((300, 200), (300, 200)),
        ((512, 512), (512, 512)),
        ((1024, 1536), (512, 768)),
        ((1537, 1025), (512, 341)),
        ((1, 1), (1, 1)),
        ((9000, 2), (512, 1)),
        ((20, 16000), (3, 2048)),
        ((1000, 16000), (128, 2048)),
    ],
)
def test_a_thumbnail_keeps_the_shape_and_is_never_enlarged(size, wanted):
    assert thumbnail(encoded(Image.new("RGB", size))).size == wanted


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_thumbnail_stands_upright(form, orientation):
    small = thumbnail(from_a_phone(orientation, form, size=(1040, 624)))
    assert small.size == (512, 307)
    assert looks_like(corners(small), CORNERS)


def test_a_png_may_say_behind_its_pixels_how_it_was_held():
    content = with_late_orientation(from_a_phone(6, "PNG"))
    assert (examine(content).width, examine(content).height) == (160, 96)
    assert looks_like(corners(thumbnail(content)), CORNERS)


def test_a_thumbnail_tells_nothing_about_the_phone():
    small = examine(from_a_phone(6)).thumbnail
    assert b"PhoneMaker" not in small
    assert not {"exif", "icc_profile", "xmp"} & decoded(small).info.keys()


def test_damaged_metadata_is_no_damaged_picture():
    assert examine(encoded(scene(), exif=b"Exif\0\0MM\0*\xff\xff\xff\xffnonsense")).width == 160
    assert examine(encoded(scene(), icc_profile=b"nonsense" * 40)).width == 160


def test_a_thumbnail_keeps_transparency_and_drops_what_is_only_called_so():
    half = scene(1024, 1024).convert("RGBA")
    half.paste((0, 0, 0, 0), (0, 0, 512, 1024))
    small = thumbnail(encoded(half))
    assert [small.getpixel((x, 256))[3] for x in (100, 400)] == [0, 255]
    assert placeholder(encoded(half)).getpixel((2, 8))[3] < 30
    assert thumbnail(encoded(scene().convert("RGBA"))).mode == "RGB"


def test_the_edge_of_a_cut_out_takes_no_colour_from_what_is_hidden():
    picture = Image.new("RGBA", (1030, 1030), (0, 255, 0, 0))
    picture.paste((255, 0, 0, 255), (515, 0, 1030, 1030))
    seen = [pixel for pixel in thumbnail(encoded(picture)).get_flattened_data() if pixel[3] > 100]
    assert max(green for _, green, _, _ in seen) < 40


@pytest.mark.parametrize(
    ("form", "image", "options"),
    [
        ("JPEG", Image.new("CMYK", (600, 600), CMYK_RED), {}),
        ("PNG", scene().resize((600, 600)).quantize(8), {}),
        ("GIF", scene().resize((600, 600)), {}),
        ("PNG", Image.new("RGB", (600, 600), (0, 0, 255)), {"icc_profile": swapped_profile()}),
        (
            "PNG",
            Image.new("RGBA", (600, 600), (0, 0, 255, 255)),
            {"icc_profile": swapped_profile()},
        ),
        ("JPEG", Image.new("RGB", (600, 600), (0, 0, 255)), {"icc_profile": swapped_profile()}),
        ("WEBP", Image.new("RGB", (600, 600), (0, 0, 255)), {"icc_profile": swapped_profile()}),
        ("AVIF", Image.new("RGB", (600, 600), (0, 0, 255)), {"icc_profile": swapped_profile()}),
        ("PNG", Image.new("RGB", (600, 600), (255, 0, 0)), {"icc_profile": srgb_profile()}),
        ("JPEG", Image.new("CMYK", (600, 600), CMYK_RED), {"icc_profile": srgb_profile()}),
    ],
)
def test_red_is_red_however_the_file_says_it(form, image, options):
    small = thumbnail(encoded(image, form, **options))
    assert looks_like([small.convert("RGB").getpixel((50, 50))], [(255, 0, 0)])


def test_a_transparent_picture_with_a_profile_keeps_both():
    image = Image.new("RGBA", (600, 600), (0, 0, 255, 128))
    red, green, blue, alpha = thumbnail(encoded(image, icc_profile=swapped_profile())).getpixel(
        (9, 9)
    )
    assert looks_like([(red, green, blue)], [(255, 0, 0)])
    assert abs(alpha - 128) <= 2


def test_colours_of_display_p3_become_those_of_srgb():
    image = Image.new("RGB", (600, 600), (200, 120, 100))
    small = thumbnail(encoded(image, icc_profile=display_p3_profile()))
    assert looks_like([middle(small)], [_p3_in_srgb(200, 120, 100)], 6)


@pytest.mark.parametrize("level", [0, 100, 200, 255])
def test_sixteen_bits_of_grey_keep_their_brightness(level):
    image = Image.new("I;16", (600, 600), level * 257)
    assert looks_like([middle(thumbnail(encoded(image)))], [(level,) * 3], 3)


@pytest.mark.parametrize("mode", ["L", "LA", "1"])
def test_grey_stays_grey_even_with_a_profile_for_colours(mode):
    image = Image.new("L", (600, 600), 255).convert(mode)
    for options in ({}, {"icc_profile": swapped_profile()}):
        assert looks_like([middle(thumbnail(encoded(image, **options)))], [(255, 255, 255)])


def test_of_an_animation_the_first_picture_is_shown():
    others = [Image.new("RGB", (160, 96))] * 3
    for form in ("GIF", "WEBP", "PNG", "AVIF"):
        content = encoded(scene(), form, save_all=True, append_images=others)
        assert looks_like(corners(thumbnail(content)), CORNERS)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA", "P", "I;16", "1", "CMYK"])
def test_shrinking_in_strips_changes_nothing(monkeypatch, mode):
    form, image = ("JPEG", scene(900, 700)) if mode == "CMYK" else ("PNG", scene(900, 700))
    grey = image.convert("L")
    image = Image.new(mode, (900, 700), 30_000) if mode == "I;16" else image.convert(mode)
    if mode in ("RGBA", "LA"):
        image.putalpha(grey)
    content = encoded(image, form)
    at_once = thumbnail(content, 200)
    monkeypatch.setattr(shrinking, "STRIP_PIXELS", 20_000)
    in_strips = thumbnail(content, 200)
    assert (in_strips.mode, in_strips.size) == (at_once.mode, at_once.size)
    assert in_strips.tobytes() == at_once.tobytes()


@pytest.mark.parametrize("is_lossless", [True, False])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_large_webp_is_shrunk_while_it_is_decoded(monkeypatch, mode, is_lossless):
    picture = scene(1600, 960).convert(mode)
    if mode == "RGBA":
        picture.putalpha(128)
    content = encoded(picture, "WEBP", lossless=is_lossless)
    monkeypatch.setattr(webp, "LARGE_PIXELS", 1_000_000)
    small = thumbnail(content)
    assert (small.mode, small.size) == (mode, (512, 307))
    assert looks_like(corners(small), CORNERS)


def test_a_cut_large_webp_is_refused(monkeypatch):
    monkeypatch.setattr(webp, "LARGE_PIXELS", 1_000)
    content = encoded(noise(300, 300), "WEBP")
    with pytest.raises(PictureRefused) as refused:
        examine(content[: len(content) // 2])
    assert refused.value.code == Code.NOT_A_PICTURE


@pytest.mark.parametrize(
    ("form", "mode", "options", "megapixels"),
    [
        ("JPEG", "RGB", {}, 80),
        ("JPEG", "RGB", {"progressive": True, "subsampling": 2}, 105),
        ("JPEG", "RGB", {"progressive": True, "subsampling": 0}, 53),
        ("JPEG", "CMYK", {"progressive": True}, 40),
        ("PNG", "RGBA", {}, 71),
        ("WEBP", "RGBA", {"save_all": True, "append_images": [scene()]}, 20),
        ("AVIF", "RGB", {}, 32),
        ("AVIF", "RGBA", {}, 27),
    ],
)
def test_how_many_pixels_fit_into_memory_depends_on_the_kind(
    monkeypatch, form, mode, options, megapixels
):
    picture = scene().convert(mode)
    if mode == "RGBA":
        picture.putalpha(128)
    content = encoded(picture, form, **options)
    with Image.open(io.BytesIO(content)) as image:
        assert round(most_pixels(image, content) / 1_000_000) == megapixels
        monkeypatch.setattr(decoding, "DECODING_BYTES", len(content))
        assert most_pixels(image, content) == 0


@pytest.mark.slow
@on_linux
def test_large_pictures_are_decoded_one_after_the_other(tmp_path):
    large = encoded(Image.new("RGBA", (5000, 5000), (1, 2, 3, 128)), "WEBP", method=0)
    megabytes, answer = _peak(_files(tmp_path, [large] * 2), threads=2)
    assert answer == ["5000x5000"]
    assert megabytes < 200


def _files(folder, contents):
    paths = [folder / str(number) for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    return paths


def _peak(paths, threads):
    """Megabytes that examining the files takes at most in a process like a worker; answers."""
    command = [sys.executable, "-m", "tests.pictures.peak", str(threads), *map(str, paths)]
    surroundings = os.environ | {"MALLOC_ARENA_MAX": "2"}
    run = subprocess.run(command, capture_output=True, text=True, check=True, env=surroundings)
    answer = run.stdout.splitlines()[-1].split()
    return int(answer[0]), answer[1:]


def _p3_in_srgb(*colour):
    linear = [_linear(value / 255) for value in colour]
    rows = [(1.2249, -0.2247, 0), (-0.0420, 1.0419, 0), (-0.0197, -0.0786, 1.0979)]
    mixed = [sum(part * value for part, value in zip(row, linear, strict=True)) for row in rows]
    return tuple(round(255 * _curved(value)) for value in mixed)


def _linear(value):
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _curved(value):
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
