"""Where the parts of a Markdown link end in a text that is still arriving."""

import re

PENDING = -1  # the end may still come
NOWHERE = 0  # this is no link

_LABEL_MARK = re.compile(r"!\[|[\[\]\n]")
_MAX_LABEL = 8_192
_ADDRESS_MARK = re.compile(r"[()\n]")
_MAX_ADDRESS = 8_192


def label_end(text: str, start: int) -> int:
    """Give where the `]` of the label from `start` stands, or PENDING, or NOWHERE.

    A picture's label may run over several lines (it may be the prompt), a link's may not.
    """
    is_picture = start == len("![")
    depth = 0
    for mark in _LABEL_MARK.finditer(text, start, start + _MAX_LABEL):
        if mark[0] == "![" or (mark[0] == "\n" and not is_picture):
            return NOWHERE
        if mark[0] == "]" and depth == 0:
            return mark.start()
        depth += {"[": 1, "]": -1}.get(mark[0], 0)
    return NOWHERE if len(text) >= start + _MAX_LABEL else PENDING


def address_end(text: str) -> int:
    """Give where the `)` of the address at the start of `text` stands, or PENDING, or NOWHERE."""
    depth = 0
    for mark in _ADDRESS_MARK.finditer(text.lstrip(), 0, _MAX_ADDRESS):
        if mark[0] == "\n":
            return NOWHERE
        if mark[0] == ")" and depth == 0:
            return mark.start() + len(text) - len(text.lstrip())
        depth += 1 if mark[0] == "(" else -1
    return NOWHERE if len(text) >= _MAX_ADDRESS else PENDING


def clean_address(text: str) -> str:
    """Give the address alone: no title, no angle brackets, no HTML escape."""
    words = text.split()
    return words[0].strip("<>").replace("&amp;", "&") if words else ""
