"""Points at the words of a prompt that a provider is likely to refuse; it never blocks."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any

from django.db.models import Count, Max
from django.utils import timezone

from generations.models import PromptRule
from generations.services.prompt_sentences import advice_of, title_of
from generations.services.prompt_words.index import Index, Match, index_of
from generations.services.prompt_words.languages import language_of
from generations.services.prompt_words.runs import runs_of
from generations.services.prompt_words.styles import Phrase, phrase_around

Level = PromptRule.Level
# More than any model takes; what is beyond is not looked at
MOST_CHARACTERS = 64_000
# Of one rule; that it stands in a prompt more often says nothing new
MOST_PLACES = 20


@dataclass(frozen=True)
class Finding:
    """Words that are likely to be refused: `prompt[start:end]` is `text`, which `wording` replaces.

    `words` is the name or word itself; `wording` is empty where nothing safer is known.
    """

    start: int
    end: int
    text: str
    words: str
    rule: PromptRule
    level: str
    title: str
    sentence: str
    wording: str

    @property
    def is_clear(self) -> bool:
        return self.level == Level.CLEAR


@dataclass(frozen=True)
class Rules:
    """The list as it is in force on a day, ready to be searched."""

    index: Index
    day: date


def check_prompt(prompt: str, rules: Rules) -> list[Finding]:
    """What to point at, clear warnings first, each rule once."""
    prompt = prompt[:MOST_CHARACTERS]
    runs = runs_of(prompt)
    found = _first_places(rules.index.matches(prompt, runs))
    if not found:
        return []
    standing = _not_covered(_counting(prompt, found), rules.day)
    language = language_of(prompt, [word for word, _start, _end in runs.words])
    return _findings(prompt, standing, rules.day, language)


def compile_rules(rows: Iterable[PromptRule], day: date) -> Rules:
    return Rules(index_of(row for row in rows if row.is_enabled), day)


def current_rules() -> Rules:
    """The list as staff left it: compiled again when a row was saved, or the day changed."""
    today = timezone.localdate()
    stamp = (today, *PromptRule.objects.aggregate(Count("pk"), Max("changed_at")).values())
    with _lock:
        if _compiled.get("stamp") != stamp:
            _compiled.update(stamp=stamp, rules=compile_rules(PromptRule.objects.all(), today))
        rules: Rules = _compiled["rules"]
        return rules


_lock = Lock()
_compiled: dict[str, Any] = {}


def _first_places(matches: Iterable[Match]) -> list[Match]:
    """The matches without the many of a rule that stands everywhere."""
    counts: Counter[str] = Counter()
    places = []
    for match in matches:
        counts[match.rule.name] += 1
        if counts[match.rule.name] <= MOST_PLACES or match.entry.is_companion:
            places.append(match)
    return places


def _counting(prompt: str, found: Sequence[Match]) -> list[Match]:
    """The matches that count where they stand: with their companion, or beside a style word."""
    accompanied = {match.rule.name for match in found if match.entry.is_companion}
    return [
        match
        for match in found
        if not match.entry.is_companion
        and (not match.rule.companions or match.rule.name in accompanied)
        and (not match.entry.is_styled or _phrase(prompt, match).names_somebody)
    ]


def _not_covered(matches: Sequence[Match], day: date) -> list[Match]:
    """Of matches that overlap, the longest; of equally long ones that which warns least."""
    kept: list[Match] = []
    taken = bytearray(max((match.end for match in matches), default=0))
    order: list[str] = [Level.NONE, Level.SOFT, Level.CLEAR]
    for match in sorted(
        matches, key=lambda one: (one.start - one.end, order.index(one.rule.level_on(day)))
    ):
        if taken.find(1, match.start, match.end) < 0:
            taken[match.start : match.end] = b"\1" * (match.end - match.start)
            kept.append(match)
    return kept


def _findings(prompt: str, matches: Iterable[Match], day: date, language: str) -> list[Finding]:
    first: dict[str, Finding] = {}
    for match in sorted(matches, key=lambda one: one.start):
        if match.rule.level_on(day) == Level.NONE or match.rule.name in first:
            continue
        phrase = _phrase(prompt, match)
        if not (match.rule.is_fine_as_style and phrase.is_style):
            first[match.rule.name] = _finding(prompt, match, phrase, language)
    return sorted(first.values(), key=lambda finding: (not finding.is_clear, finding.start))


def _phrase(prompt: str, match: Match) -> Phrase:
    if match.rule.kind in PromptRule.STYLED:
        return phrase_around(prompt, match.start, match.end)
    return Phrase(match.start, match.end, "bare", is_style=False)


def _finding(prompt: str, match: Match, phrase: Phrase, language: str) -> Finding:
    wordings = match.rule.wordings()
    language = language if language in wordings else "en"
    wording = wordings.get(language, "")
    start, end = (phrase.start, phrase.end) if wording else (match.start, match.end)
    words = prompt[match.start : match.end]
    return Finding(
        start=start,
        end=end,
        text=prompt[start:end],
        words=words,
        rule=match.rule,
        level=match.rule.level,
        title=title_of(match.rule, words),
        sentence=advice_of(match.rule),
        wording=phrase.put(wording, language) if wording else "",
    )
