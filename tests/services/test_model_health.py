"""How each model did in the last 30 days: from its attempts, in one query."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.cache import caches
from django.utils import timezone

from generations.selectors.audit import ledger_faults
from generations.selectors.model_health import KEPT_AS, model_health, read_model_health
from generations.services.ledger import adjust
from generations.services.settlements import settle_unconfirmed
from tests.factories import CHAT, IMAGES, only_attempt, put_at, submit

pytestmark = pytest.mark.django_db

NINE = Decimal("0.009")


def end(person, status="succeeded", *, after=10, ago=timedelta(days=1), model=CHAT, **values):
    """An attempt that ended some time ago, that many seconds after it was sent."""
    attempt = only_attempt(submit(person, model=model))
    finished_at = timezone.now() - ago
    sent_at = None if after is None else finished_at - timedelta(seconds=after)
    return put_at(attempt, status, sent_at=sent_at, finished_at=finished_at, **values)


def delivered(person, after=10, *, pictures=1, **values):
    paid = {"charged": "yes", "cost": NINE, "picture_count": pictures} | values
    return end(person, "succeeded", after=after, **paid)


def failed(person, cost="0.009", **values):
    return end(person, "failed", charged="yes", cost=Decimal(cost), **values)


def test_success_rate_times_and_true_cost_of_a_model(ana):
    for seconds in (*range(1, 10), 61):
        delivered(ana, seconds)
    failed(ana)
    end(ana, "failed", charged="no", cost=Decimal(0))
    health = read_model_health()[CHAT]
    assert (health.attempts, health.succeeded, health.failed) == (12, 10, 2)
    assert health.success_percent == 83
    assert (health.median_seconds, health.slow_seconds) == (5, 9)
    assert (health.cost, health.pictures) == (Decimal("0.099"), 10)
    assert health.cost_per_picture == Decimal("0.0099")
    assert health.is_cost_sure


def test_each_model_has_its_own(ana):
    delivered(ana, pictures=2)
    failed(ana, model=IMAGES)
    healths = read_model_health()
    assert set(healths) == {CHAT, IMAGES}
    assert healths[CHAT].cost_per_picture == Decimal("0.0045")
    assert (healths[IMAGES].success_percent, healths[IMAGES].cost_per_picture) == (0, None)


def test_what_a_person_stopped_tells_nothing_of_the_model_but_what_it_cost_is_counted(ana):
    delivered(ana)
    end(ana, "canceled", after=None, charged="no", cost=Decimal(0))
    end(ana, "canceled", charged="yes", cost=NINE)
    health = read_model_health()[CHAT]
    assert (health.attempts, health.tried, health.success_percent) == (2, 1, 100)
    assert health.cost_per_picture == 2 * NINE


def test_what_was_only_canceled_before_it_was_sent_is_no_history(ana):
    end(ana, "canceled", after=None, charged="no", cost=Decimal(0))
    assert read_model_health() == {}


def test_unconfirmed_is_neither_and_what_it_holds_is_named_apart(ana, boss):
    delivered(ana)
    attempt = end(ana, "unconfirmed", charged="unknown")
    health = read_model_health()[CHAT]
    assert (health.attempts, health.tried, health.held) == (2, 1, NINE)
    assert (health.cost_per_picture, health.is_cost_sure) == (NINE, False)
    settle_unconfirmed(
        attempt=attempt, charged=True, amount=NINE, reason="In their record", settled_by=boss
    )
    health = read_model_health()[CHAT]
    assert (health.tried, health.held) == (1, 0)
    assert (health.cost_per_picture, health.is_cost_sure) == (2 * NINE, True)


def test_charges_of_unknown_amount_are_named_and_never_zero(ana):
    delivered(ana, cost=None)
    health = read_model_health()[CHAT]
    assert (health.unpriced, health.cost_per_picture, health.is_cost_sure) == (1, None, False)


def test_adjustments_are_part_of_the_true_cost(ana, boss):
    attempt = delivered(ana)
    adjust(attempt=attempt, amount=Decimal("0.001"), reason="Their invoice", entered_by=boss)
    assert read_model_health()[CHAT].cost_per_picture == Decimal("0.010")


def test_older_than_thirty_days_and_still_running_is_left_out(ana):
    failed(ana, ago=timedelta(days=31))
    put_at(only_attempt(submit(ana)), "calling", sent_at=timezone.now())
    assert read_model_health() == {}
    delivered(ana, ago=timedelta(days=29))
    assert read_model_health()[CHAT].attempts == 1


def test_one_query_however_many_models_and_attempts(ana, django_assert_num_queries):
    for model in (CHAT, IMAGES, "demo/gpt-4o-image"):
        for seconds in range(3):
            delivered(ana, seconds, model=model)
    with django_assert_num_queries(1):
        assert len(read_model_health()) == 3


@pytest.fixture
def kept_a_minute(settings):
    settings.MODEL_HEALTH_SECONDS = 60
    yield
    caches["process"].delete(KEPT_AS)


@pytest.mark.usefixtures("kept_a_minute")
def test_it_may_be_a_minute_old(ana, django_assert_num_queries):
    delivered(ana)
    first = model_health()
    delivered(ana)
    with django_assert_num_queries(0):
        assert model_health() == first
    caches["process"].delete(KEPT_AS)
    assert model_health()[CHAT].attempts == 2


@pytest.mark.django_db(transaction=True)
def test_a_real_call_leaves_what_the_health_needs(ana, demo, work):
    demo.next_faults("pictures 2")
    submit(ana)
    work()
    demo.next_faults("moderation")
    submit(ana)
    work()
    health = read_model_health()[CHAT]
    assert (health.succeeded, health.failed, health.pictures) == (1, 1, 2)
    assert (health.cost, health.median_seconds is not None) == (Decimal("0.018"), True)
    assert list(ledger_faults()) == []
