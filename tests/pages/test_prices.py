"""The price list: read, added to, sent out and taken in as a file; old receipts never change."""

import asyncio
import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.models import Attempt, AuditEntry, ImageModel, LedgerEntry, PriceListItem
from generations.providers.base import Charged
from generations.services.price_list import price_list
from generations.services.spend.days import today
from generations.services.spreadsheets import PIECE_ROWS
from tests.factories import only_attempt, submit
from tests.support.real_money import REAL, fail

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("real_money")]

HEAD = "provider,model,unit,size,quality,unit_price_usd,effective_from,source"
IMAGES = "aihubmix/gpt-image-2"


def later(days: int = 3) -> str:
    return (today() + timedelta(days=days)).isoformat()


def typed(model: str = REAL, **changes: Any) -> dict[str, Any]:
    provider, _, name = model.partition("/")
    row = ImageModel.objects.get(provider=provider, name=name)
    fields = {"model": row.pk, "unit": "call", "unit_price": "0.012", "begins": later()}
    return fields | {"source": "The provider's page"} | changes


def send(client: Client, text: str | bytes, **more: Any) -> Any:
    content = text.encode() if isinstance(text, str) else text
    return client.post("/prices/files/", {"file": SimpleUploadedFile("prices.csv", content)} | more)


def lines(*rows: str, head: str = HEAD) -> str:
    return "\n".join([head, *rows])


def row(price: str = "0.012", begins: str = "", model: str = "gpt-4o-image-vip") -> str:
    return f"aihubmix,{model},call,,,{price},{begins or later()},A letter"


def said(answer: Any) -> str:
    """What a page says, as a person reads it."""
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", text.replace("&#x27;", "'"))


def call_price(at: datetime) -> Decimal | None:
    return price_list(provider="aihubmix", model="gpt-4o-image-vip", at=at).call()


# The list


def test_staff_read_prices_with_their_days(as_boss: Client):
    PriceListItem.objects.create(
        provider="aihubmix",
        model="gpt-4o-image-vip",
        unit="call",
        unit_price="0.011",
        effective_from=timezone.now() + timedelta(days=3),
        source="A letter",
    )
    page = said(as_boss.get("/prices/"))
    assert "$0.011" in page
    assert "coming" in page


def test_a_superseded_price_stands_on_the_page_of_its_model(as_boss: Client):
    as_boss.post("/prices/", typed(begins=today().isoformat()))
    assert "$0.009" not in said(as_boss.get("/prices/")).split(REAL)[1][:400]
    history = said(as_boss.get(f"/prices/?model={REAL}"))
    assert "$0.009" in history
    assert "$0.012" in history


def test_a_model_without_a_price_is_flagged_first(as_boss: Client):
    PriceListItem.objects.filter(provider="aihubmix", model="gpt-4o-image-vip").delete()
    page = said(as_boss.get("/prices/"))
    first = page.split("CSV")[1]
    assert first.index(REAL) < first.index("No price")
    assert first.index("No price") < first.index("aihubmix/gpt-4o-image ")


@pytest.mark.once
def test_a_model_that_nobody_knows_is_not_there(as_boss: Client):
    assert as_boss.get("/prices/?model=nobody/nothing").status_code == 404


def test_more_prices_cost_no_more_queries(as_boss: Client):
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            as_boss.get("/prices/")
        return len(seen)

    queries()
    before = queries()
    send(as_boss, lines(*(row(begins=later(day)) for day in range(1, 9))))
    assert PriceListItem.objects.filter(source="A letter").count() == 8
    assert queries() == before


# A new price


def test_a_price_of_today_is_valid_from_now_on_and_old_receipts_stay(as_boss: Client, ana: User):
    old = only_attempt(submit(ana, model=REAL))
    before = timezone.now()
    assert as_boss.post("/prices/", typed(begins=today().isoformat())).status_code == 303
    fail(old, charged=Charged.YES)
    assert LedgerEntry.objects.get(kind="charge").amount == Decimal("0.009")
    assert only_attempt(submit(ana, model=REAL)).estimate == Decimal("0.012")
    assert call_price(before) == Decimal("0.009")
    assert AuditEntry.objects.get(action="price-added").actor.username == "boss"


def test_a_mistyped_price_of_today_is_corrected_from_now_on(as_boss: Client, ana: User):
    of_today = typed(begins=today().isoformat())
    as_boss.post("/prices/", of_today | {"unit_price": "9"})
    dear = only_attempt(submit(ana, model=REAL))
    assert as_boss.post("/prices/", of_today).status_code == 303
    again = as_boss.post("/prices/", of_today)
    assert again.status_code == 422
    assert "This is its price already." in said(again)
    assert call_price(timezone.now()) == Decimal("0.012")
    fail(dear, charged=Charged.YES)
    assert LedgerEntry.objects.get(kind="charge").amount == Decimal(9)
    assert send(as_boss, lines(row("0.011", today().isoformat()))).status_code == 303
    assert call_price(timezone.now()) == Decimal("0.011")


