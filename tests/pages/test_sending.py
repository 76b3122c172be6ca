"""Staff stop and resume sending; everybody sees why nothing moves."""

from datetime import timedelta

import pytest
from django.utils import timezone

from generations.models import ProviderHealth, SendingStop

pytestmark = pytest.mark.django_db


def _pause():
    until = timezone.now() + timedelta(minutes=5)
    ProviderHealth.objects.create(
        provider="demo", failures=8, paused_until=until, last_code="server_error"
    )


def test_staff_stop_sending_and_everybody_reads_why(as_boss, as_ana, demo):
    as_boss.post("/sending/stops/", {"reason": "The bill of <November>"})
    assert SendingStop.objects.get().is_in_force
    page = as_ana.get("/").content.decode()
    assert "Sending is stopped" in page
    assert "The bill of &lt;November&gt;" in page


def test_staff_let_it_go_on(as_boss, as_ana, boss, demo):
    as_boss.post("/sending/stops/", {"reason": "The bill"})
    as_boss.post("/sending/resumption/")
    assert SendingStop.objects.get().resumed_by == boss
    assert "Sending is stopped" not in as_ana.get("/").content.decode()


def test_a_stop_without_a_reason_is_asked_for_one(as_boss, demo):
    answer = as_boss.post("/sending/stops/", {"reason": " "})
    assert answer.status_code == 422
    assert "Say why" in answer.content.decode()
    assert not SendingStop.objects.exists()


def test_a_paused_provider_is_named_with_its_time(as_ana, as_boss, demo):
    _pause()
    assert "demo keeps failing and is paused" in as_ana.get("/").content.decode()
    assert "Paused, tried again at" in as_boss.get("/sending/").content.decode()


def test_staff_try_a_provider_at_once(as_boss, demo):
    _pause()
    as_boss.post("/sending/demo/resumption/")
    assert ProviderHealth.objects.get().paused_until is None


def test_a_provider_that_is_none_is_not_there(as_boss, demo):
    assert as_boss.post("/sending/nobody/resumption/").status_code == 404


@pytest.mark.parametrize("address", ["stops/", "resumption/", "demo/resumption/"])
def test_members_may_not(as_ana, demo, address):
    assert as_ana.post(f"/sending/{address}", {"reason": "No"}).status_code == 404
    assert not SendingStop.objects.exists()
