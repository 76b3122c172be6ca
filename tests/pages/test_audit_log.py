"""The audit log: who did what that matters is written once, and staff find it again."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.forms import model_to_dict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from generations.models import AuditEntry, OutputImage, PromptRule, ProviderHealth
from generations.models.audit import AuditLogIsAppendOnly
from generations.models.audit_actions import GROUPS, Action
from generations.services import audit
from generations.services.trash import delete_images, trash_images
from tests.factories import IMAGES, image_model, only_attempt, put_at, submit
from tests.pages.delivering import picture
from tests.support.cast import PASSWORD

pytestmark = pytest.mark.django_db

LOG = "/team/audit-log/"


def written(*names: str) -> list[tuple[Any, ...]]:
    """The lines so far, the oldest first, as the facts that are named."""
    return list(AuditEntry.objects.order_by("pk").values_list(*names))


def note(actor: Any, action: Action = Action.SENDING_STOPPED, label: str = "", **details: Any):
    return audit.record(
        actor=actor, action=action, subject=audit.Subject("x", "1", label), details=details
    )


def page(client: Client, query: str = "") -> str:
    answer = client.get(LOG + query)
    assert answer.status_code == 200
    return answer.content.decode().split("<tbody>")[-1]


def table(client: Client, query: str = "") -> list[list[str]]:
    answer = client.get(f"{LOG}table/{query}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(text)))


# What is written stays


def test_a_line_is_neither_changed_nor_deleted(boss: User):
    line = note(boss)
    line.subject_label = "Somebody else"
    for act in (line.save, line.delete, AuditEntry.objects.all().delete):
        with pytest.raises(AuditLogIsAppendOnly):
            act()
    with pytest.raises(AuditLogIsAppendOnly):
        AuditEntry.objects.update(actor=None)
    with pytest.raises(AuditLogIsAppendOnly):
        AuditEntry.objects.bulk_update([line], ["subject_label"])


@pytest.mark.parametrize(
    "statement",
    ["UPDATE generations_auditentry SET actor_id = NULL", "DELETE FROM generations_auditentry"],
)
def test_the_database_itself_refuses(boss: User, statement: str):
    note(boss)
    with (
        pytest.raises(DatabaseError, match="only grows"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert written("actor") == [(boss.pk,)]


@pytest.mark.once
@pytest.mark.parametrize("name", ["password", "api_key", "new_token", "recovery_codes"])
def test_a_secret_is_refused_by_its_name(boss: User, name: str):
    with pytest.raises(ValueError, match="no secrets"):
        note(boss, **{name: "x"})
    assert not AuditEntry.objects.exists()


@pytest.mark.once
def test_every_action_is_in_one_group_of_the_filter():
    listed = [action for _words, actions in GROUPS for action in actions]
    assert sorted(listed) == sorted(Action)


# What is written


@pytest.fixture
def with_password(ana: User) -> User:
    ana.set_password(PASSWORD)
    ana.save()
    return ana


def test_signing_in_failing_and_out_is_written_down(guest: Client, with_password: User):
    guest.post("/account/login/", {"login": "ana", "password": "hunter2-hunter2"})
    guest.post("/account/login/", {"login": "hunter2-hunter2", "password": "x"})
    guest.post("/account/login/", {"login": "ana", "password": PASSWORD})
    guest.post("/account/logout/")
    assert written("actor__username", "action", "subject_label", "address") == [
        (None, "sign-in-failed", "Ana", "127.0.0.1"),
        (None, "sign-in-failed", "", "127.0.0.1"),
        ("ana", "signed-in", "Ana", "127.0.0.1"),
        ("ana", "signed-out", "Ana", "127.0.0.1"),
    ]
    assert "hunter2" not in str(list(AuditEntry.objects.values()))


def test_a_changed_password_is_written_down(guest: Client, with_password: User):
    guest.post("/account/login/", {"login": "ana", "password": PASSWORD})
    new = "a-long-enough-pass"
    passwords = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    guest.post("/account/password/change/", passwords)
    assert written("actor__username", "action")[-1] == ("ana", "password-changed")
    assert new not in str(list(AuditEntry.objects.values()))


def test_deleting_for_good_names_each_picture_and_the_person(
    ana: User, boss: User, as_boss: Client
):
    image = picture(ana)
    trash_images(user=ana, images=OutputImage.objects.all())
    as_boss.post("/trash/deletions/", {"images": image.uuid})
    assert written("actor__username", "action", "subject_label") == [
        ("boss", "picture-deleted", image.frame_number)
    ]


def test_what_the_trash_loses_by_itself_has_no_person(ana: User):
    image = picture(ana)
    trash_images(user=ana, images=OutputImage.objects.all())
    delete_images(images=OutputImage.objects.all())
    assert written("actor", "action", "details") == [
        (None, "trash-purged", {"count": 1, "frames": [image.frame_number]})
    ]


def test_stopping_and_resuming_is_written_down_once(as_boss: Client, demo: Any):
    as_boss.post("/sending/stops/", {"reason": "The bill"})
    as_boss.post("/sending/stops/", {"reason": "The bill"})
    as_boss.post("/sending/resumption/")
    as_boss.post("/sending/resumption/")
    ProviderHealth.objects.create(
        provider="demo", failures=9, paused_until=datetime(2999, 1, 1, tzinfo=UTC)
    )
    as_boss.post("/sending/demo/resumption/")
    as_boss.post("/sending/demo/resumption/")
    assert [action for (action,) in written("action")] == [
        "sending-stopped",
        "sending-resumed",
        "provider-resumed",
    ]


def test_a_settlement_is_written_down_with_its_amount(as_boss: Client, ana: User, demo: Any):
    attempt = put_at(only_attempt(submit(ana)), "unconfirmed", charged="unknown")
    fields = {"charged": "yes", "amount": "0.009", "reason": "Line 7 of the bill"}
    as_boss.post(f"/unconfirmed/{attempt.id}/settlement/", fields)
    assert written("action", "details") == [
        (
            "attempt-settled",
            {"charged": True, "reason": "Line 7 of the bill", "amount": "0.009"},
        )
    ]
    text = page(as_boss)
    assert "$0.009" in text
    assert f"/generations/{attempt.generation_id}/" in text


def test_models_prices_and_rules_are_written_down_with_what_changed(as_boss: Client):
    model = image_model(IMAGES)
    listed = as_boss.get("/admin/generations/imagemodel/").context["cl"].formset
    fields = {f"form-{n}-id": form.instance.pk for n, form in enumerate(listed.forms)}
    fields |= {f"form-{n}-is_enabled": "on" for n, form in enumerate(listed.forms)
               if form.instance.pk != model.pk and form.instance.is_enabled}  # fmt: skip
    count = str(len(listed.forms))
    fields |= {"form-TOTAL_FORMS": count, "form-INITIAL_FORMS": count, "_save": "Save"}
    as_boss.post("/admin/generations/imagemodel/", fields)
    assert written("actor__username", "action", "subject_label", "details") == [
        ("boss", "model-changed", str(model), {"is_enabled": [True, False]})
    ]
    price = {"model": model.pk, "unit": "image", "unit_price": "9.5", "begins": "2027-01-01"}
    as_boss.post("/prices/", price | {"source": "A letter"})
    action, details = written("action", "details")[-1]
    assert (action, details["unit_price"]) == ("price-added", "9.5")
    rule = PromptRule.objects.filter(is_enabled=True).first()
    kept = {name: value for name, value in model_to_dict(rule).items() if value is not None}
    as_boss.post(f"/admin/generations/promptrule/{rule.pk}/change/", kept | {"note": "Asked"})
    action, details = written("action", "details")[-1]
    assert (action, details["note"]) == ("rule-changed", [rule.note, "Asked"])


# How it is found


def test_the_newest_stands_first_with_all_that_is_known(as_boss: Client, boss: User):
    note(boss, Action.SENDING_STOPPED, reason="The <bill>")
    note(
        boss,
        Action.MODEL_CHANGED,
        "demo/flare",
        sizes=["auto", "1024x1024"],
        is_enabled=[True, False],
    )
    text = page(as_boss)
    assert text.index("Model changed") < text.index("Sending stopped")
    assert "The &lt;bill&gt;" in text
    assert "auto → 1024x1024" in text
    assert "yes → no" in text


@pytest.mark.once
def test_what_was_written_down_in_short_is_said_in_words(as_boss: Client, boss: User):
    note(boss, Action.ROLE_CHANGED, role=["member", "staff"])
    note(boss, Action.SIGNED_IN, method="password, mfa")
    note(None, Action.SIGN_IN_FAILED, method="socialaccount", reason="not-invited")
    text = page(as_boss)
    for words in ("member → staff", "password, second step", "the team’s provider", "not invited"):
        assert words in text


def test_the_log_is_narrowed_by_person_action_day_and_words(as_boss: Client, ana: User, boss: User):
    note(boss, Action.MODEL_CHANGED, "demo/flare")
    note(ana, Action.SIGNED_IN, "Ana Müller")
    note(None, Action.SIGN_IN_FAILED, "Ben")
    day = AuditEntry.objects.first().at.date().isoformat()  # type: ignore[union-attr]
    for query, found in {
        "": ["Ben", "Ana Müller", "demo/flare"],
        f"?person={ana.pk}": ["Ana Müller"],
        "?person=nobody": ["Ben"],
        "?action=model-changed": ["demo/flare"],
        f"?since={day}&until={day}": ["Ben", "Ana Müller", "demo/flare"],
        "?until=2001-01-01": [],
        "?since=2999-01-01": [],
        "?q=muller+ANA": ["Ana Müller"],
        "?q=flare&person=nobody": [],
        "?q=100%25": [],
    }.items():
        assert [row[4] for row in table(as_boss, query)[1:]] == found, query


@pytest.mark.once
@pytest.mark.parametrize(
    "query",
    ["?person=abc", "?action=no-such", "?since=soon", "?until=3000-01-01", "?q=" + "x" * 999],
)
def test_what_cannot_be_read_is_left_out_and_said(as_boss: Client, boss: User, query: str):
    note(boss, label="demo/flare")
    answer = as_boss.get(LOG + query).content.decode()
    assert "Left out, because it could not be read" in answer
    assert "demo/flare" in answer


def test_older_ones_come_page_by_page_with_the_filters(as_boss: Client, boss: User):
    audit.record_each(
        actor=boss,
        action=Action.PICTURE_DELETED,
        subjects=[audit.Subject("outputimage", "", f"frame-{n:03}") for n in range(120)],
    )
    seen: list[str] = []
    query = "?action=picture-deleted"
    while query:
        text = page(as_boss, query)
        seen += [f"frame-{n:03}" for n in range(119, -1, -1) if f"frame-{n:03}" in text]
        _, _, rest = text.partition('rel="next" href="/team/audit-log/')
        query = rest.partition('"')[0].replace("&amp;", "&")
    assert seen == [f"frame-{n:03}" for n in range(119, -1, -1)]
    assert as_boss.get(f"{LOG}?before=x").status_code == 404


def test_the_table_has_all_lines_and_no_formulas(as_boss: Client, boss: User):
    audit.record_each(
        actor=boss,
        action=Action.PICTURE_DELETED,
        subjects=[audit.Subject("outputimage", "", f"=cmd|{n}") for n in range(601)],
    )
    rows = table(as_boss)
    assert len(rows) == 602
    assert rows[1][4] == "'=cmd|600"
    assert rows[-1][4] == "'=cmd|0"


def test_more_lines_cost_no_more_queries(as_boss: Client, ana: User, boss: User):
    note(boss)
    with CaptureQueriesContext(connection) as few:
        as_boss.get(LOG)
    for person in (ana, boss, None) * 10:
        note(person, label="x")
    with CaptureQueriesContext(connection) as many:
        as_boss.get(LOG)
    assert len(many) <= len(few)
