"""The cost review: every number opens down to the generations behind it, and adds up."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.models import Attempt, LedgerEntry, OutputImage, PriceListItem
from generations.providers.base import Charged, Code, ProviderError
from generations.selectors.costs import collections, entries
from generations.selectors.spend_check import differences
from generations.services import ledger
from generations.services.attempts.settle import close_attempt
from generations.services.budgets.budgets import create_budget
from generations.services.collections import add_images, create_collection
from generations.services.projects import create_project
from generations.services.settlements import settle_unconfirmed
from generations.services.spreadsheets import plain_cell
from generations.services.trash import trash_images
from tests.factories import IMAGES, only_attempt, put_at, submit
from tests.pages.delivering import deliver

pytestmark = [pytest.mark.django_db, pytest.mark.once]

CALL = Decimal("0.009")
DEMO = "money=demo"


def fail(person: Any, charged: Charged = Charged.YES, code: Code = Code.MODERATION) -> Attempt:
    attempt = put_at(only_attempt(submit(person, "A failed kite")), "calling")
    put_at(attempt, "calling", sent_at=timezone.now())
    close_attempt(attempt, ProviderError(code, charged=charged))
    return attempt


def text_of(page: Any) -> str:
    """What people read on a page, without its tags."""
    words = re.sub(r"<(title|style|script)[^>]*>.*?</\1>|<[^>]+>", " ", page.content.decode())
    return re.sub(r"\s+", " ", unescape(words))


def links_of(page: Any) -> Iterator[tuple[str, Decimal]]:
    """Every number of a page that opens a list, with the address of the list."""
    found = re.findall(r'<a[^>]*href="(/costs/[^"]*generations/\?[^"]*)"[^>]*>([^<]*)</a>', page)
    for address, words in found:
        if amount := re.search(r"\$([\d.,]+)", words):
            yield unescape(address), Decimal(amount[1].replace(",", ""))


def listed(client: Client, address: str) -> Decimal:
    """The sum of what a list shows, all its pages together."""
    found, total = Decimal(0), None
    while address:
        page = client.get(address).content.decode()
        if total is None:
            total = Decimal(re.search(r"<strong>\$([\d.,]+)</strong>", page)[1])
        amounts = re.findall(r'costs__amount">(?:<[^>]+>)?(?:perhaps )?\$([\d.]+)', page)
        found += sum(map(Decimal, amounts))
        older = re.search(r'rel="next" href="([^"]+)"', page)
        address = unescape(older[1]) if older else ""
    assert total == found
    return found


@pytest.fixture
def history(ana: Any, ben: Any, boss: Any) -> Any:
    """Pictures, a failed call, one that nobody knows of, one under way, a correction."""
    project = create_project(name="Autumn", by=boss)
    deliver(ana, "A red kite", pictures=2, project=project)
    kites = create_collection(user=ana, name="Kites")
    add_images(user=ana, collection=kites, images=list(OutputImage.objects.all()))
    deliver(ben, "A blue kite", model=IMAGES, size="1024x1024", quality="low")
    fail(ana)
    fail(ben, Charged.UNKNOWN, Code.CONNECTION_LOST)
    settle_unconfirmed(
        attempt=fail(ben, Charged.UNKNOWN, Code.CONNECTION_LOST),
        charged=True,
        amount=Decimal("0.0123"),
        reason="Log",
        settled_by=boss,
    )
    submit(ana, "A kite under way")
    trash_images(user=ana, images=OutputImage.objects.filter(position=1))
    return kites


def test_staff_see_where_the_money_went(as_boss, history):
    words = text_of(as_boss.get(f"/costs/?{DEMO}"))
    for said in ("Ana", "Autumn", "Kites", "Prompt refused", "gpt-image-2.5-flare", "A blue kite"):
        assert said in words
    assert "perhaps $0.009" in words
    assert "3 pictures" in words


def test_every_number_is_the_sum_of_the_generations_behind_it(as_boss, history):
    page = as_boss.get(f"/costs/?{DEMO}&by=model").content.decode()
    links = list(links_of(page))
    assert len(links) > 30
    for address, amount in set(links):
        assert listed(as_boss, address) == amount, address


def test_what_is_unconfirmed_for_one_reason_is_listed_alone(as_boss, history, ana):
    fail(ana, Charged.UNKNOWN, Code.SILENT)
    page = as_boss.get(f"/costs/?{DEMO}").content.decode()
    one_reason = sorted({it for it in links_of(page) if "outcome=unconfirmed%3A" in it[0]})
    assert len(one_reason) == 2
    for address, amount in one_reason:
        assert listed(as_boss, address) == amount == CALL
    shown = text_of(as_boss.get(one_reason[0][0]))
    assert "Unconfirmed: " in shown
    assert as_boss.get(f"/costs/generations/?{DEMO}&outcome=unconfirmed:x").status_code == 422


def test_what_is_unconfirmed_at_an_unknown_price_is_unknown_and_not_nothing(as_boss, ana):
    PriceListItem.objects.all().delete()
    fail(ana, Charged.UNKNOWN, Code.SILENT)
    for address in (f"/costs/?{DEMO}", f"/costs/generations/?{DEMO}&outcome=unconfirmed"):
        words = text_of(as_boss.get(address))
        assert "unknown" in words
        assert "perhaps $0" not in words
        assert "$0.000 perhaps" not in words


def test_what_is_unconfirmed_says_how_many_of_its_prices_are_not_known(as_boss, ana):
    fail(ana, Charged.UNKNOWN, Code.SILENT)
    PriceListItem.objects.filter(provider="demo").delete()
    fail(ana, Charged.UNKNOWN, Code.SILENT)
    for address in (f"/costs/?{DEMO}", f"/costs/generations/?{DEMO}&outcome=unconfirmed"):
        words = text_of(as_boss.get(address))
        assert "perhaps, in 2 calls" in words
        assert "The price of 1 of them is not known." in words
    assert "perhaps $0.009 + 1 unknown" in text_of(as_boss.get(f"/costs/?{DEMO}"))


def test_a_call_that_was_billed_after_all_counts_as_one_that_brought_no_picture(as_boss, ana, boss):
    free = fail(ana, Charged.NO)
    for amount in (CALL, -CALL / 3):
        ledger.adjust(attempt=free, amount=amount, reason="On the bill", entered_by=boss)
    words = text_of(as_boss.get(f"/costs/?{DEMO}"))
    assert "1 charged call that brought no picture." in words
    words = text_of(as_boss.get(f"/costs/generations/?{DEMO}&outcome=nothing"))
    assert "$0.006 in 1 charged call;" in words
    assert list(differences()) == []


def two_days_of_a_month() -> tuple[datetime, datetime]:
    """What is corrected of a month before, while that is open, counts on a day of that month."""
    now, day = timezone.now(), timedelta(days=1)
    return (now, now + day) if (now + day).month == now.month else (now - day, now)


def test_a_call_is_no_call_of_the_day_on_which_its_cost_was_corrected(
    as_boss, ana, boss, monkeypatch
):
    today, tomorrow = two_days_of_a_month()
    monkeypatch.setattr(timezone, "now", lambda: today)
    failed = fail(ana)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    ledger.adjust(attempt=failed, amount=CALL, reason="Twice the price", entered_by=boss)
    day = f"since={tomorrow:%Y-%m-%d}&until={tomorrow:%Y-%m-%d}"
    words = text_of(as_boss.get(f"/costs/?{DEMO}&{day}"))
    assert "Booked afterwards, for calls of other days." in words
    assert "Every charged call brought a picture." not in words
    words = text_of(as_boss.get(f"/costs/generations/?{DEMO}&{day}&outcome=nothing"))
    assert "$0.009 booked afterwards;" in words


@pytest.mark.parametrize("by", ["outcome", "person", "model", "project"])
def test_a_day_is_whole_though_its_cost_was_given_back_on_another(
    as_boss, ana, ben, boss, monkeypatch, by
):
    today, tomorrow = two_days_of_a_month()
    monkeypatch.setattr(timezone, "now", lambda: today)
    given_back, _kept = fail(ana), fail(ben)
    first = timezone.localdate()
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    ledger.adjust(attempt=given_back, amount=-CALL, reason="Refund", entered_by=boss)
    days = f"since={first}&until={first + timedelta(days=1)}"
    rows = rows_of(as_boss.get(f"/costs/tables/day/?{DEMO}&by={by}&{days}"))
    assert [Decimal(row["Spent (USD)"]) for row in rows] == [2 * CALL, -CALL]


def test_the_list_goes_on_over_pages_and_adds_up(as_boss, ana, monkeypatch):
    for _ in range(3):
        fail(ana)
        deliver(ana)
    monkeypatch.setattr(entries, "PAGE_SIZE", 2)
    assert 'rel="next"' in as_boss.get(f"/costs/generations/?{DEMO}").content.decode()
    assert listed(as_boss, f"/costs/generations/?{DEMO}") == 6 * CALL
    table = rows_of(as_boss.get(f"/costs/generations/table/?{DEMO}"))
    assert sum(Decimal(row["Amount (USD)"]) for row in table) == 6 * CALL


def rows_of(answer: Any) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("table", ["person", "model", "project", "code", "day"])
def test_a_table_has_the_same_sum_as_the_page(as_boss, history, table):
    rows = rows_of(as_boss.get(f"/costs/tables/{table}/?{DEMO}"))
    spent = sum(Decimal(row["Spent (USD)"]) for row in rows)
    lines = LedgerEntry.objects.filter(kind__in=["charge", "adjustment"])
    if table == "code":
        lines = lines.filter(attempt__picture_count=0)
    assert spent == sum(lines.values_list("amount", flat=True))


def test_dearest_and_collections_are_tables_as_well(as_boss, history):
    dearest = rows_of(as_boss.get(f"/costs/tables/dearest/?{DEMO}"))
    assert [row["Prompt"] for row in dearest][-1] in ("A red kite", "A failed kite", "A blue kite")
    assert len(dearest) == 4
    kites = rows_of(as_boss.get(f"/costs/tables/collection/?{DEMO}"))
    assert [(it["Collection"], it["Kept pictures"]) for it in kites] == [("Kites", "1")]


def test_a_prompt_is_no_formula_to_a_spreadsheet(as_boss, ana):
    deliver(ana, "=HYPERLINK(1)")
    (row,) = rows_of(as_boss.get(f"/costs/generations/table/?{DEMO}"))
    assert row["Prompt"] == "'=HYPERLINK(1)"


def test_a_name_in_the_head_of_a_table_is_no_formula(as_boss, ana):
    ana.first_name = "=HYPERLINK(1)"
    ana.save()
    deliver(ana)
    (row, *_more) = rows_of(as_boss.get(f"/costs/tables/day/?{DEMO}&by=person"))
    assert "'=HYPERLINK(1)" in row


def test_an_amount_below_zero_stays_a_number():
    """What was given back, in a column that a bookkeeper adds up."""
    assert [plain_cell(text) for text in ("-0.009000", "-x", "-1+1")] == [
        "-0.009000",
        "'-x",
        "'-1+1",
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("A kite;=HYPERLINK(1)", "A kite;'=HYPERLINK(1)"),
        ('A kite; "@SUM(1)', "A kite; \"'@SUM(1)"),
        ("A kite\n-1+1", "A kite\n'-1+1"),
        ("=1;=2", "'=1;'=2"),
        ("A kite; a red one - or 1+1=2", "A kite; a red one - or 1+1=2"),
    ],
)
def test_a_text_is_no_formula_where_semicolons_part_cells(text, shown):
    """As in Spanish, where a program reads our line as one cell up to the first semicolon."""
    assert plain_cell(text) == shown


def test_very_many_collected_pictures_are_added_up_on_demand(as_boss, history, monkeypatch):
    monkeypatch.setattr(collections, "FEW_ITEMS", 1)
    assert "Kites" not in text_of(as_boss.get(f"/costs/?{DEMO}"))
    assert "Kites" in text_of(as_boss.get(f"/costs/?{DEMO}&show=collections"))


def test_demo_money_stands_apart(as_boss, history):
    words = text_of(as_boss.get("/costs/"))
    assert "Nothing was spent in" in words
    assert "in play money for 3 pictures of the demo provider" in words


def test_an_empty_page_says_what_will_be_here(as_boss):
    words = text_of(as_boss.get("/costs/"))
    assert "Every call to a provider writes its cost here" in words
    assert "Write a prompt" in words


def test_what_a_person_is_clicked_for_narrows_the_whole_page(as_boss, history, ben):
    words = text_of(as_boss.get(f"/costs/?{DEMO}&person={ben.pk}"))
    assert "Person: Ben" in words
    assert "A red kite" not in words


# Days


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("since=yesterday", "Write the day as year-month-day, like 2026-11-21."),
        ("since=2026-11-21&until=2026-11-01", "The last day is before the first."),
        ("since=1821-01-01", "Choose a day after the year 1999."),
        ("since=2000-01-01&until=2999-12-31", "Choose a day before the year "),
        ("period=week", "Choose one of the list."),
        ("person=999999", "Choose one of the list."),
        ("by=moon", "Choose one of the list."),
    ],
)
@pytest.mark.parametrize("page", ["/costs/", "/costs/generations/"])
def test_what_cannot_be_read_is_said_and_kept(as_boss, page, query, sentence):
    answer = as_boss.get(f"{page}?{query}")
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    if "yesterday" in query:
        assert 'value="yesterday"' in answer.content.decode()


@pytest.mark.parametrize("before", ["moon", "2026-11-21_x_y", "2026-13-01_1_1", "_"])
def test_a_place_that_nobody_made_is_not_there(as_boss, before):
    assert as_boss.get(f"/costs/generations/?before={before}").status_code == 404


def test_midnight_is_the_teams_also_where_clocks_change(as_boss, ana, settings):
    """Half an hour apart, on two days, on the night when clocks go forward."""
    settings.TIME_ZONE = "Europe/Madrid"
    for prompt, moment in [
        ("Late on Saturday", datetime(2026, 3, 28, 22, 45, tzinfo=UTC)),
        ("Early on Sunday", datetime(2026, 3, 28, 23, 15, tzinfo=UTC)),
        ("Late on Sunday", datetime(2026, 3, 29, 21, 45, tzinfo=UTC)),
    ]:
        attempt = deliver(ana, prompt)
        QuerySet(LedgerEntry).filter(attempt=attempt).update(created_at=moment)
    call_command("check_rollups", "--rebuild", stdout=io.StringIO())
    sunday = f"/costs/generations/?{DEMO}&since=2026-03-29&until=2026-03-29"
    words = text_of(as_boss.get(sunday))
    assert "Early on Sunday" in words
    assert "Late on Sunday" in words
    assert "Late on Saturday" not in words
    assert listed(as_boss, sunday) == 2 * CALL
    assert "midnight in Europe/Madrid" in words


def test_a_month_so_far_has_nothing_of_the_days_after_it(as_boss, ana):
    for day in (14, 20):
        attempt = deliver(ana)
        moment = datetime(2026, 3, day, 12, tzinfo=UTC)
        QuerySet(LedgerEntry).filter(attempt=attempt).update(created_at=moment)
    call_command("check_rollups", "--rebuild", stdout=io.StringIO())
    for until, calls in [("2026-03-14", 1), ("2026-03-19", 1), ("2026-03-20", 2)]:
        page = text_of(as_boss.get(f"/costs/?{DEMO}&since=2026-03-01&until={until}"))
        assert f"Spent ${calls * CALL}" in page


@pytest.mark.parametrize(("days", "unit"), [(30, "By day"), (150, "By week"), (400, "By month")])
def test_long_periods_have_fewer_bars(as_boss, ana, days, unit):
    deliver(ana)
    today = timezone.localdate()
    since = today - timedelta(days=days)
    answer = as_boss.get(f"/costs/?{DEMO}&since={since}&until={today}&by=person")
    assert unit in text_of(answer)
    assert f"Ana: ${CALL}" in answer.content.decode()


# One's own


def test_a_member_sees_their_own_costs_and_no_others(as_ana, history):
    words = text_of(as_ana.get(f"/costs/mine/?{DEMO}"))
    assert "A red kite" in words
    assert "A blue kite" not in words
    assert "By person" not in words
    page = as_ana.get(f"/costs/mine/?{DEMO}").content.decode()
    for address, amount in set(links_of(page)):
        assert address.startswith("/costs/mine/")
        assert listed(as_ana, address) == amount, address


def test_nobody_looks_at_others_by_the_address(as_ana, ben, history):
    for page in ("/costs/mine/", "/costs/mine/generations/"):
        assert "A blue kite" not in text_of(as_ana.get(f"{page}?{DEMO}&person={ben.pk}"))
    assert as_ana.get("/costs/mine/tables/person/").status_code == 404


# Growth


def test_more_history_asks_no_more_questions(as_boss, ana, history):
    pages = [f"/costs/?{DEMO}&by=person", f"/costs/generations/?{DEMO}"]
    counts = [_queries(as_boss, page) for page in pages]
    for _ in range(3):
        deliver(ana)
        fail(ana)
    assert [_queries(as_boss, page) for page in pages] == counts


def _queries(client: Client, page: str) -> int:
    client.get(page)
    with CaptureQueriesContext(connection) as queries:
        client.get(page)
    return len(queries)


# Budgets


def test_what_is_left_of_a_budget_stands_beside_what_was_spent(as_boss, as_ana, ana, boss):
    budget = {"by": boss, "warn_at": None}
    create_budget(scope="team", period="month", limit=Decimal(1), **budget)
    create_budget(scope="person", period="day", limit=Decimal(5), person=ana, **budget)
    deliver(ana, model="aihubmix/gpt-4o-image-vip")
    words = text_of(as_boss.get("/costs/"))
    assert "The team’s budget of the month $0.991" in words
    assert "left of $1.000" in words
    mine = text_of(as_ana.get("/costs/mine/"))
    assert "Your budget of the day $4.991" in mine
    assert "The team’s" not in mine
