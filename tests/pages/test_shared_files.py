"""What guests get as files: copies, with nothing in them but the mark."""

import io
import zipfile
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image, PngImagePlugin

from generations.models import OutputImage, ShareLink
from generations.services.copies.cleaning import cleaned
from generations.services.copies.marks import TRAINED
from generations.services.metadata import png_chunks
from tests.pages.delivering import many, picture, png
from tests.pages.sharing import body, share, there

pytestmark = [pytest.mark.django_db, pytest.mark.once]

MARK = TRAINED.encode()


def telling_png(size: tuple[int, int] = (1600, 1200)) -> bytes:
    """A picture whose file tells its prompt."""
    told = PngImagePlugin.PngInfo()
    told.add_text("parameters", "A secret campaign")
    told.add_itxt("XML:com.adobe.xmp", "<x>A secret campaign</x>")
    file = io.BytesIO()
    Image.new("RGB", size, "tomato").save(file, "PNG", pnginfo=told)
    return file.getvalue()


@pytest.fixture
def image(ana: Any) -> OutputImage:
    return picture(ana, "A secret campaign", content=telling_png())


def taken(guest: Client, link: ShareLink, *parts: Any) -> Any:
    answer = guest.get(there(link, *parts))
    assert answer.status_code == 200
    return answer


def test_everything_carries_the_mark_and_nothing_else(guest: Client, ana: Any, image: OutputImage):
    link = share(ana, image, allow_download=True, show_prompt=True)
    one = ("pictures", image)
    for parts in ((*one, "thumbnail"), (*one, "large"), (*one, "download"), ("preview",), ("zip",)):
        answer = taken(guest, link, *parts)
        content = body(answer)
        assert int(answer["Content-Length"]) == len(content)
        assert b"secret" not in content
        assert MARK in content


def test_a_download_has_the_pixels_of_the_original(guest: Client, ana: Any, image: OutputImage):
    link = share(ana, image, allow_download=True, title="Winter, first picks")
    answer = taken(guest, link, "pictures", image, "download")
    content = body(answer)
    with default_storage.open(image.file) as file, Image.open(file) as original:
        assert Image.open(io.BytesIO(content)).tobytes() == original.tobytes()
    kinds = [kind for kind, _chunk in png_chunks(content)]
    assert kinds == [b"IHDR", b"iTXt", b"IDAT", b"IEND"]
    name = 'attachment; filename="winter-first-picks_01.png"'
    assert answer["Content-Disposition"] == name


def test_without_download_there_is_only_a_smaller_copy(guest: Client, ana: Any, image: OutputImage):
    small = picture(ana, content=png((200, 100)))
    link = share(ana, image, small)
    for it, width in ((image, 1024), (small, 150)):
        content = body(taken(guest, link, "pictures", it, "large"))
        assert Image.open(io.BytesIO(content)).width == width
        for end in ("download", "file"):
            assert guest.get(there(link, "pictures", it, end)).status_code == 404
    assert guest.get(there(link, "zip")).status_code == 404
    assert "download" not in taken(guest, link).content.decode().replace("downloads.css", "")


def test_the_zip_holds_the_pictures_in_their_order_and_no_list(guest: Client, ana: Any):
    first, second = many(ana, 2)
    link = share(ana, second, first, allow_download=True)
    answer = taken(guest, link, "zip")
    with zipfile.ZipFile(io.BytesIO(body(answer))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["pictures_01.png", "pictures_02.png"]
    assert answer["Content-Disposition"] == 'attachment; filename="pictures.zip"'
    part = guest.get(there(link, "zip"), headers={"Range": "bytes=10-19"})
    assert (part.status_code, len(body(part))) == (206, 10)


def test_a_zip_that_takes_its_time_says_how_far_it_is(
    guest: Client, ana: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("generations.views.shared.files.PREPARING_SECONDS", 0)
    images = [picture(ana, content=png((30 + it, 30))) for it in range(2)]
    link = share(ana, *images, allow_download=True)
    answer = guest.get(there(link, "zip"))
    assert answer.status_code == 202
    assert "1 of 2 are ready" in answer.content.decode()
    assert guest.get(there(link, "zip")).status_code == 200


def test_a_file_that_is_gone_is_not_there_and_leaves_the_others(guest: Client, ana: Any):
    lost, kept = picture(ana, content=png((40, 30))), picture(ana)
    link = share(ana, lost, kept, allow_download=True)
    default_storage.delete(lost.file)
    default_storage.delete(lost.thumbnail)
    for end in ("thumbnail", "large", "download"):
        assert guest.get(there(link, "pictures", lost, end)).status_code == 404
    with zipfile.ZipFile(io.BytesIO(body(taken(guest, link, "zip")))) as archive:
        assert archive.namelist() == ["pictures_02.png"]


# Cleaning


def test_what_says_how_a_picture_is_shown_is_done_before_it_is_left_out():
    """A turned JPEG without its turn would lie on its side."""
    file, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "A secret campaign"
    Image.new("RGB", (40, 20), "tomato").save(file, "JPEG", exif=exif)
    content = cleaned(file.getvalue(), "image/jpeg")
    with Image.open(io.BytesIO(content)) as image:
        assert image.size == (20, 40)
        assert not image.getexif()
    assert b"secret" not in content


@pytest.mark.parametrize(("form", "kind"), [("WEBP", "image/webp"), ("JPEG", "image/jpeg")])
def test_pixels_that_need_no_words_stay_as_they_are(form: str, kind: str):
    file = io.BytesIO()
    Image.effect_noise((64, 48), 80).convert("RGB").save(file, form)
    content = cleaned(file.getvalue(), kind)
    with Image.open(io.BytesIO(content)) as image, Image.open(file) as original:
        assert image.tobytes() == original.tobytes()
