"""`GET /v1/models`: names with the date on which they end (provider-facts 1.1)."""

from typing import Any

# Name, owner, released (Unix time), shutdown date
_MODELS = (
    ("gpt-4o-image", "aihubmix", 1743552000, None),
    ("gpt-4o-image-vip", "aihubmix", 1743552000, None),
    ("gpt-image-2.6-sunburst", "openai", 1793750400, None),
    ("gpt-image-2.6-flare", "openai", 1793836800, None),
    ("gpt-image-2.5-sunburst", "openai", 1788825600, None),
    ("gpt-image-2.5-flare", "openai", 1788825600, None),
    ("gpt-image-2", "openai", 1776729600, None),
    ("gpt-image-1.5", "openai", 1765843200, "2026-12-01"),
    ("chatgpt-image-latest", "openai", 1765843200, "2026-12-01"),
    ("gpt-image-1-mini", "openai", 1759708800, "2026-12-01"),
    ("gpt-image-1", "openai", 1745366400, "2026-10-23"),
)


def model_list() -> dict[str, Any]:
    """Give the body of the models list."""
    return {"object": "list", "data": [_item(*model) for model in _MODELS]}


def _item(name: str, owner: str, created: int, shutdown_date: str | None) -> dict[str, Any]:
    return {
        "id": name,
        "object": "model",
        "created": created,
        "owned_by": owner,
        "shutdown_date": shutdown_date,
    }
