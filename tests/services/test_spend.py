"""The daily sums are kept with the ledger, and a check finds whatever was changed behind them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from io import StringIO
from threading import Barrier, Thread
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models, transaction
from django.utils import timezone

from generations.models import (
    Attempt,
    DailySpend,
    Generation,
    GenerationSpend,
    LedgerEntry,
    MonthlySpend,
    OutputImage,
    SpendGroup,
    SpendZone,
)
from generations.providers.base import Charged, Code, ProviderError
from generations.selectors.spend_check import differences
from generations.services import ledger
from generations.services.attempts.settle import close_attempt, settle_attempt, start_collecting
from generations.services.projects import create_project
from generations.services.settlements import settle_unconfirmed
from generations.services.spend import adding
from generations.services.spend.adding import Key
from generations.services.spend.days import start_of, team_day
from generations.services.spend.rebuild import rebuild_after_change_of_zone
from generations.services.trash import delete_images, restore_images, trash_images
from tests.factories import CHAT, deliver, only_attempt, put_at, store_image, submit
from tests.support.cast import make_person

pytestmark = pytest.mark.django_db

CENT = Decimal("0.009")


def delivered(person: Any, pictures: int = 1, **more: Any) -> Attempt:
    attempt = put_at(only_attempt(submit(person, **more)), "collecting", sent_at=timezone.now())
    for position in range(pictures):
        deliver(attempt, position, status="stored")
        store_image(attempt, position)
    settle_attempt(attempt)
    return attempt


def failed(person: Any, charged: Charged = Charged.YES, code: Code = Code.MODERATION) -> Attempt:
    attempt = put_at(only_attempt(submit(person)), "calling", sent_at=timezone.now())
    close_attempt(attempt, ProviderError(code, charged=charged))
    return attempt


def total(name: str, **of: Any) -> Any:
    return DailySpend.objects.filter(**of).aggregate(it=models.Sum(name))["it"]


def lines() -> "models.QuerySet[LedgerEntry]":
    """Past the guard of the ledger, as with a database tool."""
    return models.QuerySet(LedgerEntry)


def test_a_delivered_picture_is_counted_with_its_cost(ana):
    delivered(ana, pictures=2)
    day = DailySpend.objects.get()
    assert (day.calls, day.spent, day.held, day.lines) == (1, CENT, 0, 3)
    assert (day.delivered, day.kept, day.code) == (2, 2, "")
    assert GenerationSpend.objects.get().spent == CENT
    assert list(differences()) == []


def test_what_brought_no_picture_is_counted_under_its_reason(ana):
    failed(ana)
    assert total("spent", code="moderation") == CENT
    assert total("delivered") == 0
    assert list(differences()) == []


def test_a_free_failure_costs_nothing_and_holds_nothing(ana):
    failed(ana, Charged.NO, Code.KEY_WRONG)
    assert (total("spent"), total("held"), total("lines")) == (0, 0, 2)


def test_what_nobody_knows_stays_on_hold_until_it_is_settled(ana, boss):
    attempt = failed(ana, Charged.UNKNOWN, Code.CONNECTION_LOST)
    assert (total("spent"), total("held")) == (0, CENT)
    settle_unconfirmed(
        attempt=attempt, charged=True, amount=Decimal("0.02"), reason="Log", settled_by=boss
    )
    assert (total("spent", is_by_hand=True, code="connection_lost"), total("held")) == (
        Decimal("0.02"),
        0,
    )
    assert list(differences()) == []


def test_a_picture_that_comes_after_all_takes_its_money_with_it(ana, boss):
    attempt = failed(ana, Charged.UNKNOWN, Code.CONNECTION_LOST)
    settle_unconfirmed(attempt=attempt, charged=True, amount=CENT, reason="Log", settled_by=boss)
    deliver(attempt, status="stored")
    store_image(attempt)
    start_collecting(Attempt.objects.get(), by=None)
    settle_attempt(Attempt.objects.get())
    assert (total("spent", code=""), total("spent", code="connection_lost")) == (CENT, 0)
    assert (total("delivered"), total("kept")) == (1, 1)
    assert list(differences()) == []


def test_the_trash_takes_from_what_is_kept_and_gives_it_back(ana):
    delivered(ana, pictures=3)
    first = OutputImage.objects.filter(position=0)
    trash_images(user=ana, images=first)
    assert (total("delivered"), total("kept")) == (3, 2)
    delete_images(images=first)
    restore_images(images=first)
    assert (total("delivered"), total("kept")) == (3, 2)
    second = OutputImage.objects.filter(position=1)
    trash_images(user=ana, images=second)
    restore_images(images=second)
    assert (total("delivered"), total("kept")) == (3, 2)
    assert list(differences()) == []


def test_people_models_and_projects_are_counted_apart(ana, ben, boss):
    project = create_project(name="Autumn", by=boss)
    delivered(ana, project=project)
    delivered(ana)
    delivered(ben)
    assert SpendGroup.objects.count() == 3
    assert total("spent", group__project=project) == CENT
    assert total("spent", group__person=ana) == 2 * CENT


def test_what_is_on_its_way_stays_with_the_project_it_was_asked_for(ana, boss):
    attempt = only_attempt(submit(ana, project=create_project(name="Old", by=boss)))
    later = create_project(name="New", by=boss)
    Generation.objects.update(project=later)
    put_at(attempt, "collecting", sent_at=timezone.now())
    deliver(attempt, status="stored")
    store_image(attempt)
    settle_attempt(Attempt.objects.get())
    assert (total("spent", group__project__name="Old"), total("held")) == (CENT, 0)


# The check


def change(**values: Any) -> Callable[[], Any]:
    return lambda: lines().filter(kind="charge").update(**values)


BEHIND_ITS_BACK = {
    "amount": (change(amount=Decimal("0.008999")), "spent $0.009000, its lines say $0.008999"),
    "kind": (change(kind="adjustment"), "the sums agree, but a line of it was changed"),
    "day": (
        change(created_at=timezone.now() - timedelta(days=40)),
        "lines 0, its lines say 1",
    ),
    "moment": (change(created_at=timezone.now() + timedelta(microseconds=1)), "was changed"),
    "reason": (change(reason="Nothing to see"), "the sums agree, but a line of it was changed"),
    "deleted": (lambda: lines().filter(kind="charge").delete(), "calls 1, its lines say 0"),
    "sum": (
        lambda: DailySpend.objects.update(held=Decimal("0.000001")),
        "held $0.000001, its lines say $0.000000",
    ),
    "month": (
        lambda: MonthlySpend.objects.update(spent=1),
        "the month of",
    ),
    "generation": (
        lambda: GenerationSpend.objects.update(spent=0),
        "spent $0.000000, its lines say $0.009000",
    ),
    "picture": (lambda: OutputImage.objects.update(is_in_gallery=False), "delivered 1, its"),
    "nowhere": (change(spend_group=None), "is counted nowhere"),
}


@pytest.mark.parametrize("what", BEHIND_ITS_BACK)
def test_what_is_changed_behind_the_sums_is_named_and_made_good(ana, what):
    delivered(ana)
    alter, words = BEHIND_ITS_BACK[what]
    alter()
    told = list(differences())
    assert any(words in sentence for sentence in told), told
    call_command("check_rollups", "--rebuild", stdout=StringIO())
    assert list(differences()) == []


def test_two_changes_that_cancel_each_other_out_are_found(ana):
    first, second = delivered(ana), delivered(ana)
    lines().filter(attempt=first, kind="charge").update(amount=CENT * 2)
    lines().filter(attempt=second, kind="charge").update(amount=0)
    told = list(differences())
    assert "the sums agree, but a line of it was changed" in told[0]
    assert len(told) == 3


def test_the_command_says_what_it_read_and_fails_where_something_differs(ana):
    delivered(ana)
    out = StringIO()
    call_command("check_rollups", stdout=out)
    assert out.getvalue() == "1 sums, 3 ledger lines, 1 generations with costs: no difference.\n"
    lines().filter(kind="charge").update(amount=Decimal(1))
    with pytest.raises(SystemExit):
        call_command("check_rollups", stdout=out)
    where = f"{team_day(timezone.now())}, ana, {CHAT} (demo)"
    assert f"{where}: spent $0.009000, its lines say $1.000000" in out.getvalue()
    assert out.getvalue().endswith(": 2 differences.\n")


def test_more_rows_than_one_statement_takes_are_all_added_to(ana):
    group = SpendGroup.objects.create(person=ana, provider="demo", model="kite", is_demo=True)
    first = date(2024, 1, 1)
    keys = [Key(first + timedelta(days=number), group.pk) for number in range(adding.AT_ONCE + 1)]
    for amount in (CENT, CENT, Decimal(0)):
        adding.add(DailySpend, {key: {"spent": amount} for key in keys})
    assert [it.spent for it in DailySpend.objects.all()] == [2 * CENT] * len(keys)
    adding.add(DailySpend, {Key(first, group.pk, "moderation"): {"spent": Decimal(0)}})
    assert DailySpend.objects.count() == len(keys)


def test_a_crash_takes_line_and_sum_back_together(ana):
    attempt = delivered(ana)
    boss = make_person("boss", is_staff=True)
    with transaction.atomic():
        ledger.adjust(attempt=attempt, amount=CENT, reason="Twice", entered_by=boss)
        assert total("spent") == 2 * CENT
        transaction.set_rollback(True)
    assert total("spent") == CENT
    assert list(differences()) == []


def test_the_migration_counts_what_was_there_before(ana, boss):
    delivered(ana, pictures=2)
    failed(ana)
    settle_unconfirmed(
        attempt=failed(ana, Charged.UNKNOWN, Code.CONNECTION_LOST),
        charged=True,
        amount=CENT,
        reason="Log",
        settled_by=boss,
    )
    late = failed(ana, Charged.NO, Code.KEY_WRONG)
    ledger.adjust(attempt=late, amount=CENT, reason="On the bill", entered_by=boss)
    trash_images(user=ana, images=OutputImage.objects.filter(position=0))
    lines().update(spend_group=None)
    Attempt.objects.update(spend_group=None)
    for model in (DailySpend, MonthlySpend, GenerationSpend, SpendGroup, SpendZone):
        model.objects.all().delete()
    for name in ("0025_fill_spend", "0036_fill_monthly_spend", "0042_calls_by_their_first_cost"):
        import_module(f"generations.migrations.{name}").fill(apps, None)
    assert list(differences()) == []
    assert (total("spent"), total("calls")) == (4 * CENT, 4)


# Days


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("UTC", datetime(2026, 3, 29, 23, 59, tzinfo=UTC), date(2026, 3, 29)),
        ("Europe/Madrid", datetime(2026, 3, 28, 23, 0, tzinfo=UTC), date(2026, 3, 29)),
        ("Europe/Madrid", datetime(2026, 3, 29, 21, 59, tzinfo=UTC), date(2026, 3, 29)),
        ("Europe/Madrid", datetime(2026, 3, 29, 22, 0, tzinfo=UTC), date(2026, 3, 30)),
        ("Europe/Madrid", datetime(2026, 10, 25, 22, 59, tzinfo=UTC), date(2026, 10, 25)),
        ("Europe/Madrid", datetime(2026, 10, 25, 23, 0, tzinfo=UTC), date(2026, 10, 26)),
        # Midnight is skipped there: the day begins at one o'clock
        ("Africa/Cairo", datetime(2026, 4, 23, 21, 59, tzinfo=UTC), date(2026, 4, 23)),
        ("Africa/Cairo", datetime(2026, 4, 23, 22, 0, tzinfo=UTC), date(2026, 4, 24)),
        ("Pacific/Kiritimati", datetime(2026, 1, 1, 10, 0, tzinfo=UTC), date(2026, 1, 2)),
    ],
)
def test_a_day_is_the_teams(settings, zone, moment, day):
    settings.TIME_ZONE = zone
    assert team_day(moment) == day
    assert start_of(day) <= moment < start_of(day + timedelta(days=1))


def test_days_begin_anew_where_the_time_zone_is_changed(ana, settings):
    attempt = delivered(ana)
    night = datetime(2026, 5, 5, 23, 30, tzinfo=UTC)
    lines().filter(attempt=attempt).update(created_at=night)
    call_command("check_rollups", "--rebuild", stdout=StringIO())
    assert DailySpend.objects.get().day == date(2026, 5, 5)
    settings.TIME_ZONE = "Europe/Madrid"
    assert "the sums are of the days of UTC" in next(differences())
    rebuild_after_change_of_zone()
    assert DailySpend.objects.get().day == date(2026, 5, 6)
    assert list(differences()) == []


@pytest.mark.django_db(transaction=True)
def test_many_who_book_at_once_lose_nothing(ana):
    attempts = [put_at(only_attempt(submit(ana)), "calling") for _ in range(8)]
    together = Barrier(len(attempts))

    def end(attempt: Attempt) -> None:
        together.wait()
        close_attempt(attempt, ProviderError(Code.MODERATION, charged=Charged.YES))
        connection.close()

    threads = [Thread(target=end, args=[attempt]) for attempt in attempts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (total("spent"), total("calls"), total("held")) == (8 * CENT, 8, 0)
    assert list(differences()) == []
