"""Files of pictures: byte for byte, kept by browsers, in parts, under safe names, behind rights."""

import asyncio
import hashlib
from typing import Any
from urllib.parse import unquote

import pytest
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.test import AsyncClient, Client
from django.utils import timezone

from generations.models import OutputImage
from generations.services.copies import sources
from generations.services.originals import read_bytes
from generations.services.thumbnails import small_thumbnail_of
from tests.pages.delivering import picture, png

pytestmark = [pytest.mark.django_db, pytest.mark.once]

CONTENT = png((80, 60))
SMALL = "/images/{}/thumbnail/?small=yes"


@pytest.fixture
def image(ana: Any) -> OutputImage:
    return picture(ana, "A red kite, over the grey sea", content=CONTENT)


def get(client: Client, image: OutputImage, what: str = "file", **headers: str) -> HttpResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get(f"/images/{image.uuid}/{what}/", headers=named)


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.parametrize("what", ["file", "download"])
def test_the_original_comes_byte_for_byte(as_ben: Any, image: OutputImage, what: str):
    answer = get(as_ben, image, what)
    assert body(answer) == CONTENT
    assert answer["Content-Length"] == str(len(CONTENT))
    assert answer["Content-Type"] == "image/png"


def test_a_download_has_a_name_that_says_what_it_is(as_ana: Any, image: OutputImage):
    at = timezone.localtime(image.created_at).strftime("%Y-%m-%d_%H%M")
    expected = f'filename="{at}_a-red-kite-over-the-grey-sea_{image.frame_number}.png"'
    assert get(as_ana, image, "download")["Content-Disposition"] == f"attachment; {expected}"
    assert get(as_ana, image)["Content-Disposition"] == f"inline; {expected}"


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ('"; filename="evil.exe"\r\nX-Bad: 1', "filename-evil-exe-x-bad-1"),
        ("../../etc/passwd\\..\\con", "etc-passwd-con"),
        ("雪山上的红色风筝", "雪山上的红色风筝"),
        ("\u202egnp.exe", "gnp-exe"),
        ("!!! ???", ""),
        ("long " * 100, "long-" * 11 + "long"),
        ("L’été, déjà", "lété-déjà"),
        ("हिन्दी में पतंग", "हिन्दी-में-पतंग"),
        ("ว่าวสีแดง " * 20, "ว่าวสีแดง-" * 4 + "ว่าวสีแดง"),
        ("👩‍👩‍👧 kite", "kite"),
        ("кошка" * 40, "кошка" * 12),
    ],
)
def test_no_prompt_can_bend_the_name_of_a_download(as_ana: Any, ana: Any, prompt: str, words: str):
    image = picture(ana, prompt)
    header = get(as_ana, image, "download")["Content-Disposition"]
    assert "\r" not in header
    assert "\n" not in header
    name = unquote(header.removeprefix("attachment; ").split("=", 1)[1]).strip('"')
    stem = f"_{words}" if words else ""
    assert name.removeprefix("utf-8''")[15:] == f"{stem}_{image.frame_number}.png"
    assert len(name.encode()) < 255


