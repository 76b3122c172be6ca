"""Texts as the search compares them: one folding, here, so that every database finds the same."""

import unicodedata
from collections.abc import Sequence

LONGEST_QUERY = 200
# An index entry of PostgreSQL may have a megabyte: enough for these, whatever their script
LONGEST_TEXT = 64_000
END = "\n\n"
LATIN_MARKS = range(0x300, 0x370)


def search_text(prompt: str, revised_prompt: str = "") -> str:
    """What is kept of a picture's prompts; each ends in two line breaks, which no word holds.

    So a word is never found across two prompts, and every character begins a piece of three.
    """
    texts = [fold(text[:LONGEST_TEXT]) for text in (prompt, revised_prompt)]
    return END.join([*(text[: LONGEST_TEXT // 2] for text in texts if text), ""])


def search_words(query: str) -> Sequence[str]:
    """The words of a query, each once; a picture is found when its text holds them all."""
    return list(dict.fromkeys(fold(query[:LONGEST_QUERY]).split()))


def fold(text: str) -> str:
    """Without case, accents and widths ("Café", "ＣＡＦＥ" and "cafe" are one), spaces single.

    Only the marks of Latin, Greek and Cyrillic letters go: elsewhere they are letters.
    """
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(part for part in parts if ord(part) not in LATIN_MARKS)
    plain = "".join(" " if _is_control(part) else part for part in bare)
    return " ".join(unicodedata.normalize("NFKC", plain).casefold().split())


def _is_control(part: str) -> bool:
    return unicodedata.category(part) in ("Cc", "Cs")
