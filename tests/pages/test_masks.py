"""A mask belongs to the picture it was made for: it goes where that goes, and leaves with it."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from generations.models import ImageModel, ReferenceImage
from tests.pages.composing import (
    CHAT,
    IMAGES,
    faults,
    mask,
    press,
    submitted,
    typed,
    upload,
    values,
)
from tests.pictures.makers import encoded, scene

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("demo")]

ABSENT = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def painted(as_ana: Client) -> dict[str, list[str]]:
    """Two references of ana's, the first with a mask that she painted."""
    answer = as_ana.post("/references/", {"references": [upload("a.png"), upload("b.png")]})
    references = values(answer, "kept_references")
    kept = values(paint(as_ana, references[0]), "kept_mask")
    return {"kept_references": references, "kept_mask": kept}


def paint(client: Client, reference: str, content: bytes | None = None) -> HttpResponse:
    return client.post(f"/references/{reference}/masks/", {"mask": mask(content)})


def used_masks(response: HttpResponse) -> list[str]:
    uses = submitted(response).reference_uses.filter(is_mask=True)
    return [str(use.reference_id) for use in uses]


@pytest.mark.parametrize("size", [(160, 96), (2000, 1000), (1000, 2000), (33, 17)])
def test_a_painted_mask_is_kept_in_the_size_that_is_sent(
    as_ana: Client, size: tuple[int, int]
) -> None:
    answer = as_ana.post("/references/", {"references": upload(content=encoded(scene(*size)))})
    (reference,) = values(answer, "kept_references")
    half = Image.new("RGBA", size, (0, 0, 0, 255))
    half.paste((0, 0, 0, 0), (0, 0, size[0] // 2, size[1]))
    assert paint(as_ana, reference, encoded(half)).status_code == 200
    first = ReferenceImage.objects.get(id=reference)
    kept = first.masks.get()
    assert (kept.width, kept.height) == (first.width, first.height)
    assert (kept.content_type, kept.mask_of) == ("image/png", first)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (encoded(scene()), "has no clear part"),
        (encoded(Image.new("RGBA", (160, 96), (0, 0, 0, 255))), "has no clear part"),
        (b"words", "not a picture"),
        (b"", "is empty"),
    ],
)
def test_what_is_no_mask_is_refused_in_words(as_ana: Client, content: bytes, words: str) -> None:
    (reference,) = values(as_ana.post("/references/", {"references": upload()}), "kept_references")
    answer = paint(as_ana, reference, content)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert ReferenceImage.objects.count() == 1


def test_nobody_masks_a_picture_that_they_may_not_see(as_ana: Client, as_ben: Client) -> None:
    (reference,) = values(as_ana.post("/references/", {"references": upload()}), "kept_references")
    assert paint(as_ben, reference).status_code == 404
    assert paint(as_ben, ABSENT).status_code == 404


def test_a_mask_goes_with_the_first_reference(as_ana: Client, painted: Any) -> None:
    assert used_masks(press(as_ana, model=IMAGES, **painted)) == painted["kept_mask"]


def test_a_mask_from_a_file_goes_with_the_first_reference(as_ana: Client) -> None:
    generation = submitted(press(as_ana, model=IMAGES, references=upload(), mask=mask()))
    assert [use.is_mask for use in generation.reference_uses.all()] == [False, True]


def test_a_file_takes_the_place_of_what_was_painted(as_ana: Client, painted: Any) -> None:
    used = used_masks(press(as_ana, model=IMAGES, mask=mask(), **painted))
    assert len(used) == 1
    assert used != painted["kept_mask"]


def test_a_mask_rests_while_another_reference_is_first(as_ana: Client, painted: Any) -> None:
    first, second = painted["kept_references"]
    turned = painted | {"kept_references": [second, first]}
    answer = as_ana.post("/composer/", typed(model=IMAGES, **turned))
    assert values(answer, "kept_mask") == painted["kept_mask"]
    assert used_masks(press(as_ana, model=IMAGES, **turned)) == []
    assert used_masks(press(as_ana, model=IMAGES, **painted)) == painted["kept_mask"]


def test_a_reference_takes_its_mask_along_when_it_is_removed(as_ana: Client, painted: Any) -> None:
    first, second = painted["kept_references"]
    answer = as_ana.post("/composer/", typed(model=IMAGES, remove_reference=first, **painted))
    assert values(answer, "kept_references") == [second]
    assert not values(answer, "kept_mask")
    assert not faults(answer)


def test_a_mask_is_kept_through_a_fault_and_can_be_removed(as_ana: Client, painted: Any) -> None:
    answer = press(as_ana, prompt="", model=IMAGES, **painted)
    assert answer.status_code == 422
    assert values(answer, "kept_mask") == painted["kept_mask"]
    (kept,) = painted["kept_mask"]
    assert used_masks(press(as_ana, model=IMAGES, remove_mask=kept, **painted)) == []


def test_use_again_brings_the_mask_back(as_ana: Client, painted: Any) -> None:
    generation = submitted(press(as_ana, model=IMAGES, **painted))
    assert values(as_ana.get(f"/?from={generation.id}"), "kept_mask") == painted["kept_mask"]


def test_a_mask_for_a_model_that_takes_none_is_said_at_once_and_refused(
    as_ana: Client, painted: Any
) -> None:
    asked = as_ana.post("/composer/", typed(model=CHAT, **painted))
    pressed = press(as_ana, model=CHAT, **painted)
    for answer in (asked, pressed):
        assert "takes no mask. Remove it" in faults(answer)["mask"]
        assert values(answer, "kept_mask") == painted["kept_mask"]
    assert pressed.status_code == 422


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kept_references": []}, "needs the reference that it was made for"),
        ({"kept_references": [], "kept_mask": [], "mask": "a file"}, "needs a reference"),
        ({"kept_mask": [ABSENT]}, "not there any more"),
        ({"output_format": "gif"}, "GIF comes without a mask"),
    ],
)
def test_a_mask_that_cannot_be_used_is_refused(
    as_ana: Client, painted: Any, changes: dict[str, Any], words: str
) -> None:
    ImageModel.objects.filter(provider="demo", name="gpt-image-2.5-flare").update(
        output_formats=["png", "gif"]
    )
    if "mask" in changes:
        changes = changes | {"mask": mask()}
    answer = press(as_ana, model=IMAGES, **painted | changes)
    assert answer.status_code == 422
    assert words in faults(answer)["mask"]


def test_a_mask_of_somebody_elses_is_as_if_it_were_not_there(as_ben: Client, painted: Any) -> None:
    answer = press(as_ben, model=IMAGES, references=upload(), kept_mask=painted["kept_mask"])
    assert "not there any more" in faults(answer)["mask"]


def test_generation_and_picture_show_the_mask_over_its_reference(
    as_ana: Client, painted: Any
) -> None:
    generation = submitted(press(as_ana, model=IMAGES, **painted))
    page = as_ana.get(f"/generations/{generation.id}/").content.decode()
    (kept,) = painted["kept_mask"]
    assert f'class="mask__veil" src="/references/{kept}/file/"' in page
    assert page.count('<li class="reference">') == 2
