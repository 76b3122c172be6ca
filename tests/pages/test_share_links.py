"""Links for guests as their makers and staff have them: made, seen, changed, revoked."""

import re
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.models import AuditEntry, OutputImage, ShareLink
from generations.services.collections import add_images, create_collection
from generations.services.share_links.limits import set_longest_days
from generations.services.share_links.tokens import hash_of, token_of
from generations.services.trash import trash_images
from tests.pages.delivering import many, picture
from tests.pages.sharing import share, share_all, there
from tests.pages.test_shared import shown

pytestmark = pytest.mark.django_db

MAKING = "/share-links/making/"


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def make(client: Client, *images: OutputImage, **more: Any) -> Any:
    chosen = {"images": " ".join(str(it.uuid) for it in images), "until": in_days(30)}
    return client.post(MAKING, chosen | more)


def change(client: Client, link: ShareLink, **more: Any) -> Any:
    now = {"until": link.open_until or "", "is_endless": "on" if link.expires_at is None else ""}
    answer = client.post(f"/share-links/{link.pk}/", now | more)
    link.refresh_from_db()
    return answer


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


# Making


def test_a_link_is_made_from_a_pictures_page(as_ben: Client, guest: Client, ana: Any, ben: Any):
    image = picture(ana)
    offered = re.search(r'href="(/share-links/new/[^"]+)"', page(as_ben, f"/images/{image.uuid}/"))
    assert offered
    form = page(as_ben, offered[1])
    assert f'value="{in_days(30).isoformat()}"' in form
    answer = make(as_ben, image, title="Kites", allow_download="on")
    link = ShareLink.objects.get()
    assert (answer.status_code, answer.url) == (303, f"/share-links/{link.pk}/")
    assert (link.made_by, link.kind, link.open_until) == (ben, "picture", in_days(30))
    assert (link.allow_download, link.show_prompt, link.show_author) == (True, False, False)
    address = there(link)
    assert f'value="http://testserver{address}"' in page(as_ben, answer.url)
    assert shown(page(guest, address)) == [str(image.uuid)]


def test_a_selection_comes_by_form_in_the_order_of_the_gallery(as_ana: Client, ana: Any):
    first, second, third = many(ana, 3)
    ids = [str(it.uuid) for it in (first, third, second)]
    asked = as_ana.post("/share-links/new/", {"images": ids})
    assert "3 pictures" in asked.content.decode()
    make(as_ana, first, third, second)
    frames = ShareLink.objects.get().items.order_by("position").values_list("image", flat=True)
    assert list(frames) == [third.pk, second.pk, first.pk]


def test_a_collection_is_shared_from_its_page_under_its_name(as_ana: Client, ana: Any):
    kites = create_collection(user=ana, name="Kites")
    add_images(user=ana, collection=kites, images=[picture(ana)])
    assert f"/share-links/new/?collection={kites.pk}" in page(as_ana, f"/collections/{kites.pk}/")
    assert 'value="Kites"' in page(as_ana, f"/share-links/new/?collection={kites.pk}")
    as_ana.post(MAKING, {"collection": kites.pk, "until": in_days(1)})
    link = ShareLink.objects.get()
    assert (link.kind, link.collection) == ("collection", kites)


@pytest.mark.once
def test_only_pictures_of_the_gallery_are_shared(as_ana: Client, ana: Any):
    image = picture(ana)
    trash_images(user=ana, images=OutputImage.objects.filter(pk=image.pk))
    assert make(as_ana, image).status_code == 404
    assert as_ana.get(f"/share-links/new/?images={image.uuid}").status_code == 404
    assert make(as_ana).status_code == 422
    for text in ("nothing", "11111111-1111-4111-8111-111111111111"):
        assert as_ana.get(f"/share-links/new/?collection={text}").status_code == 404
    assert not ShareLink.objects.exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"until": ""}, "Say until when"),
        ({"until": "soon"}, "Write the day as"),
        ({"until": date(2020, 1, 1)}, "That day is over"),
        ({"until": date(9999, 12, 31)}, "Links may be open until"),
        ({"title": "x" * 121}, "120 characters at most"),
        ({"note": "x" * 2001}, "2,000 characters at most"),
        ({"password": "short"}, "six characters or more"),
        ({"password": "x" * 129}, "128 characters at most"),
    ],
)
@pytest.mark.once
def test_what_must_change_is_said_at_its_field(
    as_ana: Client, ana: Any, typed: dict[str, Any], sentence: str
):
    answer = make(as_ana, picture(ana), **({"title": "Kites", "note": "Three"} | typed))
    assert answer.status_code == 422
    html = answer.content.decode()
    assert sentence in html
    assert "field__error" in html
    for name in {"title", "note"} - set(typed):
        assert {"title": "Kites", "note": "Three"}[name] in html
    assert not ShareLink.objects.exists()


