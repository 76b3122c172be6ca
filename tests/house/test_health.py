"""Whoever watches the site learns whether it is alive, and what it lacks."""

from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from generations.models import Worker


def worker_heard(seconds_ago: float) -> Worker:
    heard_at = timezone.now() - timedelta(seconds=seconds_ago)
    return Worker.objects.create(name="one", heard_at=heard_at)


def test_alive_needs_nothing(guest, settings):
    settings.SECURE_SSL_REDIRECT = True
    # No database in this test: a query would fail it
    assert guest.get("/healthz/").status_code == 200


@pytest.mark.django_db
def test_ready_when_all_parts_answer(guest, settings):
    settings.SECURE_SSL_REDIRECT = True
    worker_heard(seconds_ago=5)
    answer = guest.get("/readyz/")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "missing": []})


@pytest.mark.django_db
def test_not_ready_without_a_worker_that_was_heard_lately(guest):
    worker_heard(seconds_ago=61)
    answer = guest.get("/readyz/")
    assert (answer.status_code, answer.json()["missing"]) == (503, ["worker"])


@pytest.mark.django_db
def test_a_worker_that_said_goodbye_does_not_count(guest):
    worker = worker_heard(seconds_ago=1)
    worker.stopped_at = timezone.now()
    worker.save()
    assert guest.get("/readyz/").json()["missing"] == ["worker"]


@pytest.mark.django_db
def test_not_ready_without_a_broker(guest, settings):
    worker_heard(seconds_ago=1)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = guest.get("/readyz/")
    assert (answer.status_code, answer.json()["missing"]) == (503, ["broker"])


@pytest.mark.django_db(transaction=True)
def test_not_ready_without_a_database(guest, monkeypatch):
    database = connections["default"]
    wrong = {"NAME": "/proc/nowhere", "HOST": "127.0.0.1", "PORT": "1", "OPTIONS": {}}
    database.close()
    monkeypatch.setattr(database, "settings_dict", database.settings_dict | wrong)
    answer = guest.get("/readyz/")
    monkeypatch.undo()
    assert (answer.status_code, answer.json()["missing"]) == (503, ["database", "worker"])
