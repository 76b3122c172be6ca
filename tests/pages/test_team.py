"""The team's pages: staff invite people, give them roles and models, and let them go."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.core.cache import caches
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.models import AuditEntry, Generation, Invitation, Membership
from generations.selectors.studio import usable_models
from generations.services.share_links.links import ShareSettings, share_images
from generations.services.share_links.tokens import token_of
from tests.factories import CHAT, IMAGES, image_model, submit
from tests.pages.composing import press
from tests.pages.delivering import picture
from tests.support.cast import PASSWORD, make_person

pytestmark = pytest.mark.django_db

NEW = "a-long-enough-pass"


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def invited(boss: Client, **fields: str) -> str:
    """The path of a new invitation's link, as staff see it on the page after making it."""
    data = {"role": "member", "days": "7"} | fields
    answer = boss.post("/team/invitations/", data, follow=True)
    link = re.search(r'value="http://testserver(/invitations/[^"]+/)"', answer.content.decode())
    assert link is not None
    return link[1]


def acceptance(**changes: str) -> dict[str, str]:
    fields = {"name": "Eve", "username": "eve", "password": NEW, "repeated": NEW}
    return fields | changes


def page_of(person: User) -> str:
    return f"/team/people/{person.pk}/"


@pytest.fixture
def at_home(ana: User) -> Client:
    """Ana's browser, signed in by the form."""
    ana.set_password(PASSWORD)
    ana.save()
    client = Client()
    client.post("/account/login/", {"login": "ana", "password": PASSWORD})
    assert client.get("/gallery/").status_code == 200
    return client


# Invitations


def test_an_invitation_makes_an_account_and_signs_in(as_boss: Client, guest: Client):
    link = invited(as_boss, name="Eve Adams", email="eve@example.com", role="staff")
    page = guest.get(link).content.decode()
    assert 'value="Eve Adams"' in page
    assert "eve@example.com" in page
    assert guest.post(link, acceptance(name="Eve")).url == "/"
    eve = User.objects.get(username="eve")
    assert (eve.get_full_name(), eve.email, eve.is_staff) == ("Eve", "eve@example.com", True)
    assert guest.get("/team/").status_code == 200
    assert actions() == ["person-invited", "invitation-accepted", "signed-in"]


@pytest.mark.once
def test_the_link_is_shown_once_and_only_its_hash_is_kept(as_boss: Client):
    link = invited(as_boss)
    assert link not in as_boss.get("/team/").content.decode()
    token = link.split("/")[2]
    kept = [*Invitation.objects.values(), *AuditEntry.objects.values()]
    assert token not in str(kept)


@pytest.mark.once
def test_a_used_expired_revoked_or_made_up_link_is_the_same_404(as_boss: Client, guest: Client):
    used, expired, revoked = (invited(as_boss, name=name) for name in ("a", "b", "c"))
    Client().post(used, acceptance())
    Invitation.objects.filter(name="b").update(expires_at=timezone.now())
    row = Invitation.objects.get(name="c")
    as_boss.post(f"/team/invitations/{row.id}/revocation/")
    pages = set()
    for link in (
        used,
        expired,
        revoked,
        "/invitations/made-up/",
        f"/invitations/{row.token_hash}/",
    ):
        for answer in (guest.get(link), guest.post(link, acceptance(username="mallory"))):
            assert answer.status_code == 404
            pages.add(re.sub(r'value="[^"]*"', "", answer.content.decode()))
    assert len(pages) == 1
    assert not User.objects.filter(username="mallory").exists()


