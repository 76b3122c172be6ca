"""What a person chose for a generation, beside prompt and model."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class GenerationSettings:
    """Settings in the API's own words; empty or None is not sent.

    `size` is "auto" or "WIDTHxHEIGHT" in pixels, `output_compression` 0 to 100.
    """

    count: int = 1
    size: str = ""
    quality: str = ""
    background: str = ""
    output_format: str = ""
    output_compression: int | None = None
    moderation: str = ""
    input_fidelity: str = ""

    def as_fields(self) -> dict[str, Any]:
        """The fields of a `Generation`."""
        return asdict(self)
