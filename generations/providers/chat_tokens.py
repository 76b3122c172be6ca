"""The text of a chat answer, cut into tokens as it arrives.

Grammar: provider-facts 2.3. Every token is given as soon as no later character can change it,
so that the tokens of a text are the same however it was torn.
"""

import re
from collections.abc import Callable

from generations.providers.chat_parts import Block, Image, Link, Number, Token, Unclosed
from generations.providers.chat_phases import SIGNS, Phase, phase_at
from generations.providers.encoded import is_data_uri, shorten_data_uri
from generations.providers.json_blocks import BlockScan
from generations.providers.markdown_links import (
    NOWHERE,
    PENDING,
    address_end,
    clean_address,
    label_end,
)

_OPENERS = rf"!?\[|`{{3}}|{SIGNS}|[Dd]ata:image/|\n"
_OPENER = re.compile(_OPENERS)
_OPENER_IN_PROGRESS = re.compile(_OPENERS + r"|[0-9]+")
_LONGEST_OPENER = 11
_FENCE = re.compile(r"`{3}[^\S\n]*\w*\s*")
_DATA_END = re.compile(r"[\s()\"'<>\[\]{}|]")
_MARKDOWN_DATA_END = re.compile(r"\)")
_SHORT_DATA = 100
# Far above any prompt's echo; what is longer is read as text, pictures in it included.
_MAX_BLOCK = 200_000

# Where an answer goes on though its JSON block was never closed: neither is legal inside JSON.
_ESCAPE = re.compile(r"\n\s*(?=>|!\[)")


