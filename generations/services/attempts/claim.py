"""Claims the next attempt fairly; exactly one worker gets it."""

import threading
from collections import Counter
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Min, Q, QuerySet
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
    if not _due(Attempt.objects.filter(waiting)).exists():
        return None
    with transaction.atomic():
        _lock_claims()
        while (attempt := _orphan() or _fairest()) is not None:
            if _take(attempt, worker_id):
                return attempt
    return None


def _lock_claims() -> None:
    # SQLite: every transaction begins IMMEDIATE, which is the same lock
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CLAIM_LOCK])


def _orphan() -> Attempt | None:
    waiting = Attempt.objects.filter(status=Status.COLLECTING, worker=None)
    return _due(waiting).select_related("generation").order_by("created_at").first()


def _fairest() -> Attempt | None:
    if sending.is_stopped():
        return None
    of_person, of_provider = _running()
    queued = _due(Attempt.objects.filter(status=Status.QUEUED)).exclude(
        provider__in=_without_room(of_provider)
    )
    people = (
        queued.exclude(requested_by__in=_full(of_person, settings.RUNNING_PER_PERSON))
        .values_list("requested_by")
        .annotate(first=Min("created_at"))
        .order_by()
    )
    if not people:
        return None
    person, _ = min(people, key=lambda row: (of_person[row[0]], row[1]))
    mine = queued.filter(requested_by=person).select_related("generation")
    return mine.order_by("created_at", "slot").first()


def _running() -> tuple["Counter[int]", "Counter[str]"]:
    rows = list(
        Attempt.objects.filter(status=Status.CALLING).values_list("requested_by", "provider")
    )
    return Counter(person for person, _ in rows), Counter(provider for _, provider in rows)


def _without_room(running: "Counter[str]") -> list[str]:
    in_trouble = sending.room_at_providers(timezone.now())
    paused = [provider for provider, room in in_trouble.items() if running[provider] >= room]
    return paused + _full(running, settings.RUNNING_PER_PROVIDER)


def _full(running: "Counter", cap: int) -> list:  # type: ignore[type-arg]
    return [key for key, count in running.items() if count >= cap]


def _due(attempts: QuerySet[Attempt]) -> QuerySet[Attempt]:
    return attempts.filter(due(timezone.now()))


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
