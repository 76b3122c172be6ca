"""Tokens as the Images API counts them (provider-facts 1.3)."""

import math
from dataclasses import fields
from typing import Any

from generations.providers.base import Usage


def usage_of(value: Any) -> Usage | None:
    """Read a `usage` object; None where there is none.

    Cached tokens are counted among the full ones too, as the provider does. Where details are
    missing (older relays), all output is images and all input is text.
    """
    if not isinstance(value, dict) or not value:
        return None
    details = _dict(value.get("input_tokens_details"))
    output = _dict(value.get("output_tokens_details"))
    cached_text, cached_image = _cached(details)
    image_in = _count(details, "image_tokens")
    text_in = _count(details, "text_tokens") or max(0, _count(value, "input_tokens") - image_in)
    text_out = _count(output, "text_tokens")
    image_out = _count(output, "image_tokens") or max(0, _count(value, "output_tokens") - text_out)
    return Usage(
        text_in=text_in,
        cached_text_in=cached_text,
        image_in=image_in,
        cached_image_in=cached_image,
        image_out=image_out,
        text_out=text_out,
    )


def add_usage(first: Usage | None, second: Usage) -> Usage:
    """Add two counts: a stream of several pictures counts each of them apart."""
    if first is None:
        return second
    names = [field.name for field in fields(Usage) if field.name != "is_trustworthy"]
    sums = {name: getattr(first, name) + getattr(second, name) for name in names}
    return Usage(**sums, is_trustworthy=first.is_trustworthy and second.is_trustworthy)


def _cached(details: dict[str, Any]) -> tuple[int, int]:
    apart = _dict(details.get("cached_tokens_details"))
    if apart:
        return _count(apart, "text_tokens"), _count(apart, "image_tokens")
    return _count(details, "cached_tokens"), 0


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _count(values: dict[str, Any], name: str) -> int:
    value = values.get(name)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    # JSON readers take Infinity and NaN for numbers; neither is a count
    return int(value) if is_number and value is not None and 0 <= value < math.inf else 0
