"""One JSON value of the chat route, taken apart: text, pictures, thoughts, an error.

The shapes are those of provider-facts 2.5 and 2.6: deltas and whole messages, content as text or
as a list, `reasoning_content`, `images[]`, and the body of the Images API.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Text:
    """A piece of the answer's text."""

    text: str


@dataclass(frozen=True)
class Thought:
    """A piece of the reasoning, where some relays write their progress."""

    text: str


@dataclass(frozen=True)
class Source:
    """A picture beside the text: an address, a data URI, or bare base64."""

    source: str = field(repr=False)


@dataclass(frozen=True)
class Failure:
    """An error object inside the answer."""

    body: Any


Part = Text | Thought | Source | Failure


def parts_of(value: Any) -> Iterator[Part]:
    """Give the parts of one chunk or of a whole body, in their order."""
    if not isinstance(value, dict):
        return
    if is_failure(value):
        yield Failure(value)
        return
    for choice in _dicts(value.get("choices")):
        yield from _choice_parts(choice)
    for item in _dicts(value.get("data")):
        yield from _picture_parts(item)


def is_answer(value: Any) -> bool:
    """Tell whether a JSON value has the shape of an answer, be it an empty one."""
    return isinstance(value, dict) and ("choices" in value or "data" in value)


def is_failure(value: dict[str, Any]) -> bool:
    """Tell whether a JSON value is an error, in the form of any of the relays."""
    if value.get("error"):
        return True
    if value.get("choices") or value.get("data"):
        return False
    code = value.get("code")
    return bool(value.get("detail") or value.get("success") is False or _is_bad_code(code))


def _is_bad_code(code: Any) -> bool:
    return bool(code) and str(code) not in ("0", "200", "success")


def _choice_parts(choice: dict[str, Any]) -> Iterator[Part]:
    delta, message = choice.get("delta"), choice.get("message")
    said = delta if isinstance(delta, dict) and delta else message
    if isinstance(said, dict):
        yield from _message_parts(said)
    elif isinstance(choice.get("text"), str):
        yield Text(choice["text"])


def _message_parts(message: dict[str, Any]) -> Iterator[Part]:
    thought = message.get("reasoning_content") or message.get("reasoning")
    if isinstance(thought, str):
        yield Thought(thought)
    content = message.get("content")
    if isinstance(content, str):
        yield Text(content)
    for item in _dicts(content):
        if isinstance(item.get("text"), str):
            yield Text(item["text"])
        else:
            yield from _picture_parts(item)
    for item in _dicts(message.get("images")):
        yield from _picture_parts(item)


def _picture_parts(item: dict[str, Any]) -> Iterator[Part]:
    inner = item.get("image_url") or item
    if isinstance(inner, dict):
        inner = inner.get("b64_json") or inner.get("url")
    if isinstance(inner, str) and inner.strip():
        yield Source(inner.strip())


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
