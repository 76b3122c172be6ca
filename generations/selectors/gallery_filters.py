"""What the gallery can be narrowed to; a new filter is a field and its condition."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from generations.models import OutputImage

Images = QuerySet[OutputImage]
# Frames are numbered in the order of time, but for what is written at the same time
SLACK = timedelta(hours=1)


@dataclass(frozen=True)
class GalleryFilters:
    """None and empty narrow nothing. `until` is the first moment that is too late; costs in USD."""

    words: Sequence[str] = ()
    person: int | None = None
    image_model: str = ""
    ratio: str = ""
    since: datetime | None = None
    until: datetime | None = None
    cost_from: Decimal | None = None
    cost_to: Decimal | None = None
    is_transparent: bool = False
    favourite_of: int | None = None
    collection: str = ""
    project: str = ""


def narrowed(filters: GalleryFilters) -> Images:
    """The gallery's pictures for which every filter holds but the words, see `gallery_search`."""
    images: Images = OutputImage.objects.in_gallery()
    for field in fields(filters):
        value = getattr(filters, field.name)
        if value != field.default and field.name in CONDITIONS:
            images = CONDITIONS[field.name](images, value)
    return images


def _since(images: Images, moment: datetime) -> Images:
    """Also by number, so that the gallery is read in its order and yet not from its beginning."""
    earlier = OutputImage.objects.in_gallery().filter(created_at__lt=moment - SLACK)
    last = earlier.order_by("-created_at", "pk").values_list("pk", flat=True).first()
    return images.filter(created_at__gte=moment, pk__gt=last or 0)


def _until(images: Images, moment: datetime) -> Images:
    later = OutputImage.objects.in_gallery().filter(created_at__gte=moment + SLACK)
    first = later.order_by("created_at", "-pk").values_list("pk", flat=True).first()
    images = images.filter(created_at__lt=moment)
    return images if first is None else images.filter(pk__lt=first)


CONDITIONS: dict[str, Callable[[Images, Any], Images]] = {
    "person": lambda images, person: images.filter(requested_by=person),
    "image_model": lambda images, name: images.filter(image_model=name),
    "ratio": lambda images, ratio: images.filter(ratio=ratio),
    "since": _since,
    "until": _until,
    "cost_from": lambda images, cost: images.filter(cost__gte=cost),
    "cost_to": lambda images, cost: images.filter(cost__lte=cost),
    "is_transparent": lambda images, _: images.filter(is_transparent=True),
    "favourite_of": lambda images, person: images.filter(favourites__person=person),
    "project": lambda images, project: images.filter(project=project),
    "collection": lambda images, it: images.filter(collection_items__collection=it),
}
