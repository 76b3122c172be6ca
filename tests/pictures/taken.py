"""Odd files that are pictures all the same: the colours and the side that is up must be right."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from PIL import Image

from tests.pictures import hostile, makers, raw
from tests.pictures.cases import ALL_RED, CORNERS, GREYS, Case, Colours
from tests.pictures.makers import BLUE, WHITE, encoded, from_a_phone, scene

FORMS = ("PNG", "JPEG", "WEBP", "GIF", "AVIF")
PROFILED = ("PNG", "JPEG", "WEBP", "AVIF")
BEHIND = {
    "a page": hostile.HTML,
    "a script": b"\n/*<script>*/alert(1)//",
    "a shell script": b"\n#!/bin/sh\nrm -rf /\n",
    "a PDF": b"\n%PDF-1.7\n1 0 obj<</S/JavaScript>>",
}


def taken() -> Iterator[Case]:
    yield from _formats()
    yield from _held()
    yield from _kinds_of_pixels()
    yield from _profiles()
    yield from _transparent()
    yield from _moving()
    yield from _more_than_a_picture()
    yield from _shapes()


def _of(image: Image.Image, form: str, **options: Any) -> partial[bytes]:
    return partial(encoded, image, form, **options)


def _formats() -> Iterator[Case]:
    for form in FORMS:
        yield Case(family="format", name=f"plain {form}", make=_of(scene(), form))
    for name, form, options in (
        ("lossless WebP", "WEBP", {"lossless": True}),
        ("progressive JPEG", "JPEG", {"progressive": True}),
        ("JPEG 4:4:4", "JPEG", {"subsampling": 0}),
        ("JPEG 4:2:2", "JPEG", {"subsampling": 1}),
        ("JPEG with restarts", "JPEG", {"restart_marker_blocks": 1}),
        ("JPEG in RGB", "JPEG", {"keep_rgb": True}),
        ("AVIF 4:4:4", "AVIF", {"subsampling": "4:4:4"}),
        ("AVIF 4:2:2", "AVIF", {"subsampling": "4:2:2"}),
        ("GIF row by row", "GIF", {"interlace": 0}),
        ("MPO of two", "MPO", {"save_all": True, "append_images": [Image.new("RGB", (160, 96))]}),
    ):
        yield Case(family="format", name=name, make=_of(scene(), form, **options))


def _held() -> Iterator[Case]:
    for form in PROFILED:
        for turn in range(1, 9):
            make = partial(from_a_phone, turn, form)
            secret = b"PhoneMaker"
            name = f"{form} held {turn}"
            yield Case(family="orientation", name=name, make=make, hidden=secret)
    for turn in range(1, 9):
        yield Case(
            family="orientation",
            name=f"PNG held {turn}, said behind",
            make=lambda turn=turn: makers.with_late_orientation(from_a_phone(turn, "PNG")),
        )
    for wrong in (0, 9, 255, 65535):
        exif = Image.Exif()
        exif[0x0112] = wrong
        make = _of(scene(), "JPEG", exif=exif.tobytes())
        yield Case(family="orientation", name=f"JPEG held {wrong}", make=make)
    for form in PROFILED:
        make = _of(scene(), form, exif=b"Exif\0\0MM\0*\xff\xff\xff\xffnonsense")
        yield Case(family="orientation", name=f"{form} with damaged EXIF", make=make)


def _kinds_of_pixels() -> Iterator[Case]:
    def case(name: str, make: Any, colours: Colours = CORNERS) -> Case:
        return Case(family="pixels", name=name, make=make, colours=colours)

    grey = scene().convert("L")
    for mode in ("L", "LA"):
        yield case(f"PNG {mode}", _of(grey.convert(mode), "PNG"), GREYS)
    yield case("PNG 1", _of(Image.new("1", (160, 96), 1), "PNG"), (WHITE,) * 4)
    yield case("PNG P", _of(scene().quantize(8), "PNG"))
    yield case("PNG RGBA", _of(scene().convert("RGBA"), "PNG"))
    yield case("PNG I;16", _of(Image.new("I;16", (160, 96), 200 * 257), "PNG"), ((200,) * 3,) * 4)
    for mode in ("RGB", "RGBA", "L", "LA"):
        image, colours = scene().convert(mode), CORNERS if "RGB" in mode else GREYS
        yield case(f"PNG {mode}, 16 bits", partial(raw.sixteen_bits, image), colours)
        yield case(f"PNG {mode}, seven passes", partial(raw.in_seven_passes, image), colours)
    for depth in (1, 2, 4):
        yield Case(
            family="pixels",
            name=f"PNG grey, {depth} bits",
            make=partial(raw.few_bits, grey, depth),
            colours=None,
        )
    yield case("JPEG grey", _of(grey, "JPEG"), GREYS)
    red = Image.new("CMYK", (160, 96), (0, 255, 255, 0))
    for name, options in (
        ("CMYK", {}),
        ("CMYK, progressive", {"progressive": True}),
        ("CMYK with a profile for RGB", {"icc_profile": makers.srgb_profile()}),
        ("CMYK, held 6", {"exif": b"Exif\0\0" + _held_six()}),
    ):
        size = (96, 160) if "6" in name else (160, 96)
        make = _of(red, "JPEG", **options)
        yield Case(family="cmyk", name=f"JPEG {name}", make=make, size=size, colours=ALL_RED)
    yield Case(family="cmyk", name="JPEG scene in CMYK", make=_of(scene().convert("CMYK"), "JPEG"))
    yield case("GIF grey", _of(grey, "GIF"), GREYS)
    yield case("WebP grey", _of(grey, "WEBP"), GREYS)
    yield case("AVIF grey", _of(grey, "AVIF", subsampling="4:0:0"), GREYS)


def _held_six() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif.tobytes().removeprefix(b"Exif\0\0")


def _profiles() -> Iterator[Case]:
    wide = Image.new("RGB", (160, 96), (234, 51, 35))
    for form in PROFILED:
        swapped = _of(Image.new("RGB", (160, 96), BLUE), form, icc_profile=makers.swapped_profile())
        yield Case(family="profile", name=f"{form}, blue means red", make=swapped, colours=ALL_RED)
        # Red of sRGB, as Display P3 says it
        p3 = _of(wide, form, icc_profile=makers.display_p3_profile())
        yield Case(family="profile", name=f"{form}, Display P3", make=p3, colours=ALL_RED)
        for name, profile in (
            ("sRGB", makers.srgb_profile()),
            ("nonsense", b"nonsense" * 40),
            ("cut", makers.srgb_profile()[:200]),
            ("of a megabyte", b"\0" * 1_000_000),
        ):
            make = _of(scene(), form, icc_profile=profile)
            yield Case(family="profile", name=f"{form}, profile {name}", make=make)
    for form in ("PNG", "JPEG"):
        make = _of(scene().convert("L"), form, icc_profile=makers.swapped_profile())
        name = f"grey {form} with a profile for colours"
        yield Case(family="profile", name=name, make=make, colours=GREYS)


def _transparent() -> Iterator[Case]:
    picture = scene().convert("RGBA")
    picture.putalpha(128)
    for form in ("PNG", "WEBP", "AVIF"):
        yield Case(family="transparent", name=f"half {form}", make=_of(picture, form))
        nothing = Image.new("RGBA", (160, 96), (0, 0, 0, 0))
        yield Case(
            family="transparent", name=f"empty {form}", make=_of(nothing, form), colours=None
        )
    palette = Image.new("RGB", (160, 96), "red").quantize(4)
    for form in ("PNG", "GIF"):
        make = _of(palette, form, transparency=3)
        yield Case(family="transparent", name=f"palette {form}", make=make, colours=ALL_RED)
    for mode, value in (("RGB", (9, 9, 9)), ("L", 9)):
        make = _of(scene().convert(mode), "PNG", transparency=value)
        colours = CORNERS if mode == "RGB" else GREYS
        name = f"PNG {mode} with one clear colour"
        yield Case(family="transparent", name=name, make=make, colours=colours)


def _moving() -> Iterator[Case]:
    for form in ("GIF", "WEBP", "PNG", "AVIF"):
        for count in (2, 30, 200):
            others = [Image.new("RGB", (160, 96), (it, it, it)) for it in range(count - 1)]
            make = _of(scene(), form, save_all=True, append_images=others)
            yield Case(family="moving", name=f"{form} with {count} pictures", make=make)


def _more_than_a_picture() -> Iterator[Case]:
    for form in FORMS:
        content = encoded(scene(), form)
        zipped = partial(hostile.followed_by_zip, content)
        name = f"{form} with a ZIP behind"
        yield Case(family="polyglot", name=name, make=zipped, hidden=b"PK\3\4")
        for what, words in BEHIND.items():
            yield Case(
                family="polyglot",
                name=f"{form} with {what} behind",
                make=lambda content=content, words=words: content + words,
                hidden=words,
            )
    for form in ("PNG", "JPEG", "WEBP"):
        make = partial(hostile.with_secret, form, hostile.HTML)
        yield Case(family="polyglot", name=f"{form} full of a page", make=make, hidden=hostile.HTML)
    shown = _of(scene(), "JPEG", comment=b"*/=alert(1);/*")
    yield Case(family="polyglot", name="JPEG that is a script", make=shown, hidden=b"alert(1)")
    yield Case(
        family="polyglot",
        name="GIF with a page as its comment",
        make=hostile.gif_with_html,
        hidden=hostile.HTML,
    )


def _shapes() -> Iterator[Case]:
    for size in ((1, 1), (1, 2), (3, 1), (9000, 1), (1, 9000), (20, 16000), (16000, 20)):
        for form in ("PNG", "JPEG", "WEBP"):
            make = _of(Image.new("RGB", size, "red"), form)
            name = f"{form} {size[0]} × {size[1]}"
            yield Case(family="shape", name=name, make=make, size=size, colours=ALL_RED)
    for size in ((65_000, 1), (1, 65_000)):
        make = _of(Image.new("RGB", size, "red"), "JPEG")
        name = f"JPEG {size[0]} × {size[1]}"
        yield Case(family="shape", name=name, make=make, size=size, colours=ALL_RED)
