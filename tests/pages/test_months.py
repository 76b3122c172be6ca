"""Staff close a month; what is booked about it later counts in the next, with a note."""

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from threading import Thread
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone

from generations.models import (
    Attempt,
    AuditEntry,
    ClosedMonth,
    Generation,
    LedgerEntry,
)
from generations.models.ledger import LedgerIsAppendOnly
from generations.providers.base import Charged, Code, ProviderError
from generations.selectors.audit import ledger_faults
from generations.selectors.months import months, statement
from generations.selectors.spend_check import differences
from generations.services import ledger
from generations.services.attempts.settle import close_attempt
from generations.services.months import NotOver, close_month, next_month, spent_in
from generations.services.settlements import settle_unconfirmed
from generations.services.spend.days import month_start, team_day, today
from generations.services.spend.rebuild import rebuild_sums
from tests.factories import only_attempt, put_at, submit
from tests.support.real_money import REAL
from tests.support.world import demo_endpoint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo", "real_money")]

PAGE = "/costs/months/"


def last_month() -> date:
    """The last that may be closed: a month is over an hour after its end."""
    return month_start(
        month_start(team_day(timezone.now() - timedelta(hours=1))) - timedelta(days=1)
    )


def address(month: date) -> str:
    return f"{PAGE}{month:%Y-%m}/"


def call_of_last_month(person: User, charged: Charged) -> Attempt:
    """A call of the 15th of last month; what workers booked of it counts then."""
    at = datetime.combine(last_month().replace(day=15), time(12), tzinfo=UTC)
    attempt = put_at(only_attempt(submit(person, model=REAL)), "calling", sent_at=at)
    close_attempt(attempt, ProviderError(Code.SERVER_ERROR, charged=charged))
    # As if the story so far had happened then
    Generation.objects.filter(id=attempt.generation_id).update(created_at=at)
    QuerySet.update(LedgerEntry.objects.filter(attempt=attempt), created_at=at)
    rebuild_sums()
    attempt.refresh_from_db()
    return attempt


def settle(attempt: Attempt, boss: User) -> None:
    settle_unconfirmed(
        attempt=attempt, charged=True, amount=Decimal("0.02"), reason="Bill", settled_by=boss
    )


def spent(month: date) -> Decimal:
    return spent_in(month)


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_while_the_month_is_open_a_settlement_counts_on_the_day_of_the_call(boss: User, ana: User):
    attempt = call_of_last_month(ana, Charged.UNKNOWN)
    settle(attempt, boss)
    lines = LedgerEntry.objects.filter(attempt=attempt, entered_by=boss)
    assert {(line.kind, line.created_at.day, line.late_for) for line in lines} == {
        ("release", 15, None),
        ("charge", 15, None),
    }
    assert all(line.written_at > line.created_at for line in lines)
    assert (spent(last_month()), spent(month_start(today()))) == (Decimal("0.02"), 0)
    assert not list(ledger_faults())
    assert not list(differences())


def test_once_it_is_closed_it_counts_today_with_a_note(as_boss: Client, boss: User, ana: User):
    attempt = call_of_last_month(ana, Charged.UNKNOWN)
    close_month(month=last_month(), note="", closed_by=boss)
    settle(attempt, boss)
    ledger.adjust(attempt=attempt, amount=Decimal("0.01"), reason="Bill", entered_by=boss)
    assert (spent(last_month()), spent(month_start(today()))) == (0, Decimal("0.03"))
    late = LedgerEntry.objects.filter(attempt=attempt, entered_by=boss)
    assert {line.late_for for line in late} == {last_month()}
    said = text(as_boss.get(address(month_start(today()))))
    assert f"$0.030 in 2 lines about {last_month():%B %Y}, which was closed by then" in said
    assert not list(ledger_faults())
    assert not list(differences())


def test_a_call_of_this_month_counts_when_it_is_booked(boss: User, ana: User):
    attempt = put_at(
        only_attempt(submit(ana, model=REAL)),
        "calling",
        sent_at=timezone.now() - timedelta(seconds=5),
    )
    close_attempt(attempt, ProviderError(Code.SERVER_ERROR, charged=Charged.UNKNOWN))
    settle(attempt, boss)
    line = LedgerEntry.objects.get(attempt=attempt, kind="charge")
    assert line.created_at > attempt.sent_at
    assert line.late_for is None


