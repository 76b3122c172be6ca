"""Staff can stop all sending; a provider that keeps failing is left in peace and tried again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from generations.models import ProviderHealth, SendingStop
from generations.providers.base import Charged, Code, ProviderError
from generations.services import sending
from tests.factories import only_attempt, submit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _after_two(settings):
    settings.PROVIDER_PAUSE_AFTER = 2


def _fail(code=Code.SERVER_ERROR, times=1):
    for _ in range(times):
        error = ProviderError(code, charged=Charged.UNKNOWN)
        sending.note_outcome(provider="demo", error=error)


def _health():
    return ProviderHealth.objects.get(provider="demo")


def _let_the_pause_pass():
    ProviderHealth.objects.update(paused_until=timezone.now() - timedelta(seconds=1))


def test_nothing_goes_out_while_sending_is_stopped(ana, boss, demo, work):
    sending.stop_sending(by=boss, reason="The bill")
    generation = submit(ana)
    assert (work(), only_attempt(generation).status) == (0, "queued")
    sending.resume_sending(by=boss)
    assert (work(), only_attempt(generation).status) == (1, "succeeded")


def test_stopping_twice_is_one_stop(boss):
    first = sending.stop_sending(by=boss, reason="One")
    assert sending.stop_sending(by=boss, reason="Two") == first
    assert SendingStop.objects.count() == 1


def test_a_provider_that_keeps_failing_is_paused(ana, demo, work):
    demo.always_faults("server-error")
    submit(ana, count=3)
    work()
    assert len(demo.generation_requests) == 2
    assert _health().paused_until > timezone.now()


def test_after_the_pause_one_call_goes_out_and_opens_the_way(ana, demo, work):
    _fail(times=2)
    _let_the_pause_pass()
    assert sending.room_at_providers(timezone.now()) == {"demo": 1}
    generation = submit(ana, count=2)
    work()
    generation.refresh_from_db()
    assert (generation.status, generation.images.count()) == ("succeeded", 2)
    assert _health().failures == 0


def test_a_provider_that_fails_again_is_paused_for_longer():
    _fail(times=2)
    first = _health().paused_until - _health().last_failed_at
    _let_the_pause_pass()
    _fail()
    assert _health().paused_until - _health().last_failed_at == 2 * first


def test_calls_from_before_the_pause_do_not_make_it_longer():
    _fail(times=2)
    paused_until = _health().paused_until
    _fail(times=20)
    assert _health().paused_until == paused_until


@pytest.mark.parametrize("code", [Code.RATE_LIMITED, Code.CANCELED, Code.MODERATION])
def test_what_is_not_the_providers_trouble_does_not_count(code):
    _fail(times=1)
    _fail(code, times=5)
    assert _health().paused_until is None


def test_staff_may_resume_a_provider_at_once(ana, boss, demo, work):
    _fail(times=2)
    submit(ana)
    assert work() == 0
    sending.resume_provider(provider="demo", by=boss)
    assert work() == 1
