"""Settles unconfirmed attempts: a person says what a call cost of which no answer came."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import structlog
from django.db import transaction
from django.db.models import QuerySet

from generations.models import Attempt, Generation, Settlement
from generations.models.audit_actions import Action
from generations.providers.base import Charged
from generations.services import audit, ledger, live

log = structlog.get_logger(__name__)


class NotOpen(Exception):
    """There is nothing to settle: it is settled already, or what was lost has arrived."""

    def __init__(self, settlement: Settlement | None) -> None:
        super().__init__()
        self.settlement = settlement


def open_attempts() -> QuerySet[Attempt]:
    """The attempts of which nobody knows yet whether they were charged."""
    return Attempt.objects.filter(status=Attempt.Status.UNCONFIRMED, charged=Charged.UNKNOWN)


@transaction.atomic
def settle_unconfirmed(
    *, attempt: Attempt, charged: bool, amount: Decimal | None, reason: str, settled_by: Any
) -> Settlement:
    """Releases the hold and books what the call cost (USD), or nothing, once and for all.

    `amount` is for charged calls, above zero; None there is "charged, nobody knows how much".
    The state stays unconfirmed: docs/decisions/0005. Raises NotOpen when somebody was faster,
    ValueError for an amount or a reason that cannot be.
    """
    _check(charged, amount, reason)
    Generation.objects.select_for_update().get(id=attempt.generation_id)
    current = Attempt.objects.select_for_update().select_related("generation").get(id=attempt.id)
    if current.status != Attempt.Status.UNCONFIRMED or current.charged != Charged.UNKNOWN:
        raise NotOpen(Settlement.objects.filter(attempt=current).first())
    _book(current, charged, amount, {"reason": reason, "entered_by": settled_by})
    settlement = Settlement.objects.create(
        attempt=current, is_charged=charged, amount=amount, reason=reason, settled_by=settled_by
    )
    _note(settlement)
    live.publish_state(user_id=current.requested_by_id, generation_id=current.generation_id)
    log.info("attempt_settled", attempt_id=str(current.id), charged=charged)
    attempt.refresh_from_db()
    return settlement


def settle_many(
    *,
    attempts: Iterable[Attempt],
    charged: bool,
    amount: Decimal | None,
    reason: str,
    settled_by: Any,
) -> list[Settlement]:
    """Settles each on its own, and leaves those alone that somebody settled meanwhile.

    `amount` is that of each (USD); None is each one's estimate. Raises as `settle_unconfirmed`.
    """
    done = []
    for attempt in attempts:
        each = (amount or attempt.estimate or None) if charged else None
        try:
            settlement = settle_unconfirmed(
                attempt=attempt, charged=charged, amount=each, reason=reason, settled_by=settled_by
            )
        except NotOpen:
            continue
        done.append(settlement)
    return done


def _check(charged: bool, amount: Decimal | None, reason: str) -> None:
    if not reason.strip():
        raise ValueError("A settlement has a reason.")
    if amount is not None and (not charged or amount <= 0):
        raise ValueError("What was charged is above zero; what was not has no amount.")


def _book(attempt: Attempt, charged: bool, amount: Decimal | None, why: dict[str, Any]) -> None:
    attempt.charged = Charged.YES if charged else Charged.NO
    attempt.cost = amount if charged else Decimal(0)
    attempt.save(update_fields=["charged", "cost"])
    ledger.close(attempt, cost=amount if charged else None, **why)


def _note(done: Settlement) -> None:
    generation = done.attempt.generation
    details = {"charged": done.is_charged, "reason": done.reason}
    audit.record(
        actor=done.settled_by,
        action=Action.ATTEMPT_SETTLED,
        subject=audit.about(generation, f"{generation.requested_by} · {generation.model}"),
        details=details if done.amount is None else details | {"amount": done.amount},
    )
