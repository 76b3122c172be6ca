"""What a ledger line looks like, as a number that can be added up."""

from datetime import UTC
from hashlib import blake2b

from generations.models import LedgerEntry

# Sums of eight million lines fit into the column
PRINT_BYTES = 5


def print_of(line: LedgerEntry) -> int:
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
