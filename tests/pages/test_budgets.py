"""Budgets on pages: what is left, what is refused and kept, and what staff make of them."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.models import Budget, BudgetPass, BudgetSum, Generation, Project, ReferenceImage
from generations.providers.base import Charged
from generations.services.budgets.passes import give_pass
from generations.services.projects import close_project, create_project, require_project
from generations.services.team.tokens import make_token
from tests.factories import only_attempt, submit
from tests.pages.composing import faults, press, submitted, upload, values, written_prompt
from tests.support.cast import make_person
from tests.support.real_money import CALL, REAL, fail

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("real_money")]

Make = Callable[..., Budget]


def ask(client: Client, htmx: bool = False, **changes: Any) -> Any:
    """Presses Generate with the model that costs real money, one call $0.009."""
    return press(client, htmx=htmx, model=REAL, size="1024x1024", **changes)


def under_the_button(client: Client, query: str = "") -> str:
    html = client.get(f"/estimate/?model={REAL}&{query}").content.decode()
    found = re.search(r'class="composer__budget[^>]*>([^<]*)<', html)
    return found[1] if found else ""


# The composer


@pytest.mark.once
def test_without_budgets_nothing_is_said_of_them(as_ana: Client):
    html = as_ana.get("/").content.decode()
    assert "composer__budget" not in html
    assert "used up" not in html


def test_the_composer_says_what_is_left_in_the_tightest(as_ana: Client, ana: User, budget: Make):
    budget(limit=100)
    budget(limit=1, person=ana, period="week")
    submit(ana, model=REAL)
    assert under_the_button(as_ana) == "$0.991 of $1.000 left, in your budget of the week."
    assert "$0.991 of $1.000 left" in as_ana.get("/").content.decode()


def test_the_project_that_is_chosen_has_its_own(as_ana: Client, boss: User, budget: Make):
    autumn = create_project(by=boss, name="Autumn")
    budget(limit=1, project=autumn)
    assert under_the_button(as_ana) == ""
    said = under_the_button(as_ana, f"project={autumn.pk}")
    assert said == "$1.000 of $1.000 left, in the budget of the month for Autumn."


def test_before_sending_it_says_that_it_would_not_fit(as_ana: Client, budget: Make):
    budget(limit="0.020")
    assert under_the_button(as_ana, "count=2").startswith("$0.020 of $0.020 left")
    assert under_the_button(as_ana, "count=3").startswith("More than is left")


@pytest.mark.parametrize("htmx", [False, True])
def test_what_is_refused_says_which_budget_and_how_much_and_keeps_everything(
    as_ana: Client, budget: Make, htmx: bool
):
    budget(limit="0.005")
    answer = ask(as_ana, htmx=htmx, prompt="A red kite", references=upload())
    assert answer.status_code == 422
    sentence = faults(answer)["budget"]
    assert "About $0.009 is more than is left: $0.005 of $0.005" in sentence
    assert "in the team’s budget of the month" in sentence
    assert written_prompt(answer) == "A red kite"
    assert values(answer, "kept_references") == [str(ReferenceImage.objects.get().id)]
    assert not Generation.objects.exists()
    assert "Submit all the same" not in answer.content.decode()


def test_staff_submit_all_the_same_and_a_member_cannot(
    as_boss: Client, as_ana: Client, budget: Make
):
    budget(limit="0.005")
    assert "Submit all the same" in ask(as_boss).content.decode()
    assert ask(as_ana, let_pass="yes").status_code == 422
    assert submitted(ask(as_boss, let_pass="yes"))


def test_a_member_with_a_pass_gets_through_once(
    as_ana: Client, as_boss: Client, ana: User, budget: Make
):
    budget(limit="0.005")
    as_boss.post("/budgets/passes/", {"person": ana.pk, "reason": "The fair"})
    assert under_the_button(as_ana).endswith("Your staff let this one pass.")
    assert submitted(ask(as_ana))
    assert ask(as_ana).status_code == 422
    assert "The fair" in as_boss.get("/budgets/").content.decode()


def test_a_retry_that_does_not_fit_is_said_on_the_card(as_ana: Client, ana: User, budget: Make):
    generation = submit(ana, model=REAL)
    fail(only_attempt(generation), charged=Charged.YES)
    budget(limit=CALL)
    address = f"/generations/{generation.id}/retries/"
    for headers in ({}, {"HX-Request": "true"}):
        answer = as_ana.post(address, headers=headers)
        assert answer.status_code == 422
        assert "more than is left: $0.000 of $0.009" in answer.content.decode()
    assert generation.attempts.count() == 1


@pytest.mark.once
def test_a_retry_for_a_closed_project_says_what_to_do(as_ana: Client, ana: User, boss: User):
    autumn = create_project(by=boss, name="Autumn")
    generation = submit(ana, model=REAL, project=autumn)
    fail(only_attempt(generation), charged=Charged.YES)
    close_project(project=autumn, by=boss)
    answer = as_ana.post(f"/generations/{generation.id}/retries/")
    assert answer.status_code == 422
    assert "The project Autumn is closed" in answer.content.decode()


def test_a_retry_without_a_project_says_what_to_do(as_ana: Client, ana: User, boss: User):
    generation = submit(ana, model=REAL)
    fail(only_attempt(generation), charged=Charged.YES)
    create_project(by=boss, name="Autumn")
    require_project(by=boss, is_required=True)
    answer = as_ana.post(f"/generations/{generation.id}/retries/")
    assert answer.status_code == 422
    assert "Every generation needs a project now" in answer.content.decode()


def test_a_script_reads_why_nothing_is_tried_again(ana: User, budget: Make):
    generation = submit(ana, model=REAL)
    fail(only_attempt(generation), charged=Charged.YES)
    budget(limit=CALL)
    token = make_token(person=ana, name="Night job")[1]
    script = Client(headers={"Authorization": f"Bearer {token}"})
    answer = script.post(f"/generations/{generation.id}/retries/")
    assert answer.status_code == 422
    (sentence,) = answer.json()["errors"]["budget"]
    assert "more than is left: $0.000 of $0.009" in sentence


# Warnings on the page


def test_the_person_and_staff_read_that_it_is_nearly_used_up(
    as_ana: Client, as_ben: Client, as_boss: Client, ana: User, budget: Make
):
    budget(warn_at="0.009", limit="0.018", person=ana)
    submit(ana, model=REAL)
    assert "Your budget of the month is nearly used up." in as_ana.get("/").content.decode()
    assert "nearly used up" not in as_ben.get("/").content.decode()
    assert "1 budget of the team is nearly" in as_boss.get("/").content.decode()
    submit(ana, model=REAL)
    assert "Your budget of the month is used up." in as_ana.get("/").content.decode()


# The page of staff


def test_staff_make_change_and_end_a_budget(as_boss: Client, ana: User):
    made = {"scope": "person", "person": ana.pk, "period": "week", "limit": "$20", "warn_at": ""}
    assert as_boss.post("/budgets/", made).status_code == 303
    row = Budget.objects.get()
    assert (row.person, row.limit, row.warn_at) == (ana, 20, None)
    as_boss.post(f"/budgets/{row.pk}/", {"limit": "25", "warn_at": "20"})
    row.refresh_from_db()
    assert (row.limit, row.warn_at) == (25, 20)
    page = as_boss.get("/budgets/").content.decode()
    assert "Ana’s budget of the week" in page
    assert "Stops at $25.000" in page
    as_boss.post(f"/budgets/{row.pk}/ending/")
    assert "No budgets yet" in as_boss.get("/budgets/").content.decode()


@pytest.mark.once
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"limit": ""}, "where it stops, or both"),
        ({"limit": "1", "warn_at": "2"}, "It warns before it stops"),
        ({"limit": "-1"}, "not below zero"),
        ({"limit": "many"}, "Write an amount in US dollars"),
        ({"limit": "0.0000001"}, "six places at most"),
        ({"scope": "person"}, "Choose the person."),
        ({"scope": "project"}, "Choose the project."),
        ({"scope": "everything"}, "Choose whom it is for."),
        ({"period": "year"}, "Choose a period."),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    as_boss: Client, boss: User, changes: dict[str, str], sentence: str
):
    create_project(by=boss, name="Autumn")
    typed = {"scope": "team", "period": "month", "limit": "20", "warn_at": ""} | changes
    answer = as_boss.post("/budgets/", typed)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Budget.objects.exists()


def test_the_same_budget_twice_is_refused(as_boss: Client, budget: Make):
    budget(limit=1)
    typed = {"scope": "team", "period": "month", "limit": "2"}
    answer = as_boss.post("/budgets/", typed)
    assert (answer.status_code, "Change that one." in answer.content.decode()) == (422, True)


def test_a_budget_for_each_person_shows_who_used_most(
    as_boss: Client, ana: User, ben: User, budget: Make
):
    budget(limit="0.018", scope="each")
    budget(limit=1, person=ben)
    submit(ana, model=REAL)
    submit(ana, model=REAL)
    page = as_boss.get("/budgets/").content.decode()
    each = page.split("Each person’s budget of the month")[1].split("</li>")[0]
    assert "Ana" in each
    assert "Used up" in each


def test_a_pass_is_withdrawn(as_boss: Client, ana: User, boss: User):
    given = give_pass(person=ana, reason="The fair", given_by=boss)
    assert "The fair" in as_boss.get("/budgets/").content.decode()
    as_boss.post(f"/budgets/passes/{given.pk}/withdrawal/")
    assert BudgetPass.objects.get().withdrawn_at is not None
    assert "The fair" not in as_boss.get("/budgets/").content.decode()


def test_more_budgets_people_and_history_cost_no_more_queries(
    as_boss: Client, as_ana: Client, ana: User, boss: User, budget: Make
):
    def queries() -> list[int]:
        counts = []
        for client, address in ((as_boss, "/budgets/"), (as_ana, "/"), (as_boss, "/")):
            with CaptureQueriesContext(connection) as seen:
                client.get(address)
            counts.append(len(seen))
        return counts

    budget(limit=1, scope="each")
    budget(limit=1, project=create_project(by=boss, name="One"))
    submit(ana, model=REAL)
    queries()
    before = queries()
    day = timezone.localdate()
    for number in range(5):
        person = make_person(f"person-{number}")
        budget(limit=1, person=person)
        budget(limit=1, project=Project.objects.create(name=f"P{number}", created_by=boss))
        BudgetSum.objects.create(
            account=f"person:{ana.pk}", day=day - timedelta(days=number), spent=Decimal("0.01")
        )
    assert queries() == before
