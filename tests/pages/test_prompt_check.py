"""The prompt check on its pages: while typing, on submit without JavaScript, and for staff."""

from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.forms import model_to_dict
from django.test import Client

from generations.forms.prompt_rule import PromptRuleForm
from generations.models import Generation, PromptRule
from tests.factories import only_attempt, put_at, store_image, submit
from tests.pages.composing import press, submitted, written_prompt

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("demo")]

NAMED = "A girl with a kite, by Makoto Shinkai"
TITLE = "“Makoto Shinkai” is a living artist."
LIST = "/admin/generations/promptrule/"


def said(client: Client, prompt: str) -> str:
    return words(client.post("/prompt-check/", {"prompt": prompt}))


def words(answer: Any) -> str:
    assert answer.status_code == 200
    return " ".join(unescape(answer.content.decode()).split())


def test_a_living_artist_is_pointed_at_with_a_safer_wording(as_ana: Client) -> None:
    answer = said(as_ana, NAMED)
    assert TITLE in answer
    assert 'data-text="by Makoto Shinkai"' in answer
    assert 'data-wording="in bright modern Japanese anime style"' in answer
    assert "Use this wording" in answer


def test_nothing_is_said_about_a_harmless_prompt(as_ana: Client) -> None:
    assert said(as_ana, "A harbour in Ghibli style") == ""
    assert said(as_ana, "") == ""
    assert words(as_ana.post("/prompt-check/")) == ""


def test_no_more_than_four_are_shown_and_the_rest_counted(as_ana: Client) -> None:
    answer = said(as_ana, "Banksy, Beeple, Loish, KAWS, James Jean and Pikachu")
    assert answer.count('class="prompt-check"') == 4
    assert "And 2 more." in answer


def test_what_a_person_types_is_never_taken_for_html(as_ana: Client) -> None:
    PromptRule.objects.create(
        name="Bold", kind="studio", level="clear", spellings="b bold", safer_wordings="en: <i>"
    )
    answer = as_ana.post("/prompt-check/", {"prompt": "<b>bold</b> b_bold"}).content.decode()
    assert "“b_bold”" in answer
    assert "&lt;i&gt;" in answer
    assert "<i>" not in answer


def test_a_body_that_is_far_too_long_is_refused_in_words(as_ana: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = as_ana.post("/prompt-check/", {"prompt": "x" * 2000})
    assert answer.status_code == 422
    assert "far too long" in answer.content.decode()


def test_use_again_warns_before_anything_is_typed(as_ana: Client, ana: User) -> None:
    page = as_ana.get(f"/?from={submit(ana, NAMED).id}")
    assert written_prompt(page) == NAMED
    assert TITLE in words(page)


def test_without_javascript_the_prompt_goes_out_as_it_is_and_the_page_says_so(
    as_ana: Client,
) -> None:
    row = submitted(press(as_ana, prompt=NAMED))
    assert row.prompt == NAMED
    page = words(as_ana.get(f"/generations/{row.id}/"))
    assert TITLE in page
    assert f'href="/?from={row.id}">Change the wording' in page
    assert "Use this wording" not in page


def test_a_prompt_that_went_through_is_not_complained_about(as_ana: Client, ana: User) -> None:
    row = submit(ana, NAMED)
    store_image(only_attempt(row))
    put_at(only_attempt(row), "succeeded", charged="yes", finished_at=datetime.now(UTC))
    Generation.objects.update(status="succeeded")
    assert TITLE not in words(as_ana.get(f"/generations/{row.id}/"))


def test_the_composer_with_a_fault_still_warns(as_ana: Client) -> None:
    answer = press(as_ana, prompt=NAMED, model="demo/none")
    assert answer.status_code == 422
    assert TITLE in unescape(answer.content.decode())


# The list, for staff


def written(rule: PromptRule, **changes: Any) -> dict[str, Any]:
    fields = model_to_dict(rule) | changes
    return {name: value for name, value in fields.items() if value not in (None, False)}


def test_staff_find_the_list_in_the_rail(as_boss: Client, as_ana: Client) -> None:
    assert f'href="{LIST}"' in as_boss.get("/").content.decode()
    assert f'href="{LIST}"' not in as_ana.get("/").content.decode()
    listed = words(as_boss.get(f"{LIST}?q=Shinkai"))
    assert "Makoto Shinkai" in listed
    assert "Clear warning" in listed


def test_staff_add_a_name_and_it_holds_at_once(as_boss: Client, as_ana: Client) -> None:
    assert said(as_ana, "by Ana Pérez") == ""
    fields = {"name": "Ana Pérez", "kind": "living_artist", "level": "clear", "is_enabled": "on"}
    fields |= {"spellings": " Ana Perez \n\nAna Perez\nАна Перес", "safer_wordings": "en:poster"}
    fields |= {"died_on": "", "checked_on": "2026-11-22", "note": "Asked us."}
    answer = as_boss.post(f"{LIST}add/", fields)
    assert answer.status_code == 302, answer.context["adminform"].errors
    row = PromptRule.objects.get(name="Ana Pérez")
    assert row.spellings == "Ana Perez\nАна Перес"
    assert row.safer_wordings == "en: poster"
    assert "“Ana Pérez” is a living artist." in said(as_ana, "by Ana Pérez")


def test_staff_enter_a_day_of_death_and_the_warning_ends(as_boss: Client, as_ana: Client) -> None:
    row = PromptRule.objects.get(name="Makoto Shinkai")
    assert as_boss.post(f"{LIST}{row.pk}/change/", written(row, died_on="2026-11-20")).url == LIST
    assert said(as_ana, NAMED) == ""
    assert "No warning" in words(as_boss.get(f"{LIST}?q=Shinkai"))


def test_staff_switch_an_entry_off(as_boss: Client, as_ana: Client) -> None:
    row = PromptRule.objects.get(name="Makoto Shinkai")
    as_boss.post(f"{LIST}{row.pk}/change/", written(row, is_enabled=False))
    assert said(as_ana, NAMED) == ""


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("spellings", "", "Write at least one spelling."),
        ("spellings", "x", "“x” cannot be found"),
        ("spellings", "X战警", "“X战警” cannot be found"),
        ("companions", "…", "“…” cannot be found"),
        ("safer_wordings", "bright style", "“bright style” names no language"),
        ("safer_wordings", "es: estilo", "Add a line in English"),
    ],
)
def test_what_could_never_work_is_refused_at_its_field(
    as_boss: Client, field: str, text: str, sentence: str
) -> None:
    row = PromptRule.objects.get(name="Banksy")
    answer = as_boss.post(f"{LIST}{row.pk}/change/", written(row, **{field: text}))
    assert sentence in words(answer)
    row.refresh_from_db()
    assert row.spellings.startswith("Banksy\n")


def test_every_entry_of_the_first_list_is_one_that_staff_could_have_written() -> None:
    for row in PromptRule.objects.all():
        form = PromptRuleForm(written(row), instance=row)
        assert form.is_valid(), (row, form.errors)


def test_no_entry_is_deleted(as_boss: Client) -> None:
    row = PromptRule.objects.get(name="Banksy")
    assert as_boss.post(f"{LIST}{row.pk}/delete/", {"post": "yes"}).status_code in (403, 404)
