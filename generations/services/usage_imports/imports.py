"""Takes a provider's usage export in: first the file, then, its columns told, its lines."""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from generations.models import Attempt, UsageDifference, UsageImport, UsageLine
from generations.models.audit_actions import Action
from generations.services import audit
from generations.services.originals import delete, read_bytes, store_bytes
from generations.services.usage_imports.billed import billed_by_call
from generations.services.usage_imports.columns import Columns, remember_columns
from generations.services.usage_imports.comparing import OurCall, differences
from generations.services.usage_imports.lines import (
    LARGEST,
    LineFault,
    ReadLine,
    fingerprints,
    read_lines,
)
from generations.services.usage_imports.matching import Call, match_lines
from generations.services.usage_imports.restated import replace_restated, span_of
from generations.services.usage_imports.table import Table, read_table

BATCH = 1000
# As long as a call may run, and our clocks differ
LONGEST_CALL = timedelta(hours=2)
LATEST_REFUND = timedelta(days=35)

Cause = UsageDifference.Cause
log = structlog.get_logger(__name__)


class FaultyLines(Exception):
    """Some lines cannot be read, so that nothing was imported."""

    def __init__(self, faults: Sequence[LineFault]) -> None:
        super().__init__(len(faults))
        self.faults = faults


class ReadAlready(Exception):
    """The lines of this import count already."""


class TooMuch(Exception):
    """All amounts together are more than any bill: they are no dollars."""


def keep_export(*, provider: str, name: str, content: bytes, imported_by: Any) -> UsageImport:
    """Keeps the file, so that its columns can be told; the same file again is the same import.

    Raises UnreadableTable where it is no table, StorageFailed where it cannot be kept.
    """
    read_table(content)
    file = store_bytes("usage", content, extension="csv")
    sha256 = file.rpartition("/")[2].partition(".")[0]
    kept, _ = UsageImport.objects.get_or_create(
        provider=provider,
        sha256=sha256,
        defaults={"file": file, "file_name": name[-100:], "imported_by": imported_by},
    )
    return kept


def table_of(usage_import: UsageImport) -> Table:
    return read_table(read_bytes(usage_import.file))


@transaction.atomic
def drop_export(*, usage_import: UsageImport, by: Any) -> None:
    """Forgets a file and what was read of it, so that it can be read anew by other columns.

    What was booked for it stands in the ledger, and the next reading compares with that.
    """
    current = UsageImport.objects.select_for_update().filter(id=usage_import.id).first()
    if current is None:
        return
    if current.read_at is not None:
        subject = audit.about(current, current.file_name)
        audit.record(actor=by, action=Action.USAGE_DROPPED, subject=subject)
    current.differences.all().delete()
    current.lines.all().delete()
    current.delete()
    if not UsageImport.objects.filter(file=current.file).exists():
        transaction.on_commit(lambda: delete(current.file))


def read_export(*, usage_import: UsageImport, columns: Columns, read_by: Any) -> UsageImport:
    """Reads all lines, matches them with our calls and keeps the differences: all or nothing.

    Raises FaultyLines with every line that cannot be read, TooMuch where the amounts cannot be
    dollars, ReadAlready where its lines count.
    """
    read = read_lines(table_of(usage_import), columns)
    if read.faults:
        raise FaultyLines(read.faults)
    if sum(abs(line.amount) for line in read.lines) >= LARGEST:
        raise TooMuch
    remember_columns(provider=usage_import.provider, columns=columns)
    try:
        return _take_in(usage_import, read.lines, read_by)
    except IntegrityError:
        # Another import of the same lines was faster; now they are known
        return _take_in(usage_import, read.lines, read_by)


@transaction.atomic
def _take_in(usage_import: UsageImport, read: Sequence[ReadLine], read_by: Any) -> UsageImport:
    current = UsageImport.objects.select_for_update().get(id=usage_import.id)
    if current.read_at is not None:
        raise ReadAlready
    lines = _new_lines(current, read)
    replace_restated(current, read, lines)
    current.read_at = timezone.now()
    current.first_at = min(line.at for line in read)
    current.last_at = max(line.at for line in read)
    current.line_count, current.known_count = len(read), len(read) - len(lines)
    current.billed = sum((line.amount for line in lines), Decimal(0))
    _match(current, lines)
    UsageLine.objects.bulk_create(lines, batch_size=BATCH)
    found = _compare(current)
    UsageDifference.objects.bulk_create(found, batch_size=BATCH)
    matched = {line.attempt_id for line in lines} - {None}
    current.agreed_count = len(matched - {one.attempt_id for one in found})
    current.save()
    audit.record(
        actor=read_by,
        action=Action.USAGE_IMPORTED,
        subject=audit.about(current, current.file_name),
        details={"count": len(lines), "differences": len(found)},
    )
    log.info("usage_imported", lines=len(lines), differences=len(found))
    return current


