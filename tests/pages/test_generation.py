"""One generation: its page, its card, its status for scripts, cancel and try again."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from generations.models import Attempt, Delivery, Generation, ImageModel, OutputImage
from generations.services import ledger
from generations.services.attempts.settle import settle_attempt
from tests.factories import deliver, only_attempt, put_at, store_image, submit
from tests.pages.composing import press, submitted, upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

NINE = Decimal("0.009")
EVERY_PAGE = ["", "card/", "story/", "status/"]


def delivered(attempt: Attempt, cost: Decimal = NINE) -> OutputImage:
    image = store_image(attempt, cost=cost)
    put_at(attempt, "succeeded", charged="yes", cost=cost, finished_at=attempt.created_at)
    ledger.close(attempt, cost=cost)
    return image


def failed(attempt: Attempt, code: str = "moderation", **values: Any) -> None:
    facts = {"charged": "yes", "cost": NINE, "finished_at": attempt.created_at} | values
    put_at(attempt, "failed", code=code, **facts)
    ledger.close(attempt, cost=facts["cost"] if facts["charged"] == "yes" else None)


def ended(generation: Generation, status: str) -> Generation:
    Generation.objects.filter(id=generation.id).update(status=status)
    generation.refresh_from_db()
    return generation


def page_of(client: Client, generation: Generation) -> str:
    answer = client.get(f"/generations/{generation.id}/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def status_of(client: Client, generation: Generation) -> dict[str, Any]:
    answer = client.get(f"/generations/{generation.id}/status/")
    assert answer.status_code == 200
    status: dict[str, Any] = answer.json()
    return status


@pytest.mark.once
@pytest.mark.parametrize(
    ("who", "status"), [("ana", 200), ("ben", 404), ("boss", 200), ("guest", 302)]
)
@pytest.mark.parametrize("part", EVERY_PAGE)
def test_who_may_see_a_generation(
    client_of: Any, ana: User, who: str, status: int, part: str
) -> None:
    address = f"/generations/{submit(ana).id}/{part}"
    assert client_of(who).get(address).status_code == status


@pytest.mark.once
@pytest.mark.parametrize(
    ("who", "status"), [("ana", 303), ("ben", 404), ("boss", 303), ("guest", 302)]
)
@pytest.mark.parametrize("act", ["cancellation", "retries"])
def test_who_may_cancel_and_try_again(
    client_of: Any, ana: User, who: str, status: int, act: str
) -> None:
    generation = submit(ana)
    answer = client_of(who).post(f"/generations/{generation.id}/{act}/")
    assert answer.status_code == status
    if status >= 404 or who == "guest":
        assert only_attempt(generation).status == "queued"


@pytest.mark.once
@pytest.mark.parametrize("part", EVERY_PAGE)
def test_a_generation_that_is_not_there_is_the_404_page(as_ana: Client, part: str) -> None:
    address = f"/generations/00000000-0000-4000-8000-000000000000/{part}"
    assert as_ana.get(address).status_code == 404


# The status for scripts


def test_the_status_of_what_waits(as_ana: Client, ana: User) -> None:
    status = status_of(as_ana, submit(ana, count=2))
    assert (status["status"], status["percent"], status["place"]) == ("queued", 0, 1)
    assert (status["images"], status["total_cost"], status["held"]) == ([], None, "0.018000")
    assert status["attempts"][1] == {
        "slot": 1,
        "number": 1,
        "status": "queued",
        "code": "",
        "charged": None,
        "cost": None,
    }


@pytest.mark.once
def test_the_status_of_what_is_painted(as_ana: Client, ana: User) -> None:
    generation = submit(ana, count=2)
    first, second = generation.attempts.order_by("slot")
    put_at(first, "calling", phase="painting", percent=60)
    put_at(second, "calling", phase="painting", percent=20)
    ended(generation, "running")
    status = status_of(as_ana, generation)
    assert (status["status"], status["percent"], status["place"]) == ("running", 40, None)


def test_the_status_of_what_is_done(as_ana: Client, ana: User) -> None:
    generation = submit(ana)
    image = delivered(only_attempt(generation))
    status = status_of(as_ana, ended(generation, "succeeded"))
    assert (status["percent"], status["total_cost"], status["held"]) == (
        100,
        "0.009000",
        "0.000000",
    )
    assert status["images"] == [
        {
            "id": str(image.uuid),
            "file_url": f"/images/{image.uuid}/file/",
            "sha256": "a" * 64,
            "width": 1024,
            "height": 1024,
            "cost": "0.009000",
        }
    ]
    assert (status["attempts"][0]["charged"], status["attempts"][0]["cost"]) == ("yes", "0.009000")


def test_an_unknown_cost_is_null_and_never_zero(as_ana: Client, ana: User) -> None:
    generation = submit(ana)
    put_at(only_attempt(generation), "unconfirmed", code="silent", charged="unknown")
    status = status_of(as_ana, ended(generation, "failed"))
    assert status["total_cost"] is None
    assert (status["attempts"][0]["charged"], status["attempts"][0]["cost"]) == ("unknown", None)
    assert status["held"] == "0.009000"


def test_a_free_failure_costs_exactly_nothing(as_ana: Client, ana: User) -> None:
    generation = submit(ana)
    failed(only_attempt(generation), "key_wrong", charged="no", cost=Decimal(0))
    status = status_of(as_ana, ended(generation, "failed"))
    assert (status["total_cost"], status["attempts"][0]["charged"]) == ("0.000000", "no")


def test_pictures_that_are_not_settled_are_not_told_yet(as_ana: Client, ana: User) -> None:
    generation = submit(ana)
    attempt = put_at(only_attempt(generation), "collecting", percent=100)
    store_image(attempt)
    status = status_of(as_ana, ended(generation, "running"))
    assert (status["images"], status["percent"]) == ([], 99)


# The page


def test_the_receipt_adds_up_in_words_and_figures(as_ana: Client, ana: User) -> None:
    generation = submit(ana, count=3)
    first, second, third = generation.attempts.order_by("slot")
    delivered(first)
    delivered(second)
    failed(third)
    page = page_of(as_ana, ended(generation, "succeeded"))
    words = "2 pictures for $0.018, $0.009 for calls that brought none: $0.027 in all."
    assert words in page
    assert page.count("−$0.009") == 3
    assert "demo, no real money" in page


@pytest.mark.once
def test_an_open_receipt_says_that_it_is_not_final(as_ana: Client, ana: User) -> None:
    page = page_of(as_ana, submit(ana))
    assert "Something still runs, so this is not final." in page
    assert "nothing yet" in page


def test_a_receipt_with_an_unknown_call_never_says_nothing(as_ana: Client, ana: User) -> None:
    generation = submit(ana)
    put_at(only_attempt(generation), "unconfirmed", code="silent", charged="unknown")
    page = page_of(as_ana, ended(generation, "failed"))
    assert "1 call is not settled: unknown, perhaps $0.009." in page
    assert "$0.000" not in page


@pytest.mark.once
def test_staff_read_what_the_provider_said_and_members_our_words(
    as_ana: Client, as_boss: Client, ana: User
) -> None:
    generation = submit(ana)
    failed(only_attempt(generation), detail="raw <detail> of it", said="whole answer")
    ended(generation, "failed")
    for_member, for_staff = page_of(as_ana, generation), page_of(as_boss, generation)
    assert "The provider refused this prompt before it painted." in for_member
    assert "raw" not in for_member
    assert "raw &lt;detail&gt; of it" in for_staff
    assert "whole answer" in for_staff


@pytest.mark.once
def test_asked_and_got_stand_side_by_side(as_ana: Client, ana: User) -> None:
    generation = submit(ana, model="demo/gpt-image-2", size="1024x1024", quality="low")
    attempt = only_attempt(generation)
    store_image(attempt, width=1536, height=1024)
    put_at(attempt, "succeeded", got={"revised_prompt": "A <red> kite"})
    page = page_of(as_ana, ended(generation, "succeeded"))
    assert '<td class="differs">1536 × 1024' in page
    assert "A &lt;red&gt; kite" in page


@pytest.mark.once
def test_references_stand_on_the_page(as_ana: Client) -> None:
    generation = submitted(press(as_ana, references=[upload("a.png"), upload("b.png")]))
    page = page_of(as_ana, generation)
    assert page.count('<li class="reference">') == 2


@pytest.mark.once
def test_without_a_script_a_running_page_comes_again_by_itself(as_ana: Client, ana: User) -> None:
    generation = submit(ana)
    again = '<noscript><meta http-equiv="refresh"'
    assert again in page_of(as_ana, generation)
    delivered(only_attempt(generation))
    assert again not in page_of(as_ana, ended(generation, "succeeded"))


def test_more_attempts_cost_no_more_queries(as_ana: Client, ana: User) -> None:
    counts = []
    for count in (1, 4):
        generation = submit(ana, count=count)
        for attempt in generation.attempts.all():
            delivered(attempt)
        ended(generation, "succeeded")
        with CaptureQueriesContext(connection) as queries:
            page_of(as_ana, generation)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_page_survives_a_model_that_was_removed(as_ana: Client, ana: User) -> None:
    generation = submit(ana)
    failed(only_attempt(generation))
    ended(generation, "failed")
    ImageModel.objects.all().delete()
    page = page_of(as_ana, generation)
    assert "Its model is not offered any more." in page
    assert "Try again" not in page
    assert as_ana.post(f"/generations/{generation.id}/retries/").status_code == 303


# Cancel and try again


def test_cancel_stops_what_waits_and_says_that_it_was_free(as_ana: Client, ana: User) -> None:
    generation = submit(ana)
    answer = as_ana.post(
        f"/generations/{generation.id}/cancellation/", headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert b"Canceled" in answer.content
    assert b"Nothing was charged." in answer.content


def test_cancel_of_a_running_call_waits_for_its_end(as_ana: Client, ana: User) -> None:
    generation = submit(ana)
    put_at(only_attempt(generation), "calling", phase="sent", sent_at="2026-11-22T08:00Z")
    ended(generation, "running")
    answer = as_ana.post(
        f"/generations/{generation.id}/cancellation/", headers={"HX-Request": "true"}
    )
    assert b"The provider is told to stop." in answer.content
    assert b"/cancellation/" not in answer.content


def test_try_again_makes_a_new_attempt_for_what_was_not_delivered(
    as_ana: Client, ana: User
) -> None:
    generation = submit(ana, count=2)
    first, second = generation.attempts.order_by("slot")
    delivered(first)
    failed(second, "provider_failed")
    ended(generation, "succeeded")
    page = page_of(as_ana, generation)
    assert "Try again" in page
    answer = as_ana.post(f"/generations/{generation.id}/retries/")
    assert answer["Location"] == f"/generations/{generation.id}/"
    assert list(generation.attempts.values_list("slot", "number").order_by("slot", "number")) == [
        (0, 1),
        (1, 1),
        (1, 2),
    ]


def test_generating_once_more_after_an_unknown_outcome_says_what_it_may_cost(
    as_ana: Client, ana: User
) -> None:
    generation = submit(ana)
    put_at(only_attempt(generation), "unconfirmed", code="silent", charged="unknown")
    assert "May cost another $0.009" in page_of(as_ana, ended(generation, "failed"))


def test_pressing_try_again_twice_makes_one_attempt(as_ana: Client, ana: User) -> None:
    generation = submit(ana)
    failed(only_attempt(generation))
    ended(generation, "failed")
    for _ in range(2):
        as_ana.post(f"/generations/{generation.id}/retries/")
    assert generation.attempts.count() == 2


# Partial pictures


@pytest.mark.parametrize(
    ("who", "status"), [("ana", 200), ("ben", 404), ("boss", 200), ("guest", 302)]
)
def test_who_may_see_a_picture_while_it_is_painted(
    client_of: Any, ana: User, who: str, status: int
) -> None:
    generation = submit(ana)
    name = default_storage.save("partials/a.png", ContentFile(b"a picture"))
    put_at(only_attempt(generation), "calling", phase="painting", partial_file=name)
    answer = client_of(who).get(f"/generations/{generation.id}/partials/0/")
    assert answer.status_code == status
    if status == 200:
        assert "no-store" in answer["Cache-Control"]


@pytest.mark.once
@pytest.mark.parametrize("slot", [0, 7])
def test_no_partial_picture_is_404(as_ana: Client, ana: User, slot: int) -> None:
    generation = submit(ana)
    put_at(only_attempt(generation), "calling", partial_file="partials/gone.png" if slot else "")
    assert as_ana.get(f"/generations/{generation.id}/partials/{slot}/").status_code == 404


def ending_before(number: int, attempt: Attempt) -> Any:
    """Settles the attempt right before the query of that number."""
    left = iter(range(number, -1, -1))

    def execute(run: Any, *query: Any) -> Any:
        if next(left, None) == 0:
            settle_attempt(attempt)
        return run(*query)

    return connection.execute_wrapper(execute)


@pytest.mark.once
def test_a_card_at_its_end_has_a_receipt_at_its_end(as_ana: Client, ana: User) -> None:
    """Whatever ends between two queries of the page: only a card that still runs asks again."""
    for number in range(100):
        generation = submit(ana)
        attempt = only_attempt(generation)
        put_at(attempt, "collecting", percent=100)
        deliver(attempt, 0, status=Delivery.Status.STORED)
        store_image(attempt)
        with ending_before(number, attempt):
            page = page_of(as_ana, generation)
        if not Attempt.objects.get(pk=attempt.pk).is_finished:
            assert number > 10
            return
        assert "data-running" in page or "this is not final" not in page, number
    raise AssertionError("The page never came to its end")


def test_all_pictures_of_a_generation_come_in_one_download(as_ana: Client, ana: User) -> None:
    generation = ended(submit(ana, count=2), "succeeded")
    images = [delivered(attempt) for attempt in generation.attempts.order_by("slot")]
    page = page_of(as_ana, generation)
    assert "Download all 2" in page
    named = " ".join(str(image.uuid) for image in images)
    assert f'name="images" value="{named} "' in page
    answer = as_ana.post("/bundles/", {"images": f"{named} "})
    assert answer.status_code == 303


def test_cancel_says_how_much_of_it_is_still_free(as_ana: Client, ana: User) -> None:
    generation = submit(ana, count=3)
    first = generation.attempts.get(slot=0)
    put_at(first, "calling", sent_at=first.created_at)
    words = "Started, so it will be charged; 2 not sent yet are free"
    assert words in page_of(as_ana, generation)
