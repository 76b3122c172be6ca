"""The body of a chat request (provider-facts 2.2): everything is said in the prompt."""

import base64
from math import gcd
from typing import Any

from generations.providers.base import Charged, Code, ImageRequest, ProviderError, ReferenceFile


def chat_messages(request: ImageRequest) -> list[dict[str, Any]]:
    """Give the one turn of the person: the words, then the references as data URLs.

    Size and background become words; the route knows neither, nor a count or a quality.
    """
    if request.mask:
        raise ProviderError(
            Code.BAD_REQUEST, charged=Charged.NO, detail="The chat route knows no masks."
        )
    parts: list[dict[str, Any]] = [{"type": "text", "text": chat_prompt(request)}]
    parts += [_reference_part(reference) for reference in request.references]
    return [{"role": "user", "content": parts}]


def chat_prompt(request: ImageRequest) -> str:
    """Give the prompt with the wishes that other routes take as settings."""
    wishes = [ratio_words(request.size)]
    if request.background == "transparent":
        wishes.append("transparent background")
    wish = ", ".join(filter(None, wishes))
    return f"{request.prompt.rstrip()} {wish}" if wish else request.prompt


def ratio_words(size: str) -> str:
    """Give a size such as "1024x1536" (pixels) or "2:3" as "2:3 portrait"; "" for any other."""
    sides = size.lower().replace(":", "x").split("x")
    if len(sides) != 2 or not all(side.isdecimal() and int(side) for side in sides):
        return ""
    width, height = (int(side) for side in sides)
    divisor = gcd(width, height)
    ratio = f"{width // divisor}:{height // divisor}"
    if width == height:
        return ratio
    return f"{ratio} {'portrait' if height > width else 'landscape'}"


def _reference_part(reference: ReferenceFile) -> dict[str, Any]:
    content = base64.b64encode(reference.content).decode("ascii")
    url = f"data:{reference.content_type};base64,{content}"
    return {"type": "image_url", "image_url": {"url": url}}
