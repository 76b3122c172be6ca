"""Names of files that people take away: they sort by time and say what they are."""

import unicodedata

from django.utils import timezone

from generations.models import OutputImage

WORDS_LENGTH = 60
# File systems count bytes, 255 at most; a character of some scripts takes three
WORDS_BYTES = 150
LETTERS, MARKS = "LN", "M"


def file_name(image: OutputImage, extension: str, *, size: str = "") -> str:
    """Date, time, first words of the prompt, frame: "2026-11-22_1058_a-red-kite_0412.png".

    Letters of any script; safe on every system. `size` is said where it is not the full one.
    """
    taken_at = timezone.localtime(image.created_at).strftime("%Y-%m-%d_%H%M")
    parts = [taken_at, words_of(image.generation.prompt), image.frame_number, size]
    return f"{'_'.join(part for part in parts if part)}.{extension}"


def words_of(prompt: str) -> str:
    """The first words with hyphens between them, at most 60 characters and 150 bytes."""
    text = unicodedata.normalize("NFKC", prompt[: 8 * WORDS_LENGTH].lower())
    words = "-".join("".join(_readable(text)).split())
    if len(words) <= WORDS_LENGTH and len(words.encode()) <= WORDS_BYTES:
        return words
    return _shortened(words)


def _readable(text: str) -> list[str]:
    """Letters and digits with the signs upon them; what joins letters goes, the rest parts."""
    kept: list[str] = []
    for character in text:
        kind = unicodedata.category(character)
        if kind[0] in LETTERS or (kind[0] in MARKS and kept and kept[-1] != " "):
            kept.append(character)
        elif kind != "Cf" and character not in "'’":
            kept.append(" ")
    return kept


def _shortened(words: str) -> str:
    """Up to the last whole word, or through the middle of a word that is very long."""
    start = words[: WORDS_LENGTH + 1].encode()[: WORDS_BYTES + 1].decode(errors="ignore")
    whole, hyphen, _rest = start.rpartition("-")
    if hyphen and len(whole) > len(start) // 2:
        return whole
    end = len(start) - 1
    while end and unicodedata.category(start[end]).startswith(MARKS):
        end -= 1
    return start[:end].strip("-")
