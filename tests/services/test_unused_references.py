"""References that nobody sent go after a month; what was sent, or stands in a composer, stays."""

from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone
from PIL import Image

from generations.models import Generation, ReferenceImage
from generations.services import references, unused_references
from generations.services.drafts import discard_draft, save_draft
from generations.services.generations import ReferencesGone
from generations.services.originals import exists
from generations.services.references import reference_from_image, store_mask, store_reference
from generations.services.unused_references import KEPT, remove_unused_references
from tests.factories import only_attempt, submit
from tests.pages.delivering import picture, png
from tests.pictures.makers import encoded

pytestmark = pytest.mark.django_db


def given_in(person: User, *, colour: str = "red", days: int = 31) -> ReferenceImage:
    """A reference that was uploaded some days ago."""
    stored = store_reference(user=person, name="a.png", content=png(colour=colour))
    return aged(stored, days)


def aged(reference: ReferenceImage, days: int) -> ReferenceImage:
    then = timezone.now() - timedelta(days=days)
    ReferenceImage.objects.filter(pk=reference.pk).update(created_at=then)
    return reference


def tidied() -> set[Any]:
    """What is left, after the two runs that a reference with a mask takes."""
    for _ in range(2):
        remove_unused_references(now=timezone.now())
    return set(ReferenceImage.objects.values_list("pk", flat=True))


def test_what_was_never_sent_goes_after_a_month(ana: User):
    old, young = given_in(ana), given_in(ana, colour="blue", days=29)
    assert tidied() == {young.pk}
    assert not exists(old.file)
    assert exists(young.file)


def test_what_was_sent_stays(ana: User):
    sent = given_in(ana)
    submit(ana, references=[sent])
    assert tidied() == {sent.pk}
    assert exists(sent.file)


def test_what_stands_in_a_draft_stays_as_long_as_it(ana: User):
    kept = given_in(ana)
    names = [str(kept.pk), "no id at all"]
    save_draft(user=ana, submission_key="k", fields={}, references=names)
    assert tidied() == {kept.pk}
    discard_draft(user=ana)
    assert tidied() == set()


def test_a_mask_goes_before_its_reference(ana: User):
    first = given_in(ana)
    content = encoded(Image.new("RGBA", (first.width, first.height)))
    mask = aged(store_mask(user=ana, name="m.png", content=content, mask_of=first), 31)
    remove_unused_references(now=timezone.now())
    assert set(ReferenceImage.objects.values_list("pk", flat=True)) == {first.pk}
    assert not exists(mask.file)
    assert tidied() == set()


def test_a_file_that_another_has_stays(ana: User, ben: User):
    given_in(ana)
    his = given_in(ben, days=1)
    assert tidied() == {his.pk}
    assert exists(his.file)


def test_a_file_that_went_while_it_was_stored_again_is_written_anew(
    ana: User, monkeypatch: pytest.MonkeyPatch
):
    given_in(ana)
    store_bytes = references.store_bytes

    def store_and_lose(*given: Any, **named: Any) -> str:
        name = store_bytes(*given, **named)
        remove_unused_references(now=timezone.now())
        return name

    monkeypatch.setattr(references, "store_bytes", store_and_lose)
    again = given_in(ana, days=0)
    assert exists(again.file)


def test_a_picture_is_copied_anew_where_its_copy_may_soon_go(ana: User):
    image = picture(ana, "A kite", content=png())
    first = reference_from_image(user=ana, image=image)
    assert reference_from_image(user=ana, image=image) == first
    aged(first, (KEPT / 2).days + 1)
    second = reference_from_image(user=ana, image=image)
    assert second != first
    submit(ana, references=[first])
    aged(second, 31)
    assert reference_from_image(user=ana, image=image) == first


def test_a_run_takes_no_more_than_it_may(ana: User, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(unused_references, "BATCH", 2)
    for colour in ("red", "green", "blue"):
        given_in(ana, colour=colour)
    assert remove_unused_references(now=timezone.now()) == 2
    assert remove_unused_references(now=timezone.now()) == 1


def test_what_went_before_it_could_be_sent_is_told_and_nothing_is_sent(ana: User):
    gone, there = given_in(ana), given_in(ana, colour="blue", days=1)
    remove_unused_references(now=timezone.now())
    with pytest.raises(ReferencesGone) as raised:
        submit(ana, references=[gone, there])
    assert raised.value.ids == {gone.pk}
    assert not Generation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_being_sent_in_this_very_moment_stays(ana: User):
    sent = given_in(ana)
    submitted, is_waited_for = Event(), Event()

    def send() -> None:
        with transaction.atomic():
            submit(ana, references=[sent])
            submitted.set()
            is_waited_for.wait()
        connection.close()

    def remove() -> None:
        remove_unused_references(now=timezone.now())
        connection.close()

    sending, removing = Thread(target=send), Thread(target=remove)
    sending.start()
    submitted.wait()
    removing.start()
    # It would long be done by then
    removing.join(timeout=0.5)
    is_waited_for.set()
    sending.join()
    removing.join()
    assert set(ReferenceImage.objects.values_list("pk", flat=True)) == {sent.pk}
    assert exists(sent.file)
    assert only_attempt(Generation.objects.get())