def test_a_price_that_has_not_begun_is_withdrawn(as_boss: Client):
    as_boss.post("/prices/", typed(unit_price="9"))
    refused = as_boss.post("/prices/", typed())
    assert refused.status_code == 422
    assert "Withdraw that first" in said(refused)
    coming = PriceListItem.objects.get(source="The provider's page")
    withdrawal = f"/prices/{coming.pk}/withdrawal/"
    assert f'action="{withdrawal}"' in as_boss.get("/prices/").content.decode()
    assert "is withdrawn" in said(as_boss.post(withdrawal, follow=True))
    assert not PriceListItem.objects.filter(pk=coming.pk).exists()
    assert AuditEntry.objects.get(action="price-withdrawn").details["unit_price"] == "9.000000"
    assert as_boss.post("/prices/", typed()).status_code == 303


def test_a_price_that_is_valid_stays(as_boss: Client):
    valid = PriceListItem.objects.get(provider="aihubmix", model="gpt-4o-image-vip")
    answer = as_boss.post(f"/prices/{valid.pk}/withdrawal/", follow=True)
    assert "It is valid already" in said(answer)
    assert PriceListItem.objects.filter(pk=valid.pk).exists()


def test_a_price_of_a_later_day_waits_until_its_midnight(as_boss: Client, settings: Any):
    as_boss.post("/prices/", typed())
    begins = PriceListItem.objects.get(source="The provider's page").effective_from
    assert timezone.localtime(begins).strftime("%H:%M") == "00:00"
    assert call_price(begins - timedelta(seconds=1)) == Decimal("0.009")
    assert call_price(begins) == Decimal("0.012")


@pytest.mark.once
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"unit_price": ""}, "Write the price."),
        ({"unit_price": "-1"}, "not below zero"),
        ({"unit_price": "0.0000001"}, "six places at most"),
        ({"begins": "2020-01-01"}, "called before keeps its price"),
        ({"begins": "tomorrow"}, "Write the day like"),
        ({"size": "1024x1024"}, "Only prices of pictures"),
        ({"unit": "image", "size": "large"}, "Write a size like"),
        ({"unit": "hour"}, "Choose what it is the price of."),
        ({"model": "0"}, "not known here"),
        ({"source": ""}, "Write where the price stands"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    as_boss: Client, changes: dict[str, str], sentence: str
):
    count = PriceListItem.objects.count()
    answer = as_boss.post("/prices/", typed() | changes)
    assert answer.status_code == 422
    assert sentence in said(answer)
    assert PriceListItem.objects.count() == count


# What it would have meant


def last_month(attempt: Attempt, **facts: Any) -> None:
    moment = timezone.now().replace(day=1) - timedelta(days=3)
    Attempt.objects.filter(pk=attempt.pk).update(finished_at=moment, **facts)


def test_the_preview_reckons_last_months_calls_anew_and_enters_nothing(as_boss: Client, ana: User):
    for _ in range(3):
        attempt = only_attempt(submit(ana, model=REAL))
        fail(attempt, charged=Charged.YES)
        last_month(attempt)
    fail(only_attempt(submit(ana, model=REAL)), charged=Charged.YES)
    page = said(as_boss.post("/prices/", typed(preview="yes")))
    assert "3 charged calls cost $0.027" in page
    assert "about $0.036" in page
    assert "$0.009 more." in page
    assert not PriceListItem.objects.filter(source="The provider's page").exists()


def test_the_preview_says_where_it_guesses_and_what_it_leaves_out(as_boss: Client, ana: User):
    usage = {"image_out": 1000, "is_trustworthy": True}
    facts: list[dict[str, Any]] = [
        {"usage": usage, "picture_count": 1, "cost": Decimal("0.030")},
        {"usage": None, "picture_count": 0, "cost": Decimal("0.040")},
        {"usage": usage, "picture_count": 1, "cost": None},
    ]
    for one in facts:
        attempt = only_attempt(submit(ana, model=IMAGES, size="1024x1024", quality="low"))
        last_month(attempt, charged="yes", **one)
    answer = as_boss.post("/prices/", typed(IMAGES, unit="image_out", unit_price="60", preview="1"))
    page = said(answer)
    assert "2 charged calls cost $0.070" in page
    assert "1 of them has no usage that can be trusted" in page
    assert "1 call is left out" in page


# Files


@pytest.mark.django_db(transaction=True)
def test_the_table_goes_out_whole_as_the_site_sends_it(boss: User):
    assert PriceListItem.objects.count() > PIECE_ROWS
    content = asyncio.run(_table(boss)).decode()
    assert len(content.splitlines()) == PriceListItem.objects.count() + 1


async def _table(user: User) -> bytes:
    client = AsyncClient()
    await client.aforce_login(user)
    answer = await client.get("/prices/table/")
    assert answer.is_async
    return b"".join([piece async for piece in answer.streaming_content])


def test_the_table_that_goes_out_comes_in_again_and_changes_nothing(as_boss: Client):
    content = b"".join(as_boss.get("/prices/table/"))
    count = PriceListItem.objects.count()
    answer = send(as_boss, content)
    assert answer.status_code == 303
    assert "Nothing in the file is new." in said(as_boss.get(answer["Location"]))
    assert PriceListItem.objects.count() == count


