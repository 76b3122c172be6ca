"""The chat route: a streamed text in which the pictures are links (provider-facts 2)."""

import re
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from generations.providers.answers import AnswerReader, Broken, Data, Done, Foreign, Message, Whole
from generations.providers.base import (
    Accepted,
    Charged,
    Code,
    Endpoint,
    Event,
    ImageRequest,
    Limits,
    ProviderError,
    Said,
)
from generations.providers.chat_grammar import ChatAnswer
from generations.providers.chat_request import chat_messages
from generations.providers.chat_wire import (
    Failure,
    Part,
    Source,
    Text,
    Thought,
    is_answer,
    parts_of,
)
from generations.providers.clients import client_for, timeout_for
from generations.providers.errors import completed, error_from, error_in_answer, request_id_of
from generations.providers.wire import Post, chunks_of, limits_as_failures

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_THOUGHT_PERCENT = re.compile(r"(?:progress|进度)[^\n\d]{0,20}(\d{1,3})(?=\D)", re.IGNORECASE)


async def chat_stream(
    request: ImageRequest, *, endpoint: Endpoint, limits: Limits
) -> AsyncIterator[Event]:
    """Ask for pictures by chat, once, and give what is said as it is said.

    Never sends `n`, `size` or `quality`. A broken connection after a picture is no failure.
    """
    reader = _ChatReader(endpoint)
    failure: ProviderError | None = None
    try:
        with limits_as_failures():
            async with _post(client_for(endpoint), request, limits) as response:
                yield reader.accept(request_id_of(response.headers))
                async for chunk in chunks_of(response):
                    for event in reader.feed(chunk):
                        yield event
                    if reader.is_done:
                        break
    except Exception as error:  # noqa: BLE001 - judged below, together with what had come
        failure = error_from(error, endpoint=endpoint, request_id=reader.request_id)
    for event in reader.finish(failure):
        yield event


def _post(client: "AsyncOpenAI", request: ImageRequest, limits: Limits) -> Post:
    messages: Any = chat_messages(request)
    return client.chat.completions.with_streaming_response.create(
        model=request.model, messages=messages, stream=True, timeout=timeout_for(limits)
    )


class _ChatReader:
    """Turns the bytes of one answer into events, and decides at the end what it was."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.request_id = ""
        self.is_done = False
        self._endpoint = endpoint
        self._answer = ChatAnswer()
        self._body = AnswerReader()
        self._is_accepted = False
        self._is_whole = False  # the end of the answer was seen
        self._error: ProviderError | None = None
        self._unreadable = ""
        self._has_unreadable = False
        self._said_length = 0
        self._thought = ""

    def accept(self, request_id: str) -> Accepted:
        """Note that the answer begins."""
        self.request_id = request_id
        self._is_accepted = True
        return Accepted(request_id)

    def feed(self, chunk: bytes) -> list[Event]:
        """Read one more piece of the body."""
        return [event for m in self._body.feed(chunk) for event in self._take(m)]

    def finish(self, failure: ProviderError | None) -> list[Event]:
        """Give the last events, or raise why there is no picture.

        `failure` is what ended the answer before its time.
        """
        if failure and not self._is_accepted:
            raise failure
        events = [event for m in self._body.finish() for event in self._take(m)]
        try:
            last = self._answer.finish(cut=not self._is_whole)
        except ProviderError as error:
            raise self._reason(error, failure) from failure
        return [*events, *self._say(is_urgent=True), *last]

    def _reason(self, error: ProviderError, failure: ProviderError | None) -> ProviderError:
        """Choose what to report: the provider's error, then what it said, then what we saw."""
        is_vague = error.code in (Code.CONNECTION_LOST, Code.NO_IMAGE)
        if self._error:
            return self._error
        if is_vague and failure:
            return failure
        if is_vague and (self._has_unreadable or self._body.is_empty):
            detail = self._unreadable or "The answer was empty."
            error = ProviderError(
                Code.UNREADABLE_ANSWER, charged=Charged.UNKNOWN, detail=detail, http_status=200
            )
        return completed(error, endpoint=self._endpoint, request_id=self.request_id)

    def _take(self, message: Message) -> list[Event]:
        match message:
            case Done():
                self.is_done = self._is_whole = True
            case Broken(text) | Foreign(text):
                self._has_unreadable, self._unreadable = True, text
            case Data(value):
                return self._take_value(value)
            case Whole(value):
                return self._take_whole(value)
        return []

    def _take_whole(self, value: Any) -> list[Event]:
        parts = list(parts_of(value))
        self._is_whole = True
        if not parts and not is_answer(value):
            self._has_unreadable, self._unreadable = True, str(value)
        return [event for part in parts for event in self._take_part(part)]

    def _take_value(self, value: Any) -> list[Event]:
        return [event for part in parts_of(value) for event in self._take_part(part)]

    def _take_part(self, part: Part) -> list[Event]:
        match part:
            case Text(text):
                return self._hear(self._answer.feed(text))
            case Source(source):
                return self._hear(self._answer.add_picture(source))
            case Thought(text):
                return self._think(text)
            case Failure(body):
                self.is_done = True
                self._error = error_in_answer(
                    body, endpoint=self._endpoint, request_id=self.request_id
                )
        return []

    def _hear(self, events: list[Event]) -> list[Event]:
        return [*self._say(is_urgent=bool(events)), *events]

    def _say(self, *, is_urgent: bool) -> list[Event]:
        """Give the text so far: always before what was found in it.

        A very long text is given ever more rarely, since each time is a copy of all of it.
        """
        length = self._answer.length
        grown = length - self._said_length
        if not grown or (grown < self._said_length // 64 and not is_urgent):
            return []
        self._said_length = length
        return [Said(self._answer.said)]

    def _think(self, text: str) -> list[Event]:
        self._thought = (self._thought + text)[-200:]
        found = _THOUGHT_PERCENT.findall(self._thought)
        return [event for number in found for event in self._answer.reach(int(number))]
