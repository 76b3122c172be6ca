"""Presets: prompt and settings under a name, mine or the team's."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from generations.models import ImageModel, Preset
from tests.factories import CHAT, IMAGES, preset
from tests.pages.composing import FREE_SIZES, chosen, faults, typed, upload, values, written_prompt

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

POSTER = {"prompt": "A poster of a kite", "model": IMAGES, "size": "1536x1024", "quality": "high"}


def save(client: Client, name: str | None = "Posters", htmx: bool = False, **changes: Any) -> Any:
    """What the composer holds, sent with a name."""
    headers = {"HX-Request": "true"} if htmx else {}
    fields = typed(**({"name": name} | POSTER | changes))
    return client.post("/presets/", fields, headers=headers)


def names(client: Client) -> list[str]:
    """The presets that the composer offers."""
    html = client.get("/").content.decode()
    return re.findall(r'class="presets__name" dir="auto">([^<]*)<', html)


def test_a_preset_fills_the_composer(as_ana: Client) -> None:
    answer = save(as_ana, count="3")
    assert (answer.status_code, answer.url) == (303, f"/?preset={Preset.objects.get().id}")
    page = as_ana.get(answer.url)
    assert written_prompt(page) == "A poster of a kite"
    assert (chosen(page, "model"), chosen(page, "size")) == ([IMAGES], ["1536x1024"])
    assert (chosen(page, "quality"), chosen(page, "count")) == (["high"], ["3"])


@pytest.mark.once
def test_a_free_size_is_kept(as_ana: Client) -> None:
    free = {"size": "free", "free_width": "2048", "free_height": "1024"}
    page = as_ana.get(save(as_ana, model=FREE_SIZES, **free).url)
    assert chosen(page, "size") == ["free"]
    assert (values(page, "free_width"), values(page, "free_height")) == (["2048"], ["1024"])


def test_what_a_preset_does_not_hold_stays_as_it_was(as_ana: Client, ana: User) -> None:
    as_ana.post("/references/", {"references": upload()})
    reference = str(ana.references.get().id)
    as_ana.post("/draft/", typed(prompt="My own words", kept_references=reference))
    page = as_ana.get(f"/?preset={preset(ana, prompt='', quality='high', model=IMAGES).id}")
    assert written_prompt(page) == "My own words"
    assert (values(page, "kept_references"), chosen(page, "quality")) == ([reference], ["high"])


@pytest.mark.once
def test_without_a_script_the_name_is_asked_for_and_nothing_is_lost(as_ana: Client) -> None:
    page = save(as_ana, name=None)
    assert page.status_code == 200
    assert "Give it a name" not in page.content.decode()
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode()))
    as_ana.post("/presets/", fields | {"name": "Posters"})
    kept = Preset.objects.get()
    assert (kept.prompt, kept.settings["quality"]) == ("A poster of a kite", "high")


@pytest.mark.once
def test_a_script_gets_the_menu_with_the_new_one(as_ana: Client) -> None:
    answer = save(as_ana, htmx=True)
    assert "“Posters” is saved." in answer.content.decode()
    assert f"/?preset={Preset.objects.get().id}" in answer.content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "  "}, "Give it a name."),
        ({"name": "Kites"}, "There is a preset of this name already."),
        ({"name": "x" * 81}, "Use 80 characters at most."),
        ({"size": "7x7"}, "multiples of 16"),
    ],
)
@pytest.mark.parametrize("htmx", [True, False])
def test_what_cannot_be_saved_is_said(
    as_ana: Client, ana: User, htmx: bool, changes: dict[str, str], words: str
) -> None:
    preset(ana, "Kites")
    answer = save(as_ana, htmx=htmx, **changes)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Preset.objects.count() == 1


def test_mine_are_mine_and_the_teams_are_everybodys(
    as_ana: Client, as_ben: Client, as_boss: Client, ana: User
) -> None:
    mine, ours = preset(ana, "Mine"), preset(ana, "Ours", is_team=True)
    assert names(as_ana) == ["Mine", "Ours"]
    assert names(as_ben) == names(as_boss) == ["Ours"]
    assert as_ben.get(f"/?preset={ours.id}").status_code == 200
    for address in (f"/?preset={mine.id}", "/?preset=nonsense"):
        assert as_ben.get(address).status_code == 404
    assert as_boss.get(f"/?preset={mine.id}").status_code == 404


@pytest.mark.parametrize(
    ("who", "is_team", "status"),
    [
        ("as_ana", False, 303),
        ("as_ana", True, 303),
        ("as_ben", True, 404),
        ("as_boss", True, 303),
        ("as_boss", False, 404),
    ],
)
def test_the_owner_and_for_the_team_staff_rename_and_delete(
    request: pytest.FixtureRequest, ana: User, who: str, is_team: bool, status: int
) -> None:
    client, row = request.getfixturevalue(who), preset(ana, is_team=is_team)
    renamed = client.post(f"/presets/{row.id}/", {"name": "Placards", "is_team": "on"})
    assert renamed.status_code == status
    row.refresh_from_db()
    assert (row.name == "Placards") == (status == 303)
    offers_change = f'action="/presets/{row.id}/"' in client.get("/presets/").content.decode()
    assert offers_change == (status == 303)
    assert client.post(f"/presets/{row.id}/deletion/").status_code == status
    assert Preset.objects.exists() == (status == 404)


def test_a_name_that_is_taken_is_not_given_twice(as_ana: Client, ana: User, ben: User) -> None:
    row, _other = preset(ana, "Posters"), preset(ana, "Kites")
    preset(ben, "Placards")
    answer = as_ana.post(f"/presets/{row.id}/", {"name": "Kites"})
    assert answer.status_code == 422
    assert "There is a preset of this name already." in answer.content.decode()
    assert as_ana.post(f"/presets/{row.id}/", {"name": "Placards"}).status_code == 303


@pytest.mark.once
def test_a_preset_whose_model_is_off_says_so(as_ana: Client, ana: User) -> None:
    row = preset(ana)
    ImageModel.objects.filter(name=CHAT.partition("/")[2]).update(is_enabled=False)
    page = as_ana.get(f"/?preset={row.id}")
    assert "is switched off. Choose another model." in faults(page)["model"]


def test_more_presets_need_no_more_queries(as_ana: Client, ana: User, ben: User) -> None:
    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as counted:
            as_ana.get(address)
        return len(counted)

    preset(ana, "1"), preset(ben, "2", is_team=True)
    few = queries("/"), queries("/presets/")
    for number in range(3, 7):
        preset(ana, f"{number}"), preset(ben, f"{number}", is_team=True)
    assert (queries("/"), queries("/presets/")) == few
