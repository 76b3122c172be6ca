"""The audit log as it is read: newest first, narrowed, a page or all of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from generations.models import AuditEntry

PAGE_SIZE = 50
CHUNK = 500


@dataclass(frozen=True)
class AuditFilters:
    """What is looked for; `is_nobody`: lines without an actor. `until` itself is left out."""

    words: Sequence[str] = ()
    actor: int | None = None
    is_nobody: bool = False
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class AuditPage:
    """`older` is the id before which the next page begins, None at the end."""

    entries: Sequence[AuditEntry]
    older: int | None


def audit_page(filters: AuditFilters, *, before: int | None = None) -> AuditPage:
    """Some lines of the log, those before a line."""
    found = list(_before(_narrowed(filters), before)[: PAGE_SIZE + 1])
    has_more = len(found) > PAGE_SIZE
    return AuditPage(found[:PAGE_SIZE], found[PAGE_SIZE - 1].pk if has_more else None)


def all_entries(filters: AuditFilters) -> Iterator[AuditEntry]:
    """Every line, in constant memory; no query stays open between two of them."""
    before = None
    while chunk := list(_before(_narrowed(filters), before)[:CHUNK]):
        yield from chunk
        before = chunk[-1].pk


def actors_to_choose() -> Sequence[tuple[str, str]]:
    """Everybody who has or had an account."""
    people = get_user_model().objects.order_by("first_name", "last_name", "username")
    rows = people.only("username", "first_name", "last_name")
    return [(str(it.pk), it.get_full_name() or it.get_username()) for it in rows]


def _narrowed(filters: AuditFilters) -> QuerySet[AuditEntry]:
    entries = AuditEntry.objects.select_related("actor").order_by("-at", "-pk")
    if filters.is_nobody or filters.actor:
        entries = entries.filter(actor=filters.actor)
    if filters.action:
        entries = entries.filter(action=filters.action)
    if filters.since:
        entries = entries.filter(at__gte=filters.since)
    if filters.until:
        entries = entries.filter(at__lt=filters.until)
    for word in filters.words:
        entries = entries.filter(search_text__contains=word)
    return entries


def _before(entries: QuerySet[AuditEntry], before: int | None) -> QuerySet[AuditEntry]:
    first = AuditEntry.objects.filter(pk=before).first() if before else None
    if first is None:
        return entries
    return entries.filter(Q(at__lt=first.at) | Q(at=first.at, pk__lt=first.pk), at__lte=first.at)
