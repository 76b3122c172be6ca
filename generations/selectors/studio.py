"""What the studio shows: models to choose from, my latest generations, what is under way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings as project
from django.db.models import Q, Sum
from django.utils import timezone

from generations.models import Attempt, Generation, ImageModel, LedgerEntry
from generations.selectors.cards import Card
from generations.selectors.permitted_models import permitted_models
from generations.selectors.progress import cards

FEED_LENGTH = 20
RECENT = timedelta(minutes=10)
RUNNING = (Generation.Status.QUEUED, Generation.Status.RUNNING)


@dataclass(frozen=True)
class Feed:
    cards: Sequence[Card]
    has_earlier: bool


@dataclass(frozen=True)
class UnderWay:
    """How many of a person's generations run, and what is set aside for them (USD)."""

    count: int
    held: Decimal
    is_demo: bool


def usable_models(user: Any) -> list[ImageModel]:
    """The image models that a person may choose now, in the order of the picker."""
    today = timezone.localdate()
    rows = permitted_models(user).filter(is_enabled=True, provider__in=project.PROVIDERS)
    return [row for row in rows if row.may_be_used(today)]


def ended_models(user: Any) -> list[ImageModel]:
    """The image models that a person could choose until their provider ended them."""
    today = timezone.localdate()
    rows = permitted_models(user).filter(
        is_enabled=True,
        is_kept_after_end=False,
        ends_on__lte=today,
        provider__in=project.PROVIDERS,
    )
    return list(rows)


def latest_of(user: Any, *, before: datetime | None = None) -> Feed:
    """A person's latest generations, or those before a moment."""
    rows = Generation.objects.filter(requested_by=user).order_by("-created_at", "-id")
    if before is not None:
        rows = rows.filter(created_at__lt=before)
    found = cards(rows[: FEED_LENGTH + 1])
    return Feed(found[:FEED_LENGTH], len(found) > FEED_LENGTH)


def recent_cards(user_id: int) -> list[Card]:
    """What an open page must know to catch up: what runs, and what ended a moment ago."""
    since = timezone.now() - RECENT
    rows = Generation.objects.filter(requested_by=user_id).filter(
        Q(status__in=RUNNING) | Q(finished_at__gte=since)
    )
    return cards(rows.order_by("-created_at", "-id")[:100])


def finished_among(user: Any, ids: Sequence[UUID]) -> list[Card]:
    """Those of a person's generations that have ended; of a feed's length at most."""
    ids = ids[:FEED_LENGTH]
    rows = Generation.objects.filter(requested_by=user, id__in=ids).exclude(status__in=RUNNING)
    return cards(rows.order_by("-created_at"))


def under_way(user: Any) -> UnderWay:
    mine = Generation.objects.filter(requested_by=user, status__in=RUNNING)
    held = LedgerEntry.objects.filter(
        attempt__requested_by=user, attempt__status__in=Attempt.UNFINISHED
    ).aggregate(held=Sum("amount"))["held"]
    count = mine.count()
    is_demo = bool(count) and not mine.filter(is_demo=False).exists()
    return UnderWay(count, held or Decimal(0), is_demo)


def last_model_of(user: Any) -> str:
    """The model that a person used last, as provider/name; empty before the first."""
    last = Generation.objects.filter(requested_by=user).order_by("-created_at").first()
    return last.image_model if last else ""