def _new_lines(usage_import: UsageImport, read: Sequence[ReadLine]) -> list[UsageLine]:
    """Those that no earlier import brought, each once."""
    earlier = UsageLine.objects.filter(provider=usage_import.provider, **span_of(read))
    known: dict[str, bool] = dict(
        earlier.annotate(counts=Q(replaced_by=None)).values_list("fingerprint", "counts")
    )
    new = []
    for line, fingerprint in zip(read, fingerprints(read), strict=True):
        if known.get(fingerprint):
            continue
        # One that was replaced and is said again is a line of its own
        own = f"{usage_import.id.hex}{fingerprint[32:]}" if fingerprint in known else fingerprint
        known[fingerprint] = True
        new.append(_row(usage_import, line, own))
    return new


def _row(usage_import: UsageImport, line: ReadLine, fingerprint: str) -> UsageLine:
    return UsageLine(
        usage_import=usage_import,
        provider=usage_import.provider,
        number=line.number,
        at=line.at,
        model=line.model,
        request_id=line.request_id,
        amount=line.amount,
        fingerprint=fingerprint,
    )


def _match(usage_import: UsageImport, lines: Sequence[UsageLine]) -> None:
    """Writes into each line which attempt it is about."""
    lines = [line for line in lines if line.attempt_id is None]
    asked = [
        ReadLine(line.number, line.at, line.model, line.request_id, line.amount) for line in lines
    ]
    for place, attempt_id in match_lines(asked, list(_calls(usage_import))).items():
        lines[place].attempt_id = attempt_id


def _calls(usage_import: UsageImport) -> Iterable[Call]:
    """Our calls around that time; a refund may come weeks after its call."""
    named = UsageLine.objects.filter(attempt=OuterRef("pk"))
    found = _sent_within(usage_import, before=LATEST_REFUND).annotate(is_named=Exists(named))
    names = ("id", "model", "sent_at", "finished_at", "provider_request_id", "cost", "is_named")
    for row in found.values_list(*names).iterator(chunk_size=BATCH):
        id_, model, sent_at, finished_at, request_id, cost, is_named = row
        longest = sent_at + LONGEST_CALL
        ended_at = max(sent_at, min(finished_at or longest, longest))
        yield Call(id_, model, sent_at, ended_at, request_id, cost, is_named)


def _compare(usage_import: UsageImport) -> list[UsageDifference]:
    billed = billed_by_call(Q(usage_import=usage_import) | Q(replaced_by=usage_import))
    found = differences(billed=billed, ours=_our_calls(usage_import, billed))
    for line in usage_import.lines.filter(attempt=None):
        found.append(UsageDifference(cause=Cause.NOT_OURS, line=line, billed=line.amount))
    for one in found:
        one.usage_import = usage_import
    return found


def _our_calls(usage_import: UsageImport, billed: Collection[UUID]) -> Iterable[OurCall]:
    """The matched ones, and those of the same time that no line of any import names."""
    around = _sent_within(usage_import, before=LATEST_REFUND).values_list(
        "id", "status", "charged", "cost", "sent_at", "usage_lines"
    )
    seen: set[UUID] = set()
    for id_, status, charged, cost, sent_at, line_id in around.iterator(chunk_size=BATCH):
        is_unlisted = line_id is None and _covers(usage_import, sent_at)
        if id_ not in seen and (id_ in billed or is_unlisted):
            seen.add(id_)
            yield OurCall(id_, status, charged, cost)


def _covers(usage_import: UsageImport, at: Any) -> bool:
    return bool(usage_import.first_at <= at <= usage_import.last_at)


def _sent_within(usage_import: UsageImport, *, before: timedelta) -> QuerySet[Attempt]:
    first: Any = usage_import.first_at
    last: Any = usage_import.last_at
    return Attempt.objects.filter(
        provider=usage_import.provider,
        sent_at__gte=first - before,
        sent_at__lte=last + LONGEST_CALL,
    )
