"""Whatever two people submit, cancel, retry and settle, what is spent and held fits the limits."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from generations.models import Attempt, Generation, LedgerEntry
from generations.providers.base import Charged
from generations.selectors.budget_check import budget_differences
from generations.services.budgets import sums
from generations.services.budgets.asking import OverBudget
from generations.services.budgets.budgets import create_budget
from generations.services.budgets.standing import standings_for
from generations.services.generations import cancel_generation, retry_generation
from generations.services.projects import create_project
from generations.services.settlements import open_attempts, settle_unconfirmed
from tests.factories import submit
from tests.support.cast import make_person
from tests.support.examples import examples
from tests.support.real_money import CALL, REAL, fail

ACTS = st.lists(
    st.tuples(
        st.sampled_from(["submit", "submit", "cancel", "end", "retry", "settle", "fold"]),
        st.integers(0, 5),
        st.sampled_from([Charged.YES, Charged.NO, Charged.UNKNOWN]),
    ),
    max_size=16,
)
TEAM, PERSON, PROJECT = 6 * CALL, 4 * CALL, 3 * CALL


class Studio:
    """Two people, a project, and a limit for each of them and for all."""

    def __init__(self) -> None:
        self.boss = make_person("boss", is_staff=True)
        self.people = [make_person("ana"), make_person("ben")]
        self.autumn = create_project(by=self.boss, name="Autumn")
        facts: dict[str, Any] = {"period": "month", "warn_at": None, "by": self.boss}
        create_budget(scope="team", limit=TEAM, **facts)
        create_budget(scope="each", limit=PERSON, **facts)
        create_budget(scope="project", project=self.autumn, limit=PROJECT, **facts)

    def act(self, name: str, which: int, charged: Charged) -> None:
        refused = None
        try:
            with transaction.atomic():
                getattr(self, f"_{name}")(which, charged)
        except OverBudget as over:
            refused = over
        # For a reason: it would not have fitted
        assert not (refused and refused.standing.has_room_for(refused.needed or Decimal(0)))

    def _submit(self, which: int, _charged: Charged) -> None:
        project = self.autumn if which % 3 == 0 else None
        submit(self.people[which % 2], model=REAL, count=1 + which % 2, project=project)

    def _cancel(self, which: int, _charged: Charged) -> None:
        if found := _one(Generation.objects.order_by("created_at"), which):
            cancel_generation(generation=found)

    def _end(self, which: int, charged: Charged) -> None:
        if found := _one(Attempt.objects.filter(status="queued").order_by("created_at"), which):
            fail(found, charged=charged)

    def _retry(self, which: int, _charged: Charged) -> None:
        if found := _one(Generation.objects.order_by("created_at"), which):
            retry_generation(generation=found)

    def _settle(self, which: int, charged: Charged) -> None:
        if found := _one(open_attempts().order_by("created_at"), which):
            is_charged = charged == Charged.YES
            amount = CALL if is_charged else None
            facts = {"charged": is_charged, "amount": amount, "reason": "The bill"}
            settle_unconfirmed(attempt=found, settled_by=self.boss, **facts)

    def _fold(self, which: int, _charged: Charged) -> None:
        person = self.people[which % 2]
        for key in sums.accounts_of(person_id=person.pk, project_id=self.autumn.pk):
            sums.fold(key, since=person.date_joined.date())

    def check(self) -> None:
        """The sums are those of the ledger, and within every limit."""
        told: dict[str, Decimal] = defaultdict(Decimal)
        for line in LedgerEntry.objects.select_related("attempt__generation"):
            generation = line.attempt.generation
            told["team"] += line.amount
            told[f"person:{generation.requested_by_id}"] += line.amount
            if generation.project_id:
                told[f"project:{generation.project_id}"] += line.amount
        for person in self.people:
            for it in standings_for(person_id=person.pk, project_id=self.autumn.pk):
                assert it.used == told[it.account]
                assert it.budget.limit is not None
                assert it.used <= it.budget.limit
        assert list(budget_differences()) == []


def _one(rows: Any, which: int) -> Any:
    found = list(rows)
    return found[which % len(found)] if found else None


@pytest.mark.many
@pytest.mark.django_db
@pytest.mark.usefixtures("real_money")
@given(acts=ACTS)
@settings(max_examples=examples(40), deadline=None)
def test_sums_are_the_ledgers_and_within_the_limits(acts: Any) -> None:
    with transaction.atomic():
        studio = Studio()
        for act in acts:
            studio.act(*act)
            studio.check()
        transaction.set_rollback(True)
