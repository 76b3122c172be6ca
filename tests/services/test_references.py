"""What a person uploads goes out upright, nameless and no larger than it is used."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image

from generations.models import ReferenceImage
from generations.providers.base import Code
from generations.services.metadata import WEBP_HAS_ALPHA, CannotStrip, without_metadata
from generations.services.originals import read_bytes
from generations.services.pictures import PictureRefused
from generations.services.references import store_mask, store_reference
from tests.pictures import hostile
from tests.pictures.makers import (
    CORNERS,
    corners,
    decoded,
    encoded,
    from_a_phone,
    noise,
    scene,
    swapped_profile,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]

SENT_TYPES = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}
EXIF = b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0"
BLUE_MEANS_RED = {"icc_profile": swapped_profile()}


@pytest.fixture
def upload(ana):
    return lambda content, name="cat.png": store_reference(user=ana, name=name, content=content)


@pytest.fixture
def upload_mask(ana):
    def upload_mask(content, size):
        first = store_reference(user=ana, name="first.png", content=encoded(Image.new("RGB", size)))
        return store_mask(user=ana, name="mask.png", content=content, mask_of=first)

    return upload_mask


def sent(reference):
    return decoded(read_bytes(reference.file))


def near(got, wanted, tolerance=16):
    return all(abs(one - other) <= tolerance for one, other in zip(got, wanted, strict=True))


def test_the_row_tells_before_and_after(upload, ana):
    content = encoded(noise(3000, 1500), "JPEG", quality=95)
    reference = ReferenceImage.objects.get(id=upload(content).id)
    kept = read_bytes(reference.file)
    assert (reference.uploaded_by, reference.name) == (ana, "cat.png")
    assert (reference.width, reference.height) == sent(reference).size == (1536, 768)
    assert (reference.original_width, reference.original_height) == (3000, 1500)
    assert (reference.byte_size, reference.original_byte_size) == (len(kept), len(content))
    assert reference.sha256 == hashlib.sha256(kept).hexdigest()
    assert reference.file == f"references/{reference.sha256[:2]}/{reference.sha256}.jpg"


@pytest.mark.parametrize("form", ["PNG", "JPEG", "MPO", "WEBP", "GIF", "AVIF"])
def test_whatever_comes_a_provider_can_read_it(upload, form):
    reference = upload(encoded(scene(1000, 600), form))
    assert reference.file.endswith(SENT_TYPES[reference.content_type])
    assert all(near(*pair) for pair in zip(corners(sent(reference)), CORNERS, strict=True))


@pytest.mark.parametrize(
    ("form", "size"),
    [(form, (160, 96)) for form in ("JPEG", "PNG", "WEBP", "AVIF")] + [("JPEG", (4000, 2400))],
)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_phone_picture_goes_out_upright_and_without_its_place(upload, form, orientation, size):
    reference = upload(from_a_phone(orientation, form, size))
    picture = sent(reference)
    assert picture.size == (reference.width, reference.height)
    assert picture.width > picture.height
    assert (reference.original_width, reference.original_height) == size
    assert all(near(*pair) for pair in zip(corners(picture), CORNERS, strict=True))
    assert not picture.getexif()
    assert b"PhoneMaker" not in read_bytes(reference.file)


@pytest.mark.parametrize(
    ("form", "image", "options"),
    [
        ("JPEG", Image.new("CMYK", (64, 64), (0, 255, 255, 0)), {}),
        ("PNG", Image.new("RGB", (64, 64), (255, 0, 0)).quantize(4), {}),
        ("GIF", Image.new("RGB", (64, 64), (255, 0, 0)), {}),
        ("PNG", Image.new("RGB", (64, 64), (0, 0, 255)), BLUE_MEANS_RED),
        ("JPEG", Image.new("RGB", (64, 64), (0, 0, 255)), BLUE_MEANS_RED),
        ("WEBP", Image.new("RGB", (2000, 64), (0, 0, 255)), BLUE_MEANS_RED),
        ("AVIF", Image.new("RGB", (64, 64), (0, 0, 255)), BLUE_MEANS_RED),
    ],
)
def test_red_goes_out_as_red_without_a_profile(upload, form, image, options):
    picture = sent(upload(encoded(image, form, **options)))
    assert near(picture.convert("RGB").getpixel((9, 9)), (255, 0, 0))
    assert "icc_profile" not in picture.info
    assert picture.mode in ("RGB", "RGBA", "L", "P")


@pytest.mark.parametrize("level", [0, 60, 255])
def test_sixteen_bits_of_grey_keep_their_brightness(upload, level):
    picture = sent(upload(encoded(Image.new("I;16", (64, 64), level * 257))))
    assert picture.mode in ("L", "RGB")
    assert near(picture.convert("RGB").getpixel((9, 9)), (level,) * 3, 3)


def test_transparency_goes_out(upload):
    picture = scene(2000, 1000).convert("RGBA")
    picture.paste((0, 0, 0, 0), (0, 0, 1000, 1000))
    reference = upload(encoded(picture))
    alpha = sent(reference).getchannel("A")
    assert [alpha.getpixel((x, 300)) for x in (300, 1200)] == [0, 255]
    assert reference.content_type == "image/webp"


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG", "AVIF"])
def test_of_an_animation_the_first_picture_goes_out(upload, form):
    others = [Image.new("RGB", (160, 96))] * 3
    picture = sent(upload(encoded(scene(), form, save_all=True, append_images=others)))
    assert getattr(picture, "n_frames", 1) == 1
    assert all(near(*pair) for pair in zip(corners(picture), CORNERS, strict=True))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_small_clean_file_keeps_its_pixels_and_grows_by_nothing(upload, form):
    content = encoded(noise(90, 60), form, **({} if form == "PNG" else {"quality": 40}))
    if form == "PNG":
        content = encoded(scene(90, 60))
    reference = upload(content)
    assert reference.byte_size <= len(content)
    assert sent(reference).convert("RGB").tobytes() == decoded(content).convert("RGB").tobytes()


def test_what_is_hidden_behind_a_picture_does_not_go_out(upload):
    for form in ("PNG", "JPEG", "WEBP"):
        reference = upload(hostile.followed_by_zip(encoded(scene(), form)))
        assert b"PK\x03\x04" not in read_bytes(reference.file)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_nothing_is_hidden_in_a_file_that_keeps_its_pixels(form):
    content = hostile.with_secret(form, b"the address of a person")
    stripped = without_metadata(content, f"image/{form.lower()}")
    assert b"address" in content
    assert b"address" not in stripped
    assert decoded(stripped).tobytes() == decoded(content).tobytes()
    assert "xmp" not in decoded(stripped).info


def test_large_files_become_small_ones(upload):
    content = encoded(noise(1500, 1500))
    assert upload(content).byte_size < len(content) / 2


@pytest.mark.parametrize("size", [(1, 1), (9000, 1), (1, 9000)])
def test_odd_shapes_go_out(upload, size):
    reference = upload(encoded(Image.new("RGB", size)))
    assert max(reference.width, reference.height) <= 1536
    assert sent(reference).size == (reference.width, reference.height)


def test_the_same_picture_twice_is_two_rows_and_one_file(upload):
    first, second = (upload(encoded(scene()), name) for name in ("a.png", "b.png"))
    assert first.id != second.id
    assert first.file == second.file


def test_a_picture_over_the_limits_is_refused_and_leaves_no_row(upload, settings):
    for name, refused in (("UPLOAD_MAX_BYTES", "megabytes"), ("UPLOAD_MAX_PIXELS", "megapixels")):
        setattr(settings, name, 10)
        with pytest.raises(PictureRefused) as refusal:
            upload(encoded(scene()))
        assert refusal.value.code == Code.PICTURE_TOO_LARGE
        assert refused in refusal.value.facts
        setattr(settings, name, 1_000_000)
    assert not ReferenceImage.objects.exists()


@pytest.mark.parametrize("content", [b"", hostile.SVG, hostile.HTML, encoded(scene())[:200]])
def test_what_is_no_picture_is_refused(upload, upload_mask, content):
    for attempt in (lambda: upload(content), lambda: upload_mask(content, (10, 10))):
        with pytest.raises(PictureRefused) as refusal:
            attempt()
        assert refusal.value.code == Code.NOT_A_PICTURE


def test_a_long_name_is_cut(upload):
    assert upload(encoded(scene()), "x" * 500).name == "x" * 200


def test_a_mask_goes_out_in_the_size_of_its_picture(upload_mask):
    painted = Image.new("RGBA", (800, 600), (9, 9, 9, 255))
    painted.paste((0, 0, 0, 0), (0, 0, 400, 600))
    reference = upload_mask(encoded(painted), (1536, 1024))
    mask = sent(reference)
    assert (mask.format, mask.mode, mask.size) == ("PNG", "RGBA", (1536, 1024))
    assert [mask.getpixel((x, 500))[3] for x in (700, 840)] == [0, 255]
    assert mask.getchannel("A").getcolors() is not None
    assert {level for _, level in mask.getchannel("A").getcolors()} == {0, 255}
    assert (reference.original_width, reference.original_height) == (800, 600)


@pytest.mark.parametrize("form", ["WEBP", "AVIF", "GIF"])
def test_a_mask_of_another_format_becomes_a_png(upload_mask, form):
    painted = Image.new("RGBA", (80, 60), (200, 9, 9, 255))
    painted.paste((0, 0, 0, 0), (0, 0, 40, 60))
    assert upload_mask(encoded(painted, form), (80, 60)).content_type == "image/png"


def test_a_mask_without_a_transparent_place_is_refused(upload_mask):
    with pytest.raises(PictureRefused) as refusal:
        upload_mask(encoded(scene()), (160, 96))
    assert refusal.value.facts == {"fault": "mask_without_transparency"}


@pytest.mark.slow
def test_the_busiest_mask_stays_under_four_megabytes(upload_mask):
    busy = Image.new("RGBA", (1536, 1536))
    busy.putalpha(Image.effect_noise((1536, 1536), 200))
    assert upload_mask(encoded(busy), (1536, 1536)).byte_size < 4_000_000


@given(
    st.sampled_from(["PNG", "JPEG", "WEBP"]), st.integers(1, 40), st.integers(1, 40), st.booleans()
)
@hypothesis_settings(max_examples=60, deadline=None)
def test_taking_the_metadata_out_never_touches_a_pixel(form, width, height, is_progressive):
    options = {"JPEG": {"progressive": is_progressive}, "WEBP": {"lossless": is_progressive}}
    image = noise(width, height, "RGB" if form == "JPEG" else "RGBA")
    content = encoded(image, form, exif=EXIF, **options.get(form, {}))
    stripped = without_metadata(content, f"image/{form.lower()}")
    assert decoded(stripped).tobytes() == decoded(content).tobytes()
    assert b"Exif" not in stripped
    assert form != "WEBP" or b"VP8X" not in stripped or stripped[20] in (0, WEBP_HAS_ALPHA)
    assert without_metadata(stripped, f"image/{form.lower()}") == stripped


@given(st.sampled_from(["PNG", "JPEG", "WEBP"]), st.floats(0, 0.999))
@hypothesis_settings(max_examples=200, deadline=None)
def test_nothing_is_taken_out_of_a_cut_file(form, share):
    content = encoded(noise(20, 20), form)
    with pytest.raises(CannotStrip):
        without_metadata(content[: int(len(content) * share)], f"image/{form.lower()}")
