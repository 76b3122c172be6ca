"""Copies of pictures: right colours and sizes, made once, kept while there is room."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone
from PIL import ExifTags, Image

from generations.models import Copy, OutputImage
from generations.services.copies import store
from generations.services.copies.choices import Choice
from generations.services.copies.recipes import for_taking_away
from generations.services.copies.store import (
    CopyFailed,
    ReadyCopy,
    copy_of,
    forget_copies,
    sweep_copies,
)
from generations.services.pictures import reading_room
from generations.services.references import store_reference
from tests import factories
from tests.pages.delivering import picture
from tests.pictures.makers import corners, decoded, encoded, noise, scene, swapped_profile
from tests.services.test_marks import COMPOSITE, TRAINED, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def taken(ana: Any) -> Callable[..., ReadyCopy]:
    """Takes away a picture of ana's that has this content."""

    def taken(content: bytes, content_type: str = "image/png", **choice: Any) -> ReadyCopy:
        image = picture(ana, content=content, values={"content_type": content_type})
        return copy_of(ready(image), Choice(**choice))

    return taken


def ready(image: OutputImage) -> OutputImage:
    return for_taking_away(OutputImage.objects.all()).get(pk=image.pk)


def content_of(copy: ReadyCopy) -> bytes:
    return b"".join(copy.source.pieces(0, copy.source.size))


@pytest.mark.parametrize(("form", "kind"), [("png", "PNG"), ("jpeg", "JPEG"), ("webp", "WEBP")])
def test_each_form_is_what_it_says_with_the_mark(taken: Any, form: str, kind: str):
    copy = taken(encoded(scene()), form=form)
    image = decoded(content_of(copy))
    assert (image.format, image.size) == (kind, (160, 96))
    assert told(content_of(copy)) == {"DigitalSourceType": TRAINED}
    near = [[round(value / 255) for value in colour] for colour in corners(image)]
    assert near == [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]]


@pytest.mark.parametrize(
    ("size", "sides", "said"),
    [("small", (512, 256), "small"), ("medium", (1024, 512), "medium"), ("large", (1200, 600), "")],
)
def test_a_named_size_is_of_the_longest_side_and_nothing_is_enlarged(
    taken: Any, size: str, sides: tuple[int, int], said: str
):
    copy = taken(encoded(Image.new("RGB", (1200, 600), "navy")), form="jpeg", size=size)
    assert decoded(content_of(copy)).size == sides
    assert copy.recipe.size == said


def test_a_transparent_picture_is_on_white_in_a_jpeg_alone(taken: Any):
    content = encoded(Image.new("RGBA", (40, 40), (255, 0, 0, 0)))
    jpeg = decoded(content_of(taken(content, form="jpeg")))
    assert jpeg.getpixel((20, 20)) == (255, 255, 255)
    for form in ("png", "webp"):
        assert decoded(content_of(taken(content, form=form))).getpixel((20, 20))[3] == 0


def test_a_turn_and_a_profile_are_in_the_pixels_afterwards(taken: Any):
    """The profile swaps red and blue; the picture lies on its side."""
    lying = scene(96, 160).transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    content = encoded(lying, "JPEG", quality=95, exif=exif, icc_profile=swapped_profile())
    image = decoded(content_of(taken(content, "image/jpeg", form="png")))
    assert image.size == (96, 160)
    near = [[round(value / 255) for value in colour] for colour in corners(image)]
    assert near == [[0, 0, 1], [0, 1, 0], [1, 0, 0], [1, 1, 1]]
    assert not image.info.get("icc_profile")
    assert not image.getexif()


def test_a_marked_gif_becomes_a_png(taken: Any):
    copy = taken(encoded(scene(), "GIF"), "image/gif", form="marked")
    assert copy.recipe.content_type == "image/png"
    assert told(content_of(copy)) == {"DigitalSourceType": TRAINED}


def test_a_picture_painted_into_another_is_a_composite(ana: Any):
    reference = store_reference(user=ana, name="a.png", content=factories.png())
    edit, painted = (picture(ana, references=[reference]) for _ in range(2))
    edit.generation.reference_uses.update(is_mask=True)
    for image, source_type in [(edit, COMPOSITE), (painted, TRAINED)]:
        copy = copy_of(ready(image), Choice(form="marked"))
        assert told(content_of(copy)) == {"DigitalSourceType": source_type}


