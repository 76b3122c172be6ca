"""Lines of earlier records that a later one states otherwise."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from generations.models import UsageImport, UsageLine
from generations.services.usage_imports.lines import ReadLine, fingerprints

# Clocks of two zones differ by whole quarters of an hour, and by no more than this
QUARTER = timedelta(minutes=15)
FARTHEST_ZONES = timedelta(hours=26)


def replace_restated(
    usage_import: UsageImport, read: Sequence[ReadLine], lines: Sequence[UsageLine]
) -> None:
    """Of the same request at the same moment the newest record counts, with all that it says.

    A refund has a moment of its own and is added; the same amount by the clock of another zone is
    the same line, read otherwise. `lines` are the new ones of this record; those that take the
    place of others are about the same call. A record that is removed again gives the old lines
    their place back.
    """
    said, stated = set(fingerprints(read)), _by_request(read)
    earlier = UsageLine.objects.filter(
        provider=usage_import.provider, replaced_by=None, **span_of(read, wider=FARTHEST_ZONES)
    ).exclude(request_id="")
    gone = [
        line
        for line in earlier
        if line.fingerprint not in said
        and any(_restates(new, line) for new in stated.get(line.request_id, []))
    ]
    replaced = _by_request(gone)
    for new in lines:
        calls = (it.attempt_id for it in replaced.get(new.request_id, []) if _restates(new, it))
        new.attempt_id = next(calls, None)
    for line in gone:
        line.replaced_by = usage_import
    UsageLine.objects.bulk_update(gone, ["replaced_by"], batch_size=500)


def span_of(read: Sequence[ReadLine], *, wider: timedelta = timedelta()) -> dict[str, datetime]:
    """That a line lies within a record, or not far from it, as a condition for a query."""
    first, last = min(it.at for it in read), max(it.at for it in read)
    return {"at__gte": first - wider, "at__lte": last + wider}


def _restates(new: Any, line: Any) -> bool:
    """Whether a line says anew what another of the same request said."""
    apart = abs(new.at - line.at)
    if not apart:
        return True
    return new.amount == line.amount and apart <= FARTHEST_ZONES and not apart % QUARTER


def _by_request(lines: Iterable[Any]) -> Mapping[str, Sequence[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for line in lines:
        if line.request_id:
            found[line.request_id].append(line)
    return found
