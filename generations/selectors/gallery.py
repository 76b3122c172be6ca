"""The gallery: every picture of the team, newest first, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import F
from django.db.models.functions import Left
from django.utils import timezone

from generations.models import OutputImage
from generations.selectors.gallery_filters import GalleryFilters, narrowed
from generations.selectors.gallery_search import found_frames

PAGE_SIZE = 36
CAPTION_LENGTH = 240
COUNTED_NEW = 99
LARGEST_FRAME = 2**63 - 1
EVERYTHING = GalleryFilters()


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

    @property
    def images(self) -> list[OutputImage]:
        return [image for day in self.days for image in day.images]


def gallery_page(
    filters: GalleryFilters = EVERYTHING, *, before: int | None = None, after: int | None = None
) -> GalleryPage:
    """The pictures older than `before`, or the page of pictures next to and newer than `after`."""
    pictures = _Pictures(filters)
    if after is not None:
        images, has_older = pictures.next_newer(after)
    else:
        images, has_older = pictures.older(before)
    first, last = (images[0].pk, images[-1].pk) if images else (0, 0)
    is_further = before is not None or after is not None
    return GalleryPage(
        days=_by_day(images),
        older=last if has_older else None,
        newer=first if images and is_further and pictures.has_newer(first) else None,
        newest=_newest_frame(),
    )


def count_newer(after: int, filters: GalleryFilters = EVERYTHING) -> int:
    """How many pictures are newer than a frame number, counted up to 99."""
    return len(_Pictures(filters).frames(after=after, limit=COUNTED_NEW))


def neighbours(
    image: OutputImage, filters: GalleryFilters = EVERYTHING
) -> tuple[OutputImage | None, OutputImage | None]:
    """The next newer and the next older picture among those that the filters leave."""
    pictures = _Pictures(filters)
    newer = pictures.frames(after=image.pk, limit=1)
    older = pictures.frames(before=image.pk, limit=1)
    found = OutputImage.objects.only("uuid").in_bulk([*newer, *older])
    return found.get(next(iter(newer), 0)), found.get(next(iter(older), 0))


def cursor_from(text: str) -> int | None:
    """A cursor as it stands in an address; raises ValueError for what is none."""
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or int(text) > LARGEST_FRAME:
        raise ValueError(text)
    return int(text)


class _Pictures:
    """The pictures that the filters leave, to be read from a cursor on in both directions."""

    def __init__(self, filters: GalleryFilters) -> None:
        self._images = narrowed(filters)
        self._words = filters.words

    def older(self, before: int | None) -> tuple[list[OutputImage], bool]:
        frames = self.frames(before=before, limit=PAGE_SIZE + 1)
        return _pictures(frames[:PAGE_SIZE]), len(frames) > PAGE_SIZE

    def next_newer(self, after: int) -> tuple[list[OutputImage], bool]:
        """Near the top, the whole first page: a short one there would say that there is no more."""
        frames = self.frames(after=after, limit=PAGE_SIZE + 1)
        if len(frames) <= PAGE_SIZE:
            return self.older(None)
        return _pictures(frames[:PAGE_SIZE]), True

    def has_newer(self, than: int) -> bool:
        return bool(self.frames(after=than, limit=1))

    def frames(
        self, *, before: int | None = None, after: int | None = None, limit: int
    ) -> list[int]:
        """Frame numbers, downward from `before` or upward from `after`."""
        images = self._images
        if before is not None:
            images = images.filter(pk__lt=before)
        if after is not None:
            images = images.filter(pk__gt=after)
        if self._words:
            is_upward = after is not None
            start = after if is_upward else before
            return found_frames(images, self._words, limit=limit, is_upward=is_upward, start=start)
        ordered = images.order_by("-pk" if after is None else "pk")
        return list(ordered.values_list("pk", flat=True)[:limit])


def _pictures(frames: Sequence[int]) -> list[OutputImage]:
    """Newest first. A prompt may have 32,000 characters: only its beginning is read."""
    images = OutputImage.objects.filter(pk__in=frames).annotate(
        caption=Left("generation__prompt", CAPTION_LENGTH),
        is_demo=F("generation__is_demo"),
    )
    return list(images.defer("sha256", "file").order_by("-pk"))


def _newest_frame() -> int:
    newest = OutputImage.objects.in_gallery().order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0


def _by_day(images: Sequence[OutputImage]) -> list[GalleryDay]:
    days = groupby(images, key=lambda image: timezone.localdate(image.created_at))
    return [GalleryDay(on=day, images=list(pictures)) for day, pictures in days]
