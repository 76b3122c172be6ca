"""References are stored as soon as they are chosen, and shown to those who may see them."""

import re
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from generations.models import ReferenceImage
from generations.templatetags.studio import byte_size
from tests.pages.composing import press, submitted, upload
from tests.pictures.hostile import HTML, SVG
from tests.pictures.makers import encoded, noise

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("demo")]


def content_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_an_upload_comes_back_with_its_sizes_before_and_after(as_ana: Client) -> None:
    large = encoded(noise(2000, 1000), "PNG")
    answer = as_ana.post("/references/", {"references": upload("large.png", large)})
    assert answer.status_code == 200
    html = answer.content.decode()
    reference = ReferenceImage.objects.get()
    assert f'name="kept_references" value="{reference.id}"' in html
    before, after = re.findall(r"(\d\.\d MB) → (\S+ [KM]B)", html)[0]
    assert (before, after) == (byte_size(len(large)), byte_size(reference.byte_size))
    assert "1536 × 768" in html


@pytest.mark.parametrize("content", [b"", b"words", SVG, HTML])
def test_what_is_no_picture_is_named_and_refused(as_ana: Client, content: bytes) -> None:
    answer = as_ana.post("/references/", {"references": upload('<b>"bad".png', content)})
    assert answer.status_code == 422
    assert "&lt;b&gt;" in answer.content.decode()
    assert not ReferenceImage.objects.exists()


def test_nothing_sent_is_said(as_ana: Client) -> None:
    assert b"No file arrived" in as_ana.post("/references/", {}).content


def test_nobody_uploads_without_signing_in(guest: Client) -> None:
    assert guest.post("/references/", {"references": upload()}).status_code == 302
    assert not ReferenceImage.objects.exists()


def test_a_cut_upload_is_answered_in_words(as_ana: Client) -> None:
    kind = "multipart/form-data; boundary=cut"
    answer = as_ana.generic("POST", "/references/", b"--cut\r\nContent-Dis", content_type=kind)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("who", "status"), [("ana", 200), ("ben", 404), ("boss", 200), ("guest", 302)]
)
def test_who_may_see_a_reference(client_of: Any, as_ana: Client, who: str, status: int) -> None:
    press(as_ana, references=upload())
    reference = ReferenceImage.objects.get()
    answer = client_of(who).get(f"/references/{reference.id}/file/")
    assert answer.status_code == status
    if status == 200:
        assert content_of(answer) == default_storage.open(reference.file).read()
        assert answer["Content-Type"] == reference.content_type


def test_whoever_may_see_a_generation_may_see_its_references(
    as_ana: Client, as_boss: Client
) -> None:
    press(as_boss, prompt="", references=upload())
    reference = ReferenceImage.objects.get()
    address = f"/references/{reference.id}/file/"
    assert as_ana.get(address).status_code == 404
    generation = submitted(press(as_boss, kept_references=str(reference.id)))
    type(generation).objects.update(requested_by=as_ana.session["_auth_user_id"])
    assert as_ana.get(address).status_code == 200


def test_a_reference_whose_file_is_gone_is_404(as_ana: Client) -> None:
    press(as_ana, references=upload())
    reference = ReferenceImage.objects.get()
    default_storage.delete(reference.file)
    assert as_ana.get(f"/references/{reference.id}/file/").status_code == 404
