"""What a person chose for a generation, beside prompt and model."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from generations.models import Generation, ImageModel

# The API's words of provider-facts.md 1.2, each with the list of the model that says which it takes
WORDS = {
    "quality": "qualities",
    "background": "backgrounds",
    "output_format": "output_formats",
    "moderation": "moderations",
    "input_fidelity": "input_fidelities",
    "complexity": "complexities",
}


@dataclass(frozen=True, kw_only=True)
class GenerationSettings:
    """Settings in the API's own words; empty or None is not sent.

    `size` is "auto" or "WIDTHxHEIGHT" in pixels, `output_compression` 0 to 100,
    `partial_images` the number of partial pictures of each call.
    """

    count: int = 1
    size: str = ""
    quality: str = ""
    background: str = ""
    output_format: str = ""
    output_compression: int | None = None
    moderation: str = ""
    input_fidelity: str = ""
    complexity: str = ""
    partial_images: int = 0

    def as_fields(self) -> dict[str, Any]:
        """The fields of a `Generation`."""
        return asdict(self)

    def as_taken_by(self, image_model: ImageModel) -> "GenerationSettings":
        """Without what the model does not take: its row may be newer than the generation."""
        words = {
            name: word
            for name, listed in WORDS.items()
            if (word := getattr(self, name)) in getattr(image_model, listed)
        }
        return replace(
            self,
            **dict.fromkeys(WORDS, "") | words,
            size=self.size if image_model.takes_size(self.size) else "",
            output_compression=self.output_compression if image_model.takes_compression else None,
            partial_images=min(self.partial_images, image_model.max_partial_images),
        )


def settings_of(generation: Generation) -> GenerationSettings:
    """What a generation asked for."""
    names = GenerationSettings().as_fields()
    return GenerationSettings(**{name: getattr(generation, name) for name in names})