@pytest.mark.once
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"username": ""}, "Write a name to sign in with"),
        ({"username": "a b/c"}, "valid username"),
        ({"username": "boss"}, "already exists"),
        ({"name": ""}, "how the team shall see you"),
        ({"password": "short", "repeated": "short"}, "too short"),
        ({"repeated": "another-password"}, "The two passwords differ"),
    ],
)
def test_what_will_not_do_is_said_and_the_link_stays(
    as_boss: Client, guest: Client, changes: dict[str, str], words: str
):
    link = invited(as_boss)
    answer = guest.post(link, acceptance(**changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert guest.post(link, acceptance()).status_code == 302


@pytest.mark.once
def test_nobody_gets_the_e_mail_address_of_another(as_boss: Client, guest: Client, ana: User):
    link = invited(as_boss, email="NEW@example.com")
    User.objects.filter(pk=ana.pk).update(email="new@example.com")
    answer = guest.post(link, acceptance())
    assert answer.status_code == 422
    assert "Another account has this e-mail address" in answer.content.decode()


@pytest.mark.once
def test_a_role_and_an_email_that_cannot_be_are_refused_and_kept(as_boss: Client, guest: Client):
    fields = {"role": "owner", "days": "9", "email": "nonsense", "name": "Eve"}
    answer = as_boss.post("/team/invitations/", fields)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose a role" in page
    assert "Choose how long" in page
    assert "like ana@example.com" in page
    assert 'value="Eve"' in page
    assert not Invitation.objects.exists()
    link = invited(as_boss)
    guest.post(link, acceptance() | {"is_staff": "on", "role": "staff"})
    assert not User.objects.get(username="eve").is_staff


@pytest.mark.once
def test_nobody_is_invited_to_an_address_that_somebody_has(as_boss: Client, ana: User):
    data = {"role": "member", "days": "7", "email": ana.email.upper()}
    answer = as_boss.post("/team/invitations/", data)
    assert answer.status_code == 422
    assert "Another account has this e-mail address." in answer.content.decode()
    assert not Invitation.objects.exists()


@pytest.mark.once
def test_somebody_who_is_signed_in_is_told_whom_the_link_is_for(as_boss: Client, as_ana: Client):
    link = invited(as_boss)
    assert "You are signed in as ana" in as_ana.get(link).content.decode()
    assert "You are signed in as ana" in as_ana.post(link, acceptance()).content.decode()
    assert Invitation.objects.get().accepted_at is None


# Roles


def test_staff_make_a_member_staff_and_back(as_boss: Client, as_ana: Client, ana: User):
    as_boss.post(f"{page_of(ana)}role/", {"role": "staff"})
    assert as_ana.get("/team/").status_code == 200
    as_boss.post(f"{page_of(ana)}role/", {"role": "member"})
    assert as_ana.get("/team/").status_code == 404
    roles = AuditEntry.objects.filter(action="role-changed").values_list("details__role", flat=True)
    assert list(roles) == [["staff", "member"], ["member", "staff"]]


@pytest.mark.parametrize("act", ["role", "deactivation"])
def test_the_last_of_the_staff_stays(as_boss: Client, boss: User, ben: User, act: str):
    make_person("old", is_staff=True, is_active=False)
    answer = as_boss.post(f"{page_of(boss)}{act}/", {"role": "member"})
    assert answer.status_code == 422
    assert "Nobody of the staff would be left" in answer.content.decode()
    boss.refresh_from_db()
    assert boss.is_staff
    assert boss.is_active


@pytest.mark.once
def test_a_member_changes_nobody(as_ana: Client, ana: User, boss: User):
    for act in ("role", "models", "password-links", "sign-out", "deactivation", "reactivation"):
        for person in (ana, boss):
            answer = as_ana.post(f"{page_of(person)}{act}/", {"role": "staff", "all_models": "on"})
            assert answer.status_code == 404
    assert as_ana.post(page_of(ana), {"name": "Boss", "email": boss.email}).status_code == 404
    assert not User.objects.get(pk=ana.pk).is_staff
    assert not AuditEntry.objects.exists()


@pytest.mark.once
def test_a_form_of_another_site_changes_nothing(ana: User, boss: User):
    client = Client(enforce_csrf_checks=True)
    client.force_login(boss)
    for act, data in {"role": {"role": "staff"}, "deactivation": {}}.items():
        assert client.post(f"{page_of(ana)}{act}/", data).status_code == 403
    assert client.post("/team/invitations/", {"role": "staff", "days": "7"}).status_code == 403
    ana.refresh_from_db()
    assert (ana.is_staff, ana.is_active) == (False, True)
    assert not Invitation.objects.exists()


def test_a_name_and_an_e_mail_address_are_changed(as_boss: Client, ana: User, ben: User):
    as_boss.post(page_of(ana), {"name": "Ana Lima", "email": "lima@example.com"})
    ana.refresh_from_db()
    assert (ana.get_full_name(), ana.email) == ("Ana Lima", "lima@example.com")
    answer = as_boss.post(page_of(ana), {"name": "Ana Lima", "email": "BEN@example.com"})
    assert answer.status_code == 422
    assert "Another account has this e-mail address" in answer.content.decode()
    assert actions() == ["person-changed"]


# Leaving


def test_who_is_deactivated_is_out_at_once_and_their_pictures_stay(
    as_boss: Client, at_home: Client, ana: User
):
    image = picture(ana)
    as_boss.post(f"{page_of(ana)}deactivation/")
    assert at_home.get("/gallery/").status_code == 302
    assert not UserSession.objects.filter(user=ana).exists()
    at_home.post("/account/login/", {"login": "ana", "password": PASSWORD})
    assert at_home.get("/gallery/").status_code == 302
    assert as_boss.get(f"/images/{image.uuid}/").status_code == 200
    assert "person-deactivated" in actions()


@pytest.mark.once
def test_a_session_of_before_stays_ended_when_the_person_comes_back(
    as_boss: Client, at_home: Client, ana: User
):
    as_boss.post(f"{page_of(ana)}deactivation/")
    as_boss.post(f"{page_of(ana)}reactivation/")
    assert at_home.get("/gallery/").status_code == 302
    at_home.post("/account/login/", {"login": "ana", "password": PASSWORD})
    assert at_home.get("/gallery/").status_code == 200


@pytest.mark.once
def test_the_invitations_of_who_is_deactivated_are_closed(client_of: Any, as_boss: Client):
    lead = make_person("lead", is_staff=True)
    link = invited(client_of(lead), role="staff")
    as_boss.post(f"{page_of(lead)}deactivation/")
    assert Client().post(link, acceptance()).status_code == 404


@pytest.mark.once
def test_the_share_links_of_who_is_deactivated_stay_closed(
    as_boss: Client, guest: Client, ana: User
):
    image = picture(ana)
    settings = ShareSettings(expires_at=timezone.now() + timedelta(days=1))
    token = token_of(share_images(user=ana, images=[image], settings=settings))
    assert guest.get(f"/s/{token}/").status_code == 200
    as_boss.post(f"{page_of(ana)}deactivation/")
    assert guest.get(f"/s/{token}/").status_code == 404
    as_boss.post(f"{page_of(ana)}reactivation/")
    assert guest.get(f"/s/{token}/").status_code == 404


def test_staff_sign_a_person_out_everywhere(as_boss: Client, at_home: Client, ana: User):
    as_boss.post(f"{page_of(ana)}sign-out/")
    assert at_home.get("/gallery/").status_code == 302
    assert AuditEntry.objects.get(action="sessions-ended").details == {"count": 1}


# A lost password


def password_link(boss: Client, person: User) -> str:
    answer = boss.post(f"{page_of(person)}password-links/", follow=True)
    link = re.search(r'value="http://testserver(/account/new-[^"]+/)"', answer.content.decode())
    assert link is not None
    assert link[1] not in boss.get(page_of(person)).content.decode()
    return link[1]


def test_a_link_of_the_staff_replaces_a_lost_password_once(
    as_boss: Client, at_home: Client, guest: Client, ana: User
):
    link = password_link(as_boss, ana)
    assert "For the account ana" in guest.get(link).content.decode()
    refused = guest.post(link, {"password": "short", "repeated": "short"})
    assert refused.status_code == 422
    assert "too short" in refused.content.decode()
    assert guest.post(link, {"password": NEW, "repeated": NEW}).url == "/account/login/"
    assert guest.post(link, {"password": NEW, "repeated": NEW}).status_code == 404
    assert at_home.get("/gallery/").status_code == 302
    guest.post("/account/login/", {"login": "ana", "password": NEW})
    assert guest.get("/gallery/").status_code == 200


@pytest.mark.once
def test_a_link_for_a_password_ends_with_the_account(as_boss: Client, guest: Client, ana: User):
    link = password_link(as_boss, ana)
    as_boss.post(f"{page_of(ana)}deactivation/")
    assert guest.get(link).status_code == 404
    as_boss.post(f"{page_of(ana)}reactivation/")
    assert guest.get(link).status_code == 404
    for made_up in ("/account/new-password/MQ/x/", f"/account/new-password/{'M' * 90}/x-y/"):
        assert guest.get(made_up).status_code == 404


@pytest.mark.parametrize("act", ["role", "deactivation"])
def test_what_staff_gave_to_others_ends_with_their_role(
    client_of: Any, as_boss: Client, guest: Client, ana: User, act: str
):
    lead = make_person("lead", is_staff=True, is_superuser=True)
    links = [password_link(client_of(lead), ana), invited(client_of(lead), role="staff")]
    assert [guest.get(it).status_code for it in links] == [200, 200]
    as_boss.post(f"{page_of(lead)}{act}/", {"role": "member"})
    assert [guest.get(it).status_code for it in links] == [404, 404]
    back = {"role": "role", "deactivation": "reactivation"}[act]
    as_boss.post(f"{page_of(lead)}{back}/", {"role": "staff"})
    assert [guest.get(it).status_code for it in links] == [404, 404]


# Models


def test_a_person_uses_the_models_that_staff_permit(
    as_boss: Client, as_ana: Client, ana: User, ben: User, demo: Any
):
    chat, images = image_model(CHAT), image_model(IMAGES)
    as_boss.post(f"{page_of(ana)}models/", {"models": [chat.pk]})
    page = as_ana.get("/").content.decode()
    assert f'value="{chat}"' in page
    assert f'value="{images}"' not in page
    answer = press(as_ana, model=IMAGES)
    assert answer.status_code == 422
    assert press(as_ana, model=CHAT).status_code == 303
    assert Generation.objects.count() == 1
    assert images in usable_models(ben)


@pytest.mark.once
def test_a_generation_of_a_model_that_was_taken_away_is_not_tried_again(
    as_boss: Client, as_ana: Client, ana: User, demo: Any
):
    generation = submit(ana, model=IMAGES)
    as_ana.post(f"/generations/{generation.id}/cancellation/")
    retries = f"/generations/{generation.id}/retries/"
    assert retries in as_ana.get("/").content.decode()
    as_boss.post(f"{page_of(ana)}models/", {"models": [image_model(CHAT).pk]})
    assert retries not in as_ana.get("/").content.decode()
    as_ana.post(retries)
    assert generation.attempts.count() == 1


def test_no_model_and_all_models_are_choices_too(
    as_boss: Client, as_ana: Client, ana: User, demo: Any
):
    as_boss.post(f"{page_of(ana)}models/")
    assert "No image model can be used here yet" in as_ana.get("/").content.decode()
    for number in ("999999", "9" * 30):
        answer = as_boss.post(f"{page_of(ana)}models/", {"models": [number]})
        assert answer.status_code == 422
        assert "A model is not there any more" in answer.content.decode()
    as_boss.post(f"{page_of(ana)}models/", {"all_models": "on", "models": [image_model().pk]})
    assert f'value="{IMAGES}"' in as_ana.get("/").content.decode()


# The list


def test_the_list_shows_role_running_calls_and_who_was_seen(
    as_boss: Client, as_ana: Client, ana: User, ben: User, demo: Any
):
    submit(ana, count=2)
    caches["process"].clear()
    as_ana.get("/gallery/")
    Membership.objects.filter(person=ana).update(
        last_seen_at=timezone.now() - timedelta(hours=3, minutes=5)
    )
    page = " ".join(as_boss.get("/team/").content.decode().split())
    row = page[page.index(page_of(ana)) : page.index(page_of(ben))]
    assert "Member" in row
    assert ">2<" in row
    assert "3 hours ago" in row
    assert "never" in page[page.index(page_of(ben)) :]


def test_being_here_is_noted_now_and_then_and_not_each_time(as_ana: Client, ana: User):
    caches["process"].clear()
    as_ana.get("/trash/")
    assert Membership.objects.get(person=ana).last_seen_at is not None
    assert UserSession.objects.get(user=ana).session_key == as_ana.session.session_key
    with CaptureQueriesContext(connection) as again:
        as_ana.get("/trash/")
    assert not [query for query in again if "membership" in query["sql"]]


@pytest.mark.django_db(transaction=True)
def test_a_database_that_takes_no_writes_keeps_nobody_from_a_page(as_ana: Client, ana: User):
    def take_no_writes(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE")):
            raise OperationalError("database is locked")
        return execute(sql, *rest)

    caches["process"].clear()
    with connection.execute_wrapper(take_no_writes):
        assert as_ana.get("/trash/").status_code == 200
    assert not Membership.objects.filter(person=ana, last_seen_at__isnull=False).exists()


def test_a_larger_team_takes_no_more_queries(as_boss: Client, boss: User, ana: User):
    as_boss.get("/team/")
    with CaptureQueriesContext(connection) as few:
        as_boss.get("/team/")
    User.objects.bulk_create(User(username=f"p{n}") for n in range(30))
    for _ in range(5):
        invited(as_boss)
    with CaptureQueriesContext(connection) as many:
        as_boss.get("/team/")
    assert len(many) <= len(few)


@pytest.mark.parametrize("key", ["0", "999999", "9" * 30])
def test_nobody_of_that_number_is_not_there(as_boss: Client, key: str):
    assert as_boss.get(f"/team/people/{key}/").status_code == 404
