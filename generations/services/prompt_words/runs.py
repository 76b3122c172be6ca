"""Cuts a text of any script into words, and brings every way of writing them to one form.

Scripts that put no spaces between words (Chinese, Japanese, Korean for our purpose, Thai) are
"dense": their text stays together and is searched sign by sign.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

DENSE = (
    "\u0e00-\u0e7f\u1100-\u11ff\u3005-\u3007\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3130-\u318f"
    "\u3400-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003ffff"
)
INVISIBLE = "\u00ad\u200b-\u200d\u2060\ufeff"
MARKS = "".join(
    chr(code)
    for code in range(0x300, 0x2100)
    if unicodedata.category(chr(code)).startswith("M") and not 0xE00 <= code < 0xE80
)
LETTER = rf"[^\W_{DENSE}]"
RUN = re.compile(rf"([{DENSE}]+)|{LETTER}+(?:[{MARKS}{INVISIBLE}]+{LETTER}*)*")
IS_DENSE = re.compile(f"[{DENSE}]")
# One sign of a dense script with the marks that belong to it: halfwidth kana write them apart
SIGN = re.compile("(?s:.)[\u3099\u309a\uff9e\uff9f\u1160-\u11ff]*")
# What may stand between the two parts of a name in a dense script
BETWEEN_SIGNS = re.compile("[ \u3000\u00b7\u30fb\uff65\u2022=\uff1d\u30a0-]{1,2}")
BREAK = "\0"
PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
)
Word = tuple[str, int, int]


@dataclass(frozen=True)
class Runs:
    """A text as folded words with their places, and as one line of folded dense signs.

    `ends[i]` is where sign i ends in the text, `starts[i]` where it starts; signs that do not
    belong together have a BREAK between them.
    """

    words: list[Word]
    signs: str
    starts: list[int]
    ends: list[int]


def runs_of(text: str) -> Runs:
    runs = Runs([], "", [], [])
    pieces: list[str] = []
    end = -1
    for found in RUN.finditer(text):
        if not found[1]:
            runs.words.append((fold(found[0]), found.start(), found.end()))
            continue
        if not BETWEEN_SIGNS.fullmatch(text, max(end, 0), found.start()) and pieces:
            _add_break(runs, pieces, found.start())
        pieces.append(_add_signs(runs, found[0], found.start()))
        end = found.end()
    return Runs(runs.words, "".join(pieces), runs.starts, runs.ends)


def is_dense(text: str) -> bool:
    return IS_DENSE.match(text) is not None


@lru_cache(maxsize=8192)
def fold(word: str) -> str:
    """A word without capitals, accents, width and invisible signs."""
    if word.isascii():
        return word.lower()
    if is_dense(word):
        return unicodedata.normalize("NFKC", word).casefold()
    parts = unicodedata.normalize("NFKD", word).casefold().translate(PLAIN)
    return "".join(sign for sign in parts if unicodedata.category(sign) not in ("Mn", "Cf"))


def _add_break(runs: Runs, pieces: list[str], place: int) -> None:
    pieces.append(BREAK)
    runs.starts.append(place)
    runs.ends.append(place)


def _add_signs(runs: Runs, run: str, start: int) -> str:
    if unicodedata.is_normalized("NFKC", run):
        runs.starts.extend(range(start, start + len(run)))
        runs.ends.extend(range(start + 1, start + len(run) + 1))
        return run
    pieces = []
    for found in SIGN.finditer(run):
        folded = fold(found[0])
        pieces.append(folded)
        runs.starts.extend([start + found.start()] * len(folded))
        runs.ends.extend([start + found.end()] * len(folded))
    return "".join(pieces)
