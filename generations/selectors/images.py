"""One picture with all that is known about it: settings, references, receipt."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from generations.models import Generation, LedgerEntry, OutputImage, ReferenceUse


@dataclass(frozen=True)
class ImageReceipt:
    """The ledger lines of the call that brought this picture, and the picture's share of it."""

    lines: Sequence[LedgerEntry]
    total: Decimal | None
    share: Decimal | None
    picture_count: int
    is_demo: bool


def visible_images(user: Any) -> QuerySet[OutputImage]:
    """Gallery pictures for everybody; what is still being settled, for who asked and for staff.

    Nothing of the trash.
    """
    images = OutputImage.objects.filter(trashed_at=None)
    if user.is_staff:
        return images
    return images.filter(Q(is_in_gallery=True) | Q(generation__requested_by=user))


def image_with_story(user: Any, uuid: UUID) -> OutputImage | None:
    """The picture with its call, its generation and the person; None if there is none for them."""
    images = visible_images(user).select_related("attempt", "generation__requested_by")
    return images.filter(uuid=uuid).first()


def siblings(image: OutputImage, *, most: int = 3) -> list[OutputImage]:
    """Other pictures of the gallery that came of the same generation."""
    images = OutputImage.objects.in_gallery().filter(generation=image.generation_id)
    return list(images.exclude(pk=image.pk).only("uuid").order_by("pk")[:most])


def reference_uses(generation: Generation) -> Sequence[ReferenceUse]:
    return list(generation.reference_uses.select_related("reference"))


def image_receipt(image: OutputImage) -> ImageReceipt:
    lines = list(image.attempt.ledger_entries.order_by("pk"))
    return ImageReceipt(
        lines=lines,
        total=sum((line.amount for line in lines), Decimal(0)) if lines else None,
        share=image.cost,
        picture_count=image.attempt.images.count(),
        is_demo=image.generation.is_demo,
    )
