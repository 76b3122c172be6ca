"""Warnings: that a budget is nearly or wholly used up, noted once a period and mailed once each."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format

from generations.models import Attempt, Budget, BudgetWarning
from generations.services import mail, queue
from generations.services.budgets.periods import next_first_day
from generations.services.budgets.standing import Standing, standings_for
from generations.services.budgets.words import name_of
from generations.services.spend.days import today
from generations.services.spend.groups import project_of

Level = BudgetWarning.Level


def note(found: Iterable[Standing], *, adding: Decimal, caused_by_id: int) -> None:
    """Notes each budget that is nearly or wholly used up with what is being added (USD).

    After commit, so that nobody waits for the row while holding others; what is lost on the way is
    noted at the next submission or cost.
    """
    rows = [
        _row(standing, level, standing.used + adding, caused_by_id)
        for standing in found
        for level in _levels(standing, standing.used + adding)
    ]
    if rows:
        transaction.on_commit(partial(_save, rows), robust=True)


def note_stop(standing: Standing, *, caused_by_id: int) -> None:
    """Notes that a budget has no room for another call."""
    _save([_row(standing, Level.STOP, standing.used, caused_by_id)])


def note_cost(attempt: Attempt) -> None:
    """Looks again after a cost was booked, which may be more than what was set aside for it."""
    look = partial(_look, attempt.requested_by_id, project_of(attempt))
    transaction.on_commit(look, robust=True)


def tell_waiting() -> None:
    """Writes the mails of warnings that were not told yet; each warning in a transaction."""
    if not mail.is_mail_on():
        return
    for warning in _untold():
        with transaction.atomic():
            _tell(warning)
            BudgetWarning.objects.filter(pk=warning.pk).update(told_at=timezone.now())


def ring_for_waiting() -> None:
    """For the sweep: rings where the telling was lost."""
    if mail.is_mail_on() and any(True for _ in _untold()):
        queue.ring_for_mail()


def _look(person_id: int, project_id: UUID | None) -> None:
    found = standings_for(person_id=person_id, project_id=project_id)
    note(found, adding=Decimal(0), caused_by_id=person_id)


def _levels(standing: Standing, used: Decimal) -> Iterator[Level]:
    budget = standing.budget
    if budget.limit is not None and used >= budget.limit:
        yield Level.STOP
    elif budget.warn_at is not None and used >= budget.warn_at:
        yield Level.WARN


def _row(standing: Standing, level: Level, used: Decimal, caused_by_id: int) -> BudgetWarning:
    return BudgetWarning(
        budget=standing.budget,
        account=standing.account,
        starts_on=standing.starts_on,
        level=level,
        used=used,
        caused_by_id=caused_by_id,
    )


def _save(rows: list[BudgetWarning]) -> None:
    BudgetWarning.objects.bulk_create(rows, ignore_conflicts=True)
    queue.ring_for_mail()


def _untold() -> Iterator[BudgetWarning]:
    """Of periods that are not over."""
    day = today()
    rows = BudgetWarning.objects.filter(told_at=None).select_related(
        "budget__person", "budget__project", "caused_by"
    )
    for row in rows.order_by("pk"):
        if next_first_day(row.budget.period, row.starts_on) > day:
            yield row


def _tell(warning: BudgetWarning) -> None:
    people = {person.pk: person for person in _staff()}
    if warning.caused_by.is_active:
        people[warning.caused_by_id] = warning.caused_by
    for person in people.values():
        mail.write_mail(
            key=f"budget-warning:{warning.pk}:{person.pk}",
            to=person.email,
            template="budget-warning",
            context=_context(warning, person),
        )


def _staff() -> Iterable[Any]:
    return get_user_model().objects.filter(is_staff=True, is_active=True)


def _context(warning: BudgetWarning, reader: Any) -> dict[str, Any]:
    budget, cause = warning.budget, warning.caused_by
    of_each = cause if budget.scope == Budget.Scope.EACH else None
    with translation.override(settings.LANGUAGE_CODE):
        since = date_format(warning.starts_on, "DATE_FORMAT")
        name = name_of(budget, reader_id=reader.pk if reader == cause else None, person=of_each)
    return {
        "budget": name,
        "level": warning.level,
        "used": warning.used,
        "warn_at": budget.warn_at,
        "limit": budget.limit,
        "since": since,
        "path": reverse("budgets") if reader.is_staff else reverse("studio"),
    }
