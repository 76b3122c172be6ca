"""What a guest sees of a link: its pictures, and what guests said of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Left

from generations.models import OutputImage, ShareLink, ShareReview
from generations.services.copies.recipes import for_marking

CAPTION_LENGTH = 240
# What neither pages nor files for guests need
NOT_READ = ("cost", "created_at", "image_model", "ratio", "trashed_at", "deleted_at")


@dataclass(frozen=True)
class Place:
    """Where a picture stands among those of its link; neighbours by public id."""

    number: int
    count: int
    previous: UUID | None
    next: UUID | None


@dataclass(frozen=True)
class Voices:
    """What guests said of the pictures of a link that are shown, by picture.

    `favourites` counts, `comments` are those that guests may see; `mine` is one guest's own.
    """

    favourites: dict[int, int]
    comments: dict[int, int]
    mine: dict[int, ShareReview]


def shared_images(link: ShareLink) -> QuerySet[OutputImage]:
    """The pictures that a link shows now, in its order; nothing of the trash."""
    images = OutputImage.objects.in_gallery()
    if link.kind == ShareLink.Kind.COLLECTION:
        if link.collection_id is None:
            return images.none()
        order = ("collection_items__position", "collection_items__pk")
        return images.filter(collection_items__collection=link.collection_id).order_by(*order)
    order = ("share_link_items__position", "share_link_items__pk")
    return images.filter(share_link_items__link=link).order_by(*order)


def shared_files(link: ShareLink) -> QuerySet[OutputImage]:
    """The same, with what serving their files needs."""
    return for_marking(shared_images(link)).defer("placeholder", *NOT_READ)


def shared_on_page(link: ShareLink) -> QuerySet[OutputImage]:
    """The same, with what the page says: prompts and people only where the link shows them."""
    images = shared_images(link).defer("file", "thumbnail", "sha256", *NOT_READ)
    if link.show_prompt:
        images = images.annotate(caption=Left("generation__prompt", CAPTION_LENGTH))
    return images


def shared_image(link: ShareLink, image_id: UUID) -> OutputImage | None:
    """One picture of the link for its own page, with prompt and person where they are shown."""
    images = shared_images(link).filter(uuid=image_id)
    if link.show_prompt:
        images = images.annotate(prompt=F("generation__prompt"))
    if link.show_author:
        images = images.select_related("requested_by")
    return images.first()


def place_of(link: ShareLink, image: OutputImage) -> Place | None:
    """None where it was taken out just now."""
    order = list(shared_images(link).values_list("uuid", flat=True))
    if image.uuid not in order:
        return None
    index = order.index(image.uuid)
    return Place(
        number=index + 1,
        count=len(order),
        previous=order[index - 1] if index else None,
        next=order[index + 1] if index + 1 < len(order) else None,
    )


def total_bytes(link: ShareLink) -> int:
    """About what all pictures take as a download."""
    sizes = shared_images(link).order_by().aggregate(total=Sum("byte_size"))
    return int(sizes["total"] or 0)


def voices(link: ShareLink, images: Sequence[OutputImage], guest_id: str = "") -> Voices:
    """In two queries, however many pictures and guests."""
    said = ShareReview.objects.filter(link=link, image__in=images)
    counts = (
        said.filter(is_hidden=False)
        .values("image")
        .annotate(
            favourites=Count("pk", filter=Q(is_favourite=True)),
            comments=Count("pk", filter=~Q(comment="")),
        )
    )
    rows = list(counts)
    return Voices(
        favourites={row["image"]: row["favourites"] for row in rows if row["favourites"]},
        comments={row["image"]: row["comments"] for row in rows if row["comments"]},
        mine={it.image_id: it for it in said.filter(guest=guest_id)} if guest_id else {},
    )


def comments_on(link: ShareLink, image: OutputImage) -> QuerySet[ShareReview]:
    """What guests may read at a picture, oldest first."""
    said = ShareReview.objects.filter(link=link, image=image, is_hidden=False)
    return said.exclude(comment="").order_by("left_at")
