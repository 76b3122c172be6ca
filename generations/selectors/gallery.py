"""The gallery: every picture of the team, newest first, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import F, QuerySet
from django.db.models.functions import Left
from django.utils import timezone

from generations.models import OutputImage

PAGE_SIZE = 48
CAPTION_LENGTH = 240
COUNTED_NEW = 99
LARGEST_FRAME = 2**63 - 1


@dataclass(frozen=True)
class GalleryDay:
    on: date
    images: Sequence[OutputImage]


@dataclass(frozen=True)
class GalleryPage:
    """A page of the gallery. `older` and `newer` are cursors, None where there is nothing more.

    A cursor is a frame number: a page goes on where it left off, however many pictures arrive.
    """

    days: Sequence[GalleryDay]
    older: int | None
    newer: int | None
    newest: int


def gallery_page(*, before: int | None = None, after: int | None = None) -> GalleryPage:
    """The pictures older than `before`, or the page of pictures next to and newer than `after`."""
    images, has_older = _newer_images(after) if after is not None else _older_images(before)
    first, last = (images[0].pk, images[-1].pk) if images else (0, 0)
    newest = _newest_frame()
    return GalleryPage(
        days=_by_day(images),
        older=last if has_older else None,
        newer=first if first and newest > first else None,
        newest=newest,
    )


def count_newer(after: int) -> int:
    """How many pictures are newer than a frame number, counted up to 99."""
    newer = OutputImage.objects.in_gallery().filter(pk__gt=after)
    return newer.order_by()[:COUNTED_NEW].count()


def cursor_from(text: str) -> int | None:
    """A cursor as it stands in an address; raises ValueError for what is none."""
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or int(text) > LARGEST_FRAME:
        raise ValueError(text)
    return int(text)


def _older_images(before: int | None) -> tuple[list[OutputImage], bool]:
    images = _pictures()
    if before is not None:
        images = images.filter(pk__lt=before)
    found = list(images.order_by("-pk")[: PAGE_SIZE + 1])
    return found[:PAGE_SIZE], len(found) > PAGE_SIZE


def _newer_images(after: int) -> tuple[list[OutputImage], bool]:
    """Near the top, the whole first page: a short page there would say that there is no more."""
    found = list(_pictures().filter(pk__gt=after).order_by("pk")[: PAGE_SIZE + 1])
    if len(found) <= PAGE_SIZE:
        return _older_images(None)
    return found[:PAGE_SIZE][::-1], True


def _pictures() -> QuerySet[OutputImage]:
    # A prompt may have 32,000 characters: only its beginning is read
    return (
        OutputImage.objects.in_gallery()
        .annotate(
            caption=Left("generation__prompt", CAPTION_LENGTH),
            is_demo=F("generation__is_demo"),
        )
        .defer("sha256", "file", "byte_size")
    )


def _newest_frame() -> int:
    newest = OutputImage.objects.in_gallery().order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0


def _by_day(images: Sequence[OutputImage]) -> list[GalleryDay]:
    days = groupby(images, key=lambda image: timezone.localdate(image.created_at))
    return [GalleryDay(on=day, images=list(pictures)) for day, pictures in days]
