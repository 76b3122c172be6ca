"""Tells makers by mail that guests have left something: once a day, where mail is set."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse

from generations.models import ShareLink
from generations.services.mail import is_mail_on, write_mail

A_DAY = timedelta(days=1)
MOST_NAMED = 20


def tell_makers(*, now: datetime) -> int:
    """Writes one mail to each who has not looked since, and was not told within a day.

    Answers how many.
    """
    if not is_mail_on():
        return 0
    untold = Q(review_told_at=None) | Q(review_told_at__lt=F("reviewed_at"))
    links = ShareLink.objects.with_news().filter(untold, made_by__is_active=True)
    rows = links.exclude(made_by__email="").select_related("made_by").order_by("made_by", "pk")
    by_maker = [list(group) for _maker, group in groupby(rows, key=lambda it: it.made_by_id)]
    return sum(_tell(group, now) for group in by_maker)


@transaction.atomic
def _tell(links: Sequence[ShareLink], now: datetime) -> bool:
    maker = links[0].made_by
    told = ShareLink.objects.filter(made_by=maker, review_told_at__gt=now - A_DAY)
    if told.exists():
        return False
    pages = [(it.title, reverse("share-link", args=[it.pk])) for it in links[:MOST_NAMED]]
    write_mail(
        key=f"guests-{maker.pk}-{now:%Y%m%d%H}",
        to=maker.email,
        template="guests",
        context={"links": pages, "more": len(links[MOST_NAMED:])},
    )
    ShareLink.objects.filter(pk__in=[it.pk for it in links]).update(review_told_at=now)
    return True