def test_new_lines_are_entered_once_however_often_the_file_comes(as_boss: Client):
    text = lines(row(), row(begins=today().isoformat()), row(price="0.009", begins="2026-11-22"))
    for _ in range(2):
        assert send(as_boss, text).status_code == 303
    assert PriceListItem.objects.filter(source="A letter").count() == 2
    imported = AuditEntry.objects.filter(action="prices-imported")
    assert [entry.details for entry in imported] == [{"count": 2}]


@pytest.mark.once
def test_only_checking_enters_nothing(as_boss: Client):
    page = said(send(as_boss, lines(row()), check="yes"))
    assert "The file is right: 1 new price." in page
    assert "no charged call that could be reckoned anew" in page
    assert not PriceListItem.objects.filter(source="A letter").exists()


@pytest.mark.once
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (row(price="many"), "Line 3: “many” is no price."),
        (row(price="0.0000001"), "Line 3: “0.0000001” has more than six places."),
        (row(price="-1"), "is no price"),
        (row(price="9" * 40), "is no price"),
        (row(begins="04/06/2027"), "Line 3: “04/06/2027” is no day."),
        (row(begins="2025-01-01"), "Line 3: 2025-01-01 is over."),
        (row(price="0.5", begins="2026-11-22"), "$0.009000 stands there from this day already"),
        (row(price="0.5"), "Line 3: another price than in line 2"),
        (row(model="gpt-9"), "Line 3: there is no model aihubmix/gpt-9 here."),
        (row().replace("call", "hour"), "Line 3: “hour” is no unit."),
        (row().replace("call,,", "call,1024x1024,"), "only prices of the unit image"),
        (row().replace("call,,", "image,large,"), "“large” is no size"),
        (row().replace("call,,,", "image,,HIGH,"), "“HIGH” is no quality"),
        (f",,call,,,1,{later()},", "provider or model is missing"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_entered(as_boss: Client, wrong: str, sentence: str):
    answer = send(as_boss, lines(row(), wrong))
    assert answer.status_code == 422
    page = said(answer)
    assert "1 line is wrong. Nothing was entered." in page
    assert sentence in page
    assert not PriceListItem.objects.filter(source="A letter").exists()


@pytest.mark.once
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty"),
        (b"\xff\xfe\x00", "not UTF-8"),
        ("preis,Höhe\n1,2".encode("latin-1"), "not UTF-8"),
        (b"no table at all", "no table"),
        (b"provider,model,price\na,b,1", "These columns are missing: unit, unit_price_usd"),
    ],
)
def test_what_is_no_price_list_says_why(as_boss: Client, content: bytes, sentence: str):
    answer = send(as_boss, content)
    assert answer.status_code == 422
    assert sentence in said(answer)


@pytest.mark.once
@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("0,012", "0.012"),
        ("12,5", "12.5"),
        ("$0.012", "0.012"),
        ("1,200.50", "1200.5"),
        ("0,012000", "0.012"),
        ("1200", "1200"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_decimal_signs_delimiters_and_encodings_of_spreadsheets(
    as_boss: Client, written: str, meant: str, encoding: str
):
    text = lines(row().replace("0.012", written.replace(",", "¤"))).replace(",", ";")
    assert send(as_boss, text.replace("¤", ",").encode(encoding)).status_code == 303
    assert PriceListItem.objects.get(source="A letter").unit_price == Decimal(meant)


@pytest.mark.once
def test_a_price_that_may_be_read_two_ways_is_asked_for_again(as_boss: Client):
    text = lines(row().replace("0.012", "¤")).replace(",", ";").replace("¤", "1,000")
    answer = send(as_boss, text)
    assert answer.status_code == 422
    assert "may mean a thousand or one" in said(answer)


@pytest.mark.once
def test_many_faults_are_counted_and_the_first_told(as_boss: Client):
    page = said(send(as_boss, lines(*[row(price="x")] * 50)))
    assert "50 lines are wrong" in page
    assert "and 20 more" in page


@pytest.mark.long
def test_a_hundred_thousand_lines_come_in_and_again(as_boss: Client):
    start = today() + timedelta(days=1)
    days = [(start + timedelta(days=day)).isoformat() for day in range(2500)]
    sizes = [f"{side}x{side}" for side in range(16, 656, 16)]
    rows = [
        f"aihubmix,gpt-image-2,image,{size},low,0.01,{day},A letter"
        for size in sizes
        for day in days
    ]
    assert len(rows) == 100_000
    text = lines(*rows)
    assert send(as_boss, text).status_code == 303
    assert PriceListItem.objects.filter(source="A letter").count() == 100_000
    assert send(as_boss, text).status_code == 303
    assert PriceListItem.objects.filter(source="A letter").count() == 100_000
    answer = send(as_boss, text + "\n" + row(price="x"))
    assert "Line 100002: “x” is no price." in said(answer)
