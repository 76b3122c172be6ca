"""The scripts of a page as one file: the same, in the order of what they need."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from webapp.joined import BASE, JOINED_SCRIPTS, JOINED_SHEETS, join_modules, join_sheets

pytestmark = pytest.mark.once

STATIC = Path(settings.BASE_DIR) / "static"
PARTS = {
    "page": 'import { open, close } from "./door.js";\n'
    'import { paint } from "./paint.js";\nopen();\n',
    "door": 'import { paint } from "./paint.js";\n'
    "export const open = () => paint();\nexport function close() {}\n",
    "paint": "const COLOUR = 1;\nexport async function paint() {}\nexport class Brush {}\n",
    "alone": "const COLOUR = 2;\n",
}


def source(name: str) -> str:
    return (STATIC / "js" / f"{name}.js").read_text("utf-8")


def test_what_is_imported_comes_first_and_once():
    joined = join_modules(["page", "alone"], PARTS.__getitem__)
    assert joined.count("async function paint") == 1
    assert (
        joined.index("async function paint") < joined.index("const open") < joined.index("open()")
    )
    assert "const { paint, Brush } = (() => {" in joined
    assert "return { open, close };" in joined
    assert not re.search(r"^(import|export) ", joined, re.MULTILINE)


@pytest.mark.parametrize("name", JOINED_SCRIPTS)
def test_the_scripts_of_every_page_are_one_module(name: str):
    """That browsers run it is seen in tests/browser/test_everyone.py, on every page."""
    joined = join_modules(JOINED_SCRIPTS[name], source)
    assert not re.search(r"^(import|export)\b(?!\()", joined, re.MULTILINE)
    shared = ", ".join(re.findall(r"^const \{ (.*) \} = \(\(\) => \{$", joined, re.MULTILINE))
    names = shared.split(", ")
    assert len(names) == len(set(names))


def test_comments_and_indentation_stay_with_the_authors():
    parts = {
        "a": "// Says why\nconst a = () => {\n  // And how\n\n  return `//${a}`;\n};\n",
        "b": "/* Two\n   lines */\n.a {\n  color: red; /* why */\n\n  > .b { top: 0; }\n}\n",
    }
    joined = join_modules(["a"], parts.__getitem__)
    assert joined == "(() => {\nconst a = () => {\nreturn `//${a}`;\n};\n})();"
    joined = join_sheets(["b", "b"], parts.__getitem__)
    assert joined == "\n.a {color: red;> .b { top: 0; }}" * 2


@pytest.mark.parametrize("path", sorted(STATIC.glob("*s/*.[cj]s*")), ids=lambda path: path.name)
def test_comments_are_written_as_they_are_taken_away(path: Path):
    """No string goes over several lines, and none looks like a comment."""
    text = path.read_text("utf-8")
    assert all(line.count("`") % 2 == 0 for line in text.splitlines())
    if path.suffix == ".js":
        assert "/*" not in text
    else:
        assert text.count("/*") == text.count("*/")
        assert "//" not in text.replace("://", "")
        assert not re.search(r"""["'][^"'\n]*/\*[^"'\n]*["']""", text)


@pytest.mark.parametrize("name", JOINED_SHEETS)
def test_the_sheets_of_every_page_begin_with_what_all_have(name: str):
    names = JOINED_SHEETS[name]
    assert names[: len(BASE)] == BASE
    assert len(names) == len(set(names))
    assert all((STATIC / "css" / f"{it}.css").exists() for it in names)
