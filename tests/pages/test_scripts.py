"""A script shows a token and does what its person may do, at the addresses for scripts alone."""

from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.test import Client

from generations.models import ApiToken, Draft, Generation
from generations.services.team.tokens import make_token, revoke_token
from tests.factories import CHAT, submit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

FIELDS = {"prompt": "A red kite", "model": CHAT, "count": "1", "submission_key": "job-1"}


@pytest.fixture
def script(ana: User) -> Client:
    """A client that shows ana's token; like a script, it knows nothing of form keys."""
    _row, text = make_token(person=ana, name="Night job")
    return with_token(text)


def with_token(text: str) -> Client:
    return Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {text}"})


def test_a_script_submits_and_follows_what_becomes_of_it(script: Client, ana: User):
    answer = script.post("/generations/", FIELDS)
    row = Generation.objects.get()
    assert (answer.status_code, answer.url) == (303, f"/generations/{row.id}/")
    assert row.requested_by == ana
    status = script.get(f"{answer.url}status/").json()
    assert (status["status"], status["attempts"][0]["charged"]) == ("queued", None)
    assert script.post(f"{answer.url}cancellation/").status_code == 303
    assert script.get(f"{answer.url}status/").json()["status"] == "canceled"


def test_the_same_key_again_costs_nothing(script: Client):
    answers = [script.post("/generations/", FIELDS).url for _ in range(2)]
    assert answers[0] == answers[1]
    assert Generation.objects.count() == 1


@pytest.mark.once
def test_what_has_to_change_is_said_in_json(script: Client):
    answer = script.post("/generations/", FIELDS | {"prompt": "", "model": "nobody/nothing"})
    assert answer.status_code == 422
    assert set(answer.json()["errors"]) >= {"prompt", "model"}
    assert not Generation.objects.exists()


@pytest.mark.once
def test_a_person_keeps_the_draft_that_stands_in_their_browser(script: Client, ana: User):
    Draft.objects.create(person=ana, fields={"prompt": "Half a thought"})
    script.post("/generations/", FIELDS)
    assert Draft.objects.filter(person=ana).exists()


@pytest.mark.once
@pytest.mark.parametrize("address", ["/", "/gallery/", "/account/", "/team/", "/costs/", "/admin/"])
def test_a_token_opens_nothing_else(boss: User, address: str):
    _row, text = make_token(person=boss, name="Night job")
    answer = with_token(text).get(address)
    assert (answer.status_code, answer.url.split("?")[0]) == (302, "/account/login/")


@pytest.mark.once
def test_a_script_sees_what_its_person_may_see_and_no_more(script: Client, ben: User):
    theirs = submit(ben)
    assert script.get(f"/generations/{theirs.id}/status/").status_code == 404


@pytest.mark.once
@pytest.mark.parametrize("text", ["", "proofsheet_made-up", "x"])
def test_a_token_that_nobody_has(text: str, ana: User):
    answer = with_token(text).post("/generations/", FIELDS)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert "unknown or revoked" in answer.json()["errors"]["token"][0]
    assert not Generation.objects.exists()


def test_a_revoked_token_and_that_of_somebody_who_left(ana: User, boss: User):
    row, text = make_token(person=ana, name="Night job")
    script = with_token(text)
    assert script.post("/generations/", FIELDS).status_code == 303
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert script.post("/generations/", FIELDS).status_code == 401
    User.objects.filter(pk=ana.pk).update(is_active=True)
    revoke_token(token=row, by=ana)
    assert script.post("/generations/", FIELDS).status_code == 401


@pytest.mark.once
def test_a_wrong_token_is_not_made_good_by_a_session(as_ana: Client):
    answer = as_ana.post("/generations/", FIELDS, headers={"Authorization": "Bearer x"})
    assert answer.status_code == 401


@pytest.mark.once
def test_without_a_token_a_form_key_is_asked_for(ana: User):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ana)
    for headers in ({}, {"Authorization": "Basic x"}):
        assert client.post("/generations/", FIELDS, headers=headers).status_code == 403


@pytest.mark.once
def test_a_token_goes_around_no_second_step(
    script: Client, as_ana: Client, ana: User, settings: Any
):
    settings.REQUIRE_TWO_FACTOR = "everybody"
    answer = script.post("/generations/", FIELDS)
    assert answer.status_code == 403
    assert "second step" in answer.json()["errors"]["token"][0]
    assert as_ana.post("/account/tokens/", {"name": "Another"}).url == "/account/#two-factor"
    assert ApiToken.objects.count() == 1
    # The team's own provider asks for it by itself
    SocialAccount.objects.create(user=ana, provider="team", uid="1")
    assert script.post("/generations/", FIELDS).status_code == 303
