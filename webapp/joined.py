"""Style sheets and scripts that are joined into one file for each page, without their comments.

A phone waits for every file that it asks for, and asks for six at a time.
"""

import re
from collections.abc import Callable, Iterator, Sequence

# Of every page
BASE = ("tokens", "reset", "base", "layout", "controls", "components", "utilities")
SITE = (*BASE, "records", "prompt-check")
# In the order of the cascade
JOINED_SHEETS: dict[str, tuple[str, ...]] = {
    "site": SITE,
    "gallery-page": (*BASE, "gallery", "gallery-filters", "selection", "downloads", "lightbox"),
    "collection-page": (*BASE, "gallery", "selection", "lightbox", "collections", "downloads"),
    "image-page": (*SITE, "viewer", "downloads", "lightbox"),
    "shared-page": (*SITE, "gallery", "viewer", "shared"),
    "studio-page": (
        *(*SITE, "composer", "reference-picker", "mask-painter"),
        *("gallery-picker", "presets", "generation-card"),
    ),
}
# In the order in which they run; what they import comes before them by itself. A module that is
# loaded later or elsewhere may bring one of them again, under its own name (single-keys, marks,
# post): such a one keeps nothing and defines no element
JOINED_SCRIPTS: dict[str, tuple[str, ...]] = {
    "member-page": ("theme", "key-sheet"),
    "gallery-page": (
        *("theme", "key-sheet", "picture-selection", "lightbox-door"),
        *("toast-stack", "gallery", "favourite-mark", "gallery-filters"),
    ),
    "collection-page": (
        *("theme", "key-sheet", "picture-selection", "lightbox-door"),
        *("toast-stack", "favourite-mark", "collection-order"),
    ),
    "generation-page": (
        *("theme", "key-sheet", "elapsed-time", "generation-card", "live-feed"),
        "generation-story",
    ),
    "image-page": (
        *("theme", "key-sheet", "viewer", "lightbox-door"),
        *("toast-stack", "favourite-mark"),
    ),
    "studio-page": (
        *("theme", "key-sheet", "elapsed-time", "generation-card", "live-feed"),
        *("generation-story", "reference-picker", "mask-painter", "gallery-picker"),
        *("toast-stack", "finish-notifier", "free-size", "prompt-check"),
        *("composer-draft", "preset-menu", "composer"),
    ),
}

Read = Callable[[str], str]
IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w-]+)\.js";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async function|function|class|const) (\w+))", re.MULTILINE)
# As we write them: a comment of a script has its own lines, and no string goes over several
FOR_AUTHORS = re.compile(r"^\s*//[^\n]*\n|\s*/\*.*?\*/|^\s+", re.MULTILINE | re.DOTALL)
# Where a style sheet goes on without a blank
NEEDLESS = re.compile(r"(?<=[;{},])\n")


def join_sheets(names: Sequence[str], read: Read) -> str:
    """One style sheet out of several; `read` gives the text of one by its name."""
    return "".join(NEEDLESS.sub("", _bare(read(name))) for name in names)


def join_modules(names: Sequence[str], read: Read) -> str:
    """One module out of several and what they import; `read` gives the text of one by its name.

    Each keeps its own names to itself but for what it exports, as our scripts write it: `import {
    a } from "./b.js"`, and `export` before a function, a class or a constant.
    """
    ordered = dict.fromkeys(it for name in names for it in _with_imports(name, read))
    return "\n".join(_closed(_bare(read(name))) for name in ordered)


def _bare(text: str) -> str:
    """What a browser needs of it: a fifth less to load."""
    return FOR_AUTHORS.sub("", text)


def _with_imports(name: str, read: Read) -> Iterator[str]:
    """What a module needs, the deepest first, and then itself."""
    for imported in IMPORT.findall(read(name)):
        yield from _with_imports(imported, read)
    yield name


def _closed(text: str) -> str:
    exported = ", ".join(EXPORT.findall(text))
    body = EXPORT.sub("", IMPORT.sub("", text))
    if not exported:
        return f"(() => {{\n{body}}})();"
    return f"const {{ {exported} }} = (() => {{\n{body}return {{ {exported} }};\n}})();"
