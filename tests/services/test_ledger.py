"""The ledger only grows, and a line is right or refused."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from generations.models import LedgerEntry
from generations.models.ledger import LedgerIsAppendOnly
from generations.selectors.audit import ledger_faults
from generations.services import ledger
from generations.services.attempts.settle import settle_attempt
from tests.factories import ledger_lines, only_attempt, put_at, store_image, submit

pytestmark = pytest.mark.django_db


def test_a_submission_sets_its_estimate_aside_once_for_each_slot(ana):
    generation = submit(ana, count=3)
    assert ledger_lines(generation) == [("hold", Decimal("0.009"))] * 3


@pytest.mark.parametrize("kind", ["hold", "release", "charge"])
def test_an_attempt_has_at_most_one_line_of_a_kind(ana, kind):
    attempt = only_attempt(submit(ana))
    amount = Decimal(0)
    with transaction.atomic():
        LedgerEntry.objects.filter(
            attempt=attempt, kind=kind
        ).exists() or LedgerEntry.objects.create(attempt=attempt, kind=kind, amount=amount)
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.create(attempt=attempt, kind=kind, amount=amount)


@pytest.mark.parametrize(("kind", "amount"), [("release", "1"), ("charge", "-1")])
def test_a_line_with_the_wrong_sign_is_refused(ana, kind, amount):
    attempt = only_attempt(submit(ana))
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.create(attempt=attempt, kind=kind, amount=Decimal(amount))


def test_a_line_is_never_changed_or_deleted(ana):
    line = only_attempt(submit(ana)).ledger_entries.get()
    line.amount = Decimal("0.001")
    for change in (
        line.save,
        line.delete,
        LedgerEntry.objects.all().delete,
        lambda: LedgerEntry.objects.update(amount=0),
    ):
        with pytest.raises(LedgerIsAppendOnly):
            change()
    assert LedgerEntry.objects.get().amount == Decimal("0.009")


def test_a_correction_is_a_new_line_with_a_reason_and_a_person(ana, boss):
    attempt = _delivered(ana, pictures=2)
    ledger.adjust(attempt=attempt, amount=Decimal("-0.002"), reason="Refunded", entered_by=boss)
    line = attempt.ledger_entries.get(kind="adjustment")
    assert (line.amount, line.reason, line.entered_by) == (Decimal("-0.002"), "Refunded", boss)


def test_a_correction_corrects_the_call_and_its_pictures(ana, boss):
    attempt = _delivered(ana, pictures=2)
    ledger.adjust(attempt=attempt, amount=Decimal("-0.002"), reason="Refunded", entered_by=boss)
    attempt.refresh_from_db()
    assert attempt.cost == Decimal("0.007")
    assert [image.cost for image in attempt.images.all()] == [Decimal("0.0035")] * 2
    assert list(ledger_faults()) == []


def test_what_is_not_booked_yet_is_not_corrected(ana, boss):
    attempt = only_attempt(submit(ana))
    with pytest.raises(ledger.NotBooked):
        ledger.adjust(attempt=attempt, amount=Decimal(1), reason="Too early", entered_by=boss)


def test_a_correction_never_makes_a_call_cost_less_than_nothing(ana, boss):
    attempt = _delivered(ana)
    with pytest.raises(ValueError, match="less than nothing"):
        ledger.adjust(attempt=attempt, amount=Decimal("-1"), reason="Typo", entered_by=boss)
    assert not attempt.ledger_entries.filter(kind="adjustment").exists()


def test_a_hold_is_given_back_once_however_often_it_is_asked(ana):
    attempt = only_attempt(submit(ana))
    ledger.close(attempt, cost=None)
    ledger.close(attempt, cost=None)
    assert ledger_lines(attempt.generation) == [
        ("hold", Decimal("0.009")),
        ("release", Decimal("-0.009")),
    ]


def _delivered(person, pictures=1):
    """A chat call that ended with pictures, settled at its price."""
    attempt = put_at(only_attempt(submit(person)), "collecting", sent_at=timezone.now())
    for position in range(pictures):
        store_image(attempt, position)
    settle_attempt(attempt)
    return attempt
