"""A person's own account: name, sessions, and the second step of signing in."""

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.models import AuditEntry, CacheEntry
from generations.services.team.sessions import forget_old_sessions
from generations.services.team.tokens import make_token
from tests.support.cast import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.once]

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def person(ana: User) -> User:
    ana.set_password(PASSWORD)
    ana.save()
    return ana


def enter(**headers: str) -> Client:
    client = Client(headers=headers)
    client.post("/account/login/", {"login": "ana", "password": PASSWORD})
    return client


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def confirm(client: Client) -> None:
    client.post("/account/reauthenticate/", {"password": PASSWORD})


def set_up_app(client: Client) -> str:
    """Sets the authenticator app up; answers its secret."""
    confirm(client)
    page = client.get("/account/2fa/totp/activate/").content.decode()
    secret = re.search(r'id="totp-secret" value="(\w+)"', page)
    assert secret is not None
    with TestCase.captureOnCommitCallbacks(execute=True):
        answer = client.post("/account/2fa/totp/activate/", {"code": code_for(secret[1])})
    assert answer.url == "/account/2fa/recovery-codes/"
    return secret[1]


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


# Name and sessions


def test_a_person_changes_their_name_and_nothing_else(as_ana: Client, ana: User):
    as_ana.post("/account/", {"name": "Ana Lima", "email": "boss@example.com", "is_staff": "on"})
    ana.refresh_from_db()
    assert (ana.get_full_name(), ana.email, ana.is_staff) == ("Ana Lima", "ana@example.com", False)
    answer = as_ana.post("/account/", {"name": " "})
    assert answer.status_code == 422
    assert "how the team shall see you" in answer.content.decode()


def test_a_person_sees_where_they_are_signed_in_and_ends_one(person: User):
    here, there = enter(), enter(user_agent=FIREFOX)
    page = here.get("/account/").content.decode()
    assert "Firefox on Linux" in page
    assert "this browser" in page
    row = UserSession.objects.get(session_key=there.session.session_key)
    here.post(f"/account/sessions/{row.pk}/end/")
    assert there.get("/gallery/").status_code == 302
    assert here.get("/gallery/").status_code == 200


def test_a_person_ends_all_others(person: User):
    here, *others = enter(), enter(), enter()
    here.post("/account/sessions/ends/")
    assert [it.get("/gallery/").status_code for it in (here, *others)] == [200, 302, 302]
    assert AuditEntry.objects.get(action="sessions-ended").details == {"count": 2}


def test_nobody_ends_the_session_of_another(person: User, as_ben: Client):
    here = enter()
    row = UserSession.objects.get(session_key=here.session.session_key)
    assert as_ben.post(f"/account/sessions/{row.pk}/end/").status_code == 404
    assert here.get("/gallery/").status_code == 200


