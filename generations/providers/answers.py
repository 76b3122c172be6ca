"""The bytes of an answer, told apart: server-sent events, one JSON body, or something foreign.

The bytes decide, not the content type: relays send JSON errors and HTML pages with status 200 to
a request for a stream, and streams under any content type (provider-facts 0.4, 3.1).
"""

import json
from dataclasses import dataclass
from typing import Any

from generations.providers.base import Charged, Code, ProviderError

_EVENT_STARTS = (b"data:", b"event:", b"id:", b"retry:", b":")
_BLANK = b"\xef\xbb\xbf \t\r\n"
_KEPT_OF_FOREIGN = 8_000
# One line, or one body: room for the largest picture that is kept (64 MB) in base64
_MAX_MESSAGE_BYTES = 88 * 1024 * 1024


@dataclass(frozen=True)
class Data:
    """One JSON value of a stream; an event named "error" comes as {"error": …}."""

    value: Any


@dataclass(frozen=True)
class Done:
    """The stream's own end mark."""


@dataclass(frozen=True)
class Broken:
    """An event of a stream that is no JSON."""

    text: str


@dataclass(frozen=True)
class Whole:
    """The one JSON value that is the whole body."""

    value: Any


@dataclass(frozen=True)
class Foreign:
    """The beginning of a body that is neither stream nor JSON, such as an HTML page."""

    text: str


Message = Data | Done | Broken | Whole | Foreign


class AnswerReader:
    """Reads pieces of a body and gives the messages that they complete."""

    def __init__(self) -> None:
        self._reader: _Stream | _Body | None = None
        self._head = b""
        self._has_content = False

    @property
    def is_empty(self) -> bool:
        """Whether no byte but blanks came."""
        return not self._has_content

    def feed(self, piece: bytes) -> list[Message]:
        """Read one more piece of the body; raises ProviderError when one message has no end."""
        if self._reader is None:
            self._head = (self._head + piece).lstrip(_BLANK)
            self._has_content = bool(self._head)
            self._reader = _reader_for(self._head)
            piece, self._head = (self._head, b"") if self._reader else (b"", self._head)
        return self._reader.feed(piece) if self._reader else []

    def finish(self) -> list[Message]:
        """Read what is left, knowing that the body ended."""
        if self._reader is None and self._has_content:
            self._reader = _Body()
            self._reader.feed(self._head)
        return self._reader.finish() if self._reader else []


def _reader_for(head: bytes) -> "_Stream | _Body | None":
    if head.startswith(_EVENT_STARTS):
        return _Stream()
    if not head or any(start.startswith(head) for start in _EVENT_STARTS):
        return None
    return _Body()


class _Pieces:
    """The pieces of one message, until it is complete."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0

    def add(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > _MAX_MESSAGE_BYTES:
            self._pieces, self._size = [], 0
            detail = f"A message is longer than {_MAX_MESSAGE_BYTES} bytes."
            raise ProviderError(Code.UNREADABLE_ANSWER, charged=Charged.UNKNOWN, detail=detail)
        self._pieces.append(piece)

    def take(self) -> str:
        whole = b"".join(self._pieces)
        self._pieces, self._size = [], 0
        return whole.decode("utf-8", "replace")


class _Body:
    def __init__(self) -> None:
        self._pieces = _Pieces()

    def feed(self, piece: bytes) -> list[Message]:
        self._pieces.add(piece)
        return []

    def finish(self) -> list[Message]:
        body = self._pieces.take()
        try:
            return [Whole(json.loads(body))]
        except (ValueError, RecursionError):
            return [Foreign(body[:_KEPT_OF_FOREIGN])]


class _Stream:
    def __init__(self) -> None:
        self._line = _Pieces()  # a line may be a whole picture, in many pieces
        self._data: list[str] = []
        self._event = ""

    def feed(self, piece: bytes) -> list[Message]:
        messages: list[Message] = []
        *ends, rest = piece.split(b"\n")
        for end in ends:
            self._line.add(end)
            messages += self._read_line(self._line.take().rstrip("\r"))
        self._line.add(rest)
        return messages

    def finish(self) -> list[Message]:
        return self.feed(b"\n") + self._end_event()

    def _read_line(self, line: str) -> list[Message]:
        if not line.strip():
            return self._end_event()
        name, _, value = line.partition(":")
        if name == "data":
            return self._read_data(value.strip())
        if name == "event":
            self._event = value.strip()
        elif line.startswith("{"):  # a relay's error in the middle of a stream, without "data:"
            return self._read_data(line)
        return []

    def _read_data(self, value: str) -> list[Message]:
        # Some servers part their events by one line end only, so a whole object is an event.
        is_whole = value == "[DONE]" or (value.startswith("{") and value.endswith("}"))
        if not is_whole or self._data:
            self._data.append(value)
            return []
        return [self._message(value)]

    def _end_event(self) -> list[Message]:
        value = "\n".join(self._data).strip()
        self._data = []
        messages = [self._message(value)] if value else []
        self._event = ""
        return messages

    def _message(self, value: str) -> Message:
        if value == "[DONE]":
            return Done()
        try:
            found = json.loads(value)
        except (ValueError, RecursionError):
            return Broken(value[:_KEPT_OF_FOREIGN])
        is_wrapped = isinstance(found, dict) and "error" in found
        is_bare_error = self._event == "error" and not is_wrapped
        return Data({"error": found} if is_bare_error else found)
