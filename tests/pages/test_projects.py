"""Projects: what a generation is for, chosen in the composer, kept by staff."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.models import (
    Attempt,
    AuditEntry,
    Collection,
    DailySpend,
    Generation,
    OutputImage,
    Preset,
    Project,
    ShareLink,
)
from generations.models.budget import project_account
from generations.providers.base import Charged, Code, ProviderError
from generations.selectors.spend_check import differences
from generations.services.attempts.settle import close_attempt, settle_attempt
from generations.services.budgets.sums import Used, used
from generations.services.collections import add_images, create_collection
from generations.services.generations import retry_generation
from generations.services.projects import (
    close_project,
    create_project,
    rename_project,
    require_project,
    set_project_default,
)
from tests.factories import deliver, put_at, store_image, submit
from tests.pages.composing import faults, press, submitted, typed, written_prompt
from tests.pages.delivering import picture
from tests.support.real_money import REAL

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


@pytest.fixture
def autumn(boss: User) -> Project:
    return create_project(by=boss, name="Autumn")


def chosen(response: Any) -> str:
    """The project that the composer shows; "-" where it shows none at all."""
    html = response.content.decode()
    if 'name="project"' not in html:
        return "-"
    found = re.search(r'<option value="[^"]*" selected>([^<]*)<', html)
    return found[1] if found else ""


@pytest.mark.once
def test_without_projects_the_composer_has_no_such_field(as_ana: Client):
    assert chosen(as_ana.get("/")) == "-"
    assert submitted(press(as_ana)).project is None


def test_a_generation_is_for_the_project_that_was_chosen(as_ana: Client, autumn: Project):
    generation = submitted(press(as_ana, project=str(autumn.pk)))
    assert generation.project == autumn
    assert "Autumn" in as_ana.get(f"/generations/{generation.id}/").content.decode()
    assert chosen(as_ana.get(f"/?from={generation.id}")) == "Autumn"


def test_the_composer_starts_with_the_persons_own(as_ana: Client, as_ben: Client, autumn: Project):
    assert chosen(as_ana.get("/")) == ""
    as_ana.post("/projects/default/", {"project": autumn.pk})
    assert chosen(as_ana.get("/")) == "Autumn"
    assert chosen(as_ben.get("/")) == ""
    # A script that says nothing of projects; and a person who wants none
    assert submitted(press(as_ana)).project == autumn
    assert submitted(press(as_ana, project="")).project is None


def test_where_one_is_required_the_form_asks_for_it_and_keeps_the_prompt(
    as_ana: Client, boss: User, autumn: Project
):
    require_project(by=boss, is_required=True)
    answer = press(as_ana, project="", prompt="A red kite")
    assert answer.status_code == 422
    assert "Choose the project" in faults(answer)["project"]
    assert written_prompt(answer) == "A red kite"
    assert not Generation.objects.exists()
    require_project(by=boss, is_required=False)
    assert submitted(press(as_ana, project="")).project is None


def test_nothing_new_is_submitted_for_a_closed_one(as_ana: Client, ana: User, autumn: Project):
    earlier = submit(ana, project=autumn)
    set_project_default(person=ana, project=autumn, by=ana)
    close_project(project=autumn, by=autumn.created_by)
    Project.objects.create(name="Winter", created_by=ana)
    for name in (str(autumn.pk), "nonsense"):
        answer = press(as_ana, project=name)
        assert (answer.status_code, "Choose another" in faults(answer)["project"]) == (422, True)
    assert "Choose another" in faults(as_ana.get(f"/?from={earlier.id}"))["project"]
    assert chosen(as_ana.get("/")) == ""
    earlier.refresh_from_db()
    assert earlier.project == autumn


@pytest.mark.once
def test_a_preset_brings_its_project(as_ana: Client, autumn: Project):
    as_ana.post("/presets/", typed(name="Posters", project=str(autumn.pk)))
    preset = Preset.objects.get()
    assert preset.project == autumn
    assert chosen(as_ana.get(f"/?preset={preset.id}")) == "Autumn"


def test_a_preset_without_one_leaves_what_is_chosen(as_ana: Client, autumn: Project):
    as_ana.post("/presets/", typed(name="Posters", project=""))
    as_ana.post("/draft/", typed(project=str(autumn.pk)))
    assert chosen(as_ana.get("/")) == "Autumn"
    assert chosen(as_ana.get(f"/?preset={Preset.objects.get().id}")) == "Autumn"


def test_the_gallery_is_narrowed_to_a_project(as_ben: Client, ana: User, autumn: Project):
    picture(ana)
    image = picture(ana, project=autumn)
    html = as_ben.get(f"/gallery/?project={autumn.pk}").content.decode()
    assert set(re.findall(r'href="/images/([^/"]+)/', html)) == {str(image.uuid)}
    assert "Autumn" in html
    assert "Autumn" in as_ben.get(f"/images/{image.uuid}/").content.decode()


def test_a_collection_may_belong_to_a_project(as_ana: Client, autumn: Project):
    as_ana.post("/collections/", {"name": "Kites", "project": autumn.pk})
    row = Collection.objects.get()
    close_project(project=autumn, by=autumn.created_by)
    page = f"/collections/{row.pk}/"
    assert chosen(as_ana.get(page)) == "Autumn"
    as_ana.post(page, {"name": "Birds"})
    row.refresh_from_db()
    assert (row.name, row.project) == ("Birds", autumn)
    as_ana.post(page, {"name": "Birds", "project": ""})
    row.refresh_from_db()
    assert row.project is None


def test_a_share_link_starts_with_its_collections_project_and_may_change_it(
    as_ana: Client, ana: User, autumn: Project
):
    collection = create_collection(user=ana, name="Kites", project=autumn)
    add_images(user=ana, collection=collection, images=[picture(ana)])
    assert chosen(as_ana.get(f"/share-links/new/?collection={collection.pk}")) == "Autumn"
    until = (timezone.localdate() + timedelta(days=3)).isoformat()
    typed = {"collection": collection.pk, "until": until}
    as_ana.post("/share-links/making/", typed)
    link = ShareLink.objects.get()
    assert link.project == autumn
    as_ana.post(f"/share-links/{link.pk}/", {"until": until, "project": ""})
    link.refresh_from_db()
    assert link.project is None


def test_staff_add_rename_close_and_open_again(as_boss: Client):
    as_boss.post("/projects/", {"name": "Autum"})
    row = Project.objects.get()
    as_boss.post(f"/projects/{row.pk}/", {"name": "Autumn"})
    as_boss.post(f"/projects/{row.pk}/closing/")
    row.refresh_from_db()
    assert (row.name, row.is_active, row.closed_at is None) == ("Autumn", False, False)
    assert "Open again" in as_boss.get("/projects/").content.decode()
    as_boss.post(f"/projects/{row.pk}/reopening/")
    row.refresh_from_db()
    assert (row.is_active, row.closed_at) == (True, None)
    as_boss.post("/projects/rule/", {"is_required": "yes"})
    told = AuditEntry.objects.filter(action__startswith="project-").order_by("pk")
    assert list(told.values_list("action", flat=True)) == [
        "project-made",
        "project-renamed",
        "project-closed",
        "project-reopened",
        "project-rule-set",
    ]
    assert told[1].details == {"name": ["Autum", "Autumn"]}


@pytest.mark.parametrize("name", ["", "autumn", "A" * 81])
def test_a_name_that_cannot_be_is_said_at_the_field(as_boss: Client, autumn: Project, name: str):
    answer = as_boss.post("/projects/", {"name": name})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert Project.objects.count() == 1


def test_a_rename_keeps_what_was_spent_before(ana: User, autumn: Project):
    generation = submit(ana, project=autumn)
    rename_project(project=autumn, name="Fall", by=autumn.created_by)
    generation.refresh_from_db()
    assert generation.project.name == "Fall"


def test_staff_set_what_anothers_composer_starts_with(
    as_boss: Client, as_ana: Client, ana: User, autumn: Project
):
    as_boss.post("/projects/defaults/", {"person": ana.pk, "project": autumn.pk})
    assert chosen(as_ana.get("/")) == "Autumn"
    assert "Ana" in as_boss.get("/projects/").content.decode()
    as_boss.post("/projects/defaults/", {"person": ana.pk, "project": ""})
    assert chosen(as_ana.get("/")) == ""
    assert as_boss.post("/projects/defaults/", {"person": "x"}).status_code == 422
    as_ana.post("/projects/default/", {"project": autumn.pk})
    written = AuditEntry.objects.filter(action="project-default-set").order_by("pk")
    assert [(it.actor.username, it.details["project"]) for it in written] == [
        ("boss", "Autumn"),
        ("boss", ""),
    ]


def test_more_projects_cost_no_more_queries(as_boss: Client, as_ana: Client, boss: User):
    def queries() -> list[int]:
        counts = []
        for client, address in ((as_boss, "/projects/"), (as_ana, "/"), (as_ana, "/gallery/")):
            with CaptureQueriesContext(connection) as seen:
                client.get(address)
            counts.append(len(seen))
        return counts

    create_project(by=boss, name="One")
    queries()
    before = queries()
    for number in range(5):
        create_project(by=boss, name=f"More {number}")
    assert queries() == before


def of_project(row: Generation, project: Project | None) -> Decimal:
    """What the days say was spent and is held for a project."""
    sums = DailySpend.objects.filter(group__project=project, group__person=row.requested_by)
    return sum((it.spent + it.held for it in sums), Decimal(0))


def used_by(*projects: Project) -> dict[str, Used]:
    return used([project_account(it.pk) for it in projects], [timezone.localdate()])


def test_a_generations_project_is_changed_for_what_it_costs_from_then_on(
    as_ana: Client, ana: User, boss: User, autumn: Project, real_money: None
):
    winter = create_project(name="Winter", by=boss)
    row = submit(ana, model=REAL, project=autumn, count=2)
    first, second = row.attempts.order_by("slot")
    put_at(first, "calling", sent_at=timezone.now())
    close_attempt(first, ProviderError(Code.MODERATION, charged=Charged.YES))
    page = as_ana.get(f"/generations/{row.pk}/").content.decode()
    assert "For what it costs from now on" in page
    answer = as_ana.post(f"/generations/{row.pk}/project/", {"project": winter.pk})
    assert answer.headers["Location"] == f"/generations/{row.pk}/"
    # What is on its way ends where it began, also for budgets and in the gallery
    put_at(second, "collecting", sent_at=timezone.now())
    deliver(second, status="stored")
    store_image(second)
    settle_attempt(Attempt.objects.get(pk=second.pk))
    assert OutputImage.objects.get().project == autumn
    assert (of_project(row, autumn), of_project(row, winter)) == (Decimal("0.018"), 0)
    held = {key: sums.held for key, sums in used_by(autumn, winter).items()}
    assert set(held.values()) == {0}
    retry_generation(generation=Generation.objects.get())
    assert (of_project(row, autumn), of_project(row, winter)) == (
        Decimal("0.018"),
        Decimal("0.009"),
    )
    assert used_by(winter)[project_account(winter.pk)].held == Decimal("0.009")
    assert list(differences()) == []
    line = AuditEntry.objects.get(action="generation-project-changed")
    assert (line.actor, line.details) == (ana, {"project": ["Autumn", "Winter"]})


@pytest.mark.once
def test_a_required_project_cannot_be_taken_from_a_generation(
    as_ana: Client, ana: User, boss: User, autumn: Project
):
    row = submit(ana, project=autumn)
    require_project(by=boss, is_required=True)
    answer = as_ana.post(f"/generations/{row.pk}/project/", {"project": ""})
    assert answer.status_code == 422
    assert "Choose the project that this is for." in answer.content.decode()
    row.refresh_from_db()
    assert row.project == autumn
