"""Where a JSON object ends in a text that is still arriving."""

import re

_MARK = re.compile(r'["\\{}`]')


class BlockScan:
    """Follows braces and strings of a growing text that starts with `{`.

    The text is looked at once, not again for each piece. `json_end` is where the object ends
    (exclusive), which is known when `end_in` gives an end.
    """

    def __init__(self, *, is_fenced: bool) -> None:
        self._is_fenced = is_fenced
        self._at = 0
        self._depth = 0
        self._is_in_string = False
        self.json_end: int | None = None

    def end_in(self, text: str, *, is_last: bool) -> int | None:
        """Give the end of the block, closing fence included; None while it is not known."""
        while self.json_end is None:
            mark = _MARK.search(text, self._at)
            if mark is None:
                self._at = len(text)
                return None
            if not self._step(text, mark.start()):
                return None
        return self._closing_fence_end(text, self.json_end, is_last=is_last)

    def _step(self, text: str, at: int) -> bool:
        """Take in the mark at `at`; False where the character after it must be known first."""
        mark = text[at]
        if mark == "`":
            return self._step_backtick(text, at)
        if mark == "\\":
            self._at = at + (2 if self._is_in_string else 1)
            return self._at <= len(text)
        self._at = at + 1
        if mark == '"':
            self._is_in_string = not self._is_in_string
        elif not self._is_in_string:
            self._depth += 1 if mark == "{" else -1
            if self._depth == 0:
                self.json_end = self._at
        return True

    def _step_backtick(self, text: str, at: int) -> bool:
        """End a broken object at a fence on its own line; JSON strings hold no line ends."""
        line = text[text.rfind("\n", 0, at) + 1 : at]
        is_at_line_start = self._is_fenced and not line.strip()
        if is_at_line_start and len(text) < at + 3:
            self._at = at
            return False
        if is_at_line_start and text.startswith("```", at):
            self.json_end = at
        self._at = at + 1
        return True

    def _closing_fence_end(self, text: str, start: int, *, is_last: bool) -> int | None:
        if not self._is_fenced:
            return start
        tail = text[start:].lstrip()
        if tail.startswith("```"):
            return len(text) - len(tail) + 3
        may_close = "```".startswith(tail[:3]) and len(tail) < 3
        return None if may_close and not is_last else start
