"""What a ledger line looks like, as a number that can be added up."""

from datetime import UTC, datetime
from decimal import Decimal
from hashlib import blake2b
from typing import NamedTuple
from uuid import UUID

from generations.models import LedgerEntry

# Sums of eight million lines fit into the column
PRINT_BYTES = 5


class LineValues(NamedTuple):
    """A ledger line without its row, with what says whether its attempt brought a picture.

    `is_call`: it is the first of its attempt's lines that costs.
    """

    pk: int
    attempt_id: UUID
    kind: str
    amount: Decimal
    is_demo: bool
    reason: str
    entered_by_id: int | None
    created_at: datetime
    spend_group_id: int | None
    code: str
    picture_count: int
    is_call: bool


Line = LedgerEntry | LineValues


def print_of(line: Line) -> int:
    """Changes with everything that the line says."""
    said = (
        line.pk,
        line.attempt_id,
        line.kind,
        f"{line.amount:.6f}",
        line.is_demo,
        line.reason,
        line.entered_by_id,
        line.created_at.astimezone(UTC).isoformat(),
    )
    digest = blake2b(repr([str(it) for it in said]).encode(), digest_size=PRINT_BYTES).digest()
    return int.from_bytes(digest)
