"""Limits on what guests may try: counted before it is tried, for a link and for an address."""

import time
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from generations.models import ShareLink, ShareTries

STRETCH_SECONDS = 15 * 60


@dataclass(frozen=True)
class Limit:
    """So many in a quarter of an hour from one address, and from all addresses together."""

    what: str
    from_one: int
    from_all: int


PASSWORDS = Limit("password", from_one=10, from_all=300)
REVIEWS = Limit("review", from_one=60, from_all=600)


def take_try(*, link: ShareLink, limit: Limit, visitor: str) -> int:
    """Counts a try; answers 0 where it may be made, else the seconds until one may be again.

    Counted first, so that many at one moment are no more than the limit.
    """
    stretch, since = divmod(int(time.time()), STRETCH_SECONDS)
    from_one = _count(link, limit.what, visitor, stretch)
    from_all = _count(link, limit.what, "", stretch) if from_one <= limit.from_one else 0
    is_free = from_one <= limit.from_one and from_all <= limit.from_all
    return 0 if is_free else STRETCH_SECONDS - since


def give_back_try(*, link: ShareLink, limit: Limit, visitor: str) -> None:
    """For a try that was right: only those that fail count."""
    stretch = int(time.time()) // STRETCH_SECONDS
    rows = ShareTries.objects.filter(link=link, what=limit.what, stretch=stretch, count__gt=0)
    rows.filter(visitor__in=("", visitor)).update(count=F("count") - 1)


def forget_tries() -> int:
    """Drops what is over; answers how many rows."""
    stretch = int(time.time()) // STRETCH_SECONDS
    return ShareTries.objects.filter(stretch__lt=stretch - 1).delete()[0]


@transaction.atomic
def _count(link: ShareLink, what: str, visitor: str, stretch: int) -> int:
    """One more; answers how many there are with it."""
    row, _is_new = ShareTries.objects.get_or_create(
        link=link, what=what, visitor=visitor, stretch=stretch
    )
    ShareTries.objects.filter(pk=row.pk).update(count=F("count") + 1)
    row.refresh_from_db(fields=["count"])
    return row.count
