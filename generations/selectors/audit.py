"""Proves that the ledger adds up, row by row (promise 4 in docs/architecture.md)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from django.conf import settings as project

from generations.models import Attempt, Generation, LedgerEntry
from generations.selectors import audit_rules
from generations.selectors.accounts import AttemptAccount, GenerationAccount, accounts
from generations.selectors.audit_rules import ZERO, amount_of, is_open, spent_of

Kind = LedgerEntry.Kind
Status = Generation.Status
RUNNING = (Status.QUEUED, Status.RUNNING)


@dataclass(frozen=True)
class Fault:
    """One thing that does not add up: which attempt or generation, and what."""

    where: str
    what: str


@dataclass
class Money:
    """What the ledger says in all (USD)."""

    charged: Decimal = ZERO
    held: Decimal = ZERO


@dataclass
class Tally:
    """What an audit has read; demo money stands apart."""

    generations: int = 0
    attempts: int = 0
    lines: int = 0
    real: Money = field(default_factory=Money)
    demo: Money = field(default_factory=Money)

    def count(self, generation: GenerationAccount) -> None:
        self.generations += 1
        money = self.demo if generation.is_demo else self.real
        for attempt in generation.attempts.values():
            self.attempts += 1
            self.lines += len(attempt.lines)
            money.charged += spent_of(attempt)
            money.held += amount_of(attempt, Kind.HOLD, Kind.RELEASE)


def ledger_faults(tally: Tally | None = None) -> Iterator[Fault]:
    """Everything that breaks the ledger's rules in this database; nothing when it is clean.

    Memory stays the same however large the tables are. Counts what it reads into `tally`.
    """
    for generation in accounts():
        if tally is not None:
            tally.count(generation)
        for attempt in generation.attempts.values():
            where = f"attempt {attempt.id}"
            for what in audit_rules.faults_of(attempt, generation):
                yield Fault(where, what)
        for what in _faults_of(generation):
            yield Fault(f"generation {generation.id}", what)


def _faults_of(generation: GenerationAccount) -> Iterator[str]:
    attempts = list(generation.attempts.values())
    slots = {attempt.slot for attempt in attempts}
    if slots != set(range(generation.count)):
        yield f"asks for {generation.count} pictures, has attempts for {len(slots)}"
    if (generation.status in RUNNING) == all(attempt.is_finished for attempt in attempts):
        yield f"is {generation.status}, its attempts are not alike"
    has_picture = any(attempt.status == Attempt.Status.SUCCEEDED for attempt in attempts)
    if generation.status not in RUNNING and has_picture != (generation.status == Status.SUCCEEDED):
        yield f"is {generation.status}, its attempts are not alike"
    endpoint = project.PROVIDERS.get(generation.provider)
    if endpoint is not None and endpoint.is_demo != generation.is_demo:
        yield f"is {_kind(generation.is_demo)}, its provider {generation.provider} is not"
    booked = sum((line.amount for attempt in attempts for line in attempt.lines), ZERO)
    told = sum((_told(attempt) for attempt in attempts), ZERO)
    if booked != told:
        yield f"the ledger says ${booked:.6f}, pictures and calls without one ${told:.6f}"


def _told(attempt: AttemptAccount) -> Decimal:
    """What pages say of an attempt: its pictures, its cost without one, or its open hold."""
    if is_open(attempt):
        return attempt.estimate or ZERO
    costs = [picture.cost for picture in attempt.pictures if picture.cost is not None]
    # Pictures get their shares at the end; while a late one is collected, the call's cost stands
    if costs and attempt.is_finished:
        return sum(costs, ZERO)
    return attempt.cost or ZERO


def _kind(is_demo: bool) -> str:
    return "demo" if is_demo else "real"
