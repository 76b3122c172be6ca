"""The studio: what it offers, what it shows, and how it starts from something earlier."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from generations.models import Attempt, Generation, ImageModel, PriceListItem, Worker
from tests.factories import only_attempt, put_at, store_image, submit
from tests.pages.composing import (
    CHAT,
    FREE_SIZES,
    IMAGES,
    OLD,
    chosen,
    mask,
    press,
    submitted,
    typed,
    upload,
    values,
    written_prompt,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.mark.once
def test_the_empty_studio_teaches_with_three_prompts(as_ana: Client) -> None:
    page = text_of(as_ana, "/")
    assert page.count("data-example=") == 3
    example = page.split('href="/?prompt=')[1].split('"')[0]
    assert written_prompt(as_ana.get(f"/?prompt={example}"))


@pytest.mark.once
def test_each_page_carries_a_key_of_its_own(as_ana: Client) -> None:
    first, second = (values(as_ana.get("/"), "submission_key")[0] for _ in range(2))
    assert first != second


@pytest.mark.once
def test_back_never_brings_an_old_key_back(as_ana: Client) -> None:
    assert "no-store" in as_ana.get("/")["Cache-Control"]


@pytest.mark.once
def test_only_models_that_may_be_used_are_offered(as_ana: Client) -> None:
    ImageModel.objects.filter(provider="demo", name="gpt-image-2").update(is_enabled=False)
    page = as_ana.get("/")
    off = re.findall(r'name="model" value="([^"]*)" disabled', page.content.decode())
    offered = set(values(page, "model")) - set(off)
    assert CHAT in offered
    assert not {OLD, "demo/gpt-image-2", "openai/gpt-image-2.5-flare"} & offered


def test_an_ended_model_is_marked_and_off(as_ana: Client) -> None:
    page = text_of(as_ana, "/")
    off = page.split(f'value="{OLD}"')[1].split("</label>")[0]
    assert off.startswith(" disabled>")
    assert "ended 23 October 2026" in off
    assert press(as_ana, model=OLD).status_code == 422
    # A relay may go on serving what its maker has ended
    ImageModel.objects.filter(provider="demo", name="gpt-image-1").update(is_kept_after_end=True)
    page = text_of(as_ana, "/")
    kept = page.split(f'value="{OLD}"')[1].split("</label>")[0]
    assert "disabled" not in kept
    assert "may still work" in kept


@pytest.mark.once
def test_the_last_model_is_chosen_again(as_ana: Client, ana: User) -> None:
    submit(ana, model=FREE_SIZES)
    assert chosen(as_ana.get("/"), "model") == [FREE_SIZES]


@pytest.mark.once
def test_without_any_model_the_page_says_who_can_help(as_ana: Client) -> None:
    ImageModel.objects.update(is_enabled=False)
    page = text_of(as_ana, "/")
    assert "No image model can be used here yet" in page
    assert "<textarea" not in page
    assert press(as_ana).status_code == 422


@pytest.mark.once
@pytest.mark.parametrize(
    ("model", "shown", "hidden"),
    [
        (CHAT, ["size", "count", "background"], ["quality", "output_format", "mask"]),
        (IMAGES, ["size", "quality", "output_format", "moderation"], ["input_fidelity"]),
    ],
)
def test_a_model_shows_what_it_takes_and_nothing_else(
    as_ana: Client, model: str, shown: list[str], hidden: list[str]
) -> None:
    page = as_ana.get(f"/?model={model}").content.decode()
    for name in shown:
        assert f'name="{name}"' in page, name
    for name in hidden:
        assert f'name="{name}"' not in page, name


@pytest.mark.once
def test_choosing_a_model_keeps_what_was_typed_as_far_as_it_takes_it(as_ana: Client) -> None:
    fields = typed(model=IMAGES, size="1024x1536", count="4", quality="high")
    answer = as_ana.post("/composer/", fields, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert b"<html" not in answer.content
    assert chosen(answer, "size") == ["1024x1536"]
    assert (chosen(answer, "count"), chosen(answer, "quality")) == (["4"], ["high"])
    assert b"Generate 4 pictures" in answer.content


# The estimate


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (f"model={CHAT}&count=2", "About $0.018."),
        (f"model={IMAGES}&quality=low&size=1024x1024", "About $0.0059."),
        (f"model={IMAGES}&quality=low&size=1024x1024&prompt_bytes=32000", "About $0.046."),
        (f"model={IMAGES}&quality=low&size=1024x1024&prompt_bytes=many", "About $0.0059."),
        ("model=demo/unknown", "About $"),
        (f"model={CHAT}&count=hello", "About $0.009."),
        ("", "About $"),
    ],
)
def test_the_estimate_follows_the_settings(as_ana: Client, query: str, words: str) -> None:
    assert words in text_of(as_ana, f"/estimate/?{query}")


@pytest.mark.once
def test_what_a_failed_call_costs_is_said_by_the_model(as_ana: Client) -> None:
    warning = "A failed call may be charged too."
    mild = "A call that is cut off may be charged."
    assert warning in text_of(as_ana, f"/estimate/?model={CHAT}")
    below = text_of(as_ana, f"/estimate/?model={IMAGES}")
    assert mild in below
    assert warning not in below


def test_a_missing_price_is_unknown_and_never_zero(as_ana: Client, settings: Any) -> None:
    PriceListItem.objects.filter(provider="demo").delete()
    settings.MODELS_WITHOUT_PRICE = True
    page = text_of(as_ana, f"/estimate/?model={CHAT}")
    assert "Unknown price." in page
    assert "$0.000" not in page


def test_references_are_part_of_the_estimate(as_ana: Client) -> None:
    alone = text_of(as_ana, f"/estimate/?model={IMAGES}&size=1024x1024")
    with_two = text_of(
        as_ana, f"/estimate/?model={IMAGES}&size=1024x1024&kept_references=a&kept_references=b"
    )
    assert alone != with_two


# Use again


def test_use_again_refills_everything(as_ana: Client) -> None:
    first = submitted(
        press(
            as_ana,
            prompt="A kite <again>",
            model=IMAGES,
            size="1536x1024",
            count="3",
            quality="high",
            background="opaque",
            output_format="webp",
            output_compression="70",
            references=[upload("a.png"), upload("b.png")],
            mask=mask(),
        )
    )
    page = as_ana.get(f"/?from={first.id}")
    assert written_prompt(page) == "A kite &lt;again&gt;"
    assert chosen(page, "model") == [IMAGES]
    assert (chosen(page, "size"), chosen(page, "count")) == (["1536x1024"], ["3"])
    assert (chosen(page, "quality"), chosen(page, "background")) == (["high"], ["opaque"])
    assert chosen(page, "output_format") == ["webp"]
    assert values(page, "output_compression") == ["70"]
    kept = {name: values(page, name) for name in ("kept_references", "kept_mask")}
    assert [len(ids) for ids in kept.values()] == [2, 1]
    again = submitted(press(as_ana, model=IMAGES, **kept))
    assert again.reference_uses.count() == 3


@pytest.mark.once
def test_use_again_keeps_a_free_size(as_ana: Client, ana: User) -> None:
    first = submit(ana, model=FREE_SIZES, size="2048x1024", quality="low")
    page = as_ana.get(f"/?from={first.id}")
    assert chosen(page, "size") == ["free"]
    assert (values(page, "free_width"), values(page, "free_height")) == (["2048"], ["1024"])


@pytest.mark.once
@pytest.mark.parametrize(("who", "status"), [("as_ana", 200), ("as_ben", 404), ("as_boss", 200)])
def test_who_may_use_a_generation_again(
    request: pytest.FixtureRequest, ana: User, who: str, status: int
) -> None:
    address = f"/?from={submit(ana).id}"
    assert request.getfixturevalue(who).get(address).status_code == status


@pytest.mark.once
def test_staff_may_use_again_what_a_member_uploaded(as_ana: Client, as_boss: Client) -> None:
    first = submitted(press(as_ana, references=upload()))
    kept = values(as_boss.get(f"/?from={first.id}"), "kept_references")
    again = submitted(press(as_boss, kept_references=kept))
    assert again.reference_uses.count() == 1


@pytest.mark.once
@pytest.mark.parametrize("query", ["from=nonsense", "from=", "before=nonsense"])
def test_an_address_that_leads_nowhere_is_the_404_page(as_ana: Client, query: str) -> None:
    assert as_ana.get(f"/?{query}").status_code == 404


# The feed


def test_the_feed_shows_my_generations_newest_first_and_no_others(
    as_ana: Client, ana: User, ben: User
) -> None:
    submit(ana, "The first kite")
    submit(ana, "The second kite")
    submit(ben, "Somebody else's kite")
    page = text_of(as_ana, "/")
    assert page.index("The second kite") < page.index("The first kite")
    assert "Somebody else" not in page


def test_earlier_generations_are_a_page_away(as_ana: Client, ana: User) -> None:
    for number in range(25):
        submit(ana, f"Kite number {number:02d}")
    first = as_ana.get("/").content.decode()
    address = first.split('href="/?before=')[1].split('"')[0]
    earlier = as_ana.get(f"/?before={address}").content.decode()
    shown = [sum(f"Kite number {n:02d}<" in page for page in (first, earlier)) for n in range(25)]
    assert shown == [1] * 25


def test_what_is_under_way_is_counted_with_what_is_held(as_ana: Client, ana: User) -> None:
    submit(ana, count=2)
    submit(ana)
    assert "2 under way, $0.027 held (demo)" in text_of(as_ana, "/")


def test_a_hidden_tab_learns_what_has_ended_of_its_own(
    as_ana: Client, ana: User, ben: User
) -> None:
    done, running, theirs = submit(ana, "A red kite"), submit(ana), submit(ben)
    for generation in (done, theirs):
        put_at(only_attempt(generation), "failed", code="moderation", charged="no")
        Generation.objects.filter(id=generation.id).update(status="failed")
    named = [str(row.id) for row in (done, running, theirs)]
    answer = as_ana.get("/finished/", {"generation": [*named, "nonsense"]}).json()
    said = "Prompt refused: A red kite"
    assert answer == {"finished": [{"generation": str(done.id), "said": said}]}


State = tuple[dict[str, Any], str]
STATES: dict[str, State] = {
    "waiting": ({"status": "queued"}, "Waiting here, 1st in line"),
    "sent": ({"status": "calling", "phase": "sent"}, "Sent to the provider"),
    "queued": ({"status": "calling", "phase": "queued"}, "Queued at the provider"),
    "painting": (
        {"status": "calling", "phase": "painting", "percent": 42},
        'Painting, <span data-role="percent">42</span> %',
    ),
    "saving": ({"status": "collecting"}, "The picture has arrived and is being stored."),
    "failed": (
        {"status": "failed", "code": "moderation", "charged": "yes", "cost": Decimal("0.009")},
        "<strong>$0.009 was charged</strong>",
    ),
    "free": (
        {"status": "failed", "code": "key_wrong", "charged": "no", "cost": Decimal(0)},
        "Nothing was charged.",
    ),
    "unconfirmed": (
        {"status": "unconfirmed", "code": "connection_lost", "charged": "unknown"},
        "<strong>unknown, perhaps $0.009</strong>",
    ),
    "canceled": (
        {"status": "canceled", "code": "canceled", "charged": "no", "cost": Decimal(0)},
        "Nothing was charged.",
    ),
}


@pytest.mark.once
@pytest.mark.parametrize(("values_", "words"), STATES.values(), ids=STATES)
def test_a_card_says_what_is_going_on(
    as_ana: Client, ana: User, values_: dict[str, Any], words: str
) -> None:
    Worker.objects.create(name="w", heard_at="2100-01-01T00:00Z")
    generation = submit(ana)
    attempt = put_at(only_attempt(generation), **values_)
    if attempt.is_finished:
        end = "canceled" if attempt.status == "canceled" else "failed"
        Generation.objects.update(status=end)
    assert words in text_of(as_ana, "/")


@pytest.mark.once
def test_without_a_worker_the_card_says_so(as_ana: Client, ana: User) -> None:
    submit(ana)
    assert "No worker is running at the moment." in text_of(as_ana, "/")


@pytest.mark.once
@pytest.mark.parametrize(
    ("model", "sent", "words"),
    [
        (CHAT, False, "Free until it is sent"),
        (CHAT, True, "Started, so it will be charged"),
        (IMAGES, True, "Sent, so it may be charged"),
    ],
)
def test_cancel_says_whether_it_is_free(
    as_ana: Client, ana: User, model: str, sent: bool, words: str
) -> None:
    attempt = only_attempt(submit(ana, model=model))
    if sent:
        put_at(attempt, "calling", phase="sent", sent_at="2026-11-22T08:00Z")
    assert words in text_of(as_ana, "/")


def test_the_place_in_line_is_fair(as_ana: Client, ana: User, ben: User) -> None:
    for _ in range(3):
        submit(ben, "Ben has three waiting")
    submit(ana, "Ana has one")
    assert "2nd in line" in text_of(as_ana, "/")


def test_one_picture_came_and_one_failed(as_ana: Client, ana: User) -> None:
    generation = submit(ana, count=2)
    first, second = generation.attempts.order_by("slot")
    store_image(first, cost=Decimal("0.009"))
    put_at(first, "succeeded", charged="yes", cost=Decimal("0.009"))
    put_at(second, "failed", code="provider_failed", charged="yes", cost=Decimal("0.009"))
    ended = Attempt.objects.latest("created_at").created_at
    Attempt.objects.update(finished_at=ended)
    Generation.objects.update(status="succeeded")
    page = text_of(as_ana, "/")
    assert "1 of 2 done" in page
    assert "<strong>$0.018</strong>" in page
    assert "charged $0.009" in page


def test_a_long_history_costs_no_more_queries(as_ana: Client, ana: User) -> None:
    def make(count: int) -> None:
        for number in range(count):
            generation = submitted(press(as_ana, count="2", references=upload()))
            for attempt in generation.attempts.all():
                store_image(attempt)
                if number % 2:
                    put_at(attempt, "succeeded", charged="yes", cost=Decimal("0.009"))

    make(2)
    few = queries_of(lambda: as_ana.get("/"))
    make(6)
    assert queries_of(lambda: as_ana.get("/")) == few


def queries_of(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        act()
    return len(queries)


@pytest.mark.once
@pytest.mark.parametrize("address", ["/generations/", "/composer/", "/references/"])
def test_an_address_of_a_form_typed_in_leads_to_the_studio(as_ana: Client, address: str) -> None:
    answer = as_ana.get(address)
    assert (answer.status_code, answer["Location"]) == (302, "/")
