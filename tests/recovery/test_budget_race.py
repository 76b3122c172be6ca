"""Many submissions at one moment against one budget: as many get through as it has room for."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier, Event
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import close_old_connections, connection
from django.db.models import Sum

from generations.models import Budget, BudgetWarning, Generation, LedgerEntry
from generations.selectors.audit import ledger_faults
from generations.selectors.budget_check import budget_differences
from generations.services.budgets.asking import OverBudget
from tests.factories import submit
from tests.support.cast import make_person
from tests.support.real_money import CALL, REAL

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("real_money", "redis_client"),
]

Make = Callable[..., Budget]


class Race:
    """People who press at the same moment, and somebody who watches what is set aside."""

    def __init__(self, people: list[User], each: int) -> None:
        self.people, self.each = people, each
        self.start, self.is_over = Barrier(len(people) + 1), Event()
        self.most_held = Decimal(0)
        self.refusals = 0

    def run(self) -> None:
        with ThreadPoolExecutor(len(self.people) + 1) as threads:
            watching = threads.submit(self._watch)
            runs = [threads.submit(self._press, person) for person in self.people]
            self.refusals = sum(run.result() for run in runs)
            self.is_over.set()
            watching.result()

    def _press(self, person: User) -> int:
        self.start.wait()
        refused = 0
        for _ in range(self.each):
            try:
                submit(person, model=REAL)
            except OverBudget:
                refused += 1
            finally:
                # Back to the pool, so that all of them get their turn
                connection.close()
        return refused

    def _watch(self) -> None:
        self.start.wait()
        while True:
            was_over = self.is_over.is_set()
            held = LedgerEntry.objects.aggregate(held=Sum("amount"))["held"]
            self.most_held = max(self.most_held, held or Decimal(0))
            connection.close()
            if was_over:
                return
            self.is_over.wait(0.02)


def race(people_count: int, each: int) -> Race:
    people = [make_person(f"person-{number}") for number in range(people_count)]
    close_old_connections()
    race = Race(people, each)
    race.run()
    return race


def check(race: Race, *, room: int) -> None:
    """Exactly as many as there is room for, and never more was set aside."""
    assert Generation.objects.count() == room
    assert race.refusals == len(race.people) * race.each - room
    assert race.most_held == room * CALL
    assert list(ledger_faults()) == []
    assert list(budget_differences()) == []
    assert BudgetWarning.objects.filter(level="stop").count() == 1


def test_ten_of_forty_at_once(budget: Make):
    budget(limit=10 * CALL)
    check(race(8, 5), room=10)


@pytest.mark.long
def test_fifty_of_two_hundred_by_twenty_people_at_once(budget: Make):
    budget(limit=50 * CALL)
    check(race(20, 10), room=50)


def test_each_persons_own_budget_holds_while_all_press_at_once(budget: Make):
    """The first submissions of several people make their accounts at the same moment."""
    budget(limit=2 * CALL, scope="each")
    budget(limit=1000)
    outcome: Any = race(6, 4)
    assert outcome.refusals == 6 * 2
    counts = [person.generations.count() for person in outcome.people]
    assert counts == [2] * 6
