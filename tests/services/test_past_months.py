"""Months that are over are summed up once, and read from there while nothing was added to them."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, models, transaction
from django.utils import timezone

from generations.models import Attempt, LedgerEntry, OutputImage, PastMonthChange, PastMonthSpend
from generations.selectors.costs.review import review
from generations.selectors.costs.scope import Scope
from generations.selectors.spend_check import differences
from generations.services.attempts.settle import settle_attempt
from generations.services.spend.past import sum_up_past_months
from generations.services.spend.rebuild import rebuild_sums
from generations.services.trash import restore_images, trash_images
from tests.factories import CHAT, deliver, only_attempt, put_at, store_image, submit

pytestmark = pytest.mark.django_db

CENT = Decimal("0.009")
MAY = date(2027, 5, 1)
NOON_IN_MAY = datetime(2027, 5, 5, 12, tzinfo=UTC)
Clock = Callable[[datetime], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Sets the clock that everything is booked by."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


@pytest.fixture
def in_may(ana: Any, clock: Clock) -> Attempt:
    """Two pictures of May, seen from the third of July."""
    clock(NOON_IN_MAY)
    attempt = put_at(only_attempt(submit(ana)), "collecting", sent_at=NOON_IN_MAY)
    for position in range(2):
        deliver(attempt, position, status="stored")
        store_image(attempt, position)
    settle_attempt(attempt)
    clock(datetime(2027, 7, 3, tzinfo=UTC))
    return attempt


def year() -> Scope:
    return Scope(date(2027, 1, 1), date(2027, 12, 31), is_demo=True)


def is_read_from_its_sums() -> bool:
    return MAY in year().past_months


def told(scope: Scope) -> tuple[Any, ...]:
    """What a page says of the money and the pictures."""
    page = review(scope, by="person", today=scope.last)
    rows = [(row.key, row.sums) for row in (*page.people, *page.models, *page.projects)]
    return page.total, rows, page.failures, page.bars


def test_a_month_that_is_over_has_few_sums_which_say_the_same(in_may):
    before = told(year())
    sum_up_past_months(now=timezone.now())
    assert is_read_from_its_sums()
    assert told(year()) == before
    kept = {(it.of, it.key): (it.spent, it.calls, it.kept) for it in PastMonthSpend.objects.all()}
    assert kept == {
        ("person", str(in_may.requested_by_id)): (CENT, 1, 2),
        ("model", CHAT): (CENT, 1, 2),
        ("project", ""): (CENT, 1, 2),
    }
    assert list(differences()) == []


def test_a_month_is_summed_up_a_day_after_its_end(in_may):
    sum_up_past_months(now=datetime(2027, 6, 1, 23, 59, tzinfo=UTC))
    assert not is_read_from_its_sums()
    sum_up_past_months(now=datetime(2027, 6, 2, 0, 1, tzinfo=UTC))
    assert is_read_from_its_sums()


def test_what_is_added_to_it_is_seen_at_once_and_summed_up_with_the_next_round(ana, in_may):
    sum_up_past_months(now=timezone.now())
    first = OutputImage.objects.filter(position=0)
    trash_images(user=ana, images=first)
    assert not is_read_from_its_sums()
    assert told(year())[0].kept == 1
    sum_up_past_months(now=timezone.now())
    assert is_read_from_its_sums()
    assert told(year())[0].kept == 1
    restore_images(images=first)
    assert told(year())[0].kept == 2
    assert list(differences()) == []


def test_a_month_that_is_written_anew_is_summed_up_anew(in_may):
    sum_up_past_months(now=timezone.now())
    lines = models.QuerySet(LedgerEntry)
    lines.filter(kind="charge").update(amount=Decimal(1))
    rebuild_sums()
    assert told(year())[0].spent == 1
    sum_up_past_months(now=timezone.now())
    assert is_read_from_its_sums()
    assert told(year())[0].spent == 1


def test_this_month_is_booked_without_a_note(ana, in_may, clock):
    clock(NOON_IN_MAY)
    sum_up_past_months(now=timezone.now())
    trash_images(user=ana, images=OutputImage.objects.filter(position=0))
    assert not PastMonthChange.objects.exists()


def test_the_check_finds_a_sum_that_was_changed_behind_its_back(in_may):
    sum_up_past_months(now=timezone.now())
    PastMonthSpend.objects.filter(of="model").update(spent=Decimal(1))
    [difference] = differences()
    assert f"2027-05-01, summed up by model {CHAT}" in difference


@pytest.mark.django_db(transaction=True)
def test_who_adds_while_it_is_summed_up_is_not_left_out(ana, in_may):
    added, summed_up = Event(), Event()

    def add() -> None:
        with transaction.atomic():
            trash_images(user=ana, images=OutputImage.objects.filter(position=0))
            added.set()
            # On SQLite nobody sums up before this has ended
            summed_up.wait(None if connection.vendor == "postgresql" else 0)
        connection.close()

    adding = Thread(target=add)
    adding.start()
    added.wait()
    sum_up_past_months(now=timezone.now())
    summed_up.set()
    adding.join()
    assert told(year())[0].kept == 1
    assert list(differences()) == []
