"""What goes to the provider: a generation's settings as far as its model takes them."""

import hashlib

from django.conf import settings

from generations.models import Generation, ImageModel, ReferenceUse
from generations.providers.base import ImageRequest, ReferenceFile
from generations.services.originals import read_bytes


def build_request(generation: Generation, image_model: ImageModel) -> ImageRequest:
    """The request for one slot; each slot asks for one picture."""
    uses = list(generation.reference_uses.select_related("reference"))
    return ImageRequest(
        model=generation.model,
        prompt=generation.prompt,
        size=generation.size,
        quality=generation.quality,
        background=generation.background,
        output_format=generation.output_format,
        output_compression=generation.output_compression,
        moderation="" if uses else generation.moderation,
        input_fidelity=generation.input_fidelity if uses else "",
        partial_images=image_model.max_partial_images,
        references=tuple(_file(use) for use in uses if not use.is_mask),
        mask=next((_file(use) for use in uses if use.is_mask), None),
        safety_identifier=_safety_identifier(generation),
    )


def _file(use: ReferenceUse) -> ReferenceFile:
    reference = use.reference
    extension = reference.file.rpartition(".")[2]
    name = f"mask.{extension}" if use.is_mask else f"reference-{use.position + 1}.{extension}"
    return ReferenceFile(
        name=name, content_type=reference.content_type, content=read_bytes(reference.file)
    )


def _safety_identifier(generation: Generation) -> str:
    """A stable pseudonym of the person, as the provider asks for: provider-facts.md 1.2."""
    text = f"{settings.SECRET_KEY}:{generation.requested_by_id}"
    return hashlib.sha256(text.encode()).hexdigest()
