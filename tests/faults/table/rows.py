"""What a row of the table says: the fault, how it is caused, and what must come of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generations.models import Attempt, Generation
from tests.factories import CHAT

if TYPE_CHECKING:
    from tests.faults.table.place import Place

Disruption = Callable[["Place"], Sequence[Generation]]


@dataclass(frozen=True)
class Outcome:
    """How each generation of a row ends, and how often the provider was asked for it."""

    status: str
    code: str
    charged: str
    pictures: int
    requests: int

    def __str__(self) -> str:
        how = f"{self.status} {self.code}".strip()
        return f"{how}, charged {self.charged}, {self.pictures} pictures, {self.requests} requests"


def picture(count: int = 1, *, requests: int = 1) -> Outcome:
    """It ends well."""
    return Outcome("succeeded", "", "yes", count, requests)


def paid(code: str) -> Outcome:
    """It fails, and the money is gone."""
    return Outcome("failed", code, "yes", 0, 1)


def free(code: str, *, requests: int = 1) -> Outcome:
    """It fails, and costs nothing."""
    return Outcome("failed", code, "no", 0, requests)


def unknown(code: str, *, requests: int = 1) -> Outcome:
    """Nobody knows what it cost: held, and settled by a person."""
    return Outcome("unconfirmed", code, "unknown", 0, requests)


@dataclass(frozen=True)
class Row:
    """One fault. Its cause is one of three:

    switches    of the demo provider, with commas: a call to it, beside all others
    place       at the rogue server: a call to it, beside all others
    act         something is done to the running parts, with nothing else under way
    """

    name: str
    family: str
    expected: Outcome
    switches: str = ""
    place: str = ""
    act: Disruption | None = None
    model: str = CHAT
    only_on: str = ""

    @property
    def cause(self) -> str:
        if self.act is not None:
            return (self.act.__doc__ or "").strip().splitlines()[0]
        return f"[demo:{self.switches}]" if self.switches else f"a provider at /{self.place}"


class NotCaused(Exception):
    """This machine does not let the fault happen; why."""


@dataclass
class Result:
    """What came of one row on one database."""

    row: Row
    found: list[str] = field(default_factory=list)
    seconds: float = 0.0
    not_caused: str = ""
    said: str = ""

    @property
    def word(self) -> str:
        if self.not_caused:
            return "not caused"
        return "DEVIATES" if self.found else "as expected"


def outcome_of(generation: Generation, *, requests: int) -> Outcome:
    """How a generation ended, by its last attempt."""
    attempt: Attempt = generation.attempts.order_by("slot", "number").last()
    pictures = generation.images.count()
    return Outcome(attempt.status, attempt.code, attempt.charged, pictures, requests)
