"""Brings settled pictures into the gallery, with what filters and search read."""

from collections.abc import Sequence

from generations.models import Attempt, OutputImage, Ratio, SearchText
from generations.services.search_text import search_text
from generations.services.spend.groups import project_of

FIELDS = ["is_in_gallery", "requested_by", "image_model", "ratio", "project"]


def fill_in_for_gallery(image: OutputImage, attempt: Attempt) -> None:
    """Sets what the gallery reads of the call of a picture; the caller saves `FIELDS`."""
    generation = attempt.generation
    image.is_in_gallery = not image.is_removed
    image.requested_by_id = generation.requested_by_id
    image.image_model = generation.image_model
    image.project_id = project_of(attempt)
    image.ratio = Ratio.of(image.width, image.height)


def write_search_texts(images: Sequence[OutputImage], attempt: Attempt) -> None:
    """Makes the pictures of a call findable by its prompt and by what the provider made of it."""
    revised_prompt = attempt.got.get("revised_prompt", "")
    text = search_text(attempt.generation.prompt, revised_prompt)
    SearchText.objects.bulk_create(
        [SearchText(image=image, text=text) for image in images],
        update_conflicts=True,
        unique_fields=["image"],
        update_fields=["text"],
    )
