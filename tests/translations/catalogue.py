"""The Spanish catalogue: brought up to date, compiled, and what is wrong with it."""

import re
from collections.abc import Iterator
from pathlib import Path

import polib

from tests.support.environment import ROOT
from tests.translations.extraction import Asked, asked_in_project

SPANISH = ROOT / "locale" / "es" / "LC_MESSAGES" / "django.po"
HEADER = {
    "Project-Id-Version": "Proofsheet",
    "Language": "es",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}
# %(name)s, %s, the {name} that a script fills in, and tags
PLACE = re.compile(r"%\(\w+\)[^a-z]*[a-z]|%[sd]|\{\w*\}|</?\w+[^>]*>")
Key = tuple[str, str]


def wanted() -> polib.POFile:
    """A catalogue with every text of the product and no translation."""
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = HEADER
    entries: dict[Key, polib.POEntry] = {}
    for asked in asked_in_project():
        key = (asked.context, asked.singular)
        if key not in entries:
            entries[key] = _entry(asked)
            catalogue.append(entries[key])
        _add(entries[key], asked)
    return catalogue


def update(path: Path = SPANISH) -> polib.POFile:
    """Writes the catalogue with what is new, and without what is asked for no more."""
    old = {_key(it): it for it in polib.pofile(str(path))} if path.exists() else {}
    new = wanted()
    for entry in new:
        known = old.get(_key(entry))
        if known is not None:
            _take_over(entry, known)
    path.parent.mkdir(parents=True, exist_ok=True)
    new.save(str(path))
    compiled(path).write_bytes(new.to_binary())
    return new


def compiled(path: Path = SPANISH) -> Path:
    return path.with_suffix(".mo")


def faults(path: Path = SPANISH) -> list[str]:
    """One line for each thing that a reader of Spanish would stumble over."""
    catalogue = polib.pofile(str(path))
    known = {_key(it): it for it in catalogue}
    lines = [line for entry in wanted() for line in _faults_of(entry, known.get(_key(entry)))]
    if compiled(path).read_bytes() != catalogue.to_binary():
        lines.append("django.mo is older than django.po")
    return lines


def _faults_of(entry: polib.POEntry, known: polib.POEntry | None) -> Iterator[str]:
    name = f"{entry.occurrences[0][0]}: “{entry.msgid}”"
    if known is None or known.msgid_plural != entry.msgid_plural or not known.translated():
        yield f"{name} is not translated"
        return
    for source, translation in _pairs(known):
        if sorted(PLACE.findall(source)) != sorted(PLACE.findall(translation)):
            yield f"{name} has other places to fill: “{translation}”"
        if _margins(source) != _margins(translation):
            yield f"{name} begins or ends with other spaces: “{translation}”"


def _pairs(entry: polib.POEntry) -> list[tuple[str, str]]:
    if not entry.msgid_plural:
        return [(entry.msgid, entry.msgstr)]
    forms = entry.msgstr_plural
    return [(entry.msgid, forms[0]), (entry.msgid_plural, forms[1])]


def _margins(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def _key(entry: polib.POEntry) -> Key:
    return entry.msgctxt or "", entry.msgid


def _entry(asked: Asked) -> polib.POEntry:
    flags = ["python-format"] if "%(" in asked.singular else []
    return polib.POEntry(msgid=asked.singular, msgctxt=asked.context or None, flags=flags)


def _add(entry: polib.POEntry, asked: Asked) -> None:
    """One entry serves all that ask for the same text, with a plural or without."""
    if asked.plural and not entry.msgid_plural:
        entry.msgid_plural = asked.plural
        entry.msgstr_plural = {0: "", 1: ""}
    if (asked.file, "") not in entry.occurrences:
        entry.occurrences.append((asked.file, ""))


def _take_over(entry: polib.POEntry, known: polib.POEntry) -> None:
    if bool(entry.msgid_plural) == bool(known.msgid_plural):
        entry.msgstr, entry.msgstr_plural = known.msgstr, known.msgstr_plural
    elif entry.msgid_plural:
        entry.msgstr_plural = {0: known.msgstr, 1: ""}
    else:
        entry.msgstr = known.msgstr_plural.get(0, "")
    entry.tcomment = known.tcomment
    if known.fuzzy:
        entry.flags.append("fuzzy")
