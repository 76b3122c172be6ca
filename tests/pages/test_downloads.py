"""What people take away: a picture in a form of their choice, or several in a ZIP."""

import asyncio
import csv
import io
import json
import zipfile
from typing import Any
from urllib.parse import unquote

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext

from generations.models import Bundle, OutputImage
from generations.services.bundles import bundles
from generations.services.trash import trash_images
from tests.pages.delivering import many, picture, png
from tests.pages.test_files import body
from tests.pictures.makers import decoded
from tests.services.test_marks import TRAINED, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def image(ana: Any) -> OutputImage:
    return picture(ana, "A red kite", content=png((80, 60)))


@pytest.fixture
def three(ana: Any) -> list[OutputImage]:
    colours = zip(
        ("A red kite", "=cmd|' /C calc'!A0", "雪山"), ("red", "blue", "white"), strict=True
    )
    return [picture(ana, prompt, content=png(colour=colour)) for prompt, colour in colours]


def download(client: Client, image: OutputImage, query: str = "", **headers: str) -> Any:
    return client.get(f"/images/{image.uuid}/download/?{query}", headers=headers)


def ask(client: Client, images: list[OutputImage], **choice: str) -> Any:
    data = {"images": [str(image.uuid) for image in images]} | choice
    return client.post("/bundles/", data)


def unpacked(answer: Any) -> zipfile.ZipFile:
    content = body(answer)
    assert len(content) == int(answer["Content-Length"])
    return zipfile.ZipFile(io.BytesIO(content))


@pytest.mark.once
@pytest.mark.parametrize(
    ("query", "content_type", "extension"),
    [
        ("form=marked", "image/png", ".png"),
        ("form=png", "image/png", ".png"),
        ("form=jpeg&size=small", "image/jpeg", ".jpg"),
        ("form=webp&size=full", "image/webp", ".webp"),
    ],
)
def test_every_form_but_the_original_says_that_it_is_machine_made(
    as_ben: Client, image: OutputImage, query: str, content_type: str, extension: str
):
    answer = download(as_ben, image, query)
    assert told(body(answer)) == {"DigitalSourceType": TRAINED}
    assert answer["Content-Type"] == content_type
    assert f'{extension}"' in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "private, no-cache"


@pytest.mark.once
def test_a_file_that_breaks_off_behind_its_pixels_is_marked_all_the_same(as_ana: Client, ana: Any):
    image = picture(ana, content=png((80, 60))[:-12])
    marked = body(download(as_ana, image, "form=marked"))
    assert told(marked) == {"DigitalSourceType": TRAINED}
    untouched = body(download(as_ana, image, "form=original"))
    assert decoded(marked).tobytes() == decoded(untouched).tobytes()


def test_prompt_and_model_are_told_only_if_they_are_wanted(as_ana: Client, image: OutputImage):
    found = told(body(download(as_ana, image, "form=webp&is_told=on")))
    assert found["AIPromptInformation"] == "A red kite"
    assert found["AISystemUsed"] == image.generation.model
    assert b"A red kite" not in body(download(as_ana, image, "form=webp"))


@pytest.mark.once
def test_a_setting_marks_what_is_downloaded_without_a_choice(
    as_ana: Client, image: OutputImage, settings: Any
):
    untouched = body(download(as_ana, image))
    assert untouched == default_storage.open(image.file).read()
    settings.MARK_ORIGINALS = True
    marked = body(download(as_ana, image))
    assert told(marked) == {"DigitalSourceType": TRAINED}
    assert decoded(marked).tobytes() == decoded(untouched).tobytes()
    assert body(download(as_ana, image, "form=original")) == untouched


@pytest.mark.once
@pytest.mark.parametrize("form", ["original", "marked", "jpeg"])
def test_a_download_goes_on_where_it_broke_off(as_ana: Client, image: OutputImage, form: str):
    whole = download(as_ana, image, f"form={form}")
    content, etag = body(whole), whole["ETag"]
    rest = download(as_ana, image, f"form={form}", Range="bytes=50-", If_Range=etag)
    assert (rest.status_code, body(rest)) == (206, content[50:])
    assert download(as_ana, image, f"form={form}", If_None_Match=etag).status_code == 304


