"""A picture that is paid for and cannot be downloaded yet: fetched again, and said so."""

from datetime import timedelta

import pytest
from django.utils import timezone

from generations.models import Delivery
from generations.selectors.audit import ledger_faults
from generations.selectors.progress import card_for
from generations.services.originals import exists
from tests.factories import deliver, ledger_lines, only_attempt, put_at, submit

pytestmark = pytest.mark.django_db(transaction=True)

FETCHING, SAVING = "Paid, fetching", "</svg>Saving"
WAITS = [timedelta(seconds=seconds) for seconds in (2, 5, 15, 60, 300)]


@pytest.fixture
def fetch_again(work):
    """Lets the time pass until the next download is due, has it tried, and says the next wait."""

    def fetch_again(generation):
        generation.attempts.update(not_before=None)
        Delivery.objects.update(not_before=None)
        began = timezone.now()
        work()
        due = Delivery.objects.get().not_before
        waits = [wait for wait in WAITS if due and began + wait <= due <= timezone.now() + wait]
        return waits[0].seconds if waits else None

    return fetch_again


def test_until_it_comes_it_is_paid_and_fetched_with_longer_and_longer_waits(
    as_ana, ana, demo, fetch_again
):
    demo.next_faults("picture-500 7")
    generation = submit(ana)
    waits, versions = [], set()
    for _ in range(7):
        waits.append(fetch_again(generation))
        versions.add(card_for(generation).version)
        assert FETCHING in as_ana.get(f"/generations/{generation.id}/card/").content.decode()
    fetch_again(generation)
    assert only_attempt(generation).status == "succeeded"
    assert (waits, len(versions)) == ([2, 5, 15, 60, 300, 300, 300], 7)
    assert FETCHING not in as_ana.get(f"/generations/{generation.id}/card/").content.decode()
    assert len(demo.generation_requests) == 1


def test_after_an_hour_it_is_given_up_and_stays_charged(ana, demo, fetch_again):
    demo.next_faults("picture-500 99")
    generation = submit(ana)
    fetch_again(generation)
    an_hour = timedelta(hours=1)
    Delivery.objects.update(created_at=timezone.now() - an_hour + timedelta(seconds=30))
    fetch_again(generation)
    assert card_for(generation).is_fetching
    Delivery.objects.update(created_at=timezone.now() - an_hour - timedelta(seconds=1))
    fetch_again(generation)
    attempt = only_attempt(generation)
    assert (attempt.status, attempt.code, attempt.charged) == ("failed", "download_failed", "yes")
    assert [kind for kind, _ in ledger_lines(generation)] == ["hold", "release", "charge"]
    assert (len(demo.generation_requests), list(ledger_faults())) == (1, [])


def test_a_first_failure_is_never_the_last_however_late_it_is(ana, demo, fetch_again):
    """The machine was off for a night, or its clock jumped."""
    demo.next_faults("picture-500 2")
    generation = submit(ana)
    fetch_again(generation)
    Delivery.objects.update(created_at=timezone.now() - timedelta(hours=12))
    fetch_again(generation)
    assert card_for(generation).is_fetching
    fetch_again(generation)
    assert only_attempt(generation).status == "succeeded"


@pytest.mark.parametrize("fault", ["picture-404", "picture-403", "picture-410"])
def test_an_address_that_serves_a_little_later_is_not_given_up_at_once(
    ana, demo, fetch_again, fault
):
    """A mirror may name a picture before it has it."""
    demo.next_faults(f"{fault} 4")
    generation = submit(ana)
    assert [fetch_again(generation) for _ in range(5)] == [2, 5, 15, 60, None]
    assert only_attempt(generation).status == "succeeded"
    assert len(demo.generation_requests) == 1


def test_an_address_that_never_serves_is_given_up_soon(ana, demo, fetch_again):
    demo.next_faults("picture-404 99")
    generation = submit(ana)
    for _ in range(5):
        fetch_again(generation)
    attempt = only_attempt(generation)
    assert (attempt.status, attempt.code, attempt.charged) == ("failed", "download_failed", "yes")
    assert (len(demo.generation_requests), list(ledger_faults())) == (1, [])


def test_the_card_says_when_it_is_fetched_again(as_ana, ana):
    generation = submit(ana)
    late = {"url": "https://pictures.test/1.png", "tries": 3, "not_before": "2100-01-01T12:34:56Z"}
    deliver(put_at(only_attempt(generation), "collecting"), **late)
    page = as_ana.get(f"/generations/{generation.id}/").content.decode()
    assert "It is fetched again at 12:34:56, and never paid twice." in page


@pytest.mark.parametrize(
    ("delivered", "words"),
    [
        ({"url": "https://pictures.test/1.png"}, SAVING),
        ({"url": "https://pictures.test/1.png", "tries": 1}, FETCHING),
        # It is here, and the disk was full
        ({"url": "https://pictures.test/1.png", "tries": 1, "file": "arrived/1.png"}, SAVING),
        ({"file": "arrived/1.png"}, SAVING),
        ({"url": "https://pictures.test/1.png", "tries": 1, "status": "stored"}, SAVING),
    ],
)
def test_only_what_could_not_be_downloaded_is_said_to_be_fetched(as_ana, ana, delivered, words):
    generation = submit(ana)
    deliver(put_at(only_attempt(generation), "collecting"), **delivered)
    page = as_ana.get("/").content.decode()
    assert [said for said in (FETCHING, SAVING) if said in page] == [words]


@pytest.mark.parametrize("fault", ["picture-short 1", "picture-html 1", "picture-html 2"])
def test_half_a_picture_or_a_page_in_its_place_is_downloaded_again(ana, demo, fetch_again, fault):
    demo.next_faults(fault)
    generation = submit(ana)
    for _ in range(3):
        fetch_again(generation)
    assert only_attempt(generation).status == "succeeded"
    assert generation.images.get().byte_size > 1000
    assert len(demo.generation_requests) == 1
    assert [kind for kind, _ in ledger_lines(generation)].count("charge") == 1
    assert list(ledger_faults()) == []


def test_what_is_never_a_picture_is_refused_in_the_end_and_kept_for_a_look(ana, demo, fetch_again):
    demo.next_faults("picture-html")
    generation = submit(ana)
    assert [fetch_again(generation) for _ in range(3)] == [2, 5, None]
    attempt = only_attempt(generation)
    assert (attempt.status, attempt.code) == ("failed", "not_a_picture")
    assert exists(Delivery.objects.get().file)
