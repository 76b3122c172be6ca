"""Claims the next attempt fairly; exactly one worker gets it."""

import threading
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from generations.models import Attempt, Generation
from generations.services import sending
from generations.services.attempts.due import due

Status = Attempt.Status
CLAIM_LOCK = 7_302_001

_one_claim = threading.Lock()


def claim_next(*, worker_id: UUID) -> Attempt | None:
    """The attempt that this worker carries on: orphaned collecting first, then the fairest queued.

    Fair: the person with the fewest running calls first, then the oldest, within the caps per
    person and per provider. Claims are taken one after the other, so the caps are exact. Nothing
    new goes out while staff have stopped sending, nor to a provider that is paused.
    """
    # Threads wait here rather than in the database, each with a connection that others need
    with _one_claim:
        return _claim(worker_id)


def _claim(worker_id: UUID) -> Attempt | None:
    waiting = Q(status=Status.QUEUED) | Q(status=Status.COLLECTING, worker=None)
    if not _unfinished().filter(waiting, due(timezone.now())).exists():
        return None
    with transaction.atomic():
        _lock_claims()
        while (attempt := _next(timezone.now())) is not None:
            if _take(attempt, worker_id):
                return attempt
    return None


def _lock_claims() -> None:
    # SQLite: every transaction begins IMMEDIATE, which is the same lock
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CLAIM_LOCK])


def _next(now: datetime) -> Attempt | None:
    groups = _groups(now)
    orphans = _unfinished().filter(status=Status.COLLECTING, worker=None)
    if any(group.status == Status.COLLECTING for group in groups):
        return _oldest(orphans, now)
    person, providers = _fairest(groups, now)
    if person is None:
        return None
    queued = _unfinished().filter(status=Status.QUEUED, requested_by=person)
    return _oldest(queued.filter(provider__in=providers), now)


def _unfinished() -> QuerySet[Attempt]:
    """All that claims look at, in words that lead SQLite to an index: else it reads every row."""
    return Attempt.objects.filter(finished_at=None)


def _oldest(waiting: QuerySet[Attempt], now: datetime) -> Attempt | None:
    found = waiting.filter(due(now)).select_related("generation")
    return found.order_by("created_at", "slot").first()


@dataclass(frozen=True)
class Group:
    """Attempts of one person at one provider: under way, queued, or orphaned while collecting."""

    status: str
    person: int
    provider: str
    count: int
    first: datetime


def _groups(now: datetime) -> list[Group]:
    """Who runs how much, and who waits, from one look."""
    waiting = Q(status=Status.QUEUED) | Q(status=Status.COLLECTING, worker=None)
    attempts = _unfinished().filter(Q(status=Status.CALLING) | (waiting & due(now)))
    rows = attempts.order_by().values_list("status", "requested_by", "provider")
    return [Group(*row) for row in rows.annotate(count=Count("pk"), first=Min("created_at"))]


def _fairest(groups: list[Group], now: datetime) -> tuple[int | None, set[str]]:
    """Whose turn it is, and the providers that have room for it."""
    if sending.is_stopped():
        return None, set()
    of_person, of_provider = _running(groups)
    closed = _without_room(of_provider, now)
    waits = [
        group
        for group in groups
        if group.status == Status.QUEUED
        and group.provider not in closed
        and of_person[group.person] < settings.RUNNING_PER_PERSON
    ]
    if not waits:
        return None, set()
    person = min(waits, key=lambda group: (of_person[group.person], group.first)).person
    return person, {group.provider for group in waits if group.person == person}


def _running(groups: list[Group]) -> tuple["Counter[int]", "Counter[str]"]:
    of_person, of_provider = Counter[int](), Counter[str]()
    for group in groups:
        if group.status == Status.CALLING:
            of_person[group.person] += group.count
            of_provider[group.provider] += group.count
    return of_person, of_provider


def _without_room(running: "Counter[str]", now: datetime) -> set[str]:
    in_trouble = sending.room_at_providers(now)
    paused = {provider for provider, room in in_trouble.items() if running[provider] >= room}
    return paused | {it for it, count in running.items() if count >= settings.RUNNING_PER_PROVIDER}


def _take(attempt: Attempt, worker_id: UUID) -> bool:
    """False when it was canceled meanwhile: a cancellation does not wait for claims."""
    found = Attempt.objects.filter(id=attempt.id, status=attempt.status, worker=None)
    if attempt.status == Status.QUEUED:
        attempt.status = Status.CALLING
        attempt.phase, attempt.percent = "", 0
        Generation.objects.filter(id=attempt.generation_id, status="queued").update(
            status=Generation.Status.RUNNING
        )
    attempt.worker_id = worker_id
    attempt.not_before = None
    names = ["status", "phase", "percent", "worker_id", "not_before"]
    return bool(found.update(**{name: getattr(attempt, name) for name in names}))
