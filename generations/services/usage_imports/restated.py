"""Lines of earlier records that a later one states otherwise."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from generations.models import UsageImport, UsageLine
from generations.services.usage_imports.lines import ReadLine, fingerprints

Moment = tuple[str, datetime]


def replace_restated(
    usage_import: UsageImport, read: Sequence[ReadLine], lines: Sequence[UsageLine]
) -> None:
    """Of the same request at the same moment the newest record counts, with all that it says.

    A refund has a moment of its own and is added. `lines` are the new ones of this record; those
    that take the place of others are about the same call. A record that is removed again gives
    the old lines their place back.
    """
    stated = {_moment(line) for line in read if line.request_id}
    said = set(fingerprints(read))
    earlier = UsageLine.objects.filter(
        provider=usage_import.provider, replaced_by=None, **span_of(read)
    ).exclude(request_id="")
    gone = [it for it in earlier if _moment(it) in stated and it.fingerprint not in said]
    calls: dict[Moment, UUID | None] = {_moment(it): it.attempt_id for it in gone}
    for line in lines:
        line.attempt_id = calls.get(_moment(line))
    for line in gone:
        line.replaced_by = usage_import
    UsageLine.objects.bulk_update(gone, ["replaced_by"], batch_size=500)


def span_of(read: Sequence[ReadLine]) -> dict[str, datetime]:
    """That a line lies within a record, as a condition for a query."""
    return {"at__gte": min(it.at for it in read), "at__lte": max(it.at for it in read)}


def _moment(line: Any) -> Moment:
    return line.request_id, line.at
