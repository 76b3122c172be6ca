"""Submitting, canceling and retrying, seen from the person's side and in the ledger."""

from decimal import Decimal

import pytest

from generations.models import Generation
from generations.services.generations import cancel_generation, retry_generation
from generations.services.references import store_reference
from tests.factories import IMAGES, ledger_lines, only_attempt, png, put_at, submit

pytestmark = pytest.mark.django_db

HOLD = ("hold", Decimal("0.009"))
RELEASE = ("release", Decimal("-0.009"))


def test_the_second_press_gets_the_first_ones_generation(ana):
    first = submit(ana, key="once")
    assert submit(ana, key="once", prompt="Something else") == first
    assert ledger_lines(first) == [HOLD]


def test_two_people_may_have_the_same_key(ana, ben):
    assert submit(ana, key="once") != submit(ben, key="once")


def test_each_slot_is_its_own_attempt(ana):
    attempts = submit(ana, count=3).attempts.order_by("slot")
    assert [(a.slot, a.number, a.status) for a in attempts] == [
        (0, 1, "queued"),
        (1, 1, "queued"),
        (2, 1, "queued"),
    ]


def test_references_keep_their_order(ana):
    one, two = (
        store_reference(user=ana, name=f"{shade}.png", content=png(shade))
        for shade in ("red", "blue")
    )
    generation = submit(ana, references=[two, one])
    assert [use.reference for use in generation.reference_uses.all()] == [two, one]


def test_canceling_before_it_is_sent_is_free(ana):
    generation = submit(ana, count=2)
    cancel_generation(generation=generation)
    generation.refresh_from_db()
    assert generation.status == "canceled"
    assert {(a.status, a.charged, a.cost) for a in generation.attempts.all()} == {
        ("canceled", "no", Decimal(0))
    }
    assert ledger_lines(generation) == [HOLD, RELEASE] * 2


def test_canceling_what_runs_asks_it_to_stop_and_ends_the_rest(ana):
    generation = submit(ana, count=2)
    running = put_at(generation.attempts.get(slot=0), "calling")
    cancel_generation(generation=generation)
    generation.refresh_from_db()
    running.refresh_from_db()
    assert generation.cancel_requested_at is not None
    assert (generation.status, running.status) == ("queued", "calling")
    assert generation.attempts.get(slot=1).status == "canceled"


def test_canceling_twice_or_after_the_end_changes_nothing(ana):
    generation = submit(ana)
    for _ in range(2):
        cancel_generation(generation=generation)
    assert ledger_lines(generation) == [HOLD, RELEASE]


def test_a_retry_is_the_next_number_of_the_slot_with_its_own_hold(ana):
    generation = submit(ana, count=2)
    put_at(generation.attempts.get(slot=0), "succeeded")
    put_at(generation.attempts.get(slot=1), "failed")
    Generation.objects.filter(id=generation.id).update(status="succeeded")
    retries = retry_generation(generation=generation)
    assert [(a.slot, a.number) for a in retries] == [(1, 2)]
    assert [line.kind for line in retries[0].ledger_entries.all()] == ["hold"]


def test_a_retry_holds_the_partial_pictures_too(ana):
    generation = submit(ana, model=IMAGES, size="1024x1024", quality="low", partial_images=3)
    first = put_at(only_attempt(generation), "failed")
    Generation.objects.filter(id=generation.id).update(status="failed")
    (retry,) = retry_generation(generation=generation)
    assert retry.estimate == first.estimate >= Decimal("0.00588") + 3 * Decimal("0.003")


def test_a_retry_that_is_pressed_twice_is_one_retry(ana):
    generation = submit(ana)
    put_at(only_attempt(generation), "failed")
    Generation.objects.filter(id=generation.id).update(status="failed")
    retry_generation(generation=generation)
    assert retry_generation(generation=generation) == []
    assert generation.attempts.count() == 2
