"""What each image model accepts on the Images API (provider-facts 1.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generations.providers.demo.refusals import Refused

MAX_PROMPT = 32_000
MAX_COUNT = 10

_BOTH = {
    "model", "prompt", "n", "size", "quality", "background", "output_format",
    "output_compression", "partial_images", "stream", "user", "safety_identifier",
}  # fmt: skip
_GENERATE_FIELDS = frozenset(_BOTH | {"moderation"})
_EDIT_FIELDS = frozenset(_BOTH | {"input_fidelity"})
_THREE_SIZES = ("1024x1024", "1536x1024", "1024x1536")
_OLD_QUALITIES = ("low", "medium", "high", "auto")
_NEW_QUALITIES = ("low", "medium", "high", "xhigh", "max", "auto")


@dataclass(frozen=True, kw_only=True)
class ModelRules:
    """The rules of one family of models.

    `fidelities` are the accepted values of `input_fidelity`. `is_reverse` marks the relays'
    models: no quality, no usage, no stream.
    """

    family: str
    qualities: tuple[str, ...] = _OLD_QUALITIES
    has_free_sizes: bool = False
    fidelities: tuple[str, ...] = ()
    has_complexity: bool = False
    is_reverse: bool = False


# The first family whose name begins the model's name decides
_FAMILIES = (
    ModelRules(
        family="gpt-image-2.6", qualities=_NEW_QUALITIES, has_free_sizes=True, has_complexity=True
    ),
    ModelRules(family="gpt-image-2.5", qualities=_NEW_QUALITIES, has_free_sizes=True),
    ModelRules(family="gpt-image-2", has_free_sizes=True),
    ModelRules(family="gpt-image-1-mini", fidelities=("low",)),
    ModelRules(family="gpt-image-1.5", fidelities=("high", "low")),
    ModelRules(family="chatgpt-image-latest", fidelities=("high", "low")),
    ModelRules(family="gpt-image-1", fidelities=("high", "low")),
    ModelRules(family="gpt-4o-image", is_reverse=True),
)


def rules_for(model: str) -> ModelRules:
    """Find the rules of a model, or refuse the name."""
    for rules in _FAMILIES:
        if model.startswith(rules.family):
            return rules
    message = f"The model '{model}' does not exist or you do not have access to it."
    raise Refused(404, message, code="model_not_found", param="model")


def check_settings(fields: Mapping[str, Any], rules: ModelRules, *, is_edit: bool) -> None:
    """Refuse the first setting that the model does not take, with OpenAI's codes."""
    _check_names(fields, rules, is_edit=is_edit)
    _check_prompt(fields.get("prompt"))
    _check_number(fields, "n", 1, MAX_COUNT)
    _check_number(fields, "partial_images", 0, 3)
    _check_number(fields, "output_compression", 0, 100)
    _check_choice(fields, "quality", rules.qualities)
    _check_choice(fields, "background", ("auto", "opaque", "transparent"))
    _check_choice(fields, "output_format", ("png", "jpeg", "webp"))
    _check_choice(fields, "moderation", ("auto", "low"))
    _check_choice(fields, "input_fidelity", rules.fidelities)
    _check_choice(fields, "complexity", ("low", "medium", "high"))
    _check_size(fields.get("size"), rules)
    _check_transparency(fields)


def parse_size(size: str) -> tuple[int, int]:
    """Read "1024x1536"; anything else is a ValueError."""
    width, height = size.split("x")
    return int(width), int(height)


def _check_names(fields: Mapping[str, Any], rules: ModelRules, *, is_edit: bool) -> None:
    known = set(_EDIT_FIELDS if is_edit else _GENERATE_FIELDS)
    if rules.has_complexity:
        known.add("complexity")
    if rules.is_reverse:
        known.add("response_format")
        known -= {"quality", "input_fidelity"}
    if is_edit and not rules.fidelities:
        known.discard("input_fidelity")
    for name in fields:
        if name not in known:
            raise Refused(
                400, f"Unknown parameter: '{name}'.", code="unknown_parameter", param=name
            )


def _check_prompt(prompt: object) -> None:
    if not isinstance(prompt, str) or not prompt.strip():
        message = "Missing required parameter: 'prompt'."
        raise Refused(400, message, code="missing_required_parameter", param="prompt")
    if len(prompt) > MAX_PROMPT:
        message = (
            f"Invalid 'prompt': string too long. Expected a string with maximum length"
            f" {MAX_PROMPT}, but got a string with length {len(prompt)} instead."
        )
        raise Refused(400, message, code="string_above_max_length", param="prompt")


def _check_number(fields: Mapping[str, Any], name: str, lowest: int, highest: int) -> None:
    value = fields.get(name)
    if value is None:
        return
    try:
        number = int(value)
    except (TypeError, ValueError):
        message = f"Invalid type for '{name}': expected an integer."
        raise Refused(400, message, code="invalid_type", param=name) from None
    if not lowest <= number <= highest:
        side = "below_min" if number < lowest else "above_max"
        message = f"Invalid '{name}': {number}. Expected a value from {lowest} to {highest}."
        raise Refused(400, message, code=f"integer_{side}_value", param=name)


def _check_choice(fields: Mapping[str, Any], name: str, choices: tuple[str, ...]) -> None:
    value = fields.get(name)
    if value is None or value in choices:
        return
    listed = ", ".join(f"'{choice}'" for choice in choices)
    message = f"Invalid value: '{value}'. Supported values are: {listed}."
    raise Refused(400, message, code="invalid_value", param=name)


def _check_size(size: object, rules: ModelRules) -> None:
    if size is None or size == "auto" or size in _THREE_SIZES:
        return
    if rules.has_free_sizes and _is_free_size(str(size)):
        return
    listed = ", ".join(f"'{choice}'" for choice in (*_THREE_SIZES, "auto"))
    message = f"Invalid value: '{size}'. Supported values are: {listed}."
    raise Refused(400, message, code="invalid_value", param="size")


def _is_free_size(size: str) -> bool:
    try:
        width, height = parse_size(size)
    except ValueError:
        return False
    if min(width, height) <= 0 or width % 16 or height % 16 or max(width, height) > 3840:
        return False
    return 1 / 3 <= width / height <= 3 and 655_360 <= width * height <= 8_294_400


def _check_transparency(fields: Mapping[str, Any]) -> None:
    if fields.get("background") == "transparent" and fields.get("output_format") == "jpeg":
        message = "Transparent background is not supported for jpeg output format."
        raise Refused(400, message, code="invalid_value", param="background")
