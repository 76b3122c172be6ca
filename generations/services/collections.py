"""Named sets of pictures: made, filled, put in order, dissolved; pictures stay where they are."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from generations.models import Collection, CollectionItem, OutputImage, Project


def create_collection(*, user: Any, name: str, project: Project | None = None) -> Collection:
    return Collection.objects.create(name=name, created_by=user, project=project)


def change_collection(*, collection: Collection, name: str, project: Project | None) -> None:
    """A new name or project; what its pictures cost stays with the projects of their day."""
    Collection.objects.filter(pk=collection.pk).update(name=name, project=project)


def delete_collection(*, collection: Collection) -> None:
    """Dissolves the set; its pictures stay in the gallery."""
    Collection.objects.filter(pk=collection.pk).delete()


@transaction.atomic
def add_images(
    *, user: Any, collection: Collection, images: Sequence[OutputImage]
) -> list[OutputImage]:
    """Puts pictures at the end, in this order; answers those that were not in it yet."""
    items = _lock(collection)
    known = set(items.filter(image__in=images).values_list("image", flat=True))
    new = [image for image in images if image.pk not in known]
    last = items.aggregate(last=Max("position"))["last"] or 0
    CollectionItem.objects.bulk_create(
        CollectionItem(collection=collection, image=image, position=position, added_by=user)
        for position, image in enumerate(new, start=last + 1)
    )
    return new


@transaction.atomic
def remove_images(*, collection: Collection, images: Sequence[OutputImage]) -> int:
    """Takes pictures out of the set; answers how many."""
    removed: int = _lock(collection).filter(image__in=images).delete()[0]
    Collection.objects.filter(pk=collection.pk, cover__in=images).update(cover=None)
    return removed


@transaction.atomic
def place_image(*, collection: Collection, image: OutputImage, before: OutputImage | None) -> None:
    """Moves a picture in front of another of the set, or with None to the end.

    Does nothing where one of them is not in it.
    """
    items = _lock(collection)
    moved = items.filter(image=image).first()
    place = items.filter(image=before).first() if before else None
    if moved is None or moved == place or (before and place is None):
        return
    if place is None:
        position = (items.aggregate(last=Max("position"))["last"] or 0) + 1
    else:
        position = place.position
        items.filter(position__gte=position).update(position=F("position") + 1)
    items.filter(pk=moved.pk).update(position=position)


def set_cover(*, collection: Collection, image: OutputImage) -> bool:
    """Chooses the picture that stands for the set; False where it is not in it."""
    if not collection.items.filter(image=image).exists():
        return False
    Collection.objects.filter(pk=collection.pk).update(cover=image)
    return True


def _lock(collection: Collection) -> Any:
    """The items of a set that nobody else changes meanwhile."""
    list(Collection.objects.select_for_update().filter(pk=collection.pk))
    return CollectionItem.objects.filter(collection=collection)
