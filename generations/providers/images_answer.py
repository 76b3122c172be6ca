"""The answers of the Images API (provider-facts 1.3): one body, or a stream of events."""

from typing import Any

from generations.providers.answers import AnswerReader, Broken, Data, Done, Foreign, Message, Whole
from generations.providers.base import (
    Accepted,
    Charged,
    Code,
    Endpoint,
    Event,
    Finished,
    Got,
    PartialPicture,
    Picture,
    ProviderError,
    ResultAddress,
    Usage,
)
from generations.providers.chat_wire import is_failure
from generations.providers.encoded import decode_picture
from generations.providers.errors import completed, error_in_answer
from generations.providers.usage import add_usage, usage_of

_SETTINGS = ("size", "quality", "background", "output_format")


class ImagesReader:
    """Turns the bytes of one answer into events, and decides at the end what it was."""

    def __init__(self, endpoint: Endpoint, count: int) -> None:
        self.request_id = ""
        self.is_done = False
        self._endpoint = endpoint
        self._awaited = count
        self._body = AnswerReader()
        self._is_accepted = False
        self._is_whole = False  # the end of the answer was seen
        self._has_picture = False
        self._has_broken_picture = False
        self._unreadable: str | None = None
        self._error: ProviderError | None = None
        self._usage: Usage | None = None
        self._got = Got()

    def accept(self, request_id: str) -> Accepted:
        """Note that the answer begins."""
        self.request_id = request_id
        self._is_accepted = True
        return Accepted(request_id)

    def feed(self, chunk: bytes) -> list[Event]:
        """Read one more piece of the body."""
        return [event for message in self._body.feed(chunk) for event in self._take(message)]

    def finish(self, failure: ProviderError | None) -> list[Event]:
        """Give the last events, or raise why there is no picture.

        `failure` is what ended the answer before its time; after a whole picture it is none.
        """
        if failure and not self._is_accepted:
            raise failure
        events = [event for message in self._body.finish() for event in self._take(message)]
        if not self._has_picture:
            error = self._error or failure or self._reason()
            raise completed(error, endpoint=self._endpoint, request_id=self.request_id)
        return [*events, Finished()]

    def _reason(self) -> ProviderError:
        if self._has_broken_picture:
            detail = "The picture is no base64."
            return ProviderError(Code.BROKEN_PICTURE, charged=Charged.YES, detail=detail)
        if self._unreadable is not None or self._body.is_empty:
            detail = self._unreadable or "The answer was empty."
            return ProviderError(Code.UNREADABLE_ANSWER, charged=Charged.UNKNOWN, detail=detail)
        if self._is_whole:
            return ProviderError(Code.NO_IMAGE, charged=Charged.AS_MODEL)
        return ProviderError(Code.CONNECTION_LOST, charged=Charged.UNKNOWN)

    def _take(self, message: Message) -> list[Event]:
        match message:
            case Done():
                self.is_done = self._is_whole = True
            case Broken(text) | Foreign(text):
                self._unreadable = text
            case Data(value) if isinstance(value, dict):
                return self._take_event(value)
            case Whole(value) if isinstance(value, dict):
                self._is_whole = True
                return self._take_body(value)
            case Whole(value) | Data(value):
                self._unreadable = str(value)
        return []

    def _take_event(self, value: dict[str, Any]) -> list[Event]:
        kind = str(value.get("type", ""))
        if kind.endswith(".partial_image"):
            return self._partial(value)
        if kind.endswith(".completed"):
            self._awaited -= 1
            self.is_done = self._awaited <= 0
            return self._take_values(value, [value])
        return self._take_body(value)

    def _take_body(self, value: dict[str, Any]) -> list[Event]:
        if is_failure(value):
            self.is_done = True
            self._error = error_in_answer(
                value, endpoint=self._endpoint, request_id=self.request_id
            )
            return []
        items = value.get("data")
        if not isinstance(items, list):
            if "type" not in value:  # events of other kinds may be passed over
                self._unreadable = str(value)[:2_000]
            return []
        return self._take_values(value, [item for item in items if isinstance(item, dict)])

    def _take_values(self, whole: dict[str, Any], items: list[dict[str, Any]]) -> list[Event]:
        pictures = [event for item in items for event in self._picture(item)]
        return [*self._settings(whole, items), *self._count(whole), *pictures]

    def _count(self, whole: dict[str, Any]) -> list[Event]:
        """Give the tokens so far; before the pictures, so that both are saved together."""
        usage = usage_of(whole.get("usage"))
        if usage is None:
            return []
        self._usage = add_usage(self._usage, usage)
        return [self._usage]

    def _settings(self, whole: dict[str, Any], items: list[dict[str, Any]]) -> list[Event]:
        revised = next((i["revised_prompt"] for i in items if i.get("revised_prompt")), "")
        said = {name: str(whole.get(name) or "") for name in _SETTINGS}
        got = Got(revised_prompt=str(revised), **said)
        if got in (Got(), self._got):
            return []
        self._got = got
        return [got]

    def _picture(self, item: dict[str, Any]) -> list[Event]:
        source = str(item.get("b64_json") or item.get("url") or "").strip()
        if not source:
            return []
        if "://" in source[:20]:  # any scheme: the guard of downloads says which will do
            self._has_picture = True
            return [ResultAddress(source)]
        content = decode_picture(source)
        if content is None:
            self._has_broken_picture = True
            return []
        self._has_picture = True
        return [Picture(content)]

    def _partial(self, value: dict[str, Any]) -> list[Event]:
        content = decode_picture(str(value.get("b64_json") or ""))
        index = value.get("partial_image_index")
        return [PartialPicture(content, index if isinstance(index, int) else 0)] if content else []
