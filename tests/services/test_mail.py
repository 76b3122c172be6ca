"""Mails: written with what they tell of, sent after it, once each."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail as outbox
from django.db import transaction
from django.utils import timezone

from generations.models import Mail
from generations.services.mail import forget_old_mails, send_waiting, write_mail
from tests.support.smtp import mail_server

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mail_is_on(settings: Any) -> None:
    settings.MAIL_IS_ON = True
    settings.DEFAULT_FROM_EMAIL = "Proofsheet <proofsheet@example.com>"
    settings.PUBLIC_URL = "https://studio.example.com"


def write(key: str = "warning:1:ana", to: str = "ana@example.com") -> None:
    facts = {"budget": "Ana & Ben", "level": "warn", "since": "1 May", "path": "/budgets/"}
    money = {"used": Decimal("8.5"), "warn_at": Decimal(8), "limit": Decimal(10)}
    write_mail(key=key, to=to, template="budget-warning", context=facts | money)


def due_again() -> None:
    Mail.objects.update(not_before=timezone.now())


def test_a_mail_goes_out_with_its_subject_its_text_and_a_link():
    write()
    assert send_waiting() == 1
    (sent,) = outbox.outbox
    assert (sent.subject, sent.to) == ("Nearly used up: Ana & Ben", ["ana@example.com"])
    assert sent.from_email == "Proofsheet <proofsheet@example.com>"
    assert "Spent and set aside since 1 May: $8.500." in sent.body
    assert "https://studio.example.com/budgets/" in sent.body


def test_the_same_is_told_once_however_often_it_is_written_and_sent():
    write()
    write()
    assert send_waiting() == 1
    write()
    due_again()
    assert send_waiting() == 0
    assert len(outbox.outbox) == 1
    row = Mail.objects.get()
    assert row.sent_at is not None
    assert row.body == ""


def test_what_was_taken_back_is_not_told():
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    assert send_waiting() == 0


@pytest.mark.parametrize(("is_on", "to"), [(False, "ana@example.com"), (True, "")])
def test_without_a_server_or_an_address_nothing_is_written(settings: Any, is_on: bool, to: str):
    settings.MAIL_IS_ON = is_on
    write(to=to)
    assert not Mail.objects.exists()


@pytest.fixture
def smtp(settings: Any):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "127.0.0.1", False
    with mail_server(nobody=550, full=452) as server:
        settings.EMAIL_PORT = server.port
        yield server


def test_a_real_server_gets_it(smtp: Any):
    write()
    assert send_waiting() == 1
    assert "Subject: Nearly used up: Ana & Ben" in smtp.mails[0]


def test_a_refused_address_is_given_up_at_once(smtp: Any):
    write(to="nobody@example.com")
    assert send_waiting() == 0
    row = Mail.objects.get()
    assert row.given_up_at is not None
    assert "550" in row.fault


@pytest.mark.parametrize("fault", ["address", "server"])
def test_what_may_work_later_is_tried_five_times(smtp: Any, settings: Any, fault: str):
    write(to="full@example.com" if fault == "address" else "ana@example.com")
    if fault == "server":
        settings.EMAIL_PORT = 1
    for number in range(1, 8):
        send_waiting()
        assert send_waiting() == 0
        assert Mail.objects.get().tries == min(number, 5)
        due_again()
    assert Mail.objects.get().given_up_at is not None
    assert smtp.mails == []


def test_a_mail_that_was_claimed_is_left_alone_until_its_pause_is_over():
    write()
    Mail.objects.update(tries=1, not_before=timezone.now() + timedelta(minutes=1))
    assert send_waiting() == 0
    due_again()
    assert send_waiting() == 1


def test_old_mails_are_forgotten():
    write("old")
    write("new")
    Mail.objects.filter(key="old").update(created_at=timezone.now() - timedelta(days=401))
    forget_old_mails()
    assert Mail.objects.get().key == "new"
