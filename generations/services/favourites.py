"""A person's marks on pictures: set and taken away, each as often as one likes."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from generations.models import Favourite, OutputImage


@transaction.atomic
def mark_favourites(*, user: Any, images: Sequence[OutputImage]) -> list[OutputImage]:
    """Answers those that had no mark yet."""
    marks = Favourite.objects.filter(person=user, image__in=images)
    known = set(marks.values_list("image", flat=True))
    new = [image for image in images if image.pk not in known]
    Favourite.objects.bulk_create(
        [Favourite(person=user, image=image) for image in new], ignore_conflicts=True
    )
    return new


def unmark_favourites(*, user: Any, images: Sequence[OutputImage]) -> int:
    """Answers how many marks were taken away."""
    removed: int = Favourite.objects.filter(person=user, image__in=images).delete()[0]
    return removed
