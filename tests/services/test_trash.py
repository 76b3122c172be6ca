"""Out of the gallery, back, and gone for good: files go with the last picture, money never."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from generations.models import Attempt, Favourite, LedgerEntry, OutputImage, SearchText
from generations.selectors.audit import ledger_faults
from generations.services.attempts.settle import settle_attempt
from generations.services.copies.choices import Choice
from generations.services.copies.recipes import for_taking_away
from generations.services.copies.store import copy_of
from generations.services.favourites import mark_favourites
from generations.services.images import store_image
from generations.services.thumbnails import small_thumbnail_of
from generations.services.trash import delete_images, purge_trash, restore_images, trash_images
from tests import factories
from tests.pages.delivering import deliver, picture, png

pytestmark = pytest.mark.django_db


def only(*images: OutputImage) -> Any:
    return OutputImage.objects.filter(pk__in=[image.pk for image in images])


def trash(user: Any, *images: OutputImage) -> None:
    trash_images(user=user, images=only(*images))


def later(days: float) -> Any:
    return timezone.now() + timedelta(days=days)


def files_of(image: OutputImage) -> list[bool]:
    names = (image.file, image.thumbnail, small_thumbnail_of(image.thumbnail))
    return [default_storage.exists(name) for name in names]


def test_a_picture_goes_and_comes_back_to_its_place(ana: Any):
    image = picture(ana)
    trash(ana, image)
    assert not OutputImage.objects.in_gallery().exists()
    assert OutputImage.objects.in_trash().get().trashed_by == ana
    restore_images(images=only(image))
    back = OutputImage.objects.in_gallery().get()
    assert (back.trashed_at, back.trashed_by) == (None, None)


def test_what_is_still_being_settled_cannot_be_removed(ana: Any):
    attempt = factories.only_attempt(factories.submit(ana))
    image = factories.store_image(factories.put_at(attempt, Attempt.Status.COLLECTING))
    trash(ana, image)
    assert not OutputImage.objects.in_trash().exists()


def test_a_late_picture_of_the_same_call_leaves_the_trash_alone(ana: Any):
    image = picture(ana)
    trash(ana, image)
    Attempt.objects.update(status=Attempt.Status.COLLECTING)
    factories.store_image(image.attempt, 1)
    settle_attempt(Attempt.objects.get())
    assert OutputImage.objects.in_gallery().get().position == 1
    assert OutputImage.objects.in_trash().get() == image


def test_time_deletes_the_files_and_keeps_the_money(ana: Any, settings: Any):
    image = picture(ana)
    mark_favourites(user=ana, images=[image])
    lines = list(LedgerEntry.objects.values_list("kind", "amount"))
    trash(ana, image)
    assert purge_trash(now=later(settings.TRASH_RETENTION_DAYS - 0.01)) == 0
    assert purge_trash(now=later(settings.TRASH_RETENTION_DAYS)) == 1
    assert files_of(image) == [False] * 3
    row = OutputImage.objects.get()
    assert (row.file, row.thumbnail, row.placeholder, row.cost) == ("", "", "", image.cost)
    assert not SearchText.objects.exists()
    assert not Favourite.objects.exists()
    assert list(LedgerEntry.objects.values_list("kind", "amount")) == lines
    assert list(ledger_faults()) == []


def test_what_is_deleted_is_not_restored_and_not_deleted_twice(ana: Any):
    image = picture(ana)
    trash(ana, image)
    assert len(delete_images(images=only(image))) == 1
    assert restore_images(images=only(image)) == []
    assert delete_images(images=only(image)) == []
    assert purge_trash(now=later(99)) == 0


def test_a_picture_in_the_gallery_is_not_deleted(ana: Any):
    image = picture(ana)
    assert delete_images(images=only(image)) == []
    assert files_of(image) == [True] * 3


def test_a_late_picture_makes_a_deleted_one_of_its_call_no_more_findable(ana: Any):
    image = picture(ana)
    trash(ana, image)
    delete_images(images=only(image))
    attempt = factories.put_at(image.attempt, Attempt.Status.COLLECTING, finished_at=None)
    factories.deliver(attempt, 1, status="stored")
    late = factories.store_image(attempt, 1)
    settle_attempt(attempt)
    assert SearchText.objects.get().image == late
    assert list(ledger_faults()) == []


def test_a_shared_file_stays_until_the_last_picture_is_deleted(ana: Any, ben: Any):
    first, second = picture(ana), picture(ben)
    assert first.file == second.file
    trash(ana, first, second)
    delete_images(images=only(first))
    assert files_of(second) == [True] * 3
    restore_images(images=only(second))
    trash(ben, second)
    delete_images(images=only(second))
    assert files_of(second) == [False] * 3


def test_copies_go_with_the_original(ana: Any):
    image = picture(ana)
    copy = copy_of(for_taking_away(only(image)).get(), Choice(form="webp"))
    trash(ana, image)
    assert default_storage.exists(copy.file)
    delete_images(images=only(image))
    assert not default_storage.exists(copy.file)


def test_the_sketch_goes_with_the_last_picture_of_the_call(ana: Any):
    attempt = deliver(ana, pictures=2)
    name = default_storage.save("partials/one.png", ContentFile(png()))
    Attempt.objects.update(partial_file=name)
    first, second = attempt.images.order_by("pk")
    trash(ana, first, second)
    delete_images(images=only(first))
    assert default_storage.exists(name)
    delete_images(images=only(second))
    assert not default_storage.exists(name)
    assert Attempt.objects.get().partial_file == ""


def test_what_a_crash_left_half_deleted_is_made_good(ana: Any):
    image = picture(ana)
    trash(ana, image)
    OutputImage.objects.update(deleted_at=timezone.now())
    purge_trash(now=timezone.now())
    assert files_of(image) == [False] * 3
    assert OutputImage.objects.get().file == ""


def test_the_same_picture_may_come_again_after_it_was_deleted(ana: Any):
    image = picture(ana)
    trash(ana, image)
    delete_images(images=only(image))
    again = picture(ana)
    assert again.file == image.file
    assert files_of(again) == [True] * 3


def test_a_file_that_vanishes_before_its_row_is_seen_is_written_again(ana: Any, monkeypatch: Any):
    """As a purge would take it: found unused, removed, and only then the row is saved."""
    attempt = factories.only_attempt(factories.submit(ana))
    delivery = factories.deliver(attempt)
    bulk_create = OutputImage.objects.bulk_create

    def purge_and_create(rows: list[OutputImage], **more: Any) -> Any:
        default_storage.delete(rows[0].file)
        return bulk_create(rows, **more)

    monkeypatch.setattr(OutputImage.objects, "bulk_create", purge_and_create)
    store_image(delivery, png())
    assert files_of(OutputImage.objects.get()) == [True] * 3
