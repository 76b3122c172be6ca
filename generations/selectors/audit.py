"""Proves that the ledger adds up, row by row (promise 4 in docs/architecture.md)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from generations.models import Attempt, Generation, LedgerEntry
from generations.providers.base import Charged

Kind = LedgerEntry.Kind
Status = Attempt.Status
ZERO = Decimal(0)


@dataclass(frozen=True)
class Fault:
    """One thing that does not add up: which attempt or generation, and what."""

    where: str
    what: str


def ledger_faults() -> Iterator[Fault]:
    """Everything that breaks the ledger's rules in this database; nothing when it is clean."""
    generations = Generation.objects.prefetch_related(
        "attempts__ledger_entries", "attempts__images"
    ).order_by("created_at")
    for generation in generations.iterator(chunk_size=500):
        attempts = list(generation.attempts.all())
        for attempt in attempts:
            yield from _faults_of_attempt(attempt)
        yield from _faults_of_generation(generation, attempts)


def _faults_of_attempt(attempt: Attempt) -> Iterator[Fault]:
    lines = {line.kind: line.amount for line in attempt.ledger_entries.all()}
    where = f"attempt {attempt.id}"
    if lines.get(Kind.HOLD) != attempt.estimate:
        yield Fault(where, f"held {lines.get(Kind.HOLD)}, estimated {attempt.estimate}")
    if _release_wanted(attempt) != lines.get(Kind.RELEASE):
        yield Fault(where, f"{attempt.status}, released {lines.get(Kind.RELEASE)}")
    if _charge_wanted(attempt) != lines.get(Kind.CHARGE):
        yield Fault(
            where, f"{attempt.status}, cost {attempt.cost}, charged {lines.get(Kind.CHARGE)}"
        )
    yield from _faults_of_pictures(attempt)


def _faults_of_pictures(attempt: Attempt) -> Iterator[Fault]:
    images = list(attempt.images.all())
    if attempt.status != Status.SUCCEEDED or attempt.cost is None:
        return
    total = sum((image.cost or ZERO for image in images), ZERO)
    if not images or total != attempt.cost:
        yield Fault(f"attempt {attempt.id}", f"pictures cost {total}, the call {attempt.cost}")


def _faults_of_generation(generation: Generation, attempts: list[Attempt]) -> Iterator[Fault]:
    where = f"generation {generation.id}"
    if generation.is_finished != all(attempt.is_finished for attempt in attempts):
        yield Fault(where, f"is {generation.status}, its attempts are not alike")
    entered = [line for attempt in attempts for line in attempt.ledger_entries.all()]
    booked = sum((line.amount for line in entered), ZERO)
    adjusted = sum((line.amount for line in entered if line.kind == Kind.ADJUSTMENT), ZERO)
    told = sum((_told(attempt) for attempt in attempts), ZERO)
    if booked != told + adjusted:
        yield Fault(where, f"the ledger says {booked}, the receipt {told + adjusted}")


def _told(attempt: Attempt) -> Decimal:
    """What the receipt says of an attempt: its pictures, its cost without one, or its open hold."""
    if _is_open(attempt):
        return attempt.estimate or ZERO
    images = list(attempt.images.all())
    if images:
        return sum((image.cost or ZERO for image in images), ZERO)
    return attempt.cost or ZERO


def _is_open(attempt: Attempt) -> bool:
    """Nothing is booked yet; what is collecting a late picture is booked already."""
    return attempt.charged in ("", Charged.UNKNOWN)


def _release_wanted(attempt: Attempt) -> Decimal | None:
    return None if _is_open(attempt) or attempt.estimate is None else -attempt.estimate


def _charge_wanted(attempt: Attempt) -> Decimal | None:
    return attempt.cost if attempt.charged == Charged.YES else None
