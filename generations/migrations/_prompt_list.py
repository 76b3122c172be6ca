"""The first list of the prompt check as rows, put together from the three files beside this."""

from datetime import date
from typing import Any

from generations.migrations import _prompt_people as people
from generations.migrations import _prompt_words as words
from generations.migrations._prompt_wordings import wording

FACTS = "provider-facts.md, section 5"
KNOWLEDGE = "General knowledge, not looked up."
LOOKED_UP = date(2026, 11, 22)


def first_list() -> list[dict[str, Any]]:
    rows = [_artist(*line, FACTS) for line in people.FROM_FACTS]
    rows += [_artist(*line, KNOWLEDGE) for line in people.WIDER]
    rows += [_deceased(*line) for line in people.DECEASED]
    rows += [_studio(*line) for line in people.STUDIOS]
    for kind in ("work", "character", "nudity", "gore", "hate"):
        rows += [_words(kind, *line) for line in LINES[kind]]
    rows += [_words("real_person", _first(line), "clear", "", line) for line in words.PEOPLE]
    rows += [_words("child", *words.CHILD), _words("brand", *words.BRANDS)]
    rows += [_words("harmless", name, "none", "", line) for name, line in words.HARMLESS]
    return rows


LINES = {
    "work": words.WORKS,
    "character": words.CHARACTERS,
    "nudity": words.NUDITY,
    "gore": words.GORE,
    "hate": words.HATE,
}


def _artist(name: str, genre: str, spellings: str, sources: str) -> dict[str, Any]:
    return _row(name, "living_artist", "clear", spellings, genre) | {
        "sources": sources,
        "checked_on": LOOKED_UP if sources == FACTS else None,
    }


def _deceased(name: str, died: str | None, spellings: str) -> dict[str, Any]:
    in_facts = name in people.DECEASED_IN_FACTS or not died
    return _row(name, "deceased_artist", "none", spellings) | {
        "died_on": date.fromisoformat(died) if died else None,
        "sources": FACTS if in_facts else KNOWLEDGE,
        "checked_on": LOOKED_UP if in_facts else None,
    }


def _studio(name: str, genre: str, spellings: str) -> dict[str, Any]:
    return _row(name, "studio", "soft", spellings, genre) | {
        "is_fine_as_style": True,
        "sources": FACTS,
    }


def _words(
    kind: str, name: str, level: str, genre: str, spellings: str, companions: str = ""
) -> dict[str, Any]:
    row = _row(name, kind, level, spellings, genre)
    return row | {"companions": _lines(companions.split(", ")), "sources": FACTS}


def _row(name: str, kind: str, level: str, spellings: str, genre: str = "") -> dict[str, Any]:
    parts = spellings.split(", ")
    return {
        "name": name,
        "kind": kind,
        "level": level,
        "spellings": _lines(part for part in parts if not part.startswith("~")),
        "styled_spellings": _lines(part[1:] for part in parts if part.startswith("~")),
        "safer_wordings": wording(genre),
    }


def _first(line: str) -> str:
    return line.split(", ")[0]


def _lines(parts: Any) -> str:
    return "\n".join(dict.fromkeys(parts))
