"""The words in a prompt that switch a fault on: `[demo:cut-stream 40]`."""

import re
from dataclasses import dataclass

_IN_PROMPT = re.compile(r"\[demo:\s*([^\]]*)\]")


@dataclass(frozen=True)
class Switch:
    """One fault that was asked for, with its arguments as they were written."""

    name: str
    arguments: tuple[str, ...] = ()

    def number(self, default: float, *, at: int = 0) -> float:
        """Give the argument at this position as a number, or the default."""
        try:
            return float(self.arguments[at])
        except (IndexError, ValueError):
            return default

    def __str__(self) -> str:
        return " ".join((self.name, *self.arguments))


def parse_switch(text: str) -> Switch:
    """Read one switch as it is written in a prompt or a control request: `cut-stream 40`."""
    name, *arguments = text.split() or [""]
    return Switch(name, tuple(arguments))


def switches_in(prompt: str) -> tuple[Switch, ...]:
    """Find all switches in a prompt, in their order."""
    return tuple(parse_switch(found) for found in _IN_PROMPT.findall(prompt))


def without_switches(prompt: str) -> str:
    """Give the prompt as a person would have written it."""
    return " ".join(_IN_PROMPT.sub(" ", prompt).split()) if "[demo:" in prompt else prompt
