"""Ways to look at what a chat answer is read as."""

import base64

import pytest

from generations.providers.base import Picture, Progress, ProviderError, ResultAddress
from generations.providers.chat_grammar import parse

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 2
DATA_URI = "data:image/png;base64," + base64.b64encode(PNG).decode()
ADDRESS = "https://filesystem.site/cdn/20250421/XBCrAs6q.png"


def addresses(text: str, *, cut: bool = False) -> list[str]:
    return [event.url for event in parse(text, cut) if isinstance(event, ResultAddress)]


def pictures(text: str) -> list[bytes]:
    return [event.content for event in parse(text) if isinstance(event, Picture)]


def progress(text: str) -> list[int]:
    events = parse(f"{text}\n![image]({ADDRESS})")
    return [event.percent for event in events if isinstance(event, Progress)]


def failure(text: str, *, cut: bool = False) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        parse(text, cut)
    return caught.value
