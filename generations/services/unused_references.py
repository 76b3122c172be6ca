"""References that were given in, taken out of the composer again, and never sent."""

from datetime import datetime, timedelta
from itertools import islice

import structlog
from django.db.models import QuerySet

from generations.models import Draft, ReferenceImage
from generations.services.database import no_new_rows
from generations.services.originals import delete

KEPT = timedelta(days=30)
BATCH = 500

log = structlog.get_logger(__name__)


def remove_unused_references(*, now: datetime) -> int:
    """Deletes what no generation and no draft has, with its file; answers how many.

    A mask goes before the reference that it was made for.
    """
    old = ReferenceImage.objects.filter(created_at__lt=now - KEPT, uses=None, masks=None)
    in_drafts = _in_drafts()
    unused = (it for it in old.order_by("created_at") if str(it.pk) not in in_drafts)
    count = sum(_remove(reference) for reference in islice(unused, BATCH))
    if count:
        log.info("unused_references_removed", count=count)
    return count


def _in_drafts() -> set[str]:
    return {
        name
        for draft in Draft.objects.values_list("references", "masks")
        for names in draft
        for name in names
    }


def _remove(reference: ReferenceImage) -> bool:
    """Unless it was used meanwhile; who submits with it and is not done yet is waited for."""
    with no_new_rows(ReferenceImage):
        rows: QuerySet[ReferenceImage] = ReferenceImage.objects.filter(pk=reference.pk)
        list(rows.select_for_update())
        is_removed = bool(rows.filter(uses=None, masks=None).delete()[0])
        if is_removed and not ReferenceImage.objects.filter(file=reference.file).exists():
            delete(reference.file)
        return is_removed
