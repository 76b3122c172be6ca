"""What a picture came from, and what came of it: by its references, and by "Use again"."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Left

from generations.models import Generation, OutputImage, ReferenceUse
from generations.selectors.images import visible_images

MOST = 12
CAPTION_LENGTH = 120


@dataclass(frozen=True)
class Family:
    """Pictures of the gallery, at most a dozen each way; false where there are none."""

    came_from: Sequence[OutputImage]
    came_of: Sequence[OutputImage]

    def __bool__(self) -> bool:
        return bool(self.came_from or self.came_of)


def family_of(image: OutputImage) -> Family:
    """Of a picture with its generation."""
    generation = image.generation
    uses = ReferenceUse.objects.filter(is_mask=False)
    sources = list(
        uses.filter(generation=generation, reference__taken_from__isnull=False).values_list(
            "reference__taken_from", flat=True
        )
    )
    descended = {
        *Generation.objects.filter(parent=generation).values_list("pk", flat=True)[:MOST],
        *uses.filter(reference__taken_from=image).values_list("generation", flat=True)[:MOST],
    }
    parent = Q(generation=generation.parent_id) if generation.parent_id else Q()
    return Family(
        came_from=_pictures(Q(pk__in=sources) | parent) if sources or parent else [],
        came_of=_pictures(Q(generation__in=descended)) if descended else [],
    )


def image_named(user: Any, name: str) -> OutputImage | None:
    """The picture of this public id with its generation, if the person may see it."""
    if not (uuid := _as_uuid(name)):
        return None
    return visible_images(user).select_related("generation").filter(uuid=uuid).first()


def parent_named(user: Any, name: str) -> Generation | None:
    """The generation that a new one says it comes from, if the person may see it or its pictures.

    What is not there is no fault: the prompt stands for itself.
    """
    if not (generation_id := _as_uuid(name)):
        return None
    found = Generation.objects.filter(pk=generation_id)
    pictures = visible_images(user).filter(generation=generation_id)
    if user.is_staff or pictures.exists():
        return found.first()
    return found.filter(requested_by=user).first()


def _pictures(condition: Q) -> list[OutputImage]:
    images = OutputImage.objects.in_gallery().filter(condition).order_by("pk")
    return list(images.annotate(caption=Left("generation__prompt", CAPTION_LENGTH))[:MOST])


def _as_uuid(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None
