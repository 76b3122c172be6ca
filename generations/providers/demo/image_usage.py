"""How many tokens a picture takes, as the providers count them (provider-facts 1.3 and 1.5)."""

import math
from typing import Any

_SQUARE = "square"
_UPRIGHT = "upright"
_FULL_HD = "1920x1080"
_QUAD_HD = "2560x1440"
_FOUR_K = "3840x2160"
_LEVELS = ("low", "medium", "high", "xhigh", "max")

# Output tokens by quality (low to max), 2.5 and later; 196 to 7024 are measured
_NEW = {
    _SQUARE: (196, 439, 1756, 3122, 7024),
    _UPRIGHT: (158, 343, 1372, 2459, 5488),
    _FULL_HD: (147, 343, 1320, 2347, 5280),
    _QUAD_HD: (205, 478, 1843, 3276, 7370),
    _FOUR_K: (371, 865, 3336, 5930, 13342),
}
_OLD = {_SQUARE: (272, 1056, 4160), _UPRIGHT: (408, 1584, 6240)}
# 2.6 at low and medium, as a multiple of 2.5: 664 / 158 and 1353 / 343, measured by one relay
_LATEST_FACTORS = {"low": 4.2, "medium": 3.945}
_PARTIAL_TOKENS = 100


def output_tokens(model: str, *, quality: str, width: int, height: int) -> int:
    """Give the image output tokens of one picture."""
    level = _LEVELS.index(quality)
    shape = _shape(width, height)
    if model.startswith(("gpt-image-1", "chatgpt-image")):
        return _OLD.get(shape, _OLD[_UPRIGHT])[level]
    if model.startswith("gpt-image-2.6") and quality in _LATEST_FACTORS:
        return round(_NEW[shape][level] * _LATEST_FACTORS[quality])
    if model.startswith(("gpt-image-2.5", "gpt-image-2.6")):
        return _NEW[shape][level]
    # gpt-image-2 knows three levels; its high is the max of 2.5, its medium their high
    return _NEW[shape][(0, 2, 4)[level]]


def usage_of(
    *, prompt: str, reference_sizes: list[tuple[int, int]], image_tokens: int, partials: int = 0
) -> dict[str, Any]:
    """Write the usage of one call; `image_tokens` are those of all its pictures."""
    text_in = 6 + math.ceil(len(prompt) / 4)
    image_in = sum(_reference_tokens(*size) for size in reference_sizes)
    image_out = image_tokens + _PARTIAL_TOKENS * partials
    return {
        "input_tokens": text_in + image_in,
        "input_tokens_details": {"text_tokens": text_in, "image_tokens": image_in},
        "output_tokens": image_out,
        "output_tokens_details": {"text_tokens": 0, "image_tokens": image_out},
        "total_tokens": text_in + image_in + image_out,
    }


def _shape(width: int, height: int) -> str:
    if width * height >= 3840 * 2160 * 0.8:
        return _FOUR_K
    if width * height >= 2560 * 1440 * 0.8:
        return _QUAD_HD
    if width * height >= 1920 * 1080 * 0.9:
        return _FULL_HD
    return _SQUARE if width == height else _UPRIGHT


def _reference_tokens(width: int, height: int) -> int:
    """1024 tokens for 1024 x 1024: one for each tile of 32 x 32, with a ceiling."""
    return min(1536, math.ceil(width / 32) * math.ceil(height / 32))
