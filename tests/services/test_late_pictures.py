"""A picture that came long after its call was given up, and what had been asked for since."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from generations.models import Attempt, Generation
from generations.providers.base import Charged, Code, ProviderError
from generations.selectors.audit import ledger_faults
from generations.selectors.spend_check import differences
from generations.services.attempts.settle import close_attempt, settle_attempt, start_collecting
from generations.services.generations import retry_generation
from tests.factories import deliver, only_attempt, put_at, store_image, submit

pytestmark = pytest.mark.django_db


def given_up(person: User) -> Attempt:
    """Sent, and never heard of again: the outcome is unconfirmed."""
    attempt = put_at(only_attempt(submit(person)), "calling", sent_at=timezone.now())
    close_attempt(attempt, ProviderError(Code.CONNECTION_LOST, charged=Charged.UNKNOWN))
    return attempt


def asked_again(attempt: Attempt) -> Attempt:
    (retry,) = retry_generation(generation=Generation.objects.get(pk=attempt.generation_id))
    return retry


def begins_to_come(attempt: Attempt) -> None:
    deliver(attempt, status="stored")
    assert start_collecting(Attempt.objects.get(pk=attempt.pk), by=None)


def comes_after_all(attempt: Attempt) -> None:
    begins_to_come(attempt)
    store_image(attempt)
    assert settle_attempt(Attempt.objects.get(pk=attempt.pk))


def card_of(client: Any, generation: Generation) -> str:
    return str(client.get(f"/generations/{generation.pk}/card/").content.decode())


def shown(client: Any, generation: Generation) -> set[int]:
    """The pictures on its card."""
    return {int(it) for it in re.findall(r'id="frame-([0-9]+)"', card_of(client, generation))}


def test_a_retry_that_waits_is_withdrawn_and_costs_nothing(ana: User, as_ana: Any):
    attempt = given_up(ana)
    retry = asked_again(attempt)
    comes_after_all(attempt)
    retry.refresh_from_db()
    assert (retry.status, retry.code, retry.charged, retry.cost) == (
        "canceled",
        "not_needed",
        "no",
        0,
    )
    assert sum(line.amount for line in retry.ledger_entries.all()) == 0
    generation = Generation.objects.get()
    assert generation.status == "succeeded"
    card = as_ana.get(f"/generations/{generation.pk}/card/").content.decode()
    assert "Done in" in card
    assert "Try again" not in card
    page = as_ana.get(f"/generations/{generation.pk}/").content.decode()
    assert "1 call to the provider" in page
    assert "Canceled: Not needed" in page
    assert "An earlier attempt brought the picture after all" in page
    assert list(differences()) == []
    assert list(ledger_faults()) == []


def test_a_retry_that_is_under_way_is_left_alone_and_both_pictures_are_kept(ana: User, as_ana: Any):
    attempt = given_up(ana)
    retry = put_at(asked_again(attempt), "calling", sent_at=timezone.now())
    comes_after_all(attempt)
    retry.refresh_from_db()
    assert retry.status == "calling"
    generation = Generation.objects.get()
    assert not generation.is_finished
    assert shown(as_ana, generation) == {image.pk for image in generation.images.all()}
    assert 'data-phase=""' in card_of(as_ana, generation)
    comes_after_all(retry)
    assert generation.images.count() == 2
    assert shown(as_ana, generation) == {image.pk for image in generation.images.all()}
    answer = as_ana.get(f"/generations/{generation.pk}/status/").json()
    assert len(answer["images"]) == 2


def test_a_retry_that_failed_hides_no_picture_that_came_after_all(ana: User, as_ana: Any):
    attempt = given_up(ana)
    retry = put_at(asked_again(attempt), "calling", sent_at=timezone.now())
    close_attempt(retry, ProviderError(Code.MODERATION, charged=Charged.NO))
    comes_after_all(attempt)
    generation = Generation.objects.get()
    card = as_ana.get(f"/generations/{generation.pk}/card/").content.decode()
    assert "Done in" in card
    assert "frame-number" in card
    assert "Try again" not in card
    assert retry_generation(generation=generation) == []


def test_a_picture_on_its_way_is_said_though_its_retry_failed(ana: User, as_ana: Any):
    attempt = given_up(ana)
    retry = put_at(asked_again(attempt), "calling", sent_at=timezone.now())
    close_attempt(retry, ProviderError(Code.MODERATION, charged=Charged.NO))
    begins_to_come(attempt)
    card = as_ana.get(f"/generations/{attempt.generation_id}/card/").content.decode()
    assert "Saving" in card
    assert "Try again" not in card