@pytest.mark.once
@pytest.mark.parametrize("query", ["form=tiff", "size=huge", "form=png&size=-1"])
def test_a_form_that_nobody_offered_is_not_there(as_ana: Client, image: OutputImage, query: str):
    assert download(as_ana, image, query).status_code == 404


@pytest.mark.once
def test_the_page_offers_only_sizes_that_are_smaller(as_ana: Client, ana: Any):
    large = picture(ana, content=png((1536, 1024)))
    page = as_ana.get(f"/images/{large.uuid}/").content.decode()
    assert "1536 × 1024" in page
    assert "512 × 341" in page
    assert 'value="large"' not in page
    small = as_ana.get(f"/images/{picture(ana).uuid}/").content.decode()
    assert 'name="size"' not in small


def test_several_come_in_a_zip_with_names_that_sort(as_ben: Client, three: list[OutputImage]):
    answer = ask(as_ben, three[::-1])
    assert answer.status_code == 303
    with unpacked(as_ben.get(answer.url)) as found:
        assert found.testzip() is None
        names = found.namelist()
        assert names[:2] == ["manifest.csv", "manifest.json"]
        assert [name[15:] for name in names[2:]] == [
            f"_{words}_{image.frame_number}.png"
            for words, image in zip(("a-red-kite", "cmd-c-calc-a0", "雪山"), three, strict=True)
        ]
        for name, image in zip(names[2:], three, strict=True):
            assert found.read(name) == default_storage.open(image.file).read()


def test_the_manifest_tells_what_was_asked_and_what_it_cost(
    as_ben: Client, three: list[OutputImage]
):
    OutputImage.objects.filter(pk=three[2].pk).update(cost=None)
    with unpacked(as_ben.get(ask(as_ben, three).url)) as found:
        told = json.loads(found.read("manifest.json"))
        lines = list(csv.DictReader(io.StringIO(found.read("manifest.csv").decode("utf-8-sig"))))
        names = found.namelist()[2:]
    assert [row["file"] for row in told["pictures"]] == [row["file"] for row in lines] == names
    first, last = told["pictures"][0], told["pictures"][2]
    assert (first["prompt"], first["author"], first["sha256"]) == (
        "A red kite",
        "Ana",
        three[0].sha256,
    )
    assert (first["cost_usd"], first["cost_certainty"]) == (f"{three[0].cost:f}", "known")
    assert (last["cost_usd"], last["cost_certainty"]) == (None, "unknown")
    assert lines[1]["prompt"] == "'=cmd|' /C calc'!A0"
    assert told["pictures"][1]["prompt"] == "=cmd|' /C calc'!A0"


