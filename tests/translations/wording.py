"""Words in templates that no catalogue can translate, because they stand there as they are."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from tests.support.environment import ROOT
from tests.translations.extraction import templates

TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.S)
BLOCK = re.compile(r"\{%\s*blocktrans(?:late)?\b.*?\{%\s*endblocktrans(?:late)?\s*%\}", re.S)
# In a file that is included inside of a tag
ATTRIBUTE = re.compile(r'[\w-]+="[0\s]*"')
# Names of classes that a page gives to its frame
CLASS = re.compile(r"\{% block \w*(?:class|kind) %\}.*?\{% endblock %\}")
DATE = re.compile(r"""\|(?:date|time):["'](?=[^"'A-Z]*[FMlDN])(?![A-Z_]+["'])([^"']+)["']""")
WORD = re.compile(r"[^\W\d_]{2,}")
READ_ALOUD = {"title", "alt", "aria-label", "aria-description", "placeholder", "label"}
# The same in every language
NAMES = {"Proofsheet", "PNG", "JPEG", "WebP", "GIF", "AVIF", "ZIP", "CSV", "JSON", "px", "Ctrl"}


def untranslatable() -> list[str]:
    """One line for each: file, words."""
    return [
        f"{path.relative_to(ROOT).as_posix()}: {words}"
        for path in templates()
        for words in _words_of(path)
    ]


def _words_of(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    yield from (f"date format {found}, write _(…)" for found in DATE.findall(text))
    reader = _Reader()
    reader.feed(TAG.sub(_blank, CLASS.sub("", BLOCK.sub(_blank, text))))
    for words in reader.found:
        if not set(WORD.findall(words)) <= NAMES:
            yield " ".join(words.split())


def _blank(found: re.Match[str]) -> str:
    """As long as before, so that attributes stay whole."""
    return re.sub(r"\S", "0", found[0].replace('"', "0").replace("'", "0"))


class _Reader(HTMLParser):
    """Texts, and attributes that are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in READ_ALOUD and value]

    def handle_data(self, data: str) -> None:
        self.found.append(ATTRIBUTE.sub("", data))
