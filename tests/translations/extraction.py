"""What the source asks to be translated, read without gettext's tools."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation.template import templatize

from tests.support.environment import ROOT

# How many texts each function takes before its count, and whether the first is a context
SHAPES = {
    "gettext": (1, False),
    "gettext_lazy": (1, False),
    "gettext_noop": (1, False),
    "ngettext": (2, False),
    "ngettext_lazy": (2, False),
    "pgettext": (2, True),
    "pgettext_lazy": (2, True),
    "npgettext": (3, True),
    "npgettext_lazy": (3, True),
}
TEXT = r"""u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
# What Django makes of the tags in a template
CALL = re.compile(rf"\b(_|n?p?gettext)\(({TEXT}(?:, {TEXT})*)(?:, ?count)?\)")


@dataclass(frozen=True)
class Asked:
    """One text that is to be translated, and a file that asks for it."""

    file: str
    singular: str
    plural: str = ""
    context: str = ""


class NotConstant(Exception):
    """A text that is put together while running; no catalogue can have it."""


def asked_in_project() -> list[Asked]:
    """Every text of the product in the order of the files."""
    return [*_asked_in_templates(), *_asked_in_python()]


def templates() -> list[Path]:
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())


def _asked_in_templates() -> Iterator[Asked]:
    for path in templates():
        for name, texts in CALL.findall(templatize(path.read_text(encoding="utf-8"))):
            found = [ast.literal_eval(text) for text in re.findall(TEXT, texts)]
            yield _asked(path, "gettext" if name == "_" else name, found)


def _asked_in_python() -> Iterator[Asked]:
    for folder in ("generations", "webapp"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield from _asked_in_module(path)


def _asked_in_module(path: Path) -> Iterator[Asked]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = _names_of_functions(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
            if name in names:
                yield _asked(path, names[name], _texts(path, node, SHAPES[names[name]][0]))


def _names_of_functions(tree: ast.Module) -> dict[str, str]:
    """What a module calls the functions of django.utils.translation."""
    imports = [
        alias
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
    ]
    return {it.asname or it.name: it.name for it in imports if it.name in SHAPES}


def _texts(path: Path, node: ast.Call, count: int) -> list[str]:
    values = [it.value if isinstance(it, ast.Constant) else None for it in node.args[:count]]
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) != count:
        raise NotConstant(f"{path.relative_to(ROOT)}:{node.lineno}")
    return texts


def _asked(path: Path, name: str, texts: list[str]) -> Asked:
    _count, has_context = SHAPES[name]
    context = texts.pop(0) if has_context else ""
    file = path.relative_to(ROOT).as_posix()
    return Asked(file, texts[0], texts[1] if len(texts) > 1 else "", context)
