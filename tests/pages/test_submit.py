"""A person presses Generate: what is accepted, what is asked again, and what is kept."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from generations.models import Generation, ImageModel, PriceListItem, ReferenceImage
from tests.pages.composing import (
    CHAT,
    FREE_SIZES,
    IMAGES,
    OLD,
    chosen,
    faults,
    press,
    submitted,
    typed,
    upload,
    values,
    written_prompt,
)
from tests.pictures.hostile import png_claiming
from tests.pictures.makers import encoded, noise, scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def test_a_prompt_becomes_a_generation_and_leads_to_its_page(as_ana: Client, ana: User) -> None:
    generation = submitted(press(as_ana, prompt="  A red kite\r\nover the sea ", count="2"))
    assert generation.requested_by == ana
    assert generation.prompt == "A red kite\nover the sea"
    assert (generation.image_model, generation.attempts.count()) == (CHAT, 2)
    assert as_ana.get(f"/generations/{generation.id}/").status_code == 200


@pytest.mark.once
def test_every_setting_arrives_as_it_was_chosen(as_ana: Client) -> None:
    generation = submitted(
        press(
            as_ana,
            model=IMAGES,
            size="1536x1024",
            quality="high",
            background="opaque",
            output_format="jpeg",
            output_compression="80",
            moderation="low",
        )
    )
    assert generation.size == "1536x1024"
    assert (generation.quality, generation.background) == ("high", "opaque")
    assert (generation.output_format, generation.output_compression) == ("jpeg", 80)
    assert generation.moderation == "low"


@pytest.mark.once
def test_a_script_may_leave_out_everything_but_prompt_model_and_key(as_ana: Client) -> None:
    generation = submitted(press(as_ana, model=IMAGES, size=None, count=None))
    assert (generation.count, generation.size, generation.quality) == (1, "auto", "medium")


def test_the_same_key_again_leads_to_the_first_and_makes_nothing_new(as_ana: Client) -> None:
    fields = typed()
    first = submitted(as_ana.post("/generations/", fields))
    again = as_ana.post("/generations/", fields | {"prompt": "Something else", "count": "99"})
    assert submitted(again) == first
    assert Generation.objects.count() == 1


def test_the_same_key_of_two_people_makes_two(as_ana: Client, as_ben: Client) -> None:
    fields = typed()
    assert submitted(as_ana.post("/generations/", fields)) != submitted(
        as_ben.post("/generations/", fields)
    )


@pytest.mark.once
def test_with_a_script_the_card_comes_back_with_a_fresh_key(as_ana: Client) -> None:
    fields = typed()
    answer = as_ana.post("/generations/", fields, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert b"<generation-card" in answer.content
    (fresh,) = values(answer, "submission_key")
    assert fresh != fields["submission_key"]


@pytest.mark.once
def test_nobody_submits_without_signing_in(guest: Client) -> None:
    answer = press(guest)
    assert answer.status_code == 302
    assert "login" in answer["Location"]
    assert not Generation.objects.exists()


@pytest.mark.once
def test_a_press_after_the_session_ended_leads_the_whole_page_to_the_sign_in(guest: Client) -> None:
    answer = press(guest, htmx=True)
    assert "login" in answer["HX-Redirect"]


@pytest.mark.once
def test_a_fragment_for_no_page_at_all_leads_to_the_sign_in_too(guest: Client) -> None:
    answer = guest.get("/under-way/", headers={"HX-Request": "true", "HX-Current-URL": "http://[x"})
    assert answer["HX-Redirect"] == "/account/login/?next=/"


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"prompt": ""}, "prompt", "Describe the picture"),
    ({"prompt": " \n "}, "prompt", "Describe the picture"),
    ({"prompt": None}, "prompt", "Describe the picture"),
    ({"prompt": "x" * 33_500}, "prompt", "1,500 characters too long"),
    ({"prompt": "a\0b"}, "prompt", "invisible character"),
    ({"prompt": "a\ufffdb"}, "prompt", "could not be read"),
    ({"model": "demo/never-heard-of"}, "model", "not known"),
    ({"model": "no-slash"}, "model", "not known"),
    ({"model": "a\0b/c"}, "model", "not known"),
    ({"model": None}, "model", "not known"),
    ({"model": OLD}, "model", "has ended"),
    ({"model": "openai/gpt-image-2"}, "model", "no key for openai"),
    ({"size": "7x7"}, "size", "Choose one of these sizes"),
    ({"size": "huge"}, "size", "Choose one of these sizes"),
    ({"model": FREE_SIZES, "size": "1000x1000"}, "size", "multiples of 16"),
    ({"model": FREE_SIZES, "size": "4096x1024"}, "size", "at most 3840"),
    ({"model": FREE_SIZES, "size": "3200x1008"}, "size", "three times"),
    ({"model": FREE_SIZES, "size": "512x512"}, "size", "too small"),
    ({"model": FREE_SIZES, "size": "3840x3840"}, "size", "too large"),
    ({"model": FREE_SIZES, "size": "0x0"}, "size", "multiples of 16"),
    ({"model": FREE_SIZES, "size": "free", "free_width": "", "free_height": "x"}, "size", "whole"),
    ({"count": "0"}, "count", "from 1 to 4"),
    ({"count": "5"}, "count", "from 1 to 4"),
    ({"count": "-1"}, "count", "from 1 to 4"),
    ({"count": "two"}, "count", "from 1 to 4"),
    ({"count": "9" * 5000}, "count", "from 1 to 4"),
    ({"count": "²"}, "count", "from 1 to 4"),
    ({"quality": "high"}, "quality", "no choice of quality"),
    ({"model": IMAGES, "quality": "ultra"}, "quality", "Choose one of these"),
    ({"model": FREE_SIZES, "quality": "max"}, "quality", "Choose one of these"),
    ({"output_format": "png"}, "output_format", "no choice of format"),
    ({"background": "opaque"}, "background", "Choose one of these"),
    ({"output_compression": "80"}, "output_compression", "no choice of compression"),
    (
        {"model": IMAGES, "output_format": "jpeg", "output_compression": "101"},
        "output_compression",
        "from 0 to 100",
    ),
    ({"model": IMAGES, "output_compression": "80"}, "output_compression", "Only JPEG and WebP"),
    (
        {"model": IMAGES, "output_format": "jpeg", "background": "transparent"},
        "output_format",
        "needs PNG or WebP",
    ),
    ({"moderation": "low"}, "moderation", "no choice of moderation"),
    ({"input_fidelity": "high"}, "input_fidelity", "no choice of fidelity"),
    ({"kept_references": "not-a-uuid"}, "references", "not there any more"),
    (
        {"kept_references": "00000000-0000-4000-8000-000000000000"},
        "references",
        "not there any more",
    ),
]


@pytest.mark.once
@pytest.mark.parametrize(("changes", "field", "words"), BAD, ids=lambda part: str(part)[:40])
def test_bad_input_says_at_its_field_what_to_change(
    as_ana: Client, changes: dict[str, Any], field: str, words: str
) -> None:
    answer = press(as_ana, **changes)
    assert answer.status_code == 422
    assert words in faults(answer).get(field, f"nothing, but {faults(answer)}")
    assert not Generation.objects.exists()


@pytest.mark.once
@pytest.mark.parametrize(("changes", "field", "words"), BAD[:12], ids=lambda part: str(part)[:40])
def test_with_a_script_the_composer_comes_back_in_its_place(
    as_ana: Client, changes: dict[str, Any], field: str, words: str
) -> None:
    answer = press(as_ana, htmx=True, **changes)
    assert (answer.status_code, answer["HX-Retarget"]) == (422, "#composer")
    assert words in faults(answer)[field]


@pytest.mark.parametrize("key", [None, "", "k" * 65, "a\0b"])
def test_a_form_without_a_whole_key_gets_a_new_one_and_stays_filled(
    as_ana: Client, key: str | None
) -> None:
    answer = press(as_ana, submission_key=key, prompt="Keep me")
    assert answer.status_code == 422
    assert b"Send it again" in answer.content
    assert written_prompt(answer) == "Keep me"
    assert len(values(answer, "submission_key")[0]) == 32


@pytest.mark.once
def test_bytes_that_are_no_utf_8_are_refused_in_words(as_ana: Client) -> None:
    body = b"prompt=%ff%fe&model=demo/gpt-4o-image-vip&submission_key=k"
    answer = as_ana.generic(
        "POST", "/generations/", body, content_type="application/x-www-form-urlencoded"
    )
    assert "could not be read" in faults(answer)["prompt"]


@pytest.mark.once
def test_what_was_typed_is_still_there_after_a_fault(as_ana: Client) -> None:
    answer = press(
        as_ana,
        prompt='Say "hi" & <b>wave</b>',
        model=IMAGES,
        size="1024x1536",
        count="3",
        quality="extreme",
        background="transparent",
        output_format="webp",
    )
    assert written_prompt(answer) == "Say &quot;hi&quot; &amp; &lt;b&gt;wave&lt;/b&gt;"
    assert chosen(answer, "model") == [IMAGES]
    assert chosen(answer, "size") == ["1024x1536"]
    assert chosen(answer, "count") == ["3"]
    assert chosen(answer, "background") == ["transparent"]
    assert chosen(answer, "output_format") == ["webp"]


@pytest.mark.once
def test_what_the_model_does_not_take_is_no_fault_while_nothing_is_asked(as_ana: Client) -> None:
    generation = submitted(
        press(as_ana, quality="auto", output_format="", moderation="auto", output_compression="")
    )
    assert (generation.quality, generation.output_format, generation.moderation) == ("", "", "")


@pytest.mark.once
def test_a_free_size_is_sent_as_width_and_height(as_ana: Client) -> None:
    answer = press(
        as_ana, model=FREE_SIZES, size="free", free_width="1920", free_height="1088", quality="low"
    )
    assert submitted(answer).size == "1920x1088"


@pytest.mark.once
def test_a_model_that_is_switched_off_is_refused(as_ana: Client) -> None:
    ImageModel.objects.filter(provider="demo", name="gpt-4o-image-vip").update(is_enabled=False)
    assert "switched off" in faults(press(as_ana))["model"]


@pytest.mark.once
def test_an_ended_model_that_staff_keep_is_taken(as_ana: Client) -> None:
    ImageModel.objects.filter(name="gpt-image-1").update(
        is_kept_after_end=True, ends_on=timezone.localdate() - timedelta(days=1)
    )
    assert submitted(press(as_ana, model=OLD, input_fidelity="")).model == "gpt-image-1"


def test_a_model_without_a_price_is_refused_unless_staff_allow_it(
    as_ana: Client, settings: Any
) -> None:
    PriceListItem.objects.filter(provider="demo").delete()
    settings.MODELS_WITHOUT_PRICE = False
    assert "price" in faults(press(as_ana))["model"]
    settings.MODELS_WITHOUT_PRICE = True
    assert submitted(press(as_ana)).attempts.get().estimate is None


@pytest.mark.once
def test_a_body_too_large_to_read_is_answered_in_words(as_ana: Client) -> None:
    answer = press(as_ana, prompt="x" * (6 * 1024 * 1024))
    assert answer.status_code == 422
    assert "too long" in faults(answer)["references"]


@pytest.mark.once
def test_more_than_all_files_together_may_weigh_is_answered_in_words(
    as_ana: Client, settings: Any
) -> None:
    settings.BODY_MAX_BYTES = 8 * 1024 * 1024
    answer = press(as_ana, references=upload(content=b"x" * 9 * 1024 * 1024))
    assert answer.status_code == 422
    assert "too much at once" in faults(answer)["references"]


@pytest.mark.once
@pytest.mark.parametrize(
    "body", [b"", b"--cut", b'--cut\r\nContent-Disposition: form-data; name="pr']
)
def test_a_form_cut_on_its_way_is_answered_in_words(as_ana: Client, body: bytes) -> None:
    kind = "multipart/form-data; boundary=cut"
    assert as_ana.generic("POST", "/generations/", body, content_type=kind).status_code == 422


@pytest.mark.once
def test_a_forged_form_is_refused_with_a_page(ana: User) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(ana)
    answer = press(careful)
    assert answer.status_code == 403
    assert b"<h1" in answer.content
    assert not Generation.objects.exists()


@pytest.mark.once
def test_a_right_token_passes(ana: User) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(ana)
    token = values(careful.get("/"), "csrfmiddlewaretoken")[0]
    submitted(press(careful, csrfmiddlewaretoken=token))


# Uploads


def test_references_go_with_the_form_in_their_order(as_ana: Client, ana: User) -> None:
    first = submitted(press(as_ana, references=[upload("one.png"), upload("two.png")]))
    kept = [str(use.reference_id) for use in first.reference_uses.all()]
    second = submitted(press(as_ana, kept_references=kept[::-1], references=upload("three.png")))
    names = [use.reference.name for use in second.reference_uses.select_related("reference")]
    assert names == ["two.png", "one.png", "three.png"]


@pytest.mark.once
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"just words", "not a picture"),
        (encoded(scene(800, 600))[:2000], "damaged or incomplete"),
        (png_claiming(10_000, 6_000), "60 megapixels"),
    ],
)
def test_a_file_that_is_not_taken_is_named_and_the_rest_is_kept(
    as_ana: Client, content: bytes, words: str
) -> None:
    answer = press(as_ana, references=[upload("good.png"), upload("bad.png", content)])
    assert answer.status_code == 422
    assert "bad.png" in faults(answer)["references"]
    assert words in faults(answer)["references"]
    good = ReferenceImage.objects.get()
    assert values(answer, "kept_references") == [str(good.id)]
    assert written_prompt(answer) == "A red kite over a grey sea"


@pytest.mark.once
def test_a_file_over_the_limit_is_refused_with_both_sizes(as_ana: Client, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 2 * 1024 * 1024
    answer = press(as_ana, references=upload(content=b"x" * 3 * 1024 * 1024))
    assert "has 3.0 MB; 2.0 are taken" in faults(answer)["references"]


@pytest.mark.once
def test_uploads_are_kept_when_the_prompt_is_the_fault(as_ana: Client) -> None:
    answer = press(as_ana, prompt="", references=upload())
    kept = values(answer, "kept_references")
    assert len(kept) == 1
    generation = submitted(press(as_ana, kept_references=kept))
    assert generation.reference_uses.count() == 1


@pytest.mark.once
def test_more_references_than_the_model_takes_are_counted(as_ana: Client) -> None:
    answer = press(as_ana, references=[upload(f"{number}.png") for number in range(12)])
    assert "takes 10 references at most: remove 2" in faults(answer)["references"]
    assert len(values(answer, "kept_references")) == 12


@pytest.mark.once
def test_a_model_without_references_says_so(as_ana: Client) -> None:
    ImageModel.objects.filter(provider="demo").update(max_references=0)
    assert "takes no references" in faults(press(as_ana, references=upload()))["references"]


@pytest.mark.once
def test_somebody_elses_reference_is_as_if_it_were_not_there(
    as_ana: Client, as_ben: Client
) -> None:
    kept = values(press(as_ben, prompt="", references=upload()), "kept_references")
    answer = press(as_ana, kept_references=kept)
    assert "not there any more" in faults(answer)["references"]
    assert not values(answer, "kept_references")


@pytest.mark.once
def test_moderation_and_references_exclude_each_other(as_ana: Client) -> None:
    answer = press(as_ana, model=IMAGES, moderation="low", references=upload())
    assert "cannot be chosen with references" in faults(answer)["moderation"]


# Without JavaScript: the same form asks for other settings


@pytest.mark.once
def test_the_settings_of_another_model_are_shown_with_all_that_was_typed(as_ana: Client) -> None:
    answer = as_ana.post(
        "/composer/", typed(prompt="", model=IMAGES, count="2", references=upload())
    )
    assert answer.status_code == 200
    assert not faults(answer)
    assert chosen(answer, "quality") == ["medium"]
    assert chosen(answer, "count") == ["2"]
    assert len(values(answer, "kept_references")) == 1


@pytest.mark.once
def test_a_reference_is_removed_and_moved_without_a_script(as_ana: Client) -> None:
    answer = as_ana.post("/composer/", typed(references=[upload("a"), upload("b"), upload("c")]))
    a, b, c = values(answer, "kept_references")
    moved = as_ana.post("/composer/", typed(kept_references=[a, b, c], move_reference=c))
    assert values(moved, "kept_references") == [a, c, b]
    removed = as_ana.post("/composer/", typed(kept_references=[a, c, b], remove_reference=c))
    assert values(removed, "kept_references") == [a, b]


def test_references_that_go_in_the_moment_of_sending_are_named_and_the_rest_is_kept(
    as_ana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [upload("one.png"), upload("two.png", encoded(noise(40, 30)))]
    kept = values(press(as_ana, prompt="", references=files), "kept_references")

    def lose_one(*_: Any) -> None:
        ReferenceImage.objects.filter(pk=kept[0]).delete()

    monkeypatch.setattr("generations.views.generations.parent_named", lose_one)
    answer = press(as_ana, prompt="A kite", kept_references=kept)
    assert answer.status_code == 422
    assert "not there any more" in faults(answer)["references"]
    assert values(answer, "kept_references") == kept[1:]
    assert "A kite" in answer.content.decode()
    assert not Generation.objects.exists()
