"""Days and months that are over are summed up once, and read from there until they change."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.models import (
    Attempt,
    DailySpend,
    LedgerEntry,
    OutputImage,
    PastSpend,
    PastSpendChange,
    SpendGroup,
)
from generations.providers.base import Charged, Code, ProviderError
from generations.selectors.costs.forecast import forecast
from generations.selectors.costs.review import review
from generations.selectors.costs.scope import Scope
from generations.selectors.spend_check import differences
from generations.services.attempts.settle import close_attempt, settle_attempt
from generations.services.spend.past import _to_sum_up, sum_up_the_past
from generations.services.spend.rebuild import rebuild_after_change_of_zone, rebuild_sums
from generations.services.trash import restore_images, trash_images
from generations.tasks import tidy
from tests.factories import CHAT, deliver, only_attempt, put_at, store_image, submit

pytestmark = pytest.mark.django_db

CENT = Decimal("0.009")
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


def of_may(since: int, until: int) -> Scope:
    return Scope(date(2027, 5, since), date(2027, 5, until), is_demo=True)


def read_from_sums() -> set[tuple[str, str]]:
    """Which sums pages read: of the month in a year, of the days in a part of it."""
    parts = [year().parts.past, of_may(2, 20).parts.past]
    return {(it.span, f"{it.day}") for past in parts for it in past}


MONTH, DAY = ("month", "2027-05-01"), ("day", "2027-05-05")


def told(scope: Scope) -> tuple[Any, ...]:
    """What a page says of the money and the pictures."""
    page = review(scope, by="person", today=scope.last)
    rows = [(row.key, row.sums) for row in (*page.people, *page.models, *page.projects)]
    return page.total, rows, page.failures, page.bars


def told_of_all() -> list[tuple[Any, ...]]:
    return [told(it) for it in (year(), of_may(1, 31), of_may(2, 20), of_may(2, 4))]


def test_what_is_over_has_few_sums_which_say_the_same(in_may):
    before = told_of_all()
    sum_up_the_past(now=timezone.now())
    assert read_from_sums() == {MONTH, DAY}
    assert told_of_all() == before
    rows = PastSpend.objects.filter(span="day")
    assert {(it.of, it.key): (it.spent, it.calls, it.kept) for it in rows} == {
        ("person", str(in_may.requested_by_id)): (CENT, 1, 2),
        ("model", CHAT): (CENT, 1, 2),
        ("project", ""): (CENT, 1, 2),
    }
    assert list(differences()) == []


def test_the_hourly_tidying_does_it(in_may):
    tidy()
    assert read_from_sums() == {MONTH, DAY}


def test_what_is_over_is_summed_up_some_hours_after_its_end(in_may):
    for now, expected in [
        (datetime(2027, 5, 6, 2, 59, tzinfo=UTC), set()),
        (datetime(2027, 5, 6, 3, 1, tzinfo=UTC), {DAY}),
        (datetime(2027, 6, 1, 2, 59, tzinfo=UTC), {DAY}),
        (datetime(2027, 6, 1, 3, 1, tzinfo=UTC), {DAY, MONTH}),
    ]:
        sum_up_the_past(now=now)
        assert read_from_sums() == expected


def test_what_is_added_to_it_is_seen_at_once_and_summed_up_with_the_next_round(ana, in_may):
    sum_up_the_past(now=timezone.now())
    first = OutputImage.objects.filter(position=0)
    trash_images(user=ana, images=first)
    assert read_from_sums() == set()
    assert told(year())[0].kept == 1
    sum_up_the_past(now=timezone.now())
    assert read_from_sums() == {MONTH, DAY}
    assert [it[0].kept for it in told_of_all()] == [1, 1, 1, 0]
    restore_images(images=first)
    assert told(year())[0].kept == 2
    assert list(differences()) == []


def test_what_is_written_anew_is_summed_up_anew(in_may):
    sum_up_the_past(now=timezone.now())
    lines = models.QuerySet(LedgerEntry)
    lines.filter(kind="charge").update(amount=Decimal(1))
    rebuild_sums()
    assert told(year())[0].spent == 1
    sum_up_the_past(now=timezone.now())
    assert read_from_sums() == {MONTH, DAY}
    assert [it[0].spent for it in told_of_all()] == [1, 1, 1, 0]


def test_today_is_booked_without_a_note(ana, in_may, clock):
    clock(NOON_IN_MAY)
    sum_up_the_past(now=timezone.now())
    trash_images(user=ana, images=OutputImage.objects.filter(position=0))
    assert not PastSpendChange.objects.exists()


@pytest.mark.parametrize("of", [MONTH, DAY])
def test_the_check_finds_a_sum_that_was_changed_behind_its_back(in_may, of):
    sum_up_the_past(now=timezone.now())
    span, day = of
    PastSpend.objects.filter(span=span, of="model").update(spent=Decimal(1))
    [difference] = differences()
    assert f"the {span} of {day}, summed up by model {CHAT}" in difference


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
    sum_up_the_past(now=timezone.now())
    summed_up.set()
    adding.join()
    assert told(year())[0].kept == 1
    assert list(differences()) == []


# Clocks and zones


def booked_now(person: Any) -> None:
    attempt = put_at(only_attempt(submit(person)), "calling", sent_at=timezone.now())
    close_attempt(attempt, ProviderError(Code.MODERATION, charged=Charged.YES))


def test_today_that_was_summed_up_by_a_clock_that_ran_ahead_is_not_believed(ana, in_may, clock):
    for ahead in (timedelta(days=1), timedelta(days=33)):
        clock(NOON_IN_MAY + ahead)
        sum_up_the_past(now=timezone.now())
        clock(NOON_IN_MAY)
        booked_now(ana)
        assert told(year())[0] == told_by_groups(year())
    sum_up_the_past(now=timezone.now())
    for later in (timedelta(hours=20), timedelta(days=40)):
        clock(NOON_IN_MAY + later)
        sum_up_the_past(now=timezone.now())
        assert told(year())[0] == told_by_groups(year())
    assert list(differences()) == []


@pytest.mark.parametrize("day", [5, 31])
def test_a_day_that_begins_anew_by_another_time_zone_is_not_counted_twice(
    ana, clock, settings, day
):
    settings.TIME_ZONE = "Asia/Tokyo"
    rebuild_after_change_of_zone()
    evening = datetime(2027, 5, day, 14, tzinfo=UTC)
    for hours in (0, 6):
        clock(evening + timedelta(hours=hours))
        booked_now(ana)
        sum_up_the_past(now=timezone.now())
    settings.TIME_ZONE = "America/New_York"
    rebuild_after_change_of_zone()
    sum_up_the_past(now=timezone.now())
    booked_now(ana)
    for later in (timedelta(0), timedelta(days=3)):
        clock(evening + timedelta(hours=6) + later)
        sum_up_the_past(now=timezone.now())
        assert told(year())[0] == told_by_groups(year())
        assert told(year())[0].spent == 3 * CENT
    assert list(differences()) == []


def told_by_groups(scope: Scope) -> Any:
    """The same total, with nothing that was summed up."""
    with transaction.atomic():
        PastSpend.objects.all().delete()
        total = review(replace(scope), by="person", today=scope.last).total
        transaction.set_rollback(True)
    return total


# What says nothing


def test_a_day_on_which_nothing_was_spent_is_not_summed_up_again_and_again(ana, clock):
    clock(NOON_IN_MAY)
    attempt = put_at(only_attempt(submit(ana)), "calling", sent_at=timezone.now())
    close_attempt(attempt, ProviderError(Code.KEY_WRONG, charged=Charged.NO))
    clock(NOON_IN_MAY + timedelta(days=2))
    sum_up_the_past(now=timezone.now())
    with CaptureQueriesContext(connection) as asked:
        sum_up_the_past(now=timezone.now())
    assert not [it["sql"] for it in asked if it["sql"].startswith("INSERT")]
    assert list(_to_sum_up(date(2027, 5, 7))) == []


def test_the_forecast_is_the_same_before_and_after(ana, in_may, clock):
    """Also where other money was spent on a day on which this was only set aside."""
    clock(NOON_IN_MAY - timedelta(days=2))
    attempt = put_at(only_attempt(submit(ana)), "calling", sent_at=timezone.now())
    close_attempt(attempt, ProviderError(Code.KEY_WRONG, charged=Charged.NO))
    group = SpendGroup.objects.create(person=ana, provider="real", model="kite", is_demo=False)
    DailySpend.objects.create(day=date(2027, 5, 3), group=group, spent=CENT, calls=1, lines=1)
    clock(NOON_IN_MAY + timedelta(days=3))
    scope, today = of_may(1, 31), date(2027, 5, 8)
    before = forecast(scope, today)
    sum_up_the_past(now=timezone.now())
    assert forecast(of_may(1, 31), today) == before
    assert before is not None
    assert before.since == date(2027, 5, 5)


def test_notes_are_removed_in_one_go_however_many_they_are(in_may):
    """A long import leaves more of them than a statement takes values."""
    sum_up_the_past(now=timezone.now())
    notes = [PastSpendChange(day=date(2027, 5, 5)) for _ in range(300)]
    PastSpendChange.objects.bulk_create(notes)
    with CaptureQueriesContext(connection) as asked:
        sum_up_the_past(now=timezone.now())
    assert not PastSpendChange.objects.exists()
    assert max(it["sql"].count(",") for it in asked if "DELETE" in it["sql"]) < 50
