"""What goes to the provider: a generation's settings as far as its model takes them."""

import hashlib

from django.conf import settings

from generations.models import Generation, ImageModel, ReferenceUse
from generations.providers.base import Charged, Code, ImageRequest, ProviderError, ReferenceFile
from generations.services.generation_settings import settings_of
from generations.services.originals import read_bytes


def build_request(generation: Generation, image_model: ImageModel) -> ImageRequest:
    """The request for one slot; each slot asks for one picture.

    Pictures that the model does not take any more are refused, not left out: without them
    something else would be painted, and charged.
    """
    uses = list(generation.reference_uses.select_related("reference"))
    references = tuple(_file(use) for use in uses if not use.is_mask)
    mask = next((_file(use) for use in uses if use.is_mask), None)
    if len(references) > image_model.max_references or (mask and not image_model.takes_mask):
        detail = "The model's row takes fewer references, or no mask."
        raise ProviderError(Code.BAD_REQUEST, charged=Charged.NO, detail=detail)
    chosen = settings_of(generation).as_taken_by(image_model)
    return ImageRequest(
        model=generation.model,
        prompt=generation.prompt,
        size=chosen.size,
        quality=chosen.quality,
        background=chosen.background,
        output_format=chosen.output_format,
        output_compression=chosen.output_compression,
        moderation="" if uses else chosen.moderation,
        input_fidelity=chosen.input_fidelity if uses else "",
        complexity=chosen.complexity,
        partial_images=chosen.partial_images,
        references=references,
        mask=mask,
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
