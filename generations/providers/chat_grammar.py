"""The text of the chat route, read into events.

The grammar is loose and written by language models and relays (provider-facts 2.3 to 2.6). Only
one question decides: is there a picture? Neither the status nor the finish reason does.
"""

import hashlib

from generations.providers.base import (
    Event,
    Finished,
    Got,
    Picture,
    Progress,
    Queued,
    ResultAddress,
    Started,
)
from generations.providers.chat_addresses import (
    Fallbacks,
    is_status_page,
    is_video,
    is_web_address,
    may_be_poster,
    same_picture_key,
)
from generations.providers.chat_failures import (
    broken_picture,
    failure_of,
    is_prompt_echo,
    read_block,
)
from generations.providers.chat_parts import Block, Image, Link, Number, Token, Unclosed
from generations.providers.chat_phases import Phase
from generations.providers.chat_tokens import ChatTokens
from generations.providers.encoded import data_uris, decode_picture, is_data_uri


def parse(text: str, cut: bool = False) -> list[Event]:
    """Read a whole answer at once, as after a crash: everything that it holds, fallbacks included.

    `text` may be what `Said` held: a data URI that was shortened there is a broken picture here.
    Raises ProviderError where it holds no picture.
    """
    answer = ChatAnswer()
    return answer.feed(text) + answer.finish(cut)


class ChatAnswer:
    """One answer, piece by piece: the events are the same however the text was torn."""

    def __init__(self) -> None:
        self._tokens = ChatTokens()
        self._events: list[Event] = []
        self._high_surrogate = ""
        self._seen: set[str] = set()
        self._posters: list[str] = []
        self._fallbacks = Fallbacks()
        self._notes: list[str] = []  # JSON blocks other than the prompt's echo
        self._percent = -1
        self._has_echo = False
        self._is_queued = False
        self._is_started = False
        self._is_video = False
        self._has_broken_picture = False

    @property
    def said(self) -> str:
        """All text so far; data URIs are shortened."""
        return self._tokens.said

    @property
    def length(self) -> int:
        """How many characters `said` has."""
        return self._tokens.length

    @property
    def has_pictures(self) -> bool:
        """Whether a picture or its address was given already."""
        return bool(self._seen)

    def feed(self, piece: str) -> list[Event]:
        """Read one more piece of the text and give the events that it completes."""
        for token in self._tokens.feed(self._mend(piece)):
            self._take(token)
        return self._give()

    def add_picture(self, source: str) -> list[Event]:
        """Take a picture that came beside the text: an address, a data URI, or bare base64."""
        if is_web_address(source):
            self._take_image(source)
        else:
            self._take_encoded(source)
        return self._give()

    def reach(self, percent: int) -> list[Event]:
        """Take a percentage that came beside the text; it never runs back."""
        self._take_percent(percent)
        return self._give()

    def finish(self, cut: bool) -> list[Event]:
        """Give the last events, `Finished` at their end.

        `cut` tells that the answer broke off. Raises ProviderError where there is no picture.
        """
        for token in self._tokens.finish(cut):
            self._take(token)
        self._release_posters()
        if not self._seen:
            self._use_fallbacks()
        if not self._seen:
            raise self._failure(cut)
        self._events.append(Finished())
        return self._give()

    def _give(self) -> list[Event]:
        events, self._events = self._events, []
        return events

    def _mend(self, piece: str) -> str:
        """Join surrogates that were torn apart; drop NUL, which no database takes as text."""
        piece = self._high_surrogate + piece
        self._high_surrogate = ""
        if piece and "\ud800" <= piece[-1] <= "\udbff":
            piece, self._high_surrogate = piece[:-1], piece[-1]
        if not piece.isascii():
            piece = piece.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return piece.replace("\x00", "")

    def _take(self, token: Token) -> None:
        match token:
            case Phase():
                self._take_phase(token)
            case Number(value):
                self._take_percent(value)
            case Image(address):
                self._take_image(address)
            case Link(label, address):
                self._take_link(label, address)
            case Unclosed(address):
                self._fallbacks.add_unclosed(address)
            case Block(text):
                self._take_block(text)

    def _take_phase(self, phase: Phase) -> None:
        if phase is Phase.QUEUE and not self._is_queued and not self._is_started:
            self._is_queued = True
            self._events.append(Queued())
        elif phase is not Phase.QUEUE and not self._is_started:
            self._is_started = True
            self._events.append(Started())

    def _take_percent(self, percent: int) -> None:
        if self._percent < percent <= 100:
            self._percent = percent
            self._events.append(Progress(percent))

    def _take_image(self, address: str) -> None:
        if is_data_uri(address):
            self._take_encoded(address)
        elif is_video(address):
            self._is_video = True
        elif not is_web_address(address) or is_status_page(address):
            return
        elif may_be_poster(address):
            self._posters.append(address)
        else:
            self._add_address(address)

    def _take_encoded(self, source: str) -> None:
        content = decode_picture(source)
        if content is None:
            self._has_broken_picture = True
            return
        key = hashlib.sha256(content).hexdigest()
        if key not in self._seen:
            self._seen.add(key)
            self._events.append(Picture(content))

    def _take_link(self, label: str, address: str) -> None:
        if is_video(address):
            self._is_video = True
        elif is_status_page(address, label):
            self._fallbacks.refuse(address)
        elif is_web_address(address):
            self._fallbacks.add_link(label, address)
            if label.strip() == "100":
                self._take_percent(100)
            else:
                self._release_posters()

    def _release_posters(self) -> None:
        """Give WebP pictures once it is clear that no video follows them."""
        posters, self._posters = self._posters, []
        for address in posters:
            if not self._is_video:
                self._add_address(address)

    def _add_address(self, address: str) -> None:
        key = same_picture_key(address)
        if key not in self._seen:
            self._seen.add(key)
            self._events.append(ResultAddress(address))

    def _take_block(self, text: str) -> None:
        values = read_block(text)
        if not is_prompt_echo(text):
            self._notes.append(text)
            for uri in data_uris(text):
                self._take_encoded(uri)
        elif not self._has_echo and isinstance(values.get("prompt"), str):
            self._has_echo = True
            ratio = values.get("ratio")
            self._events.append(
                Got(
                    revised_prompt=str(values["prompt"]),
                    size=ratio if isinstance(ratio, str) else "",
                )
            )

    def _use_fallbacks(self) -> None:
        if self._is_video:
            return
        self._fallbacks.add_text(self._body())
        for address in self._fallbacks.best():
            self._add_address(address)

    def _body(self) -> str:
        return "\n".join([self._tokens.outside_blocks.strip(), *self._notes]).strip()

    def _failure(self, cut: bool) -> Exception:
        if self._has_broken_picture:
            return broken_picture(self._body())
        is_queued_only = self._is_queued and not self._is_started
        return failure_of(self._body(), cut=cut, is_queued_only=is_queued_only)
