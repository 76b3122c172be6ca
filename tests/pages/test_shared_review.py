"""What guests say of pictures, what becomes of it, and who hears of it."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.models import AuditEntry, Mail, OutputImage, ShareLink, ShareReview
from generations.services.share_links import reviews
from generations.services.share_links.telling import tell_makers
from generations.services.share_links.tries import REVIEWS, Limit
from generations.services.trash import delete_images, trash_images
from tests.pages.delivering import many, picture
from tests.pages.sharing import body, review, share, there

pytestmark = pytest.mark.django_db


@pytest.fixture
def image(ana: Any) -> OutputImage:
    return picture(ana)


@pytest.fixture
def link(ana: Any, image: OutputImage) -> ShareLink:
    return share(ana, image, allow_review=True, title="Kites")


def say(client: Client, link: ShareLink, image: OutputImage, /, **typed: Any) -> Any:
    more = {"headers": typed.pop("headers", None), "REMOTE_ADDR": typed.pop("at", "192.0.2.1")}
    return client.post(there(link, "pictures", image, "review"), typed, **more)


def key_in(answer: Any) -> str:
    """The guest that the address of an answer names."""
    return parse_qs(urlsplit(answer.url).query)["guest"][0]


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_guest_marks_a_favourite_under_a_name_without_a_cookie(
    guest: Client, link: ShareLink, image: OutputImage
):
    answer = say(guest, link, image, name="  Mara   Lindt ", favourite="on")
    assert answer.status_code == 303
    row = ShareReview.objects.get()
    assert (row.name, row.is_favourite, row.image) == ("Mara Lindt", True, image)
    html = page(guest, answer.url)
    assert "As Mara Lindt" in html
    assert 'aria-pressed="true"' in html
    assert "1 favourite so far" in html
    assert "is-mine" in page(guest, f"{there(link)}?guest={key_in(answer)}")
    assert not guest.cookies


def test_a_guest_changes_and_takes_back_what_they_said(
    guest: Client, link: ShareLink, image: OutputImage
):
    key = key_in(say(guest, link, image, name="Mara", favourite="on"))
    say(guest, link, image, guest=key, comment="Warmer")
    say(guest, link, image, guest=key, comment="Colder")
    assert ShareReview.objects.get().comment == "Colder"
    say(guest, link, image, guest=key, favourite="off")
    assert not ShareReview.objects.get().is_favourite
    say(guest, link, image, guest=key, comment="")
    assert not ShareReview.objects.exists()


def test_the_same_name_is_another_guest(guest: Client, link: ShareLink, image: OutputImage):
    say(guest, link, image, name="Mara", favourite="on")
    say(guest, link, image, name="Mara", comment="I am another")
    assert ShareReview.objects.count() == 2
    assert ShareReview.objects.filter(is_favourite=True).count() == 1


@pytest.mark.once
def test_nobody_goes_by_a_name_that_we_have_not_signed(
    guest: Client, link: ShareLink, image: OutputImage, ana: Any
):
    other = share(ana, image, allow_review=True)
    of_another_link = key_in(say(guest, other, image, name="Mara", favourite="on"))
    for key in (of_another_link, "x", "x" * 5000, "WyJhIiwiYiJd:1a:bc", ""):
        answer = say(guest, link, image, guest=key, favourite="on")
        assert answer.status_code == 422
        assert "Say who you are" in answer.content.decode()
        assert "As Mara" not in page(guest, f"{there(link, 'pictures', image)}?guest={key}")


@pytest.mark.once
def test_what_was_typed_stays_where_a_name_is_missing_or_a_text_too_long(
    guest: Client, link: ShareLink, image: OutputImage
):
    answer = say(guest, link, image, name="", comment="Warmer, please")
    assert answer.status_code == 422
    assert "Warmer, please" in answer.content.decode()
    long = say(guest, link, image, name="Mara", comment="x" * 501)
    assert "up to 500 characters" in long.content.decode()
    assert say(guest, link, image, name="x" * 61, favourite="on").status_code == 422
    assert not ShareReview.objects.exists()


@pytest.mark.once
def test_comments_are_text_and_nothing_else(
    guest: Client, as_ana: Client, link: ShareLink, image: OutputImage
):
    text = '<script>alert(1)</script> https://evil.example \u202eturned "x"'
    say(guest, link, image, name="<b>Mara</b>", comment=text)
    for client, address in (
        (guest, there(link, "pictures", image)),
        (as_ana, f"/share-links/{link.pk}/"),
    ):
        html = page(client, address)
        assert "<script>alert" not in html
        assert "<b>Mara" not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt; https://evil.example turned" in html
        assert 'href="https://evil' not in html
        assert "\u202e" not in html


@pytest.mark.once
def test_without_review_nothing_is_taken_or_shown(
    guest: Client, link: ShareLink, image: OutputImage
):
    key = key_in(say(guest, link, image, name="Mara", comment="Warmer"))
    ShareLink.objects.update(allow_review=False)
    assert say(guest, link, image, guest=key, favourite="on").status_code == 404
    assert "Warmer" not in page(guest, f"{there(link, 'pictures', image)}?guest={key}")


@pytest.mark.once
def test_only_pictures_of_the_link_are_reviewed(guest: Client, link: ShareLink, ana: Any):
    assert say(guest, link, picture(ana), name="Mara", favourite="on").status_code == 404


@pytest.mark.once
def test_a_form_of_another_site_is_not_taken(guest: Client, link: ShareLink, image: OutputImage):
    for site, status in (("cross-site", 404), ("same-site", 404), ("same-origin", 303)):
        headers = {"Sec-Fetch-Site": site}
        answer = say(guest, link, image, name="Mara", favourite="on", headers=headers)
        assert answer.status_code == status


def test_guests_say_so_much_and_no_more(
    guest: Client, link: ShareLink, image: OutputImage, monkeypatch: pytest.MonkeyPatch
):
    few = Limit(REVIEWS.what, from_one=2, from_all=3)
    monkeypatch.setattr("generations.views.shared.acts.REVIEWS", few)
    said = [say(guest, link, image, name="Mara", comment="A", at="192.0.2.1") for _ in range(3)]
    said += [say(guest, link, image, name="Mara", comment="A", at=f"192.0.2.{n}") for n in (2, 3)]
    assert [it.status_code for it in said] == [303, 303, 429, 303, 429]
    assert "Go on in" in said[2].content.decode()


def test_one_link_takes_a_bounded_number(
    guest: Client, link: ShareLink, image: OutputImage, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reviews, "MOST_REVIEWS", 1)
    key = key_in(say(guest, link, image, name="Mara", favourite="on"))
    refused = say(guest, link, image, name="Tom", favourite="on")
    assert refused.status_code == 422
    assert "takes no more comments" in refused.content.decode()
    assert say(guest, link, image, guest=key, comment="Warmer").status_code == 303


# The maker


def test_the_maker_sees_it_beside_the_pictures_most_liked_first(as_ana: Client, ana: Any):
    first, second, third = many(ana, 3)
    link = share(ana, first, second, third, allow_review=True)
    review(link, first, "Tom", comment="Too cold", is_favourite=False)
    for name in ("Mara", "Tom"):
        review(link, third, name)
    html = page(as_ana, f"/share-links/{link.pk}/")
    assert html.index("2 favourites") < html.index("Too cold")
    assert f"03 · {third.frame_number}" in html
    assert second.frame_number not in html


def test_the_maker_hides_shows_and_deletes(
    as_ana: Client, as_ben: Client, guest: Client, link: ShareLink, image: OutputImage
):
    row = review(link, image, comment="Rude words")
    own, public = f"/share-links/{link.pk}/", there(link, "pictures", image)
    acts = f"{own}reviews/{row.pk}/"
    assert as_ben.post(f"{acts}hiding/", {"hidden": "on"}).status_code == 404
    assert "Rude words" in page(guest, public)
    as_ana.post(f"{acts}hiding/", {"hidden": "on"})
    assert "Rude words" not in page(guest, public)
    assert "favourite so far" not in page(guest, public)
    assert "hidden from guests" in page(as_ana, own)
    as_ana.post(f"{acts}hiding/", {"hidden": "off"})
    assert "Rude words" in page(guest, public)
    as_ana.post(f"{acts}deletion/")
    assert not ShareReview.objects.exists()
    assert as_ana.post(f"{acts}deletion/").status_code == 404
    entry = AuditEntry.objects.get(action="guest-word-deleted")
    assert "Rude" not in str(entry.details)


def test_a_review_of_another_link_is_not_reached_through_ones_own(
    as_ana: Client, as_ben: Client, link: ShareLink, image: OutputImage, ben: Any
):
    row, mine = review(link, image), share(ben, image)
    address = f"/share-links/{mine.pk}/reviews/{row.pk}/deletion/"
    assert as_ben.post(address).status_code == 404
    assert ShareReview.objects.exists()
    assert as_ana.post(f"/share-links/{link.pk}/reviews/{10**30}/deletion/").status_code == 404


def test_the_table_holds_all_and_runs_nothing(
    as_ana: Client, as_ben: Client, link: ShareLink, image: OutputImage
):
    review(link, image, "=HYPERLINK(1)", comment="@sum(1)")
    review(link, image, "Tom", comment="Two\nlines", is_hidden=True)
    address = f"/share-links/{link.pk}/reviews/"
    answer = as_ana.get(address)
    assert answer["Content-Disposition"] == 'attachment; filename="kites.csv"'
    head, first, second = body(answer).decode("utf-8-sig").strip().split("\r\n")
    assert head == "Number,Picture,Name,Favourite,Comment,Hidden,When"
    assert f"1,{image.frame_number},'=HYPERLINK(1),yes,'@sum(1),," in first
    assert 'Tom,yes,"Two\nlines",yes' in second
    assert as_ben.get(address).status_code == 404


def test_more_reviews_need_no_more_queries(as_ana: Client, ana: Any):
    images = many(ana, 6)
    link = share(ana, *images, allow_review=True)

    def count() -> int:
        with CaptureQueriesContext(connection) as counted:
            page(as_ana, f"/share-links/{link.pk}/")
        return len(counted)

    review(link, images[0])
    count()
    few = count()
    for image in images:
        review(link, image, comment="Warmer")
    assert count() == few


def test_what_was_said_of_a_picture_goes_with_it(
    as_ana: Client, link: ShareLink, image: OutputImage, ana: Any
):
    review(link, image)
    chosen = OutputImage.objects.filter(pk=image.pk)
    trash_images(user=ana, images=chosen)
    assert "not on the guests’ page now" in page(as_ana, f"/share-links/{link.pk}/")
    delete_images(images=chosen)
    assert not ShareReview.objects.exists()


# Telling the maker


def test_the_rail_says_how_many_links_have_something_new(
    guest: Client, as_ana: Client, as_ben: Client, link: ShareLink, image: OutputImage
):
    news = "with something new from guests"
    assert news not in page(as_ana, "/share-links/")
    say(guest, link, image, name="Mara", favourite="on")
    assert news in page(as_ana, "/gallery/")
    assert "New from guests" in page(as_ana, "/share-links/")
    assert news not in page(as_ben, "/gallery/")
    page(as_ana, f"/share-links/{link.pk}/")
    assert news not in page(as_ana, "/gallery/")


def test_makers_are_written_to_once_a_day_at_most(
    guest: Client, as_ana: Client, link: ShareLink, image: OutputImage, settings: Any
):
    say(guest, link, image, name="Mara", favourite="on")
    now = timezone.now()
    assert tell_makers(now=now) == 0
    settings.MAIL_IS_ON, settings.PUBLIC_URL = True, "https://studio.example.com"
    assert tell_makers(now=now) == 1
    mail = Mail.objects.get()
    assert mail.to == "ana@example.com"
    assert f"https://studio.example.com/share-links/{link.pk}/" in mail.body
    assert "Kites" in mail.body
    # Nothing came since
    assert tell_makers(now=now + timedelta(hours=25)) == 0
    say(guest, link, image, name="Tom", favourite="on")
    assert tell_makers(now=now + timedelta(hours=23)) == 0
    later = timezone.now() + timedelta(hours=25)
    assert tell_makers(now=later) == 1
    say(guest, link, image, name="Eve", favourite="on")
    page(as_ana, f"/share-links/{link.pk}/")
    assert tell_makers(now=later + timedelta(hours=25)) == 0
