"""The fixtures themselves: what other tests rely on."""

import socket

import pytest
from django.conf import settings

from generations.models import Worker
from tests.support.network import OutsideConnection


@pytest.mark.django_db
def test_each_person_has_a_client(as_ana, as_boss, guest):
    assert as_ana.session["_auth_user_id"] != as_boss.session["_auth_user_id"]
    assert "_auth_user_id" not in guest.session


def test_the_redis_server_answers(redis_client):
    redis_client.set("a", 1)
    assert redis_client.dbsize() == 1


@pytest.mark.outside
def test_nothing_leaves_this_machine():
    with socket.socket() as client, pytest.raises(OutsideConnection):
        client.connect(("192.0.2.1", 80))


def test_the_demo_provider_is_the_only_one(demo):
    assert [endpoint.base_url for endpoint in settings.PROVIDERS.values()] == [demo.base_url]


@pytest.mark.django_db(transaction=True)
def test_committing_tests_work():
    assert Worker.objects.count() == 0