@pytest.mark.once
def test_without_an_end_is_only_by_choice(as_ana: Client, ana: Any):
    make(as_ana, picture(ana), is_endless="on", until="")
    link = ShareLink.objects.get()
    assert link.expires_at is None
    assert "Open, without an end" in page(as_ana, "/share-links/")
    assert change(as_ana, link, is_endless="", until="").status_code == 422


@pytest.mark.once
def test_staff_set_how_long_links_may_be_open(as_boss: Client, as_ana: Client, ana: Any):
    before = share(ana)
    as_boss.post("/share-links/limit/", {"longest_days": "7"})
    image = picture(ana)
    html = page(as_ana, f"/share-links/new/?images={image.uuid}")
    assert f'value="{in_days(7).isoformat()}"' in html
    assert "is_endless" not in html
    for typed in ({"until": in_days(8)}, {"is_endless": "on"}):
        assert make(as_ana, image, **typed).status_code == 422
    assert make(as_ana, image, until=in_days(7)).status_code == 303
    # What is there keeps its end, until that is changed
    assert change(as_ana, before, title="Kites").status_code == 303
    assert (before.title, before.expires_at) == ("Kites", None)
    assert change(as_ana, before, is_endless="", until=in_days(9)).status_code == 422
    as_boss.post("/share-links/limit/", {"longest_days": ""})
    assert make(as_ana, image, is_endless="on").status_code == 303
    assert as_boss.post("/share-links/limit/", {"longest_days": "0"}).status_code == 422


# The address


@pytest.mark.once
def test_a_stolen_database_opens_no_link(ana: Any, settings: Any):
    link = share(ana)
    token = token_of(link)
    assert len(token) == 32
    columns = [str(value) for value in ShareLink.objects.values_list().get()]
    assert not any(token in value for value in columns)
    assert link.token_hash == hash_of(token)
    settings.SECRET_KEY = "another"
    assert token_of(link) == ""


@pytest.mark.once
def test_links_outlive_another_secret_key_and_say_what_to_do(
    as_ana: Client, guest: Client, ana: Any, settings: Any
):
    link = share(ana)
    address = there(link)
    settings.SECRET_KEY = "another"
    as_ana.force_login(ana)
    assert guest.get(address).status_code == 200
    assert "cannot be shown" in page(as_ana, f"/share-links/{link.pk}/")
    as_ana.post(f"/share-links/{link.pk}/address/")
    link.refresh_from_db()
    assert guest.get(there(link)).status_code == 200
    assert guest.get(address).status_code == 404


# Changing and revoking


def test_what_guests_may_is_changed_at_once(as_ana: Client, guest: Client, ana: Any):
    image = picture(ana)
    link = share(ana, image, allow_download=True, title="Kites")
    download = there(link, "pictures", image, "download")
    assert guest.get(download).status_code == 200
    assert change(as_ana, link, title="Birds").status_code == 303
    assert guest.get(download).status_code == 404
    assert "Birds" in page(guest, there(link))
    change(as_ana, link, is_endless="", until=timezone.localdate())
    assert link.expires_at
    assert link.expires_at - timezone.now() <= timedelta(days=1)


def test_an_expired_link_is_opened_again_by_a_later_day(as_ana: Client, guest: Client, ana: Any):
    link = share(ana, expires_at=timezone.now() - timedelta(days=2))
    assert "Expired after" in page(as_ana, "/share-links/")
    assert change(as_ana, link).status_code == 422
    assert change(as_ana, link, until=in_days(3)).status_code == 303
    assert guest.get(there(link)).status_code == 200


def test_a_revoked_link_stays_in_the_list_and_is_changed_no_more(
    as_ana: Client, guest: Client, ana: Any
):
    link = share(ana, title="Kites")
    address = there(link)
    assert as_ana.post(f"/share-links/{link.pk}/revocation/").status_code == 303
    assert guest.get(address).status_code == 404
    for html in (page(as_ana, "/share-links/"), page(as_ana, f"/share-links/{link.pk}/")):
        assert "by Ana" in html
        assert address not in html
    assert change(as_ana, link, title="Birds").status_code == 422
    assert as_ana.post(f"/share-links/{link.pk}/address/").status_code == 404
    assert guest.get(address).status_code == 404