def test_a_new_password_signs_out_everywhere_else(person: User):
    here, there = enter(), enter()
    new = "a-long-enough-pass"
    here.post(
        "/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert there.get("/gallery/").status_code == 302
    assert len(re.findall(r"since [0-9]", here.get("/account/").content.decode())) == 1


def test_more_sessions_and_tokens_take_no_more_queries(person: User):
    here = enter()
    here.get("/account/")
    with CaptureQueriesContext(connection) as few:
        here.get("/account/")
    for number in range(5):
        enter()
        make_token(person=person, name=f"Job {number}")
    with CaptureQueriesContext(connection) as many:
        here.get("/account/")
    assert len(many) <= len(few)


def test_sessions_that_are_over_are_forgotten(person: User):
    here, there = enter(), enter()
    key = there.session.session_key
    Session.objects.filter(session_key=key).update(expire_date=timezone.now())
    assert len(re.findall(r"since [0-9]", here.get("/account/").content.decode())) == 1
    forget_old_sessions()
    assert [one.session_key for one in UserSession.objects.all()] == [here.session.session_key]
    assert here.get("/gallery/").status_code == 200


def test_the_operator_lets_somebody_in_who_lost_everything(person: User, capsys: Any):
    set_up_app(enter())
    call_command("let_in", "ana")
    link = capsys.readouterr().out.strip()
    new = {"password": "a-long-enough-pass", "repeated": "a-long-enough-pass"}
    Client().post(link.partition(":8000")[2], new)
    client = Client()
    client.post("/account/login/", {"login": "ana", "password": new["password"]})
    assert client.get("/gallery/").status_code == 200
    with pytest.raises(CommandError):
        call_command("let_in", "nobody")


# The second step


def test_with_an_app_the_password_alone_opens_nothing(person: User):
    secret = set_up_app(enter())
    client = enter()
    assert client.get("/gallery/").status_code == 302
    refused = client.post("/account/2fa/authenticate/", {"code": "000000"})
    assert "Incorrect code" in refused.content.decode()
    cache.clear()
    client.post("/account/2fa/authenticate/", {"code": code_for(secret)})
    assert client.get("/gallery/").status_code == 200
    assert actions()[-2:] == ["sign-in-failed", "signed-in"]
    assert {"second-factor-added"} <= set(actions())


def test_a_code_that_was_used_is_used_up_in_every_web_process(person: User):
    code = code_for(set_up_app(enter()))
    first, second = enter(), enter()
    first.post("/account/2fa/authenticate/", {"code": code})
    assert first.get("/gallery/").status_code == 200
    # Where another process looks, too
    assert CacheEntry.objects.filter(cache_key__contains=code).exists()
    refused = second.post("/account/2fa/authenticate/", {"code": code})
    assert "Incorrect code" in refused.content.decode()
    assert second.get("/gallery/").status_code == 302


def test_what_opens_the_second_step_is_not_readable_in_the_database(person: User):
    secret = set_up_app(enter())
    assert secret not in str(list(Authenticator.objects.values()))
    assert secret not in str(list(AuditEntry.objects.values()))


def test_a_recovery_code_works_once(person: User):
    client = enter()
    set_up_app(client)
    page = client.get("/account/2fa/recovery-codes/").content.decode()
    code = re.findall(r"<li>(\d{8})</li>", page)[0]
    assert code in client.get("/account/2fa/recovery-codes/download/").content.decode()
    for times, status in ((1, 200), (2, 302)):
        other = enter()
        other.post("/account/2fa/authenticate/", {"code": code})
        assert other.get("/gallery/").status_code == status, times


def test_guesses_at_the_code_are_limited(person: User):
    secret = set_up_app(enter())
    client = enter()
    for _ in range(6):
        client.post("/account/2fa/authenticate/", {"code": "000000"})
    page = client.post("/account/2fa/authenticate/", {"code": code_for(secret)}).content.decode()
    assert "Too many" in page
    assert client.get("/gallery/").status_code == 302


def test_changing_the_second_step_asks_who_it_is(person: User):
    client = enter()
    set_up_app(client)
    session = client.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [
        one | {"at": time.time() - 9999} for one in records
    ]
    session.save()
    for address in ("totp/deactivate/", "recovery-codes/generate/", "webauthn/add/"):
        answer = (
            client.post(f"/account/2fa/{address}")
            if "de" in address
            else client.get(f"/account/2fa/{address}")
        )
        assert "reauthenticate" in answer.url, address
    assert Authenticator.objects.filter(type="totp").exists()


@pytest.mark.parametrize(
    "address", ["totp/deactivate/", "recovery-codes/generate/", "webauthn/add/"]
)
def test_each_page_of_the_second_step_has_our_look(person: User, address: str):
    client = enter()
    set_up_app(client)
    page = client.get(f"/account/2fa/{address}").content.decode()
    assert 'class="app"' in page
    assert not re.search(r"<script(?![^>]* src=)", page)
    assert " style=" not in page


def test_staff_reset_the_step_of_somebody_who_lost_it(person: User, as_boss: Client):
    client = enter()
    set_up_app(client)
    as_boss.post(f"/team/people/{person.pk}/second-factor-reset/")
    assert client.get("/gallery/").status_code == 302
    assert enter().get("/gallery/").status_code == 200
    assert "second-factor-reset" in actions()


def test_the_app_is_removed(person: User):
    client = enter()
    set_up_app(client)
    with TestCase.captureOnCommitCallbacks(execute=True):
        client.post("/account/2fa/totp/deactivate/")
    assert enter().get("/gallery/").status_code == 200
    assert "second-factor-removed" in actions()
    assert "Not set up" in client.get("/account/").content.decode()


# Required


@pytest.mark.parametrize(
    ("rule", "who", "is_led"),
    [
        ("off", "boss", False),
        ("staff", "boss", True),
        ("staff", "ana", False),
        ("everybody", "ana", True),
    ],
)
def test_who_must_have_a_second_step_is_led_to_it(
    client_of: Any, ana: User, boss: User, settings: Any, rule: str, who: str, is_led: bool
):
    settings.REQUIRE_TWO_FACTOR = rule
    client = client_of(who)
    for address in ("/gallery/", "/events/", "/admin/", "/team/"):
        answer = client.get(address)
        assert (answer.headers.get("Location") == "/account/#two-factor") is is_led, address
    assert ("Set one up below" in client.get("/account/").content.decode()) is is_led
    assert client.post("/generations/", headers={"HX-Request": "true"}).headers.get(
        "HX-Redirect"
    ) == ("/account/#two-factor" if is_led else None)


def test_with_a_second_step_everything_opens(person: User, settings: Any):
    settings.REQUIRE_TWO_FACTOR = "everybody"
    client = enter()
    assert client.get("/gallery/").status_code == 302
    set_up_app(client)
    assert client.get("/gallery/").status_code == 200