def test_a_zip_of_converted_pictures_waits_until_they_are_made(
    as_ana: Client, three: list[OutputImage], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("generations.views.downloads.PREPARING_SECONDS", 0.0)
    address = ask(as_ana, three, form="jpeg", size="small").url
    for done in (1, 2):
        waiting = as_ana.get(address)
        assert waiting.status_code == 202
        assert f"{done} of 3 pictures are converted" in waiting.content.decode()
    with unpacked(as_ana.get(address)) as found:
        pictures = [found.read(name) for name in found.namelist()[2:]]
    assert [told(content) for content in pictures] == [{"DigitalSourceType": TRAINED}] * 3


def test_the_same_selection_is_the_same_zip_and_any_part_can_be_asked_for(
    as_ana: Client, as_ben: Client, three: list[OutputImage]
):
    address = ask(as_ana, three).url
    whole = as_ana.get(address)
    content, etag = body(whole), whole["ETag"]
    other = as_ben.get(ask(as_ben, three).url)
    assert (other["ETag"], body(other)) == (etag, content)
    for first in (0, 1, 29, len(content) // 2, len(content) - 22):
        part = as_ana.get(address, headers={"Range": f"bytes={first}-", "If-Range": etag})
        assert (part.status_code, body(part)) == (206, content[first:])
    OutputImage.objects.filter(pk=three[0].pk).update(cost=None)
    changed = as_ana.get(address, headers={"Range": "bytes=5-", "If-Range": etag})
    assert changed.status_code == 200


@pytest.mark.once
def test_a_picture_that_is_gone_is_left_out_and_named(as_ana: Client, three: list[OutputImage]):
    address = ask(as_ana, three).url
    default_storage.delete(three[1].file)
    with unpacked(as_ana.get(address)) as found:
        assert len(found.namelist()) == 4
        assert json.loads(found.read("manifest.json"))["missing"] == [three[1].frame_number]


@pytest.mark.once
def test_only_what_one_may_see_goes_into_a_zip(
    as_ana: Client, as_ben: Client, three: list[OutputImage]
):
    OutputImage.objects.filter(pk=three[0].pk).update(is_in_gallery=False)
    with unpacked(as_ben.get(ask(as_ben, three).url)) as found:
        assert len(found.namelist()) == 4
    assert ask(as_ben, three[:1]).status_code == 404
    own = ask(as_ana, three[:1]).url
    assert unpacked(as_ana.get(own))
    assert as_ben.get(own).status_code == 404


@pytest.mark.once
def test_an_old_zip_has_nothing_of_the_trash(as_ana: Client, ana: Any, three: list[OutputImage]):
    address = ask(as_ana, three).url
    etag = as_ana.get(address)["ETag"]
    trash_images(user=ana, images=OutputImage.objects.filter(pk=three[0].pk))
    part = as_ana.get(address, headers={"Range": "bytes=9-", "If-Range": etag})
    assert part.status_code == 200
    assert three[0].frame_number not in " ".join(unpacked(part).namelist())
    trash_images(user=ana, images=OutputImage.objects.all())
    assert as_ana.get(address).status_code == 404


@pytest.mark.once
@pytest.mark.parametrize(
    ("images", "sentence"),
    [
        ("", "No picture was selected"),
        ("not-an-id", "The list of pictures arrived damaged"),
        ("00000000-0000-0000-0000-000000000000 " * 4, "up to 3 pictures"),
    ],
)
def test_a_selection_that_cannot_be_taken_says_why(
    as_ana: Client, settings: Any, images: str, sentence: str
):
    settings.BUNDLE_MAX_PICTURES = 3
    answer = as_ana.post("/bundles/", {"images": images})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Bundle.objects.exists()


@pytest.mark.once
def test_far_too_many_fields_are_too_many_pictures(as_ana: Client):
    answer = as_ana.post("/bundles/", {"images": ["x"] * 1200})
    assert answer.status_code == 422
    assert "One download takes up to" in answer.content.decode()


def test_more_pictures_take_no_more_queries(as_ana: Client, ana: Any):
    few, more = (ask(as_ana, many(ana, count)).url for count in (3, 30))
    counts = []
    for address in (few, more):
        body(as_ana.get(address))
        with CaptureQueriesContext(connection) as queries:
            body(as_ana.get(address))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_old_bundles_go(as_ana: Client, image: OutputImage):
    made = Bundle.objects.get(pk=ask(as_ana, [image]).url.split("/")[2])
    assert bundles.remove_old_bundles(now=made.created_at) == 0
    assert bundles.remove_old_bundles(now=made.created_at + 2 * bundles.BUNDLE_KEPT) == 1


@pytest.mark.django_db(transaction=True)
def test_under_asgi_a_zip_leaves_in_pieces(ana: Any, three: list[OutputImage]):
    pieces, length = asyncio.run(_pieces(ana, three))
    assert len(pieces) > len(three)
    assert sum(map(len, pieces)) == length


async def _pieces(user: Any, images: list[OutputImage]) -> tuple[list[bytes], int]:
    client = AsyncClient()
    await client.aforce_login(user)
    asked = await client.post("/bundles/", {"images": [str(image.uuid) for image in images]})
    answer = await client.get(asked.url)
    assert answer.is_async
    assert "proofsheet_" in unquote(answer["Content-Disposition"])
    return [piece async for piece in answer.streaming_content], int(answer["Content-Length"])