def test_the_second_time_nothing_is_made(ana: Any, monkeypatch: pytest.MonkeyPatch):
    image = ready(picture(ana))
    first = copy_of(image, Choice(form="webp"))
    monkeypatch.setattr(store, "converted", None)
    assert copy_of(image, Choice(form="webp")).sha256 == first.sha256
    assert default_storage.listdir(f"copies/{image.sha256[:2]}")[1] == [first.file.split("/")[-1]]


@pytest.mark.django_db(transaction=True)
def test_of_several_who_ask_at_once_one_makes_it(ana: Any, monkeypatch: pytest.MonkeyPatch):
    image = ready(picture(ana, content=encoded(noise(300, 300))))
    made, make = [], store.made_bytes
    monkeypatch.setattr(store, "made_bytes", lambda *args: made.append(1) or make(*args))
    together = threading.Barrier(4)

    def ask() -> None:
        together.wait()
        copy_of(image, Choice(form="png"))
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(made), Copy.objects.count()) == (1, 1)


def test_an_emptied_cache_fills_again_even_while_sending(ana: Any):
    image = ready(picture(ana))
    copy = copy_of(image, Choice(form="jpeg"))
    before = content_of(copy)
    default_storage.delete(copy.file)
    assert content_of(copy) == before
    default_storage.delete(copy.file)
    assert content_of(copy_of(image, Choice(form="jpeg"))) == before


def test_without_its_original_there_is_no_copy(ana: Any):
    image = ready(picture(ana))
    default_storage.delete(image.file)
    for form in ("original", "marked", "jpeg"):
        with pytest.raises(CopyFailed):
            copy_of(image, Choice(form=form))


def test_the_least_recently_used_go_when_there_is_no_room(ana: Any, settings: Any):
    image = ready(picture(ana))
    old, new = (copy_of(image, Choice(form=form)) for form in ("png", "jpeg"))
    fresh = copy_of(image, Choice(form="webp"))
    now = timezone.now()
    for age, copy in [(3, old), (2, new)]:
        Copy.objects.filter(file=copy.file).update(used_at=now - timedelta(hours=age))
    settings.COPIES_MAX_BYTES = new.source.size + fresh.source.size
    assert sweep_copies(now=now) == 1
    assert not default_storage.exists(old.file)
    settings.COPIES_MAX_BYTES = 0
    assert sweep_copies(now=now) == 1
    assert [copy.file for copy in Copy.objects.all()] == [fresh.file]


def test_a_deleted_original_takes_its_copies_along(ana: Any):
    image = ready(picture(ana))
    file = copy_of(image, Choice(form="png")).file
    copy_of(image, Choice(form="marked"))
    forget_copies(image.sha256)
    assert not default_storage.exists(file)
    assert not Copy.objects.exists()


def test_a_copy_that_is_made_while_its_original_is_deleted_leaves_no_file(
    ana: Any, monkeypatch: pytest.MonkeyPatch
):
    image, make = ready(picture(ana)), store.made_bytes

    def made_meanwhile(*args: Any) -> bytes:
        content = make(*args)
        default_storage.delete(image.file)
        forget_copies(image.sha256)
        return content

    monkeypatch.setattr(store, "made_bytes", made_meanwhile)
    with pytest.raises(CopyFailed):
        copy_of(image, Choice(form="jpeg"))
    assert not Copy.objects.exists()
    assert default_storage.listdir(f"copies/{image.sha256[:2]}")[1] == []


def test_originals_are_read_to_be_converted_only_where_there_is_room(
    ana: Any, monkeypatch: pytest.MonkeyPatch
):
    image, read, free = ready(picture(ana)), store.read_bytes, []
    monkeypatch.setattr(
        store, "read_bytes", lambda name: free.append(reading_room._free) or read(name)
    )
    copy_of(image, Choice(form="jpeg"))
    assert free == [reading_room.size // 2]
    assert reading_room._free == reading_room.size
