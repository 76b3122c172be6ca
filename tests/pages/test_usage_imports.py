"""Staff lay a provider's usage export beside the ledger, and book what differs."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from generations.models import (
    Attempt,
    AuditEntry,
    LedgerEntry,
    UsageDifference,
    UsageImport,
    UsageLine,
)
from generations.providers.base import Charged, Code, ProviderError
from generations.selectors.audit import ledger_faults
from generations.services.attempts.settle import close_attempt
from generations.services.usage_imports.imports import keep_export
from tests.factories import only_attempt, put_at, submit

pytestmark = pytest.mark.django_db

PAGE = "/costs/usage-imports/"
NOON = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=3)
COLUMNS = {
    "time": "created_at",
    "amount": "cost",
    "model": "model",
    "request_id": "request_id",
    "zone": "UTC",
    "decimal_sign": ".",
    "day_order": "month",
    "units_per_dollar": "1",
}


def ended(person: User, charged: Charged, *, minute: int = 0, request_id: str = "") -> Attempt:
    """A call that ended without a picture, three days ago."""
    attempt = put_at(
        only_attempt(submit(person)), "calling", sent_at=NOON + timedelta(minutes=minute)
    )
    error = ProviderError(Code.SERVER_ERROR, charged=charged, detail="gone", request_id=request_id)
    close_attempt(attempt, error)
    Attempt.objects.filter(id=attempt.id).update(
        finished_at=NOON + timedelta(minutes=minute, seconds=20)
    )
    attempt.refresh_from_db()
    return attempt


def export(*rows: str, head: str = "created_at,model,request_id,cost") -> bytes:
    return "\n".join([head, *rows, ""]).encode()


def row(minute: float, cost: str, request_id: str = "", model: str = "gpt-4o-image-vip") -> str:
    return f"{moment(minute):%Y-%m-%d %H:%M:%S},{model},{request_id},{cost}"


def moment(minute: float) -> datetime:
    return NOON + timedelta(minutes=minute)


def upload(client: Client, content: bytes, provider: str = "demo") -> HttpResponse:
    file = SimpleUploadedFile("usage.csv", content)
    return client.post(PAGE, {"provider": provider, "file": file})


def take_in(client: Client, content: bytes, **columns: str) -> UsageImport:
    """Uploads and reads a file as staff do, and answers the import."""
    answer = upload(client, content)
    assert answer.status_code == 302, text(answer)
    answer = client.post(f"{answer.url}columns/", COLUMNS | columns)
    assert answer.status_code == 302, text(answer)
    return UsageImport.objects.latest("created_at")


def book(client: Client, found: UsageImport, *causes: str, reason: str = "Bill") -> HttpResponse:
    return client.post(f"{PAGE}{found.id}/bookings/", {"causes": causes, "reason": reason})


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def causes(found: UsageImport) -> list[str]:
    return sorted(found.differences.values_list("cause", flat=True))


def test_from_the_file_to_the_ledger(as_boss: Client, boss: User, ana: User):
    dearer = ended(ana, Charged.YES, minute=0, request_id="req-1")
    unclear = ended(ana, Charged.UNKNOWN, minute=10)
    free = ended(ana, Charged.NO, minute=20)
    same = ended(ana, Charged.YES, minute=30)
    missing = ended(ana, Charged.YES, minute=40)
    lost = ended(ana, Charged.UNKNOWN, minute=50)
    content = export(
        row(0, "0.012", "req-1"),
        row(10, "0.009"),
        row(20, "0.009"),
        row(30, "0.009"),
        row(55, "0.5", "of-others", "gpt-5"),
    )
    found = take_in(as_boss, content)
    assert (found.line_count, found.known_count, found.agreed_count) == (5, 0, 1)
    said = text(as_boss.get(f"{PAGE}{found.id}/"))
    for words in (
        "Another amount",
        "Unconfirmed, and charged",
        "Charged, and we thought it was free",
        "Charged here, and not listed",
        "Unconfirmed, and not listed",
        "No call of ours",
        "$0.539",
    ):
        assert words in said
    answer = book(as_boss, found, *UsageDifference.Cause.values, reason="Bill of October")
    assert (answer.status_code, answer.url) == (303, f"{PAGE}{found.id}/")
    assert "Booked 5 differences." in text(as_boss.get(answer.url))
    costs = {
        dearer: ("yes", "0.012"),
        unclear: ("yes", "0.009"),
        free: ("yes", "0.009"),
        same: ("yes", "0.009"),
        missing: ("yes", "0"),
        lost: ("no", "0"),
    }
    for attempt, (charged, cost) in costs.items():
        attempt.refresh_from_db()
        assert (attempt.charged, attempt.cost) == (charged, Decimal(cost))
    line = LedgerEntry.objects.get(attempt=dearer, kind="adjustment")
    assert (line.amount, line.reason, line.entered_by) == (
        Decimal("0.003"),
        "Bill of October",
        boss,
    )
    assert not list(ledger_faults())
    assert AuditEntry.objects.filter(action__startswith="usage-").count() == 2


def test_booking_again_changes_nothing(as_boss: Client, ana: User):
    ended(ana, Charged.YES, request_id="req-1")
    found = take_in(as_boss, export(row(0, "0.012", "req-1")))
    book(as_boss, found, "price")
    book(as_boss, found, "price")
    assert LedgerEntry.objects.filter(kind="adjustment").count() == 1


def test_the_same_lines_by_the_clock_of_another_zone_are_not_billed_twice(
    as_boss: Client, ana: User
):
    attempt = ended(ana, Charged.YES, request_id="req-1")
    line = row(0, "0.009", "req-1")
    take_in(as_boss, export(line))
    again = take_in(as_boss, export(line, row(5, "0", "other", "b")), zone="Asia/Kolkata")
    assert "price" not in causes(again)
    assert UsageLine.objects.get(attempt=attempt, replaced_by=None).usage_import == again


def test_what_a_provider_charges_twice_is_a_difference(as_boss: Client, ana: User):
    ended(ana, Charged.YES, request_id="req-1")
    take_in(as_boss, export(row(0, "0.009", "req-1")))
    twice = take_in(as_boss, export(row(0, "0.009", "req-1"), row(7.1, "0.009", "req-1")))
    assert causes(twice) == ["price"]


def test_the_same_file_twice_changes_nothing(as_boss: Client, ana: User):
    ended(ana, Charged.YES, request_id="req-1")
    content = export(row(0, "0.012", "req-1"))
    first = take_in(as_boss, content)
    answer = upload(as_boss, content)
    assert answer.url == f"{PAGE}{first.id}/"
    assert "imported before. Nothing has changed." in text(as_boss.get(answer.url))
    again = as_boss.post(f"{answer.url}columns/", COLUMNS)
    assert again.url == answer.url
    assert (UsageLine.objects.count(), UsageDifference.objects.count()) == (1, 1)


def test_an_export_that_begins_earlier_brings_only_what_is_new(as_boss: Client, ana: User):
    for minute in (0, 10):
        ended(ana, Charged.YES, minute=minute)
    take_in(as_boss, export(row(0, "0.009")))
    found = take_in(as_boss, export(row(0, "0.009"), row(10, "0.02")))
    assert (found.line_count, found.known_count) == (2, 1)
    assert causes(found) == ["price"]


def test_a_line_that_stands_twice_counts_once(as_boss: Client, ana: User):
    ended(ana, Charged.YES, request_id="req-1")
    found = take_in(as_boss, export(row(0, "0.009", "req-1"), row(0, "0.009", "req-1")))
    assert (found.known_count, causes(found)) == (1, [])
    assert "Everything agrees" in text(as_boss.get(f"{PAGE}{found.id}/"))


def test_a_refund_in_the_next_file_takes_back_what_was_charged(as_boss: Client, ana: User):
    attempt = ended(ana, Charged.YES, request_id="req-1")
    take_in(as_boss, export(row(0, "0.009", "req-1")))
    found = take_in(as_boss, export(row(60, "-0.009", "req-1")))
    assert causes(found) == ["price"]
    book(as_boss, found, "price")
    attempt.refresh_from_db()
    assert attempt.cost == 0


def test_an_amount_that_a_later_export_corrects_takes_the_place_of_the_first(
    as_boss: Client, ana: User
):
    attempt = ended(ana, Charged.YES)
    book(as_boss, take_in(as_boss, export(row(0, "0.02", "theirs"))), "price")
    found = take_in(as_boss, export(row(0, "0.025", "theirs"), row(5, "0.1", "of-others")))
    assert causes(found) == ["not_ours", "price"]
    assert "1 line of earlier files counts no more" in text(as_boss.get(f"{PAGE}{found.id}/"))
    book(as_boss, found, "price")
    attempt.refresh_from_db()
    assert attempt.cost == Decimal("0.025")


def test_the_parts_of_one_request_are_added_and_corrected_one_by_one(as_boss: Client, ana: User):
    attempt = ended(ana, Charged.YES, request_id="req-1")
    take_in(as_boss, export(row(0, "0.02", "req-1"), row(0, "0.03", "req-1")))
    found = take_in(as_boss, export(row(0, "0.025", "req-1"), row(0, "0.03", "req-1")))
    book(as_boss, found, "price")
    attempt.refresh_from_db()
    assert attempt.cost == Decimal("0.055")


def test_what_a_record_says_again_counts_again(as_boss: Client, ana: User):
    ended(ana, Charged.YES, request_id="req-1")
    for minute, cost in [(7, "0.02"), (8, "0.025"), (9, "0.02")]:
        others = row(minute, "0.1", "of-others")
        found = take_in(as_boss, export(row(0, cost, "req-1"), others))
        assert found.differences.get(cause="price").billed == Decimal(cost)


def test_an_older_word_is_not_booked_after_a_newer_one(as_boss: Client, ana: User):
    attempt = ended(ana, Charged.YES, request_id="req-1")
    first = take_in(as_boss, export(row(0, "0.02", "req-1")))
    second = take_in(as_boss, export(row(0, "0.025", "req-1")))
    book(as_boss, first, "price")
    attempt.refresh_from_db()
    assert attempt.cost == Decimal("0.009")
    as_boss.post(f"{PAGE}{second.id}/deletion/")
    book(as_boss, first, "price")
    attempt.refresh_from_db()
    assert attempt.cost == Decimal("0.02")


def test_what_is_still_under_way_is_booked_when_it_has_ended(as_boss: Client, ana: User):
    attempt = put_at(only_attempt(submit(ana)), "calling", sent_at=NOON)
    found = take_in(as_boss, export(row(0, "0.02")))
    assert causes(found) == ["under_way"]
    book(as_boss, found, "under_way")
    assert not LedgerEntry.objects.filter(kind="adjustment").exists()
    close_attempt(attempt, ProviderError(Code.SERVER_ERROR, charged=Charged.YES))
    book(as_boss, found, "under_way")
    attempt.refresh_from_db()
    assert attempt.cost == Decimal("0.02")


def test_what_was_settled_meanwhile_becomes_what_was_billed(as_boss: Client, boss: User, ana: User):
    attempt = ended(ana, Charged.UNKNOWN)
    found = take_in(as_boss, export(row(0, "0.02")))
    as_boss.post(
        f"/unconfirmed/{attempt.id}/settlement/",
        {"charged": "yes", "amount": "0.009", "reason": "A guess"},
    )
    book(as_boss, found, "unconfirmed")
    attempt.refresh_from_db()
    assert attempt.cost == Decimal("0.02")
    assert not list(ledger_faults())


def test_the_columns_are_proposed_and_remembered(as_boss: Client, ana: User):
    head = "Zeit;Modell;Nummer;Kosten"
    first = upload(as_boss, export("03.10.2026 12:00;a;;0,5", head=head)).url
    page = as_boss.get(first).content.decode()
    assert '<option value="Kosten" selected>' not in page
    told = {
        "time": "Zeit",
        "amount": "Kosten",
        "model": "Modell",
        "request_id": "Nummer",
        "decimal_sign": ",",
        "day_order": "day",
        "zone": "Europe/Berlin",
    }
    as_boss.post(f"{first}columns/", COLUMNS | told)
    line = UsageLine.objects.get()
    assert (f"{line.at:%Y-%m-%d %H:%M}", line.amount) == ("2026-10-03 10:00", Decimal("0.5"))
    second = upload(as_boss, export("04.10.2026 12:00;a;;0,5", head=head)).url
    page = as_boss.get(second).content.decode()
    for column in ("Zeit", "Kosten", "Modell", "Nummer", ",", "day"):
        assert f'<option value="{column}" selected>' in page
    assert 'value="Europe/Berlin"' in page
    third = upload(as_boss, export("05.10.2026 12:00;a;;0.5", head=head)).url
    assert '<option value="." selected>' in as_boss.get(third).content.decode()


@pytest.mark.once
def test_usual_names_are_known(as_boss: Client):
    page = as_boss.get(upload(as_boss, export(row(0, "0.009"))).url).content.decode()
    for column in ("created_at", "cost", "model", "request_id"):
        assert f'<option value="{column}" selected>' in page


@pytest.mark.once
@pytest.mark.parametrize(
    ("rows", "sentences"),
    [
        (["yesterday,a,,1"], ["Line 2: “yesterday” is no time that can be read."]),
        (["2026-10-03 12:00:00,a,,free"], ["Line 2: “free” is no amount."]),
        ([",a,,1", "2026-10-03 12:00:00,a,,"], ["Line 2 has no time.", "Line 3 has no amount."]),
        (["x,a,,1"] * 30, ["Line 21: “x”", "and 10 more"]),
    ],
)
def test_one_faulty_line_and_nothing_is_imported(
    as_boss: Client, rows: list[str], sentences: list[str]
):
    address = upload(as_boss, export(row(0, "0.009"), *rows[1:], rows[0])).url
    answer = as_boss.post(f"{address}columns/", COLUMNS)
    assert answer.status_code == 422
    said = text(answer)
    assert "Nothing was imported" in said
    assert not UsageLine.objects.exists()
    assert UsageImport.objects.get().read_at is None
    if len(rows) == 30:
        assert all(sentence in said for sentence in sentences)
    else:
        assert said.count(" is no ") + said.count(" has no ") == len(rows)


@pytest.mark.once
@pytest.mark.parametrize(
    ("content", "provider", "sentence"),
    [
        (b"", "demo", "The file is empty."),
        (b"words", "demo", "The file is no table"),
        (b",,,\n ,\n", "demo", "The file is empty."),
        ("a,b\n1,año\n".encode("latin-1"), "demo", "not UTF-8 text"),
        (b"a,b\n1,2\n", "nobody", "Choose the provider"),
    ],
)
def test_a_file_that_is_none(as_boss: Client, content: bytes, provider: str, sentence: str):
    answer = upload(as_boss, content, provider)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert not UsageImport.objects.exists()


@pytest.mark.once
def test_without_a_file(as_boss: Client):
    answer = as_boss.post(PAGE, {"provider": "demo"})
    assert answer.status_code == 422
    assert "Choose the file" in text(answer)


@pytest.mark.once
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"time": ""}, "Choose the column."),
        ({"amount": "nothing"}, "The file has no such column."),
        ({"amount": "created_at"}, "This column holds the time."),
        ({"zone": "Mars"}, "Write a time zone’s name"),
        ({"units_per_dollar": "0"}, "Write a number above 0."),
        ({"units_per_dollar": "many"}, "Write a number, 1 where"),
    ],
)
def test_columns_that_cannot_be(as_boss: Client, changes: dict[str, str], sentence: str):
    address = upload(as_boss, export(row(0, "0.009"))).url
    answer = as_boss.post(f"{address}columns/", COLUMNS | changes)
    assert answer.status_code == 422
    assert sentence in text(answer)


@pytest.mark.once
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"reason": "Bill"}, "Choose which differences"),
        ({"causes": ["nothing"], "reason": "Bill"}, "Choose which differences"),
        ({"causes": ["price"]}, "Write why"),
    ],
)
def test_a_booking_that_cannot_be(as_boss: Client, ana: User, fields: Any, sentence: str):
    ended(ana, Charged.YES, request_id="req-1")
    found = take_in(as_boss, export(row(0, "0.012", "req-1")))
    answer = as_boss.post(f"{PAGE}{found.id}/bookings/", fields)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert not LedgerEntry.objects.filter(kind="adjustment").exists()


def test_a_file_that_was_not_read_can_be_removed(as_boss: Client, ana: User):
    address = upload(as_boss, export(row(0, "0.009"))).url
    assert as_boss.post(f"{address}deletion/").url == PAGE
    assert not UsageImport.objects.exists()


def test_an_import_by_the_wrong_column_is_removed_and_read_anew(as_boss: Client, ana: User):
    """Even where it was booked: the ledger keeps that, and the new reading corrects it."""
    attempt = ended(ana, Charged.YES, request_id="req-1")
    content = export("9,2026-11-01,req-1,0.02", head="quota,created_at,request_id,cost").replace(
        b"2026-11-01", f"{moment(0):%Y-%m-%d %H:%M:%S}".encode()
    )
    wrong = take_in(as_boss, content, amount="quota", model="")
    book(as_boss, wrong, "price")
    attempt.refresh_from_db()
    assert attempt.cost == 9
    answer = as_boss.post(f"{PAGE}{wrong.id}/deletion/", follow=True)
    assert "What was booked stays booked." in text(answer)
    assert not UsageLine.objects.exists()
    assert not UsageDifference.objects.exists()
    right = take_in(as_boss, content, model="")
    book(as_boss, right, "price")
    attempt.refresh_from_db()
    assert attempt.cost == Decimal("0.02")
    assert LedgerEntry.objects.filter(kind="adjustment").count() == 2
    assert list(ledger_faults()) == []
    assert AuditEntry.objects.filter(action="usage-dropped").count() == 1


@pytest.mark.once
def test_amounts_that_cannot_be_dollars(as_boss: Client):
    """Units of a thousandth of a cent, taken for dollars."""
    rows = [row(minute, "9999999") for minute in range(12)]
    address = upload(as_boss, export(*rows)).url
    answer = as_boss.post(f"{address}columns/", COLUMNS)
    assert answer.status_code == 422
    assert "Are these dollars?" in text(answer)
    assert not UsageLine.objects.exists()


def test_the_differences_as_csv(as_boss: Client, ana: User):
    attempt = ended(ana, Charged.YES, request_id="=cmd()")
    found = take_in(as_boss, export(row(0, "0.012", "=cmd()"), row(5, "1", "-x", "@b")))
    answer = as_boss.get(f"{PAGE}{found.id}/differences.csv")
    lines = b"".join(answer).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("cause,attempt,generation,person,model,at")
    assert lines[1].startswith(f"price,{attempt.id},{attempt.generation_id},ana,")
    assert "'=cmd()" in lines[1]
    assert "'@b" in lines[2]
    assert "'-x" in lines[2]


def test_the_list_is_narrowed_to_a_cause_and_paged(as_boss: Client, boss: User, ana: User):
    ended(ana, Charged.YES, request_id="req-1")
    others = [row(minute / 60, "1", f"other-{minute}", "b") for minute in range(55)]
    found = take_in(as_boss, export(row(0, "0.012", "req-1"), *others))
    first = as_boss.get(f"{PAGE}{found.id}/?cause=not_ours").content.decode()
    assert first.count("other-") == 50
    following = re.search(r'href="(\?cause=not_ours&amp;after=\d+)', first)
    second = as_boss.get(f"{PAGE}{found.id}/{following[1].replace('&amp;', '&')}")
    assert second.content.decode().count("other-") == 5
    for address in ("?cause=x", "?after=x", "?after=-1"):
        assert as_boss.get(f"{PAGE}{found.id}/{address}").status_code == 404


def test_more_differences_and_imports_cost_no_more_queries(
    as_boss: Client, boss: User, ana: User, ben: User, django_assert_max_num_queries: Any
):
    def add(*people: User) -> UsageImport:
        minute = UsageImport.objects.count() * 100
        places = range(minute, minute + len(people))
        for place, person in zip(places, people, strict=True):
            ended(person, Charged.YES, minute=place)
        return take_in(as_boss, export(*(row(place, "1") for place in places)))

    few = add(ana)
    more = add(ana, ben, ana, ben)
    for address in (PAGE, f"{PAGE}{few.id}/"):
        with django_assert_max_num_queries(25) as counted:
            as_boss.get(address)
    with django_assert_max_num_queries(len(counted)):
        as_boss.get(f"{PAGE}{more.id}/")


@pytest.mark.slow
def test_thousands_of_lines_are_taken_in_and_none_is_booked(boss: User, as_boss: Client, ana: User):
    attempt = ended(ana, Charged.YES)
    lines = [row(place / 60, "0.009", f"r{place}", "b") for place in range(3000)]
    content = export(*lines, row(0, "0.009"))
    kept = keep_export(provider="demo", name="large.csv", content=content, imported_by=boss)
    as_boss.post(f"{PAGE}{kept.id}/columns/", COLUMNS)
    kept.refresh_from_db()
    assert (kept.line_count, kept.agreed_count) == (3001, 1)
    assert UsageLine.objects.get(attempt=attempt).number == 3002
    assert not LedgerEntry.objects.filter(kind="adjustment").exists()
