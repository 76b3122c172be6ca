"""Staff settle what was sent and never answered; everybody reads what came of it."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from generations.models import Attempt, PriceListItem, Settlement
from generations.providers.base import Charged, Code, ProviderError
from generations.selectors.audit import ledger_faults
from generations.services.attempts.settle import close_attempt, settle_attempt, start_collecting
from generations.services.settlements import settle_unconfirmed
from tests.factories import deliver, only_attempt, put_at, store_image, submit

pytestmark = pytest.mark.django_db

PAGE = "/unconfirmed/"


def unconfirmed(person: User, prompt: str = "A red kite", **more: Any) -> Attempt:
    attempt = put_at(
        only_attempt(submit(person, prompt, **more)), "calling", sent_at=timezone.now()
    )
    error = ProviderError(
        Code.SERVER_ERROR,
        charged=Charged.UNKNOWN,
        detail="upstream <b>gone</b>",
        request_id="req-4711",
    )
    close_attempt(attempt, error)
    return attempt


def settle(client: Client, attempt: Attempt, **changes: Any) -> HttpResponse:
    fields = {"charged": "no", "amount": "0.009", "reason": "Not in the bill"} | changes
    fields = {name: value for name, value in fields.items() if value is not None}
    return client.post(f"{PAGE}{attempt.id}/settlement/", fields)


def text(answer: HttpResponse) -> str:
    html = re.sub(r"<style.*?</style>|<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", html)


@pytest.mark.once
def test_staff_see_all_that_helps_to_find_the_call_in_the_providers_record(
    as_boss: Client, ana: User
):
    unconfirmed(ana, "A <red> kite")
    said = text(as_boss.get(PAGE))
    for words in (
        "A &lt;red&gt; kite",
        "Ana · demo/gpt-4o-image-vip · picture 1",
        "Error at the provider.",
        "req-4711",
        "upstream &lt;b&gt;gone&lt;/b&gt;",
        "$0.009 held",
    ):
        assert words in said


def test_the_newest_comes_first(as_boss: Client, ana: User, ben: User):
    unconfirmed(ana, "The first")
    unconfirmed(ben, "The second")
    said = text(as_boss.get(PAGE))
    assert said.index("The second") < said.index("The first")


def test_more_than_a_page_is_reached_and_seen_once(as_boss: Client, ana: User):
    attempts = [unconfirmed(ana, f"Kite {number}") for number in range(25)]
    # All at the same moment: the order must still be one
    Attempt.objects.update(created_at=timezone.now())
    first = as_boss.get(PAGE).content.decode()
    older = re.search(r'href="(/unconfirmed/\?before=[^"]+)"', first)
    second = as_boss.get(older[1]).content.decode()
    seen = re.findall(r'id="attempt-([0-9a-f-]+)"', first + second)
    assert sorted(seen) == sorted(str(attempt.id) for attempt in attempts)


def test_not_charged_in_one_form_without_a_script(as_boss: Client, boss: User, ana: User):
    attempt = unconfirmed(ana)
    answer = settle(as_boss, attempt)
    assert (answer.status_code, answer.url) == (303, PAGE)
    settlement = Settlement.objects.get()
    assert (settlement.is_charged, settlement.amount) == (False, None)
    assert (settlement.settled_by, settlement.reason) == (boss, "Not in the bill")
    assert "Settled: not charged." in text(as_boss.get(PAGE))


@pytest.mark.parametrize(
    ("written", "amount"),
    [("0.012", Decimal("0.012")), (" $0.5 ", Decimal("0.5")), ("", None)],
)
def test_charged_takes_the_amount_that_was_written(
    as_boss: Client, ana: User, written: str, amount: Decimal | None
):
    attempt = unconfirmed(ana)
    assert settle(as_boss, attempt, charged="yes", amount=written).status_code == 303
    assert Settlement.objects.get().amount == amount
    assert list(ledger_faults()) == []


@pytest.mark.once
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"charged": None}, "Choose whether it was charged."),
        ({"charged": "maybe"}, "Choose whether it was charged."),
        ({"charged": "yes", "amount": "a lot"}, "Write an amount in US dollars"),
        ({"charged": "yes", "amount": "NaN"}, "Write an amount in US dollars"),
        ({"charged": "yes", "amount": "1e30"}, "Write an amount in US dollars"),
        ({"charged": "yes", "amount": "0"}, "Write more than $0"),
        ({"charged": "yes", "amount": "-1"}, "Write more than $0"),
        ({"charged": "yes", "amount": "0.0000001"}, "Write"),
        ({"reason": " "}, "Write how you know"),
        ({"reason": "x" * 201}, "at most 200 characters"),
        ({"reason": "a\0b"}, "Null characters"),
    ],
)
def test_what_is_missing_is_said_and_what_was_written_is_kept(
    as_boss: Client, ana: User, changes: dict[str, Any], words: str
):
    attempt = unconfirmed(ana)
    answer = settle(as_boss, attempt, **({"reason": "Kept as it is"} | changes))
    assert answer.status_code == 422
    assert words in text(answer)
    if "reason" not in changes:
        assert "Kept as it is" in answer.content.decode()
    assert not Settlement.objects.exists()
    assert list(ledger_faults()) == []


def test_a_fault_on_a_later_page_is_shown_with_its_attempt(as_boss: Client, ana: User):
    old = unconfirmed(ana, "The oldest")
    for _ in range(21):
        unconfirmed(ana)
    first = as_boss.get(PAGE)
    before = re.search(r"before=([0-9a-f-]{36})", first.content.decode())
    assert before
    for where in ({}, {"before": before[1]}):
        answer = settle(as_boss, old, reason="", **where)
        assert answer.status_code == 422
        assert "The oldest" in text(answer)
        assert text(answer).count("Write how you know") == 1
        assert ('name="before"' in answer.content.decode()) == bool(where)
    many = settle_chosen(as_boss, old, reason="", before=before[1])
    assert many.status_code == 422
    assert "Write how you know" in text(many)


def test_who_is_second_learns_who_was_first(as_boss: Client, client_of: Any, ben: User, ana: User):
    ben.is_staff = True
    ben.save()
    attempt = unconfirmed(ana)
    settle(client_of(ben), attempt, charged="yes")
    answer = settle(as_boss, attempt)
    assert answer.status_code == 303
    assert "Ben settled it already: charged $0.009." in text(as_boss.get(PAGE))
    assert Settlement.objects.count() == 1


def test_what_is_known_by_now_is_not_settled(as_boss: Client, ana: User):
    attempt = unconfirmed(ana)
    deliver(attempt, file="arrived/late")
    start_collecting(attempt, by=None)
    settle(as_boss, attempt)
    assert "its outcome is known by now" in text(as_boss.get(PAGE))
    assert not Settlement.objects.exists()


def test_the_settled_stand_apart_with_who_when_and_why(as_boss: Client, ana: User):
    settle(as_boss, unconfirmed(ana, "A paid kite"), charged="yes", reason="Line 7")
    unconfirmed(ana, "An open kite")
    still_open, settled = as_boss.get(PAGE), as_boss.get(f"{PAGE}?show=settled")
    as_boss.get(PAGE)
    assert "An open kite" in text(still_open)
    assert "A paid kite" not in text(still_open)
    said = text(settled)
    assert "An open kite" not in said
    assert "Settled: charged $0.009" in said
    assert "Line 7" in said
    assert f"Bo, {timezone.now():%-d %B %Y}" in said


def test_a_picture_that_came_after_that_is_told(as_boss: Client, ana: User):
    attempt = unconfirmed(ana)
    settle(as_boss, attempt)
    deliver(attempt, file="arrived/late", status="stored")
    start_collecting(attempt, by=None)
    store_image(attempt)
    settle_attempt(attempt)
    said = text(as_boss.get(f"{PAGE}?show=settled"))
    assert "Its picture came after that. The call cost $0.009." in said


def settle_chosen(client: Client, *chosen: Attempt, **changes: Any) -> HttpResponse:
    fields = {"charged": "no", "amount": "", "reason": "Not in the bill"} | changes
    return client.post(f"{PAGE}settlements/", fields | {"attempts": [it.id for it in chosen]})


def test_several_are_settled_at_once_each_at_its_estimate(as_boss: Client, ana: User, ben: User):
    chosen = [unconfirmed(ana), unconfirmed(ben)]
    left = unconfirmed(ana, "Left alone")
    answer = settle_chosen(as_boss, *chosen, charged="yes", reason="Line 12 of the bill")
    assert (answer.status_code, answer.url) == (303, PAGE)
    assert [it.amount for it in Settlement.objects.all()] == [Decimal("0.009")] * 2
    said = text(as_boss.get(PAGE))
    assert "Settled 2 attempts." in said
    assert "Left alone" in said
    left.refresh_from_db()
    assert left.charged == Charged.UNKNOWN
    assert not list(ledger_faults())


def test_one_amount_holds_for_each(as_boss: Client, ana: User):
    settle_chosen(as_boss, unconfirmed(ana), unconfirmed(ana), charged="yes", amount="0.02")
    assert {it.amount for it in Settlement.objects.all()} == {Decimal("0.02")}


def test_what_somebody_settled_meanwhile_stays_as_it_is(as_boss: Client, ana: User):
    first, second = unconfirmed(ana), unconfirmed(ana)
    settle(as_boss, first, charged="yes", amount="0.0123")
    settle_chosen(as_boss, first, second)
    said = text(as_boss.get(PAGE))
    assert "Settled 1 attempt." in said
    assert "1 was settled already" in said
    first.refresh_from_db()
    assert (first.charged, first.cost) == ("yes", Decimal("0.0123"))


@pytest.mark.once
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"attempts": []}, "Choose the attempts first."),
        ({"attempts": ["x"]}, "One of the attempts is not there."),
        ({"charged": ""}, "Choose whether it was charged."),
        ({"reason": ""}, "Write how you know"),
        ({"charged": "yes", "amount": "many"}, "Write an amount in US dollars"),
    ],
)
def test_a_faulty_form_for_several_keeps_what_was_chosen(
    as_boss: Client, ana: User, changes: dict[str, Any], sentence: str
):
    first, _second = unconfirmed(ana), unconfirmed(ana)
    fields = {"charged": "no", "reason": "Bill", "attempts": [str(first.id)]} | changes
    answer = as_boss.post(f"{PAGE}settlements/", fields)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert not Settlement.objects.exists()
    if "attempts" not in changes:
        assert f'value="{first.id}" form="settle-many" checked' in answer.content.decode()


def test_the_rail_counts_what_is_open_for_staff_alone(as_boss: Client, as_ana: Client, ana: User):
    attempt = unconfirmed(ana)
    assert "Unconfirmed 1 to settle" in text(as_boss.get("/gallery/"))
    assert PAGE not in as_ana.get("/gallery/").content.decode()
    settle(as_boss, attempt)
    as_boss.get(PAGE)
    assert "to settle" not in text(as_boss.get("/gallery/"))


@pytest.mark.parametrize("show", ["", "?show=settled"])
def test_more_attempts_cost_no_more_queries(
    as_boss: Client, boss: User, ana: User, ben: User, show: str, django_assert_max_num_queries: Any
):
    def add(person: User) -> None:
        attempt = unconfirmed(person)
        if show:
            settle_unconfirmed(
                attempt=attempt, charged=False, amount=None, reason="No", settled_by=boss
            )

    add(ana)
    with django_assert_max_num_queries(30) as few:
        as_boss.get(PAGE + show)
    for person in (ana, ben, ana, ben):
        add(person)
    with django_assert_max_num_queries(len(few)):
        as_boss.get(PAGE + show)


@pytest.mark.once
@pytest.mark.parametrize("address", [f"{PAGE}?before=x", f"{PAGE}?before=%00"])
def test_an_address_that_nobody_gave_out_is_not_there(as_boss: Client, address: str):
    assert as_boss.get(address).status_code == 404


@pytest.mark.once
def test_an_empty_list_says_what_comes_here(as_boss: Client):
    assert "Nothing to settle" in text(as_boss.get(PAGE))
    assert "Nothing has been settled yet" in text(as_boss.get(f"{PAGE}?show=settled"))


# What the person who asked sees


def story(client: Client, attempt: Attempt) -> str:
    return text(client.get(f"/generations/{attempt.generation_id}/"))


def test_a_retry_is_pressed_knowing_that_it_may_cost_again(as_ana: Client, ana: User):
    said = story(as_ana, unconfirmed(ana))
    assert "Generate once more" in said
    assert "May cost another $0.009" in said


def test_a_retry_that_brought_the_picture_leaves_what_is_unknown_in_sight(
    as_ana: Client, ana: User
):
    attempt = unconfirmed(ana)
    as_ana.post(f"/generations/{attempt.generation_id}/retries/")
    again = put_at(attempt.generation.attempts.get(number=2), Attempt.Status.COLLECTING)
    deliver(again, file="arrived/again", status="stored")
    store_image(again)
    settle_attempt(again)
    said = story(as_ana, attempt)
    assert "Done" in said
    assert "$0.009 + unknown, perhaps $0.009" in said


@pytest.mark.once
def test_the_person_reads_how_it_was_settled_by_whom_and_why(
    as_ana: Client, as_boss: Client, ana: User
):
    attempt = unconfirmed(ana)
    assert "What it cost is unknown, perhaps $0.009" in story(as_ana, attempt)
    settle(as_boss, attempt)
    said = story(as_ana, attempt)
    for words in (
        "Unconfirmed, settled",
        "Your staff settled it: nothing was charged .",
        "? not charged",
        "Settled: not charged. Not in the bill Bo,",
        "release, Not in the bill",
        "Nothing was charged.",
        "About $0.009",
    ):
        assert words in said
    assert "Your staff can settle" not in said
    assert "Still held" not in said
    assert "unknown" not in said


def test_a_settled_charge_is_told_in_every_place(as_ana: Client, as_boss: Client, ana: User):
    attempt = unconfirmed(ana)
    settle(as_boss, attempt, charged="yes", amount="0.0123")
    said = story(as_ana, attempt)
    for words in (
        "$0.0123 was charged",
        "? charged $0.0123",
        "Settled: charged $0.0123.",
        "$0.0123 for calls that brought none",
        "May cost another $0.009",
    ):
        assert words in said


def test_the_status_for_scripts_says_what_was_settled(as_ana: Client, as_boss: Client, ana: User):
    attempt = unconfirmed(ana)
    address = f"/generations/{attempt.generation_id}/status/"
    before = as_ana.get(address).json()
    assert (before["total_cost"], before["held"]) == (None, "0.009000")
    assert before["attempts"][0]["charged"] == "unknown"
    settle(as_boss, attempt, charged="yes", amount="0.0123")
    after = as_ana.get(address).json()
    assert (after["total_cost"], after["held"]) == ("0.012300", "0.000000")
    assert (after["attempts"][0]["status"], after["attempts"][0]["charged"]) == (
        "unconfirmed",
        "yes",
    )


def test_charged_and_nobody_knows_how_much_is_never_zero(
    as_ana: Client, as_boss: Client, ana: User, settings: Any
):
    PriceListItem.objects.all().delete()
    attempt = unconfirmed(ana)
    assert "Price unknown, nothing held" in text(as_boss.get(PAGE))
    settle(as_boss, attempt, charged="yes", amount="")
    said = story(as_ana, attempt)
    assert "Settled: charged, amount unknown." in said
    assert "1 call was charged, nobody knows how much." in said
    assert "not settled" not in said
    assert "$0.000" not in said
    status = as_ana.get(f"/generations/{attempt.generation_id}/status/").json()
    assert status["total_cost"] is None


@pytest.mark.once
def test_an_open_page_draws_the_card_again(as_ana: Client, as_boss: Client, ana: User):
    attempt = unconfirmed(ana)
    address = f"/generations/{attempt.generation_id}/card/"
    versions = []
    for _ in range(2):
        html = as_ana.get(address).content.decode()
        versions.append(re.search(r'data-version="([^"]+)"', html)[1])
        settle(as_boss, attempt)
    assert versions[0] != versions[1]
