"""Which pictures a person has marked."""

from collections.abc import Iterable
from typing import Any

from generations.models import Favourite, OutputImage


def favourites_among(user: Any, images: Iterable[OutputImage]) -> set[int]:
    """The frame numbers of those that the person has marked, in one query."""
    frames = [image.pk for image in images]
    marks = Favourite.objects.filter(person=user, image__in=frames)
    return set(marks.values_list("image", flat=True))