def test_a_browser_keeps_a_file_and_is_told_that_it_has_it(as_ana: Any, image: OutputImage):
    answer = get(as_ana, image)
    assert answer["ETag"] == f'"{hashlib.sha256(CONTENT).hexdigest()}"'
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    again = get(as_ana, image, If_None_Match=answer["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == answer["ETag"]
    assert get(as_ana, image, If_None_Match='"another"').status_code == 200


def test_a_thumbnail_is_another_file_than_its_original(as_ana: Any, image: OutputImage):
    answer = get(as_ana, image, "thumbnail")
    assert body(answer)[8:12] == b"WEBP"
    assert answer["Content-Type"] == "image/webp"
    assert answer["ETag"] != get(as_ana, image)["ETag"]


def test_a_window_may_ask_for_the_smaller_thumbnail(as_ana: Any, image: OutputImage):
    whole, small = get(as_ana, image, "thumbnail"), as_ana.get(SMALL.format(image.uuid))
    assert body(small) == read_bytes(small_thumbnail_of(image.thumbnail)) != body(whole)
    assert small["ETag"] != whole["ETag"]


def test_a_picture_from_before_there_were_two_has_one_thumbnail(as_ana: Any, image: OutputImage):
    default_storage.delete(small_thumbnail_of(image.thumbnail))
    whole, small = get(as_ana, image, "thumbnail"), as_ana.get(SMALL.format(image.uuid))
    assert body(small) == body(whole)
    assert small["ETag"] == whole["ETag"]


@pytest.mark.parametrize("what", ["file", "download", "thumbnail"])
def test_a_file_runs_nothing_whatever_its_bytes_pretend(as_ana: Any, image: OutputImage, what: str):
    answer = get(as_ana, image, what)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-9", 0, 9),
        ("bytes=10-", 10, len(CONTENT) - 1),
        ("bytes=-7", len(CONTENT) - 7, len(CONTENT) - 1),
        ("bytes=5-999999", 5, len(CONTENT) - 1),
        ("bytes=-999999", 0, len(CONTENT) - 1),
        ("bytes=0-0", 0, 0),
    ],
)
def test_a_part_of_a_file(as_ana: Any, image: OutputImage, asked: str, first: int, last: int):
    answer = get(as_ana, image, Range=asked)
    assert answer.status_code == 206
    assert body(answer) == CONTENT[first : last + 1]
    assert answer["Content-Range"] == f"bytes {first}-{last}/{len(CONTENT)}"
    assert answer["Content-Length"] == str(last - first + 1)


@pytest.mark.parametrize("asked", [f"bytes={len(CONTENT)}-", "bytes=-0", f"bytes={'9' * 30}-"])
def test_a_part_behind_the_end_is_refused_with_the_size(
    as_ana: Any, image: OutputImage, asked: str
):
    answer = get(as_ana, image, Range=asked)
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(CONTENT)}")


@pytest.mark.parametrize("asked", ["bytes=9-3", "bytes=-", "bytes=0-1,4-5", "lines=1-2", "bytes=a"])
def test_a_range_that_means_nothing_gives_the_whole_file(
    as_ana: Any, image: OutputImage, asked: str
):
    answer = get(as_ana, image, Range=asked)
    assert (answer.status_code, body(answer)) == (200, CONTENT)


def test_a_part_of_another_version_is_the_whole_file(as_ana: Any, image: OutputImage):
    assert get(as_ana, image, Range="bytes=0-1", If_Range='"old"').status_code == 200
    etag = get(as_ana, image)["ETag"]
    assert get(as_ana, image, Range="bytes=0-1", If_Range=etag).status_code == 206


def test_head_tells_the_size_and_sends_nothing(as_ana: Any, image: OutputImage):
    answer = as_ana.head(f"/images/{image.uuid}/file/")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["Content-Length"] == str(len(CONTENT))


@pytest.mark.parametrize("what", ["file", "download", "thumbnail"])
def test_a_file_that_is_gone_from_the_disk_is_not_there(as_ana: Any, image: OutputImage, what: str):
    default_storage.delete(image.file)
    default_storage.delete(image.thumbnail)
    default_storage.delete(small_thumbnail_of(image.thumbnail))
    assert get(as_ana, image, what).status_code == 404


def test_a_front_server_sends_the_file_after_our_check(
    as_ana: Any, guest: Any, image: OutputImage, settings: Any
):
    settings.X_ACCEL_PREFIX = "/protected/"
    answer = get(as_ana, image)
    assert answer["X-Accel-Redirect"] == f"/protected/{image.file}"
    assert answer["Content-Type"] == "image/png"
    assert not answer.content
    assert "X-Accel-Redirect" not in get(guest, image)


@pytest.mark.django_db(transaction=True)
def test_under_asgi_a_file_leaves_in_pieces(ana: Any, monkeypatch: pytest.MonkeyPatch):
    image = picture(ana, content=CONTENT)
    monkeypatch.setattr(sources, "PIECE", 100)
    assert asyncio.run(_pieces(ana, image)) == [
        CONTENT[start : start + 100] for start in range(0, len(CONTENT), 100)
    ]


async def _pieces(user: Any, image: OutputImage) -> list[bytes]:
    client = AsyncClient()
    await client.aforce_login(user)
    answer = await client.get(f"/images/{image.uuid}/file/")
    assert answer.is_async
    return [piece async for piece in answer.streaming_content]
