"""The lines of a chat answer that say how far it is: `>🕐 Queuing`, `> 进度 14%.`"""

import re
from enum import Enum, auto


class Phase(Enum):
    """What a line with a sign such as `>⚡` announces."""

    QUEUE = auto()
    PAINTING = auto()
    PROGRESS = auto()


SIGNS = "[>🕐⚡🏃🎨]"

_SIGNS = re.compile(r"[^\w\n\[`!]{1,40}")
_KEYWORDS = {
    "排队中": Phase.QUEUE,
    "queuing": Phase.QUEUE,
    "queueing": Phase.QUEUE,
    "生成中": Phase.PAINTING,
    "generating": Phase.PAINTING,
    "进度": Phase.PROGRESS,
    "progress": Phase.PROGRESS,
}
# "Generating Complete ✅" announces the end, not the beginning
_PAINTING, _DONE = "generating", "complet"
_MAX_TAIL = 60


def phase_at(text: str, *, is_last: bool) -> tuple[Phase | None, int] | None:
    """Read the phase that the sign at the start of `text` announces.

    Gives the phase and the length of its words (no phase: the sign alone, one character), or
    None while the words are not complete.
    """
    signs = _SIGNS.match(text)
    start = signs.end() if signs else 1
    tail = text[start : start + _MAX_TAIL].lower()
    if not is_last and _may_become_keyword(tail):
        return None
    keyword = next((word for word in _KEYWORDS if tail.startswith(word)), "")
    is_end = keyword == _PAINTING and tail[len(keyword) :].lstrip().startswith(_DONE)
    if not keyword or is_end:
        return None, 1
    return _KEYWORDS[keyword], start + len(keyword)


def _may_become_keyword(tail: str) -> bool:
    if tail.startswith(_PAINTING):
        after = tail[len(_PAINTING) :].lstrip()
        return len(tail) < _MAX_TAIL and _DONE.startswith(after) and after != _DONE
    return tail not in _KEYWORDS and any(word.startswith(tail) for word in _KEYWORDS)
