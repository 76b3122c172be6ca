"""A person settles an unconfirmed attempt: once, with a reason, and the ledger adds up."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from generations.models import PriceListItem, Settlement
from generations.models.ledger import LedgerIsAppendOnly
from generations.providers.base import Charged, Code, ProviderError
from generations.selectors.audit import ledger_faults
from generations.services import ledger
from generations.services.attempts.settle import (
    close_attempt,
    settle_attempt,
    start_collecting,
)
from generations.services.generations import retry_generation
from generations.services.settlements import NotOpen, open_attempts, settle_unconfirmed
from tests.factories import deliver, ledger_lines, only_attempt, put_at, store_image, submit

pytestmark = pytest.mark.django_db

PRICE = Decimal("0.009")
HELD = ("hold", PRICE)
RELEASED = ("release", -PRICE)


def unconfirmed(person, **more):
    """An attempt that was sent, and of which no answer came."""
    attempt = put_at(only_attempt(submit(person, **more)), "calling", sent_at=timezone.now())
    close_attempt(attempt, ProviderError(Code.CONNECTION_LOST, charged=Charged.UNKNOWN))
    return attempt


def settle(attempt, boss, *, charged=False, amount=None, reason="Not in the bill of May"):
    return settle_unconfirmed(
        attempt=attempt,
        charged=charged,
        amount=None if amount is None else Decimal(amount),
        reason=reason,
        settled_by=boss,
    )


def arrive(attempt, *, pictures=1):
    """The picture comes after all, brought by a worker that was thought lost."""
    for position in range(pictures):
        deliver(attempt, position, file="arrived/late")
    assert start_collecting(attempt, by=None)
    assert list(ledger_faults()) == []
    for position in range(pictures):
        store_image(attempt, position)
    attempt.deliveries.update(status="stored")
    settle_attempt(attempt)
    attempt.refresh_from_db()
    assert list(ledger_faults()) == []


def test_not_charged_gives_the_hold_back(ana, boss):
    attempt = unconfirmed(ana)
    settle(attempt, boss)
    assert (attempt.status, attempt.charged, attempt.cost) == ("unconfirmed", "no", 0)
    assert ledger_lines(attempt.generation) == [HELD, RELEASED]
    assert list(ledger_faults()) == []


def test_charged_books_the_amount_that_the_person_found(ana, boss):
    attempt = unconfirmed(ana)
    settle(attempt, boss, charged=True, amount="0.0123")
    assert (attempt.charged, attempt.cost) == ("yes", Decimal("0.0123"))
    assert ledger_lines(attempt.generation) == [HELD, RELEASED, ("charge", Decimal("0.0123"))]
    assert list(ledger_faults()) == []


def test_who_when_and_why_are_kept_on_the_row_and_on_the_lines(ana, boss):
    attempt = unconfirmed(ana)
    settlement = settle(attempt, boss, charged=True, amount="0.009", reason="Line 7 of the bill")
    assert (settlement.settled_by, settlement.reason) == (boss, "Line 7 of the bill")
    assert settlement.settled_at is not None
    lines = attempt.ledger_entries.exclude(kind="hold")
    assert {(line.entered_by, line.reason) for line in lines} == {(boss, "Line 7 of the bill")}


def test_charged_and_nobody_knows_how_much_stays_unknown_not_zero(ana, boss):
    attempt = unconfirmed(ana)
    settle(attempt, boss, charged=True)
    assert (attempt.charged, attempt.cost) == ("yes", None)
    assert ledger_lines(attempt.generation) == [HELD, RELEASED]
    assert list(ledger_faults()) == []


def test_what_nobody_knew_can_be_corrected_later(ana, boss):
    attempt = unconfirmed(ana)
    settle(attempt, boss, charged=True)
    ledger.adjust(attempt=attempt, amount=Decimal("0.02"), reason="The bill", entered_by=boss)
    attempt.refresh_from_db()
    assert attempt.cost == Decimal("0.02")
    assert list(ledger_faults()) == []


def test_a_call_without_a_price_has_no_hold_and_is_settled_all_the_same(ana, boss):
    PriceListItem.objects.filter(provider="demo").delete()
    free, dear = unconfirmed(ana), unconfirmed(ana)
    settle(free, boss)
    settle(dear, boss, charged=True, amount="0.5")
    assert ledger_lines(free.generation) == []
    assert ledger_lines(dear.generation) == [("charge", Decimal("0.5"))]
    assert list(ledger_faults()) == []


@pytest.mark.parametrize(("charged", "amount"), [(False, None), (True, "0.009")])
def test_an_attempt_is_settled_once(ana, boss, ben, charged, amount):
    attempt = unconfirmed(ana)
    first = settle(attempt, boss, charged=charged, amount=amount)
    with pytest.raises(NotOpen) as refused:
        settle(attempt, ben, charged=not charged, amount=None if charged else "0.009")
    assert refused.value.settlement == first
    assert Settlement.objects.count() == 1
    assert list(ledger_faults()) == []


@pytest.mark.django_db(transaction=True)
def test_two_who_settle_at_the_same_moment_settle_once(ana, boss, ben):
    attempt, gate = unconfirmed(ana), Barrier(2)

    def run(person, charged):
        try:
            gate.wait()
            settle(attempt, person, charged=charged, amount="0.009" if charged else None)
        except NotOpen:
            return "late"
        finally:
            connection.close()
        return "settled"

    with ThreadPoolExecutor(2) as threads:
        ends = [threads.submit(run, boss, True), threads.submit(run, ben, False)]
        assert sorted(end.result() for end in ends) == ["late", "settled"]
    assert Settlement.objects.count() == 1
    assert list(ledger_faults()) == []


@pytest.mark.parametrize("status", ["queued", "calling", "collecting"])
def test_what_still_runs_is_not_settled(ana, boss, status):
    attempt = put_at(only_attempt(submit(ana)), status)
    with pytest.raises(NotOpen):
        settle(attempt, boss)


@pytest.mark.parametrize(
    ("charged", "amount", "reason"),
    [
        (False, "0.009", "No"),
        (True, "0", "Nothing"),
        (True, "-1", "Less"),
        (True, "0.009", ""),
        (False, None, "  "),
    ],
)
def test_a_settlement_that_contradicts_itself_is_refused(ana, boss, charged, amount, reason):
    attempt = unconfirmed(ana)
    with pytest.raises(ValueError, match=r"settlement|charged"):
        settle(attempt, boss, charged=charged, amount=amount, reason=reason)
    assert attempt in open_attempts()


def test_a_settlement_is_never_changed_or_deleted(ana, boss):
    settlement = settle(unconfirmed(ana), boss)
    settlement.reason = "Something else"
    for change in (settlement.save, settlement.delete):
        with pytest.raises(LedgerIsAppendOnly):
            change()


def test_a_picture_that_comes_after_charged_shares_what_was_booked(ana, boss):
    attempt = unconfirmed(ana)
    settle(attempt, boss, charged=True, amount="0.02")
    arrive(attempt, pictures=2)
    assert (attempt.status, attempt.cost) == ("succeeded", Decimal("0.02"))
    assert [image.cost for image in attempt.images.all()] == [Decimal("0.01")] * 2
    assert ledger_lines(attempt.generation) == [HELD, RELEASED, ("charge", Decimal("0.02"))]


def test_a_picture_that_comes_after_not_charged_costs_the_price_of_its_day(ana, boss):
    attempt = unconfirmed(ana)
    settle(attempt, boss)
    PriceListItem.objects.create(
        provider="demo",
        model="gpt-4o-image-vip",
        unit="call",
        unit_price=Decimal(1),
        effective_from=timezone.now(),
        source="A letter",
    )
    arrive(attempt)
    assert (attempt.status, attempt.cost) == ("succeeded", PRICE)
    assert ledger_lines(attempt.generation) == [HELD, RELEASED, ("charge", PRICE)]
    assert Settlement.objects.get().is_charged is False


def test_a_settled_slot_may_be_tried_again_and_costs_its_own(ana, boss):
    attempt = unconfirmed(ana)
    settle(attempt, boss, charged=True, amount="0.009")
    (retry,) = retry_generation(generation=attempt.generation)
    assert retry.number == 2
    assert ledger_lines(attempt.generation) == [HELD, RELEASED, ("charge", PRICE), HELD]
    assert list(ledger_faults()) == []
