"""Texts as the search compares them: one folding, here, so that every database finds the same."""

import unicodedata
from collections.abc import Sequence

LONGEST_QUERY = 200
# An index entry of PostgreSQL may have a megabyte: enough for these, whatever their script
LONGEST_TEXT = 64_000
END = "\n\n"
LATIN_MARKS = range(0x300, 0x370)
# Phones and word processors write what no keyboard has, and what nobody sees: how an emoji is
# drawn, where a word may be parted, what is a mark of the file. Joiners are part of a script
UNSEEN = [*range(0xFE00, 0xFE10), 0xAD, 0x200B, 0x2060, 0xFEFF]
AS_TYPED = str.maketrans("‘’ʼ“”", "'''\"\"") | dict.fromkeys(UNSEEN)


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
    """Without case, accents, widths and typographer's quotes, spaces single.

    "Café", "ＣＡＦＥ" and "cafe" are one. Only the marks of Latin, Greek and Cyrillic letters go:
    elsewhere they are letters.
    """
    typed = unicodedata.normalize("NFKC", text).translate(AS_TYPED)
    parts = unicodedata.normalize("NFKD", typed.casefold())
    bare = "".join(part for part in parts if ord(part) not in LATIN_MARKS)
    plain = "".join(" " if _is_control(part) else part for part in bare)
    return " ".join(unicodedata.normalize("NFKC", plain).casefold().split())


def _is_control(part: str) -> bool:
    return unicodedata.category(part) in ("Cc", "Cs")