class ChatTokens:
    """Reads pieces of text and gives tokens."""

    def __init__(self) -> None:
        self._rest = ""  # not understood yet
        self._said: list[str] = []  # what was understood, data URIs shortened
        self._said_length = 0
        self._tokens: list[Token] = []
        self._read: Callable[[], bool] = self._read_start
        self._is_last = False
        self._is_cut = False
        self._is_in_progress = False
        self._link_opener = ""
        self._label = ""
        self._scan = BlockScan(is_fenced=False)
        self._block_start = 0
        self._block_spans: list[tuple[int, int]] = []
        self._data: list[str] = []
        self._data_end = _DATA_END

    @property
    def length(self) -> int:
        """How many characters `said` has, without putting it together."""
        return self._said_length + len(self._rest)

    @property
    def said(self) -> str:
        """All text so far, with stand-ins for data URIs."""
        self._said = ["".join(self._said)]
        return self._said[0] + (shorten_data_uri(self._data[0], 0) if self._data else self._rest)

    @property
    def outside_blocks(self) -> str:
        """All text that was understood, without its JSON blocks: never the prompt's echo."""
        said = "".join(self._said)
        parts, end = [], 0
        for start, stop in self._block_spans:
            parts.append(said[end:start])
            end = stop
        return "\n".join([*parts, said[end:]])

    def feed(self, piece: str) -> list[Token]:
        """Read one more piece of the text and give the tokens that it completes."""
        self._rest += piece
        return self._run()

    def finish(self, cut: bool) -> list[Token]:
        """Read what is left, knowing that nothing follows."""
        self._is_last, self._is_cut = True, cut
        return self._run()

    def _run(self) -> list[Token]:
        while self._read():
            pass
        tokens, self._tokens = self._tokens, []
        return tokens

    def _consume(self, length: int) -> str:
        taken, self._rest = self._rest[:length], self._rest[length:]
        self._say(taken)
        return taken

    def _say(self, text: str) -> None:
        self._said.append(text)
        self._said_length += len(text)

    # Each reader takes what it can from the rest and says whether there may be more to take.

    def _read_start(self) -> bool:
        self._consume(len(self._rest) - len(self._rest.lstrip("\ufeff \t\r\n")))
        if not self._rest:
            return False
        if self._rest[0] == "{":
            return self._begin_block(is_fenced=False)
        self._read = self._read_text
        return True

    def _read_text(self) -> bool:
        opener = _OPENER_IN_PROGRESS if self._is_in_progress else _OPENER
        found = opener.search(self._rest)
        if found is None:
            keep = 0 if self._is_last else _LONGEST_OPENER - 1
            self._consume(max(0, len(self._rest) - keep))
            return False
        self._consume(found.start())
        return self._read_opener(found[0])

    def _read_opener(self, opener: str) -> bool:
        if opener == "\n":
            self._is_in_progress = False
            return bool(self._consume(1))
        if opener.endswith("["):
            return self._read_label(opener)
        if opener == "```":
            return self._read_fence()
        if opener.isdigit():
            return self._read_number(opener)
        if len(opener) > 1:
            return self._begin_data(_DATA_END)
        return self._read_phase()

    def _read_number(self, digits: str) -> bool:
        if len(digits) == len(self._rest) and not self._is_last:
            return False
        self._tokens.append(Number(int(digits[:4])))
        return bool(self._consume(len(digits)))

    def _read_phase(self) -> bool:
        found = phase_at(self._rest, is_last=self._is_last)
        if found is None:
            return False
        phase, length = found
        if phase:
            self._is_in_progress = phase is Phase.PROGRESS
            self._tokens.append(phase)
        return bool(self._consume(length))

    def _read_label(self, opener: str) -> bool:
        end = label_end(self._rest, len(opener))
        after = self._rest[end + 1 : end + 2] if end > 0 else ""
        if after == "(":
            self._link_opener = opener
            self._label = self._consume(end + 2)[len(opener) : -2]
            self._read = self._read_address
            return True
        if not after and end != NOWHERE and not self._is_last:
            return False
        return bool(self._consume(len(opener)))

    def _read_address(self) -> bool:
        address = self._rest.lstrip()
        if is_data_uri(address):
            self._consume(len(self._rest) - len(address))
            return self._begin_data(_MARKDOWN_DATA_END)
        end = address_end(self._rest)
        if end == PENDING and not self._is_last:
            return False
        self._read = self._read_text
        if end == PENDING:
            self._tokens.append(Unclosed(clean_address(self._rest)))
        elif end != NOWHERE:
            self._give_link(clean_address(self._consume(end + 1)[:-1]))
        return True

    def _give_link(self, address: str) -> None:
        is_image = self._link_opener == "!["
        self._tokens.append(Image(address) if is_image else Link(self._label, address))

    def _begin_data(self, end: re.Pattern[str]) -> bool:
        # Kept in a list: a data URI has millions of characters and arrives in small pieces.
        self._data, self._rest = [self._rest[:5]], self._rest[5:]
        self._data_end = end
        self._read = self._read_data
        return True

    def _read_data(self) -> bool:
        end = self._data_end.search(self._rest)
        stop = end.start() if end else len(self._rest)
        self._data.append(self._rest[:stop])
        self._rest = self._rest[stop:]
        if not end and not self._is_last:
            return False
        is_bare = self._data_end is _DATA_END
        self._end_data(is_whole=bool(end) or (is_bare and not self._is_cut))
        return True

    def _end_data(self, *, is_whole: bool) -> None:
        uri = "".join(self._data)
        self._data = []
        self._read = self._read_text
        self._say(uri if len(uri) < _SHORT_DATA else shorten_data_uri(uri, len(uri)))
        if is_whole:
            self._tokens.append(Image(uri))

    def _read_fence(self) -> bool:
        fence = _FENCE.match(self._rest)
        end = fence.end() if fence else 3
        if end == len(self._rest) and not self._is_last:
            return False
        if self._rest[end : end + 1] == "{":
            return self._begin_block(is_fenced=True, fence_length=end)
        return bool(self._consume(3))

    def _begin_block(self, *, is_fenced: bool, fence_length: int = 0) -> bool:
        self._block_start = self._said_length
        self._consume(fence_length)
        self._scan = BlockScan(is_fenced=is_fenced)
        self._read = self._read_block
        return True

    def _read_block(self) -> bool:
        end = self._scan.end_in(self._rest, is_last=self._is_last)
        if (end or len(self._rest)) > _MAX_BLOCK:
            self._read = self._read_text
            return True
        if end is None:
            return self._is_last and self._leave_unclosed_block()
        self._tokens.append(Block(self._rest[: self._scan.json_end]))
        return self._take_block(end)

    def _leave_unclosed_block(self) -> bool:
        escape = _ESCAPE.search(self._rest)
        return self._take_block(escape.end() if escape else len(self._rest))

    def _take_block(self, length: int) -> bool:
        self._consume(length)
        self._block_spans.append((self._block_start, self._said_length))
        self._read = self._read_text
        return True