def test_staff_read_the_statement_and_close_the_month(as_boss: Client, boss: User, ana: User):
    call_of_last_month(ana, Charged.YES)
    call_of_last_month(ana, Charged.UNKNOWN)
    said = text(as_boss.get(address(last_month())))
    for words in ("Spent $0.009", "of it without a picture $0.009", "1 call is unconfirmed"):
        assert words in said
    for words in ("By person", "Ana", "gpt-4o-image-vip", "No project"):
        assert words in said
    answer = as_boss.post(f"{address(last_month())}closing/", {"is_sure": "on", "note": "Agreed"})
    assert (answer.status_code, answer.url) == (302, address(last_month()))
    closed = ClosedMonth.objects.get()
    assert (closed.first_day, closed.spent) == (last_month(), Decimal("0.009"))
    said = text(as_boss.get(answer.url))
    for words in ("The month is closed.", "closed by Bo on", "Agreed"):
        assert words in said
    assert "Close the month" not in said
    assert AuditEntry.objects.filter(action="month-closed").count() == 1
    assert "closed by Bo on" in text(as_boss.get(PAGE))


@pytest.mark.once
def test_closing_asks_to_be_sure(as_boss: Client):
    answer = as_boss.post(f"{address(last_month())}closing/", {"note": "Agreed"})
    assert answer.status_code == 422
    assert "Tick this: a closed month stays closed." in text(answer)
    assert 'value="Agreed"' in answer.content.decode()
    assert not ClosedMonth.objects.exists()


def test_twice_is_once(as_boss: Client):
    for _ in range(2):
        as_boss.post(f"{address(last_month())}closing/", {"is_sure": "on"})
    assert ClosedMonth.objects.count() == 1
    assert "Somebody closed it before." in text(as_boss.get(PAGE))


@pytest.mark.once
def test_a_month_that_is_not_over_stays_open(as_boss: Client, boss: User):
    answer = as_boss.post(f"{address(today())}closing/", {"is_sure": "on"})
    assert answer.status_code == 422
    assert "an hour after its end" in text(answer)
    with pytest.raises(NotOver):
        close_month(month=today(), note="", closed_by=boss)


def test_a_closed_month_is_never_changed(boss: User):
    closed = close_month(month=last_month(), note="", closed_by=boss)
    with pytest.raises(LedgerIsAppendOnly):
        closed.save()
    with pytest.raises(LedgerIsAppendOnly):
        closed.delete()


def test_every_month_since_the_first_is_listed_the_newest_first(ana: User):
    call_of_last_month(ana, Charged.YES)
    *open_ones, oldest = months(today())
    # Two in the first hour of a month
    since = {month_start(today()), next_month(last_month())}
    assert [month.first_day for month in open_ones] == sorted(since, reverse=True)
    assert (oldest.first_day, oldest.may_be_closed) == (last_month(), True)
    assert not any(month.may_be_closed for month in open_ones)
    assert oldest.spent == statement(last_month()).total.spent == Decimal("0.009")


@pytest.mark.once
@pytest.mark.parametrize("month", ["2026-13", "2026-1", "x", "9999-01", "0000-01"])
def test_a_word_that_is_no_month(as_boss: Client, month: str):
    assert as_boss.get(f"{PAGE}{month}/").status_code == 404


def test_demo_money_is_in_no_statement(as_boss: Client, ana: User, demo: Any, settings: Any):
    settings.PROVIDERS |= {"demo": demo_endpoint(demo)}
    attempt = put_at(only_attempt(submit(ana)), "calling", sent_at=timezone.now())
    close_attempt(attempt, ProviderError(Code.SERVER_ERROR, charged=Charged.YES))
    assert "Spent $0.000" in text(as_boss.get(address(month_start(today()))))


@pytest.mark.django_db(transaction=True)
def test_who_books_waits_for_who_closes(boss: User, ana: User):
    attempt = call_of_last_month(ana, Charged.UNKNOWN)

    def book() -> None:
        settle(attempt, boss)
        connection.close()

    booking = Thread(target=book)
    with transaction.atomic():
        close_month(month=last_month(), note="", closed_by=boss)
        booking.start()
        # Time enough for who does not wait
        booking.join(0.5)
    booking.join()
    lines = LedgerEntry.objects.filter(attempt=attempt, entered_by=boss)
    assert {line.late_for for line in lines} == {last_month()}
    assert spent(last_month()) == 0


def test_more_people_cost_no_more_queries(
    as_boss: Client, ana: User, ben: User, django_assert_max_num_queries: Any
):
    call_of_last_month(ana, Charged.YES)
    with django_assert_max_num_queries(30) as counted:
        as_boss.get(address(last_month()))
    for person in (ana, ben, ben):
        call_of_last_month(person, Charged.YES)
    with django_assert_max_num_queries(len(counted)):
        as_boss.get(address(last_month()))


@pytest.mark.once
def test_the_next_month_of_december_is_january():
    assert next_month(date(2026, 12, 1)) == date(2027, 1, 1)
