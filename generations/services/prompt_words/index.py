"""Finds the words of all rules in a prompt, in one walk over it, whatever their number."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from generations.models import PromptRule
from generations.services.prompt_words.runs import Runs, runs_of

# Shorter names count only with the spaces that they are written with
JOINED_FROM = 7
MOST_PARTS = 8
# Katakana names shorter than this are not looked for inside longer katakana words
INSIDE_FROM = 6
KATAKANA = re.compile("[\u30a1-\u30fa\u30fc-\u30ff]")
HANGUL = re.compile("[\uac00-\ud7a3]")
STYLE_SIGNS = ("スタイル", "タッチ", "テイスト", "アート", "ライク")
GAP = re.compile(r"[\s\u2010-\u2015_·-]{1,3}|['’]|")
GAP_OF_INITIAL = re.compile(r"\.[\s_-]?")


@dataclass(frozen=True)
class Entry:
    """One spelling of one rule; `parts` are its words."""

    rule: PromptRule
    parts: tuple[str, ...]
    is_styled: bool = False
    is_companion: bool = False


@dataclass(frozen=True)
class Match:
    """Where a spelling stands in a text."""

    entry: Entry
    start: int
    end: int

    @property
    def rule(self) -> PromptRule:
        return self.entry.rule


@dataclass
class Index:
    """The spellings of all rules, folded and without spaces."""

    words: dict[str, list[Entry]] = field(default_factory=dict)
    beginnings: set[str] = field(default_factory=set)
    signs: dict[str, list[tuple[str, Entry]]] = field(default_factory=dict)

    @cached_property
    def _first_sign(self) -> re.Pattern[str]:
        signs = {beginning[0] for beginning in self.signs}
        return re.compile(f"[{''.join(map(re.escape, sorted(signs)))}]" if signs else "(?!)")

    def matches(self, text: str, runs: Runs) -> Iterator[Match]:
        """All places of all spellings; they may overlap."""
        yield from self._word_matches(text, runs)
        yield from self._sign_matches(text, runs)

    def _word_matches(self, text: str, runs: Runs) -> Iterator[Match]:
        words, beginnings = self.words, self.beginnings
        following = [word for word, _start, _end in runs.words[1:]] + [""]
        for place, ((word, _start, _end), after) in enumerate(
            zip(runs.words, following, strict=False)
        ):
            if (
                word in words
                or word[:-1] in words
                or (
                    word in beginnings
                    and (word + after in beginnings or word + after[:-1] in words)
                )
            ):
                yield from self._matches_from(text, runs, place)

    def _matches_from(self, text: str, runs: Runs, place: int) -> Iterator[Match]:
        """The spellings that begin with a word, longer and longer."""
        first = last = runs.words[place][1]
        parts: list[str] = []
        joined = ""
        for word, start, end in runs.words[place : place + MOST_PARTS]:
            if parts and not _is_one_name(text[last:start], parts[-1]):
                return
            parts.append(word)
            joined, last = joined + word, end
            for entry in self._entries(joined, is_whole=word == "s"):
                if _is_written_so(entry, parts, joined):
                    yield Match(entry, first, end)
            if joined not in self.beginnings:
                return

    def _entries(self, joined: str, *, is_whole: bool) -> Sequence[Entry]:
        """The entries of a spelling, or of what is left without the s of a genitive or plural."""
        found = self.words.get(joined)
        if found is None and joined.endswith("s") and not is_whole:
            found = self.words.get(joined[:-1])
        return found or ()

    def _sign_matches(self, text: str, runs: Runs) -> Iterator[Match]:
        signs = runs.signs
        for found in self._first_sign.finditer(signs):
            place = found.start()
            for spelling, entry in self.signs.get(signs[place : place + 2], ()):
                end = place + len(spelling)
                if signs.startswith(spelling, place) and _stands_alone(runs, place, end, spelling):
                    yield Match(entry, runs.starts[place], runs.ends[end - 1])


def index_of(rules: Iterable[PromptRule]) -> Index:
    index = Index()
    for rule in rules:
        for spelling in rule.spellings.splitlines():
            _add(index, spelling, rule)
        for spelling in rule.styled_spellings.splitlines():
            _add(index, spelling, rule, is_styled=True)
        for spelling in rule.companions.splitlines():
            _add(index, spelling, rule, is_companion=True)
    return index


def _add(index: Index, spelling: str, rule: PromptRule, **marks: bool) -> None:
    runs = runs_of(spelling)
    if len(runs.signs) > 1:
        signs = runs.signs.replace("\0", "")
        index.signs.setdefault(signs[:2], []).append((signs, Entry(rule, (signs,), **marks)))
    elif runs.words:
        parts = tuple(word for word, _start, _end in runs.words)
        joined = "".join(parts)
        index.words.setdefault(joined, []).append(Entry(rule, parts, **marks))
        index.beginnings.update(joined[:length] for length in range(1, len(joined) + 1))


def _is_one_name(gap: str, before: str) -> bool:
    """Whether two words with this between them can be parts of one name."""
    if GAP.fullmatch(gap):
        return True
    return len(before) < 3 and GAP_OF_INITIAL.fullmatch(gap) is not None


def _is_written_so(entry: Entry, parts: Sequence[str], joined: str) -> bool:
    """Long names count with any spaces, short ones only as they are written in the list."""
    if len(joined) >= JOINED_FROM:
        return True
    return len(entry.parts) == len(parts)


def _stands_alone(runs: Runs, place: int, end: int, spelling: str) -> bool:
    """Whether kana or hangul, which make up words, are not the inside of a longer word."""
    before = runs.signs[place - 1] if _adjoins(runs, place) else ""
    if HANGUL.match(spelling):
        return not HANGUL.match(before)
    if len(spelling) >= INSIDE_FROM or not KATAKANA.fullmatch(spelling[-1]):
        return True
    after = runs.signs[end : end + 1] if end < len(runs.signs) and _adjoins(runs, end) else ""
    if KATAKANA.match(before) and KATAKANA.match(spelling):
        return False
    return not KATAKANA.match(after) or runs.signs.startswith(STYLE_SIGNS, end)


def _adjoins(runs: Runs, place: int) -> bool:
    """Whether nothing stands between a sign and the one before it."""
    return place > 0 and runs.ends[place - 1] == runs.starts[place]
