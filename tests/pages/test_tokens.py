"""Personal API tokens: shown once, kept as a hash, ended at once."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.models import ApiToken, AuditEntry
from generations.services.team.tokens import MOST_TOKENS, make_token, person_of_token

pytestmark = pytest.mark.django_db


def made(client: Client, name: str = "Night job") -> str:
    """The text of a new token, as its person sees it on the page after making it."""
    answer = client.post("/account/tokens/", {"name": name}, follow=True)
    text = re.search(r'value="(proofsheet_[\w-]+)"', answer.content.decode())
    assert text is not None
    return text[1]


def test_a_token_is_shown_once_and_kept_as_a_hash(as_ana: Client, ana: User):
    text = made(as_ana)
    page = as_ana.get("/account/").content.decode()
    assert "Night job" in page
    assert text not in page
    assert text not in str([*ApiToken.objects.values(), *AuditEntry.objects.values()])
    assert person_of_token(text) == ana
    assert AuditEntry.objects.get(action="api-token-made").actor == ana


def test_a_revoked_token_opens_nothing(as_ana: Client, as_ben: Client, ana: User):
    text = made(as_ana)
    row = ApiToken.objects.get()
    assert as_ben.post(f"/account/tokens/{row.id}/revocation/").status_code == 404
    assert person_of_token(text) == ana
    as_ana.post(f"/account/tokens/{row.id}/revocation/")
    assert person_of_token(text) is None
    assert "Night job" not in as_ana.get("/account/").content.decode()
    assert AuditEntry.objects.get(action="api-token-revoked").actor == ana


@pytest.mark.once
@pytest.mark.parametrize("text", ["", "proofsheet_", "proofsheet_made-up", "x" * 5000])
def test_what_is_no_token_opens_nothing(ana: User, text: str):
    make_token(person=ana, name="Night job")
    assert person_of_token(text) is None
    assert person_of_token(ApiToken.objects.get().token_hash) is None


def test_its_use_is_noted_now_and_then(ana: User):
    _row, text = make_token(person=ana, name="Night job")
    person_of_token(text)
    assert ApiToken.objects.get().last_used_at is not None
    with CaptureQueriesContext(connection) as queries:
        person_of_token(text)
    assert len(queries) == 1
    ApiToken.objects.update(last_used_at=timezone.now() - timedelta(hours=1))
    person_of_token(text)
    assert timezone.now() - ApiToken.objects.get().last_used_at < timedelta(minutes=1)


def test_a_token_without_a_name_and_one_too_many_are_refused(as_ana: Client, ana: User):
    answer = as_ana.post("/account/tokens/", {"name": " "})
    assert answer.status_code == 422
    assert "Write what it is for" in answer.content.decode()
    for number in range(MOST_TOKENS):
        make_token(person=ana, name=f"Job {number}")
    answer = as_ana.post("/account/tokens/", {"name": "One more"})
    assert answer.status_code == 422
    assert "Revoke one that you do not use" in answer.content.decode()


@pytest.mark.once
def test_the_tokens_of_who_is_deactivated_stay_ended(as_ana: Client, as_boss: Client, ana: User):
    text = made(as_ana)
    page = f"/team/people/{ana.pk}/"
    as_boss.post(f"{page}deactivation/")
    assert person_of_token(text) is None
    as_boss.post(f"{page}reactivation/")
    assert person_of_token(text) is None
