"""The draft of the composer: kept while it is typed, back after a reload, gone once it is sent."""

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations.models import Draft, ImageModel, ReferenceImage
from tests.pages.composing import (
    CHAT,
    FREE_SIZES,
    IMAGES,
    chosen,
    faults,
    mask,
    press,
    submitted,
    typed,
    upload,
    values,
    written_prompt,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def type_in(client: Client, **changes: Any) -> None:
    """What the composer's script sends while a person types."""
    assert client.post("/draft/", typed(**changes)).status_code == 204


def test_a_reload_brings_back_prompt_settings_and_references(as_ana: Client) -> None:
    first = submitted(press(as_ana, model=IMAGES, references=upload("one.png"), mask=mask()))
    kept, veil = [str(use.reference_id) for use in first.reference_uses.all()]
    type_in(
        as_ana,
        prompt="Half a thought ",
        model=IMAGES,
        size="1536x1024",
        count="3",
        output_compression="70",
        kept_references=kept,
        kept_mask=veil,
    )
    page = as_ana.get("/")
    assert written_prompt(page) == "Half a thought "
    assert (chosen(page, "model"), chosen(page, "size")) == ([IMAGES], ["1536x1024"])
    assert (chosen(page, "count"), values(page, "output_compression")) == (["3"], ["70"])
    assert (values(page, "kept_references"), values(page, "kept_mask")) == ([kept], [veil])


@pytest.mark.once
def test_a_free_size_comes_back_as_it_was_typed(as_ana: Client) -> None:
    type_in(as_ana, model=FREE_SIZES, size="free", free_width="1024", free_height="20")
    page = as_ana.get("/")
    assert chosen(page, "size") == ["free"]
    assert (values(page, "free_width"), values(page, "free_height")) == (["1024"], ["20"])


@pytest.mark.once
def test_a_draft_is_its_own_persons(as_ana: Client, as_ben: Client, as_boss: Client) -> None:
    type_in(as_ana, prompt="For my eyes only")
    for client in (as_ben, as_boss):
        assert written_prompt(client.get("/")) == ""


def test_what_is_sent_is_no_draft_any_more(as_ana: Client) -> None:
    fields = typed(prompt="Sent")
    type_in(as_ana, **fields)
    submitted(press(as_ana, **fields))
    assert written_prompt(as_ana.get("/")) == ""
    # A word that was under way when the button was pressed comes late
    type_in(as_ana, **fields)
    assert not Draft.objects.exists()
    type_in(as_ana, **(fields | {"submission_key": uuid.uuid4().hex}))
    assert written_prompt(as_ana.get("/")) == "Sent"


@pytest.mark.once
def test_a_refused_submission_leaves_the_draft(as_ana: Client) -> None:
    type_in(as_ana, prompt="Still here", model=CHAT, size="7x7")
    assert press(as_ana, prompt="Still here", model=CHAT, size="7x7").status_code == 422
    assert written_prompt(as_ana.get("/")) == "Still here"


@pytest.mark.once
def test_an_address_that_names_something_goes_before_the_draft(as_ana: Client) -> None:
    type_in(as_ana, prompt="The draft")
    assert written_prompt(as_ana.get("/?prompt=An+example")) == "An example"
    first = submitted(press(as_ana, prompt="Earlier"))
    type_in(as_ana, prompt="The draft")
    assert written_prompt(as_ana.get(f"/?from={first.id}")) == "Earlier"


@pytest.mark.once
def test_what_is_gone_meanwhile_is_said(as_ana: Client) -> None:
    first = submitted(press(as_ana, references=upload()))
    kept = str(first.reference_uses.get().reference_id)
    type_in(as_ana, kept_references=[kept, "nonsense"], model=IMAGES)
    ImageModel.objects.filter(name=IMAGES.partition("/")[2]).update(is_enabled=False)
    page = as_ana.get("/")
    assert values(page, "kept_references") == [kept]
    assert "is not there any more" in faults(page)["references"]
    assert "is switched off" in faults(page)["model"]


@pytest.mark.once
def test_a_draft_shows_nobody_elses_reference(as_ana: Client, as_ben: Client, ana: User) -> None:
    press(as_ana, references=upload())
    reference = ReferenceImage.objects.get()
    type_in(as_ben, kept_references=str(reference.id))
    assert values(as_ben.get("/"), "kept_references") == []


def test_a_draft_may_hold_anything(as_ana: Client) -> None:
    type_in(as_ana, prompt="NUL \0 and \ud7ff" + "x" * 200_000, count="many", size="\0", model=None)
    assert len(written_prompt(as_ana.get("/"))) == 100_000
