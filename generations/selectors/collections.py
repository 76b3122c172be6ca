"""Collections as lists and pages show them; pictures of the trash are not among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Left

from generations.models import Collection, CollectionItem, OutputImage

CAPTION_LENGTH = 240
SHOWN = Q(items__image__is_in_gallery=True)


@dataclass(frozen=True)
class Listed:
    """A collection in the list; its cover is the chosen one, or the first picture."""

    collection: Collection
    picture_count: int
    cover: OutputImage | None


def all_collections() -> list[Listed]:
    """By name."""
    first = CollectionItem.objects.filter(collection=OuterRef("pk"), image__is_in_gallery=True)
    chosen = OutputImage.objects.in_gallery().filter(pk=OuterRef("cover"))
    rows = Collection.objects.annotate(
        picture_count=Count("items", filter=SHOWN),
        cover_frame=Coalesce(
            Subquery(chosen.values("pk")),
            Subquery(first.order_by("position", "pk").values("image")[:1]),
            output_field=BigIntegerField(),
        ),
    ).order_by("name", "created_at")
    covers = OutputImage.objects.in_bulk([row.cover_frame for row in rows if row.cover_frame])
    return [Listed(row, row.picture_count, covers.get(row.cover_frame)) for row in rows]


def pictures_of(collection: Collection) -> QuerySet[OutputImage]:
    """In the order of the collection."""
    images = OutputImage.objects.in_gallery().filter(collection_items__collection=collection)
    return images.annotate(
        caption=Left("generation__prompt", CAPTION_LENGTH), is_demo=F("generation__is_demo")
    ).order_by("collection_items__position", "collection_items__pk")


def next_to(collection: Collection, image: OutputImage, *, is_later: bool) -> OutputImage | None:
    """Before whom a picture goes to stand one place earlier or later; None is the end."""
    return _placed_from(collection, image, 2 if is_later else -1)


def behind(collection: Collection, image: OutputImage) -> OutputImage | None:
    """The picture that follows; None after the last."""
    return _placed_from(collection, image, 1)


def collections_of(image: OutputImage) -> QuerySet[Collection]:
    return Collection.objects.filter(items__image=image).order_by("name", "created_at")


def collections_to_choose() -> Sequence[tuple[str, str]]:
    rows = Collection.objects.order_by("name", "created_at").values_list("pk", "name")
    return [(str(pk), name) for pk, name in rows]


def may_delete(user: Any, collection: Collection) -> bool:
    """Who made it, and staff."""
    return bool(user.is_staff or collection.created_by_id == user.pk)


def _placed_from(collection: Collection, image: OutputImage, places: int) -> OutputImage | None:
    """Who stands so many places later, or first; None beyond the last.

    None, too, where the picture has just been taken out.
    """
    order = list(pictures_of(collection).values_list("pk", flat=True))
    if image.pk not in order:
        return None
    target = max(order.index(image.pk) + places, 0)
    return OutputImage.objects.get(pk=order[target]) if target < len(order) else None
