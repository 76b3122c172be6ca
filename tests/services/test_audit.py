"""The audit names every row that breaks the ledger's promise, and none that keeps it."""

import io
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from generations.models import Attempt, Generation, LedgerEntry, OutputImage
from generations.selectors.audit import ledger_faults
from generations.services.attempts.settle import settle_attempt
from generations.services.generations import cancel_generation
from tests.factories import only_attempt, put_at, store_image, submit

pytestmark = pytest.mark.django_db
PRICE = Decimal("0.009")


@pytest.fixture
def delivered(ana):
    """A call with two pictures, at its end."""
    attempt = put_at(only_attempt(submit(ana)), "collecting", sent_at=timezone.now())
    for position in range(2):
        store_image(attempt, position)
    settle_attempt(attempt)
    return attempt


@pytest.fixture
def canceled(ana):
    generation = submit(ana)
    cancel_generation(generation=generation)
    return only_attempt(generation)


@pytest.fixture
def waiting(ana):
    return only_attempt(submit(ana))


def audit():
    """What the command says, and its exit status."""
    output = io.StringIO()
    try:
        call_command("audit_ledger", stdout=output)
    except SystemExit as end:
        return output.getvalue(), end.code
    return output.getvalue(), 0


def put(row, **values):
    """Writes what no code of ours writes."""
    type(row).objects.filter(pk=row.pk).update(**values)


def line_of(attempt, kind):
    return attempt.ledger_entries.get(kind=kind)


def rewrite(line, **values):
    """Changes a ledger line behind the model's back, and past the database's own rules."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            # A table with checks still to come is not altered
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(
                "ALTER TABLE generations_ledgerentry DROP CONSTRAINT IF EXISTS ledger_signs"
            )
        for name, value in values.items():
            # The column's name comes from this file
            statement = f"UPDATE generations_ledgerentry SET {name} = %s WHERE id = %s"
            cursor.execute(statement, [value, line.pk])
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


def strike(line):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM generations_ledgerentry WHERE id = %s", [line.pk])


def add(attempt, kind, amount, **more):
    LedgerEntry.objects.create(attempt=attempt, kind=kind, amount=amount, is_demo=True, **more)


def test_a_database_that_adds_up_says_so_with_its_sums(delivered, canceled, waiting):
    said, status = audit()
    assert said == (
        "3 generations, 3 attempts, 6 lines: no fault. "
        "$0.000000 charged, $0.000000 held; demo $0.009000 charged, $0.009000 held.\n"
    )
    assert status == 0


def test_an_empty_database_adds_up():
    assert audit()[1] == 0


BREAKS = [
    ("waiting", lambda it: add(it, "release", -PRICE), "its hold was released"),
    ("waiting", lambda it: strike(line_of(it, "hold")), "held unknown, its estimate is $0.009"),
    ("waiting", lambda it: rewrite(line_of(it, "hold"), amount="0.008"), "held $0.008"),
    ("waiting", lambda it: add(it, "charge", PRICE), "is charged “”, yet $0.009000 is booked"),
    ("waiting", lambda it: put(it, cost=PRICE), "is open, yet has a cost"),
    ("waiting", lambda it: put(it, charged="yes"), "is queued, and charged is “yes”"),
    ("waiting", lambda it: store_image(it), "is queued, yet has 1 pictures"),
    ("waiting", lambda it: put(it.generation, status="failed"), "its attempts are not alike"),
    ("waiting", lambda it: put(it.generation, count=3), "asks for 3 pictures, has attempts for 1"),
    ("waiting", lambda it: put(it.generation, is_demo=False), "its generation is not"),
    ("canceled", lambda it: strike(line_of(it, "release")), "yet its hold is open"),
    ("canceled", lambda it: strike(line_of(it, "hold")), "released without a hold"),
    ("canceled", lambda it: rewrite(line_of(it, "release"), amount="-0.008"), "released $-0.008"),
    ("canceled", lambda it: add(it, "charge", PRICE), "is charged “no”, yet $0.009000 is booked"),
    ("canceled", lambda it: put(it, cost=PRICE), "is not charged, yet its cost is $0.009"),
    ("canceled", lambda it: put(it, cost=None), "is not charged, yet its cost is unknown"),
    ("canceled", lambda it: put(it, charged=""), "is canceled, and charged is “”"),
    ("canceled", lambda it: store_image(it), "is canceled, yet has 1 pictures"),
    (
        "canceled",
        lambda it: put(it, status="unconfirmed"),
        "is settled as charged “no”, by nobody",
    ),
    ("canceled", lambda it: put(it.generation, status="queued"), "its attempts are not alike"),
    ("canceled", lambda it: put(it.generation, status="succeeded"), "its attempts are not alike"),
    ("delivered", lambda it: strike(line_of(it, "charge")), "cost $0.009000, booked $0"),
    ("delivered", lambda it: rewrite(line_of(it, "charge"), amount="0.02"), "booked $0.02"),
    ("delivered", lambda it: rewrite(line_of(it, "charge"), amount="-0.009"), "the wrong sign"),
    ("delivered", lambda it: rewrite(line_of(it, "charge"), is_demo=False), "its generation is"),
    ("delivered", lambda it: put(it, charged="no"), "is succeeded, and charged is “no”"),
    ("delivered", lambda it: put(it.images.first(), cost=PRICE), "its pictures $0.0135"),
    ("delivered", lambda it: put(it.images.first(), cost=None), "its pictures"),
    ("delivered", lambda it: it.images.first().delete(), "its pictures $0.0045"),
    ("delivered", lambda it: it.images.all().delete(), "succeeded without a picture"),
    ("delivered", lambda it: put(it, status="failed"), "is failed, yet has 2 pictures"),
    ("delivered", lambda it: put(it.generation, status="failed"), "its attempts are not alike"),
    ("delivered", lambda it: add(it, "adjustment", PRICE), "without a reason or a person"),
]


@pytest.mark.parametrize(("story", "break_it", "words"), BREAKS)
def test_what_does_not_add_up_is_named(request, waiting, story, break_it, words):
    broken = request.getfixturevalue(story)
    sound = waiting if broken.pk != waiting.pk else request.getfixturevalue("delivered")
    assert list(ledger_faults()) == []
    break_it(broken)
    said, status = audit()
    assert status == 1
    assert words in said
    assert str(broken.pk) in said or str(broken.generation_id) in said
    assert str(sound.pk) not in said
    assert str(sound.generation_id) not in said


def test_demo_money_on_a_real_provider_is_named(waiting, settings):
    from generations.providers.base import Endpoint

    real = Endpoint(name="demo", base_url="https://example.com/v1", api_key="k", is_demo=False)
    settings.PROVIDERS = {"demo": real}
    assert "is demo, its provider demo is not" in audit()[0]


def test_a_picture_of_another_generation_is_named(delivered, waiting):
    OutputImage.objects.filter(attempt=delivered).update(generation=waiting.generation)
    assert "is of another generation" in audit()[0]


def test_a_generation_without_attempts_is_named(ana):
    generation = submit(ana)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM generations_ledgerentry")
    Attempt.objects.all().delete()
    said, status = audit()
    assert f"generation {generation.id}: asks for 1 pictures, has attempts for 0" in said
    assert status == 1


def test_more_generations_cost_no_more_queries(ana, django_assert_max_num_queries):
    for _ in range(5):
        submit(ana, count=2)
    # Four tables, and the end
    with django_assert_max_num_queries(5):
        assert list(ledger_faults()) == []
    assert Generation.objects.count() == 5