def test_all_of_ones_own_are_revoked_together(as_ana: Client, ana: Any, ben: Any):
    links = [share(ana), share(ana), share(ben)]
    as_ana.post("/share-links/revocations/")
    open_ = ShareLink.objects.filter(revoked_at=None)
    assert list(open_) == [links[2]]


def test_staff_see_everybodys_by_person_and_revoke_all_of_one(
    as_boss: Client, as_ben: Client, ana: Any, ben: Any, boss: Any
):
    share(ana, title="Of Ana"), share(ben, title="Of Ben"), share(boss, title="Of Bo")
    assert "Of Ana" not in page(as_boss, "/share-links/")
    html = page(as_boss, "/share-links/?of=everybody")
    assert all(title in html for title in ("Of Ana", "Of Ben", "Of Bo", "1 of 1 open"))
    html = page(as_boss, f"/share-links/?of={ana.pk}")
    assert "Of Ana" in html
    assert "Of Ben" not in html
    for of in ("everybody", str(ana.pk)):
        assert as_ben.get(f"/share-links/?of={of}").status_code == 404
    assert as_ben.post("/share-links/revocations/", {"person": ana.pk}).status_code == 404
    for of in ("x", "²", "9" * 30, "0"):
        assert as_boss.get(f"/share-links/?of={of}").status_code == 404
    as_boss.post("/share-links/revocations/", {"person": ana.pk})
    revoked = ShareLink.objects.filter(revoked_by=boss)
    assert [link.title for link in revoked] == ["Of Ana"]


def test_the_list_says_how_each_link_stands(as_ana: Client, as_boss: Client, ana: Any):
    link = share(ana, title="Kites", password="kestrel")
    ShareLink.objects.update(view_count=12, visitor_count=3, download_count=1)
    html = page(as_ana, "/share-links/")
    for words in ("1 picture", "12 views", "3 visitors", "1 download", "Password", there(link)):
        assert words in html
    link.items.all().delete()
    assert "Closed while it has no picture to show" in page(as_ana, "/share-links/")
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert "who made it is not active" in page(as_boss, "/share-links/?of=everybody")


def test_more_links_need_no_more_queries(as_boss: Client, ana: Any, boss: Any):
    kites = create_collection(user=ana, name="Kites")
    add_images(user=ana, collection=kites, images=[picture(ana)])

    def count() -> int:
        with CaptureQueriesContext(connection) as counted:
            page(as_boss, "/share-links/?of=everybody")
        return len(counted)

    share(ana), share_all(ana, kites)
    count()
    few = count()
    for _ in range(3):
        share(boss), share_all(ana, kites)
    assert count() == few


# The audit log


def test_what_was_shared_when_is_in_the_audit_log(as_ana: Client, as_boss: Client, ana: Any):
    image = picture(ana)
    make(as_ana, image, title="Kites", password="kestrel")
    link = ShareLink.objects.get()
    change(as_ana, link, allow_download="on", title="Kites", password="another one")
    as_ana.post(f"/share-links/{link.pk}/address/")
    as_boss.post("/share-links/revocations/", {"person": ana.pk})
    as_boss.post("/share-links/limit/", {"longest_days": "9"})
    assert actions() == [
        "link-made",
        "link-changed",
        "link-readdressed",
        "link-revoked",
        "link-limit-set",
    ]
    made, changed, *_ = AuditEntry.objects.order_by("pk")
    assert made.details["frames"] == [image.frame_number]
    assert made.details["is_protected"] is True
    assert changed.details == {"allow_download": [False, True], "is_protected": [True, True]}
    kept = str(list(AuditEntry.objects.values_list()))
    assert "kestrel" not in kept
    assert token_of(link) not in kept
    html = page(as_boss, "/team/audit-log/")
    assert "Share link made" in html
    assert f"/share-links/{link.pk}/" in html


def test_a_limit_that_was_set_last_holds(boss: Any):
    from generations.services.share_links.limits import longest_days

    assert longest_days() is None
    for days in (7, 30, None, 9):
        set_longest_days(by=boss, days=days)
        assert longest_days() == days


def test_the_last_day_ends_with_the_day(as_ana: Client, ana: Any, settings: Any):
    settings.TIME_ZONE = "Europe/Berlin"
    with timezone.override("Europe/Berlin"):
        make(as_ana, picture(ana), until=date(2031, 1, 31))
        link = ShareLink.objects.get()
        assert link.expires_at == datetime(2031, 2, 1, tzinfo=ZoneInfo("Europe/Berlin"))
        assert link.open_until == date(2031, 1, 31)
