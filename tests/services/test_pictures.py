"""What is taken as a picture, and what is known of it."""

import io

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image

from generations.providers.base import Code
from generations.services.pictures import PictureRefused, verify_picture
from tests.pictures import hostile
from tests.pictures.makers import decoded, encoded, from_a_phone, noise, scene

MEGABYTE = 1024 * 1024
TYPES = {
    "PNG": ("image/png", "png"),
    "JPEG": ("image/jpeg", "jpg"),
    "MPO": ("image/jpeg", "jpg"),
    "WEBP": ("image/webp", "webp"),
    "GIF": ("image/gif", "gif"),
    "AVIF": ("image/avif", "avif"),
}
DETAILED = {form: encoded(noise(48, 40), form) for form in TYPES}
PROGRESSIVE = {"JPEG, progressive": encoded(noise(48, 40), "JPEG", progressive=True)}
DAMAGES = st.lists(
    st.tuples(st.floats(0, 0.999), st.binary(min_size=1, max_size=4)), min_size=1, max_size=6
)
WHOLE = DETAILED | PROGRESSIVE | {"PNG, RGBA": encoded(noise(48, 40, "RGBA"))}


def verify(content, **limits):
    return verify_picture(content, **({"max_bytes": MEGABYTE, "max_pixels": 50_000_000} | limits))


def refusal(content, **limits):
    with pytest.raises(PictureRefused) as refused:
        verify(content, **limits)
    return refused.value


def outcome(content):
    """The picture, or the code of its refusal; anything else that is raised is a fault."""
    try:
        return verify(content)
    except PictureRefused as refused:
        return refused.code


def pixels(content):
    return decoded(content).convert("RGBA").tobytes()


@pytest.mark.parametrize("form", TYPES)
def test_the_content_says_what_it_is(form):
    picture = verify(encoded(scene(), form))
    assert (picture.content_type, picture.extension) == TYPES[form]
    assert (picture.width, picture.height) == (160, 96)
    assert not picture.is_transparent


def test_a_file_is_taken_like_its_bytes():
    assert verify(io.BytesIO(encoded(scene()))) == verify(encoded(scene()))


@pytest.mark.parametrize("size", [(1, 1), (1, 4000), (9000, 1)])
def test_odd_shapes_are_pictures(size):
    picture = verify(encoded(Image.new("RGB", size)))
    assert (picture.width, picture.height) == size


@pytest.mark.parametrize("form", ["JPEG", "WEBP", "PNG", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_sizes_are_those_that_people_see(form, orientation):
    picture = verify(from_a_phone(orientation, form))
    assert (picture.width, picture.height) == (160, 96)


def test_only_transparent_pixels_make_a_picture_transparent():
    opaque = scene().convert("RGBA")
    pierced = opaque.copy()
    pierced.putpixel((7, 7), (0, 0, 0, 254))
    assert not verify(encoded(opaque)).is_transparent
    assert verify(encoded(pierced)).is_transparent


@pytest.mark.parametrize(
    ("mode", "used", "unused"), [("P", 5, 9), ("L", 5, 9), ("RGB", (5, 5, 5), (9, 9, 9))]
)
def test_a_transparent_colour_counts_where_it_is_used(mode, used, unused):
    image = Image.new(mode, (8, 8))
    if mode == "P":
        image.putpalette(bytes(range(256)) * 3)
    image.paste(used, (0, 0, 4, 8))
    assert verify(encoded(image, transparency=used)).is_transparent
    assert not verify(encoded(image, transparency=unused)).is_transparent


def test_of_an_animation_the_first_picture_counts():
    frames = [scene(), Image.new("RGB", (160, 96))]
    for form in ("GIF", "WEBP", "PNG", "AVIF"):
        moving = encoded(frames[0], form, save_all=True, append_images=frames[1:])
        assert verify(moving).width == 160


@pytest.mark.parametrize(
    "content", [hostile.SVG, hostile.HTML, b"\0" * 500, b"a", hostile.page_with_picture()]
)
def test_what_is_no_picture_is_refused(content):
    assert (refusal(content).code, refusal(content).facts) == (
        Code.NOT_A_PICTURE,
        {"fault": "unknown"},
    )


def test_an_empty_file_is_refused_as_empty():
    assert refusal(b"").facts == {"fault": "empty"}


@pytest.mark.parametrize("form", hostile.OTHER_FORMATS)
def test_other_formats_are_refused(form):
    assert refusal(hostile.in_format(form)).facts == {"fault": "unknown"}


def test_a_picture_that_is_also_something_else_is_only_a_picture():
    assert verify(hostile.followed_by_zip(encoded(scene()))).content_type == "image/png"
    assert verify(hostile.gif_with_html()).content_type == "image/gif"


@pytest.mark.parametrize("form", hostile.CLAIMING)
def test_too_many_pixels_are_refused_by_the_header_alone(form):
    refused = refusal(hostile.CLAIMING[form](8000, 7500))
    assert refused.code == Code.PICTURE_TOO_LARGE
    # An AVIF takes more memory while it is decoded
    assert refused.facts == {"megapixels": 60, "limit": 32 if form == "AVIF" else 50}


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF"])
def test_a_bomb_is_refused_with_its_size(form):
    refused = refusal(hostile.CLAIMING[form](60_000, 60_000))
    assert refused.code == Code.PICTURE_TOO_LARGE
    assert refused.facts == {"megapixels": 3600, "limit": 50}


def test_a_picture_just_over_a_limit_reads_as_over_it():
    facts = refusal(encoded(scene(1001, 1000)), max_pixels=1_000_000).facts
    assert facts == {"megapixels": 1.1, "limit": 1}


def test_too_many_bytes_are_refused_before_they_are_read():
    content = encoded(noise(800, 800))
    refused = refusal(io.BytesIO(content), max_bytes=MEGABYTE)
    assert (refused.code, refused.facts) == (Code.PICTURE_TOO_LARGE, {"megabytes": 1.1, "limit": 1})


@pytest.mark.slow
def test_a_profile_that_unpacks_to_a_flood_is_refused():
    assert refusal(hostile.png_with_packed_profile(200 * MEGABYTE)).code == Code.NOT_A_PICTURE


def test_a_progressive_picture_of_endless_scans_is_refused():
    assert verify(hostile.jpeg_with_scans(20)).width == 1000
    assert refusal(hostile.jpeg_with_scans(2000)).facts == {"fault": "broken"}


@given(st.sampled_from(sorted(WHOLE)), st.floats(0, 0.999))
@hypothesis_settings(max_examples=300, deadline=None)
def test_a_cut_file_is_refused_unless_every_pixel_is_there(form, share):
    whole = WHOLE[form]
    cut = whole[: int(len(whole) * share)]
    assert outcome(cut) == Code.NOT_A_PICTURE or pixels(cut) == pixels(whole)


@given(st.sampled_from(sorted(WHOLE)), DAMAGES)
@hypothesis_settings(max_examples=300, deadline=None)
def test_a_damaged_file_is_refused_or_shown_and_never_a_crash(form, damages):
    content = bytearray(WHOLE[form])
    for share, damage in damages:
        place = int(len(content) * share)
        content[place : place + len(damage)] = damage
    assert outcome(bytes(content))


@given(st.sampled_from(sorted(WHOLE)), st.binary(max_size=400))
@hypothesis_settings(max_examples=200, deadline=None)
def test_noise_behind_an_honest_beginning_is_no_crash(form, rest):
    assert outcome(WHOLE[form][:40] + rest)
