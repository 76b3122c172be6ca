"""The figures of a run, as tables."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from generations.models import Attempt, Generation
from generations.providers.demo.server import DemoServer
from tests.faults.checks import requests_of
from tests.faults.stages import STAGES

OUTCOMES = ("succeeded", "unconfirmed", "failed", "canceled")


@dataclass
class Row:
    """The figures of one kind of fault."""

    rounds: int = 0
    generations: int = 0
    attempts: int = 0
    requests: int = 0
    most_a_prompt: int = 0
    stages: "Counter[str]" = field(default_factory=Counter)
    outcomes: "Counter[str]" = field(default_factory=Counter)
    slowest: float = 0.0
    breaches: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


class Report:
    """Rows by the name of the fault."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}

    def note(
        self,
        what: str,
        generations: Sequence[Generation],
        demo: DemoServer,
        *,
        stages: "Counter[str]",
        seconds: float,
        breaches: list[str],
    ) -> None:
        """Adds one round."""
        row = self.rows.setdefault(what, Row())
        sent = requests_of(demo)
        attempts = Attempt.objects.filter(generation__in=list(generations))
        row.rounds += 1
        row.generations += len(generations)
        row.attempts += len(attempts)
        row.requests += sum(sent[it.prompt] for it in generations)
        row.most_a_prompt = max([row.most_a_prompt, *(sent[it.prompt] for it in generations)])
        row.stages += stages
        row.outcomes += Counter(attempt.status for attempt in attempts)
        row.slowest = max(row.slowest, seconds)
        row.breaches += breaches

    def say(self, what: str, words: str) -> None:
        """Adds a figure in words."""
        self.rows.setdefault(what, Row()).said.append(words)

    def lines(self) -> list[str]:
        """The tables."""
        return [*self._figures(), "", *self._stages(), *self._words()]

    def _figures(self) -> list[str]:
        head = ["", "rounds", "attempts", "requests", *OUTCOMES, "slowest s", "breaches"]
        rows = [
            [
                what,
                row.rounds,
                row.attempts,
                row.requests,
                *(row.outcomes[it] for it in OUTCOMES),
                f"{row.slowest:.1f}",
                len(row.breaches),
            ]
            for what, row in self.rows.items()
        ]
        return _table([head, *rows])

    def _stages(self) -> list[str]:
        killed = {what: row for what, row in self.rows.items() if row.stages}
        head = ["attempts at the kill", *STAGES]
        rows = [[what, *(row.stages[it] for it in STAGES)] for what, row in killed.items()]
        return _table([head, *rows]) if killed else []

    def _words(self) -> list[str]:
        said = [f"{what}: {line}" for what, row in self.rows.items() for line in row.said]
        broken = [f"BREACH {what}: {it}" for what, row in self.rows.items() for it in row.breaches]
        return ["", *said, *broken]


def _table(rows: Sequence[Sequence[object]]) -> list[str]:
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in texts) for column in range(len(texts[0]))]
    return [
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in texts
    ]
