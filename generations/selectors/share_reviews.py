"""What guests left at the pictures of a link, for its maker."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from generations.models import OutputImage, ShareLink, ShareReview
from generations.selectors.shared import shared_images

# More stand in the table alone
MOST_AT_A_PICTURE = 100


@dataclass(frozen=True)
class ReviewedPicture:
    """A picture with what guests left at it; `number` is 0 where it is not on their page now."""

    image: OutputImage
    number: int
    favourite_count: int
    reviews: Sequence[ShareReview]
    more: int


def reviewed_frames(link: ShareLink) -> QuerySet[ShareReview, Any]:
    """The pictures at which something was left, most favourites first: rows for a paginator."""
    visible = Q(is_favourite=True, is_hidden=False)
    rows = ShareReview.objects.filter(link=link).values("image")
    return rows.annotate(favourites=Count("pk", filter=visible)).order_by("-favourites", "image")


def reviewed_pictures(link: ShareLink, rows: Sequence[dict[str, Any]]) -> Sequence[ReviewedPicture]:
    """Those of some rows of `reviewed_frames`, in two queries and one for the numbers."""
    frames = [row["image"] for row in rows]
    numbers, images = _numbers(link), OutputImage.objects.in_bulk(frames)
    said: dict[int, list[ShareReview]] = {frame: [] for frame in frames}
    for review in ShareReview.objects.filter(link=link, image__in=frames).order_by("left_at"):
        said[review.image_id].append(review)
    return [
        ReviewedPicture(
            image=images[frame],
            number=numbers.get(frame, 0),
            favourite_count=row["favourites"],
            reviews=said[frame][:MOST_AT_A_PICTURE],
            more=len(said[frame][MOST_AT_A_PICTURE:]),
        )
        for frame, row in zip(frames, rows, strict=True)
    ]


def review_head() -> list[str | Promise]:
    return [
        _("Number"),
        _("Picture"),
        _("Name"),
        _("Favourite"),
        _("Comment"),
        _("Hidden"),
        _("When"),
    ]


def review_rows(link: ShareLink) -> Iterator[list[object]]:
    """One row a review, as `review_head` names the columns; there are some thousand at most."""
    numbers = _numbers(link)
    reviews = ShareReview.objects.filter(link=link).select_related("image")
    for review in list(reviews.order_by("left_at", "pk")):
        yield [
            numbers.get(review.image_id, ""),
            review.image.frame_number,
            review.name,
            _yes(review.is_favourite),
            review.comment,
            _yes(review.is_hidden),
            timezone.localtime(review.left_at).isoformat(" ", "minutes"),
        ]


def _numbers(link: ShareLink) -> dict[int, int]:
    order = shared_images(link).values_list("pk", flat=True)
    return {pk: number for number, pk in enumerate(order, start=1)}


def _yes(is_so: bool) -> str:
    return str(_("yes")) if is_so else ""
