"""Family: a picture becomes a reference or is varied, and pages say what came of what."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from generations.models import Generation, OutputImage, ReferenceImage
from generations.services.trash import trash_images
from tests import factories
from tests.pages.delivering import deliver, picture, png

pytestmark = pytest.mark.django_db


def take(client: Any, image: OutputImage, **data: Any) -> Any:
    return client.post(f"/images/{image.uuid}/references/", data)


def relatives(client: Any, image: OutputImage) -> list[int]:
    """The frame numbers in the family row, this picture among them; empty without a row."""
    html = client.get(f"/images/{image.uuid}/").content.decode()
    row = html.partition('<ol class="family">')[2].partition("</ol>")[0]
    return [int(frame) for frame in re.findall(r'class="frame-number">(\d+)', row)]


def field(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    return found[1] if found else ""


def test_a_picture_becomes_a_reference_of_mine_without_an_upload(as_ben: Any, ana: Any, ben: Any):
    image = picture(ana, content=png((96, 64)))
    answer = take(as_ben, image)
    reference = ReferenceImage.objects.get()
    assert (reference.uploaded_by, reference.taken_from) == (ben, image)
    assert (reference.width, reference.height) == (96, 64)
    assert default_storage.exists(reference.file)
    assert (answer.status_code, answer.url) == (303, f"/?reference={reference.id}")
    studio = as_ben.get(answer.url).content.decode()
    assert field(studio, "kept_references") == str(reference.id)


def test_a_picture_is_copied_once_for_each_person(as_ana: Any, as_ben: Any, ana: Any):
    image = picture(ana)
    for client in (as_ana, as_ana, as_ben):
        take(client, image)
    assert ReferenceImage.objects.count() == 2


@pytest.mark.once
def test_a_script_gets_the_reference_for_its_list(as_ana: Any, ana: Any):
    image = picture(ana)
    answer = as_ana.post(f"/images/{image.uuid}/references/", headers={"HX-Request": "true"})
    assert f'data-id="{ReferenceImage.objects.get().id}"' in answer.content.decode()


@pytest.mark.once
def test_vary_begins_with_prompt_settings_and_the_picture(as_ben: Any, ana: Any):
    attempt = deliver(ana, "A red kite", model=factories.IMAGES, quality="high")
    answer = take(as_ben, attempt.images.get(), vary="yes")
    assert set(parse_qs(urlsplit(answer.url).query)) == {"reference", "vary"}
    studio = as_ben.get(answer.url).content.decode()
    assert "A red kite</textarea>" in studio
    assert re.search(r'value="high"[^>]* checked', studio)
    assert field(studio, "kept_references") == str(ReferenceImage.objects.get().id)


@pytest.mark.once
def test_what_one_may_not_see_is_no_reference(as_ana: Any, as_ben: Any, ana: Any):
    image = picture(ana)
    theirs = take(as_ana, image).url
    assert as_ben.get(theirs).status_code == 404
    trash_images(user=ana, images=OutputImage.objects.all())
    assert take(as_ben, image).status_code == 404
    assert as_ben.get(f"/?vary={image.uuid}").status_code == 404
    assert as_ben.get("/?vary=x").status_code == 404


@pytest.mark.once
def test_a_picture_whose_file_is_gone_is_no_reference(as_ana: Any, ana: Any):
    image = picture(ana)
    default_storage.delete(image.file)
    assert take(as_ana, image).status_code == 404


def test_pages_say_what_a_reference_led_to(as_ana: Any, as_ben: Any, ana: Any):
    source = picture(ana)
    assert relatives(as_ben, source) == []
    take(as_ana, source)
    child = picture(ana, references=[ReferenceImage.objects.get()])
    assert relatives(as_ben, source) == [source.pk, child.pk]
    assert relatives(as_ben, child) == [source.pk, child.pk]
    trash_images(user=ana, images=OutputImage.objects.filter(pk=source.pk))
    assert relatives(as_ben, child) == []


def test_use_again_makes_a_child(as_ana: Any, ana: Any):
    source = picture(ana)
    studio = as_ana.get(f"/?from={source.generation_id}").content.decode()
    assert field(studio, "parent") == str(source.generation_id)
    form = {"prompt": "A blue kite", "model": factories.CHAT, "submission_key": "one"}
    as_ana.post("/generations/", form | {"parent": source.generation_id})
    child = Generation.objects.get(prompt="A blue kite")
    assert child.parent == source.generation
    image = picture(ana, parent=source.generation)
    assert relatives(as_ana, image) == [source.pk, image.pk]


@pytest.mark.once
@pytest.mark.parametrize("parent", ["", "x", "11111111-1111-4111-8111-111111111111", "theirs"])
def test_a_parent_that_is_none_is_left_out(as_ben: Any, ana: Any, parent: str):
    """Ana's generation has no picture yet, so that it is not ben's to see."""
    theirs = factories.submit(ana)
    form = {"prompt": "A blue kite", "model": factories.CHAT, "submission_key": "one"}
    parent = str(theirs.id) if parent == "theirs" else parent
    as_ben.post("/generations/", form | {"parent": parent})
    assert Generation.objects.get(prompt="A blue kite").parent is None


def test_a_large_family_needs_no_more_queries(as_ana: Any, ana: Any):
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            relatives(as_ana, source)
        return len(counted)

    source = picture(ana)
    take(as_ana, source)
    reference = ReferenceImage.objects.get()
    picture(ana, references=[reference])
    few = queries()
    for _ in range(3):
        picture(ana, references=[reference], parent=source.generation)
    assert queries() == few
