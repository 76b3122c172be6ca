"""Files that are no pictures, or only say that they are, or are too large."""

import gzip
import random
import zlib
from collections.abc import Iterator
from functools import partial

from PIL import Image

from tests.pictures import hostile, raw
from tests.pictures.cases import NOT_A_PICTURE, TOO_LARGE, Case
from tests.pictures.makers import encoded, noise, scene

FORMS = ("PNG", "JPEG", "WEBP", "GIF", "AVIF")
MEGABYTE = 1024 * 1024
NO_PICTURES = {
    "nothing": b"",
    "a space": b" ",
    "SVG": hostile.SVG,
    "SVG in gzip": gzip.compress(hostile.SVG, mtime=0),
    "HTML": hostile.HTML,
    "text": b"This is a picture.",
    "JSON": b'{"error": {"message": "no"}}',
    "a PDF of words": b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>",
    "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) run",
    "a ZIP": hostile.followed_by_zip(b""),
    "a program": b"\x7fELF\2\1\1" + b"\0" * 200,
    "a Windows program": b"MZ" + b"\0" * 200,
    "a film": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 200,
    "HEIC": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 200,
    "a sound": b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 200,
    "a Photoshop file": b"8BPS\0\1" + b"\0" * 200,
    "a JPEG XL": b"\xff\x0a" + b"\0" * 200,
    "an X pixmap": b"/* XPM */\nstatic char *a[] = {};",
    "ImageMagick's script": b"push graphic-context\nimage over 0,0 0,0 'label:@/etc/passwd'\n",
    "zeros": b"\0" * 5000,
    "random bytes": random.Random(1).randbytes(5000),
    "the head of a PNG": raw.SIGNATURE,
    "the head of a JPEG": b"\xff\xd8\xff",
    "the head of a GIF": b"GIF89a",
    "the head of a WebP": b"RIFF\xff\0\0\0WEBPVP8 ",
    "the head of an AVIF": b"\0\0\0\x18ftypavif\0\0\0\0",
}


def refused() -> Iterator[Case]:
    for name, content in NO_PICTURES.items():
        yield _no_picture("no picture", name, partial(bytes, content))
    yield _no_picture("no picture", "a page with a picture behind", hostile.page_with_picture)
    for form in hostile.OTHER_FORMATS:
        yield _no_picture("other format", form, partial(hostile.in_format, form))
    lab = partial(encoded, Image.new("LAB", (64, 64)), "TIFF")
    yield _no_picture("other format", "TIFF in LAB", lab)
    cmyk = partial(encoded, Image.new("CMYK", (64, 64)), "TIFF")
    yield _no_picture("other format", "TIFF in CMYK", cmyk)
    yield from _cut()
    yield from _claiming()
    yield from _damaged()
    yield from _bombs()


def _no_picture(family: str, name: str, make: "partial[bytes]") -> Case:
    return Case(family=family, name=name, make=make, refused=NOT_A_PICTURE)


def _cut() -> Iterator[Case]:
    for form in FORMS:
        content = encoded(noise(64, 64), form)
        for share in (10, 30, 50, 70, 90):
            make = partial(bytes, content[: len(content) * share // 100])
            yield _no_picture("cut", f"{form} cut at {share} %", make)


def _claiming() -> Iterator[Case]:
    sizes = [(60_000, 60_000), (8_000, 7_500), (65_535, 65_535), (65_535, 1_000)]
    for form in ("PNG", "JPEG", "GIF"):
        for size in sizes:
            yield _too_large(f"{form} that says {size[0]} × {size[1]}", form, size)
    yield _too_large("PNG that says 4 exapixels", "PNG", (2**31 - 1, 2**31 - 1))
    yield _too_large("WebP that says 16000 × 16000", "WEBP", (16_000, 16_000))
    yield _too_large("AVIF that says 8000 × 7500", "AVIF", (8_000, 7_500))
    for form in ("PNG", "JPEG", "GIF", "AVIF"):
        make = partial(hostile.CLAIMING[form], 0, 0)
        yield Case(family="claiming", name=f"{form} of no size", make=make, either=True)
    for form in FORMS:
        make = partial(hostile.CLAIMING[form], 5_000, 4_000)
        name = f"{form} that says 5000 × 4000"
        yield Case(family="claiming", name=name, make=make, either=True)


def _too_large(name: str, form: str, size: tuple[int, int]) -> Case:
    make = partial(hostile.CLAIMING[form], *size)
    return Case(family="claiming", name=name, make=make, refused=TOO_LARGE)


def _damaged() -> Iterator[Case]:
    """What a decoder makes of it is its own affair; it must not fall over."""
    for form in FORMS:
        for seed in range(5):
            make = partial(_with_wrong_bytes, form, seed)
            name = f"{form} with wrong bytes, {seed}"
            yield Case(family="damaged", name=name, make=make, either=True)


def _with_wrong_bytes(form: str, seed: int) -> bytes:
    chance, content = random.Random(seed), bytearray(encoded(scene(), form))
    for _ in range(4 + 4 * seed):
        content[chance.randrange(12, len(content))] = chance.randrange(256)
    return bytes(content)


def _bombs() -> Iterator[Case]:
    def case(name: str, make: "partial[bytes]", refused: str = NOT_A_PICTURE) -> Case:
        return Case(family="bomb", name=name, make=make, refused=refused)

    def either(name: str, make: "partial[bytes]") -> Case:
        return Case(family="bomb", name=name, make=make, either=True)

    packed = partial(zlib.compress, b"\0" * (100 * MEGABYTE), 9)
    yield either("PNG, profile of 400 MB", partial(hostile.png_with_packed_profile, 400 * MEGABYTE))
    yield case("JPEG of 2000 scans", partial(hostile.jpeg_with_scans, 2000))
    for kind, head in ((b"zTXt", b"a\0\0"), (b"iTXt", b"a\0\1\0\0\0")):
        name = f"PNG, {kind.decode()} of 100 MB"
        yield either(name, partial(_png_with, kind, head, packed))
    yield either("PNG, 90 texts of a megabyte", partial(_png_with_texts, 90))
    yield either("PNG, 20000 chunks", partial(_png_with_chunks, 20_000))
    yield either("GIF of 5000 pictures", partial(_gif_of, 5000))
    yield either("PNG, pixels for ten pictures", partial(_png_with_too_many_pixels))
    yield case("25 MB of zeros", partial(bytes, 25 * MEGABYTE))
    huge = encoded(scene()) + b"\0" * (64 * MEGABYTE)
    yield case("65 MB", partial(bytes, huge), TOO_LARGE)


def _png_with(kind: bytes, head: bytes, packed: "partial[bytes]") -> bytes:
    return raw.with_chunks(encoded(scene()), (kind, head + packed()))


def _png_with_texts(count: int) -> bytes:
    text = b"a\0\0" + zlib.compress(b"\0" * (MEGABYTE - 10), 9)
    return raw.with_chunks(encoded(scene()), *[(b"zTXt", text)] * count)


def _png_with_chunks(count: int) -> bytes:
    return raw.with_chunks(encoded(scene()), *[(b"teSt", b"")] * count)


def _png_with_too_many_pixels() -> bytes:
    return raw.png_of(160, 96, 8, raw.RGB, b"\0" * (10 * 96 * 481))


def _gif_of(count: int) -> bytes:
    others = [Image.new("P", (160, 96), it % 2) for it in range(count - 1)]
    return encoded(scene(), "GIF", save_all=True, append_images=others)
