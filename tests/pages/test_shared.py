"""What guests see under a link: its pictures, no more, and nothing once it is closed."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.models import OutputImage, ShareLink
from generations.services.collections import (
    add_images,
    create_collection,
    delete_collection,
    remove_images,
)
from generations.services.share_links.links import renew_address, revoke_links
from generations.services.trash import delete_images, restore_images, trash_images
from tests.pages.delivering import many, picture, png
from tests.pages.sharing import BROWSER, files_of, share, share_all, there

pytestmark = pytest.mark.django_db


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def shown(html: str) -> list[str]:
    """The public ids of the pictures of a page, in their order."""
    return re.findall(r'picture__link" href="/s/[^/]+/pictures/([0-9a-f-]+)/', html)


def statuses(client: Client, link: ShareLink, image: OutputImage) -> set[int]:
    return {client.get(address).status_code for address in files_of(link, image).values()}


def test_a_guest_sees_the_pictures_that_were_chosen_and_no_others(guest: Client, ana: Any):
    first, second, _other = picture(ana), picture(ana), picture(ana)
    link = share(ana, second, first, title="Winter & more", note="Which <three>?")
    html = page(guest, there(link))
    assert shown(html) == [str(second.uuid), str(first.uuid)]
    assert "Winter &amp; more" in html
    assert "Which &lt;three&gt;?" in html
    assert "/account/" not in html


def test_a_collection_is_shown_as_it_is_now_and_a_selection_as_it_was(guest: Client, ana: Any):
    first, second = picture(ana), picture(ana)
    kites = create_collection(user=ana, name="Kites")
    add_images(user=ana, collection=kites, images=[first])
    live, frozen = share_all(ana, kites), share(ana, first)
    add_images(user=ana, collection=kites, images=[second])
    assert shown(page(guest, there(live))) == [str(first.uuid), str(second.uuid)]
    assert shown(page(guest, there(frozen))) == [str(first.uuid)]


@pytest.mark.once
def test_prompts_and_people_are_hidden_unless_they_are_switched_on(guest: Client, ana: Any):
    image = picture(ana, "A secret campaign")
    closed = share(ana, image, title="Kites")
    open_ = share(ana, image, show_prompt=True, show_author=True)
    for link, is_told in ((closed, False), (open_, True)):
        for part in ((), ("pictures", image)):
            html = page(guest, there(link, *part))
            assert ("A secret campaign" in html) is is_told
            assert ("Ana" in html) is is_told
            assert image.frame_number not in html


@pytest.mark.once
def test_every_picture_has_its_place_and_waits_until_it_is_near(guest: Client, ana: Any):
    html = page(guest, there(share(ana, *many(ana, 12))))
    images = re.findall(r'<img class="picture__image"[^>]+>', html)
    assert len(images) == 12
    assert all('width="48" height="32"' in image for image in images)
    assert ['loading="lazy"' in image for image in images] == [False] * 8 + [True] * 4


@pytest.mark.once
def test_very_many_pictures_come_in_pages(guest: Client, ana: Any):
    link = share(ana, *many(ana, 203))
    assert len(shown(page(guest, there(link)))) == 200
    assert len(shown(page(guest, there(link) + "?page=2"))) == 3
    last = OutputImage.objects.order_by("-pk")[0]
    assert f"{there(link)}?page=2#picture-203" in page(guest, there(link, "pictures", last))


def test_more_pictures_need_no_more_queries(guest: Client, ana: Any):
    def count(link: ShareLink) -> int:
        with CaptureQueriesContext(connection) as counted:
            page(guest, there(link))
            page(guest, there(link, "pictures", link.items.order_by("position")[0].image))
        return len(counted)

    images = many(ana, 9)
    told = {"show_prompt": True, "show_author": True, "allow_review": True, "allow_download": True}
    few, more = share(ana, *images[:2], **told), share(ana, *images, **told)
    count(few)
    assert count(few) == count(more)


def test_a_picture_leads_to_its_neighbours_and_back(guest: Client, ana: Any):
    first, second, third = many(ana, 3)
    link = share(ana, first, second, third)
    html = page(guest, there(link, "pictures", second))
    for rel, image in (("prev", first), ("next", third)):
        assert f'rel="{rel}" href="{there(link, "pictures", image)}"' in html
    assert f'href="{there(link)}#picture-2"' in html
    assert "2 / 3" in html


# Closing


def test_a_link_that_is_revoked_closes_every_address_at_once(guest: Client, ana: Any):
    image = picture(ana)
    link = share(ana, image, allow_download=True)
    assert statuses(guest, link, image) == {200}
    revoke_links(links=ShareLink.objects.filter(pk=link.pk), by=ana)
    assert statuses(guest, link, image) == {404}


def test_a_link_closes_when_its_time_is_over(guest: Client, ana: Any):
    image = picture(ana)
    link = share(ana, image, allow_download=True, expires_at=timezone.now() + timedelta(hours=1))
    assert statuses(guest, link, image) == {200}
    ShareLink.objects.update(expires_at=timezone.now())
    assert statuses(guest, link, image) == {404}


def test_a_link_closes_while_its_maker_is_not_active(guest: Client, ana: Any):
    image = picture(ana)
    link = share(ana, image, allow_download=True)
    ana.is_active = False
    ana.save()
    assert statuses(guest, link, image) == {404}


@pytest.mark.once
def test_an_address_that_was_replaced_opens_nothing(guest: Client, ana: Any):
    image = picture(ana)
    link = share(ana, image, allow_download=True)
    before = files_of(link, image)
    renew_address(link=link, by=ana)
    assert {guest.get(address).status_code for address in before.values()} == {404}
    link.refresh_from_db()
    assert statuses(guest, link, image) == {200}


def test_a_picture_in_the_trash_is_gone_for_guests_and_comes_back(guest: Client, ana: Any):
    first, second = picture(ana), picture(ana, content=png((40, 40)))
    link = share(ana, first, second, allow_download=True)
    chosen = OutputImage.objects.filter(pk=first.pk)
    trash_images(user=ana, images=chosen)
    assert shown(page(guest, there(link))) == [str(second.uuid)]
    own = [it for name, it in files_of(link, first).items() if name in OF_ONE_PICTURE]
    assert {guest.get(address).status_code for address in own} == {404}
    restore_images(images=chosen)
    assert len(shown(page(guest, there(link)))) == 2
    trash_images(user=ana, images=chosen)
    delete_images(images=chosen)
    assert link.items.count() == 1


OF_ONE_PICTURE = ("picture", "thumbnail", "large", "download")


def test_a_link_without_a_picture_is_closed(guest: Client, ana: Any):
    first, second = picture(ana), picture(ana)
    emptied = create_collection(user=ana, name="Kites")
    deleted = create_collection(user=ana, name="Birds")
    for collection in (emptied, deleted):
        add_images(user=ana, collection=collection, images=[first])
    links = [share_all(ana, emptied), share_all(ana, deleted), share(ana, second)]
    remove_images(collection=emptied, images=[first])
    delete_collection(collection=deleted)
    trash_images(user=ana, images=OutputImage.objects.filter(pk=second.pk))
    for link, image in zip(links, (first, first, second), strict=True):
        assert statuses(guest, link, image) == {404}


def test_nobody_can_tell_why_nothing_is_there(guest: Client, ana: Any):
    """Unknown, revoked, expired, without a maker, without a picture: one page, one work."""
    links = [share(ana) for _ in range(3)]
    ShareLink.objects.filter(pk=links[0].pk).update(revoked_at=timezone.now())
    ShareLink.objects.filter(pk=links[1].pk).update(expires_at=timezone.now())
    links[2].items.all().delete()
    addresses = [there(link) for link in links] + ["/s/unknown/", f"/s/{'a' * 32}/"]
    answers = [_with_work(guest, address) for address in addresses]
    assert answers == [answers[0]] * len(answers)


def _with_work(guest: Client, address: str) -> tuple[Any, ...]:
    with CaptureQueriesContext(connection) as counted:
        answer = guest.get(address)
    work = [re.sub(r"'[^']*'", "?", query["sql"]) for query in counted]
    headers = {name: value for name, value in answer.items() if name != "Content-Length"}
    # The address it is shown at stands in the form for the language
    content = answer.content.decode().replace(address, "?")
    return answer.status_code, content, str(headers), str(work)


# What goes with every answer


@pytest.mark.once
def test_no_search_engine_no_shared_cache_no_cookie(guest: Client, ana: Any):
    image = picture(ana)
    link = share(ana, image, allow_download=True, allow_review=True)
    addresses = [*files_of(link, image).values(), there(link, "nothing"), "/s/unknown/"]
    for address in addresses:
        answer = guest.get(address, headers={"User-Agent": BROWSER})
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "private" in answer["Cache-Control"]
        # A browser that keeps a file asks each time whether it may show it
        assert "no-store" in answer["Cache-Control"] or "no-cache" in answer["Cache-Control"]
        assert not answer.cookies
    assert not guest.cookies


@pytest.mark.once
def test_a_page_for_guests_asks_nobody_else_for_anything(guest: Client, ana: Any, settings: Any):
    settings.PUBLIC_URL = ""
    image = picture(ana)
    link = share(ana, image, allow_download=True, allow_review=True)
    for part in ((), ("pictures", image)):
        html = page(guest, there(link, *part))
        assert "http:" not in html
        assert "https:" not in html
        addresses = re.findall(r'(?:src|href|action)="([^"#][^"]*)"', html)
        ours = (there(link), "/s/language/", "/static/", "data:")
        assert [it for it in addresses if not it.startswith(ours)] == []


@pytest.mark.once
def test_an_unchanged_thumbnail_is_not_sent_again_and_a_closed_one_not_at_all(
    guest: Client, ana: Any
):
    image = picture(ana)
    link = share(ana, image)
    address = there(link, "pictures", image, "thumbnail")
    known = {"If-None-Match": guest.get(address)["ETag"]}
    assert guest.get(address, headers=known).status_code == 304
    revoke_links(links=ShareLink.objects.all(), by=ana)
    assert guest.get(address, headers=known).status_code == 404


# Previews in chats and mails


@pytest.mark.once
def test_a_preview_names_the_site_as_the_operator_does(guest: Client, ana: Any, settings: Any):
    settings.PUBLIC_URL, settings.ALLOWED_HOSTS = "https://studio.example.com", ["*"]
    link = share(ana, title='Kites "2026"', note="Three of them")
    tricks = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    html = guest.get(there(link), headers=tricks).content.decode()
    assert "evil.example" not in html
    assert f'og:image" content="https://studio.example.com{there(link, "preview")}"' in html
    assert 'og:title" content="Kites &quot;2026&quot;"' in html
    assert 'og:description" content="Three of them"' in html
    assert 'twitter:card" content="summary_large_image"' in html


@pytest.mark.once
def test_without_a_known_origin_or_with_a_password_there_is_no_preview(
    guest: Client, ana: Any, settings: Any
):
    settings.PUBLIC_URL = ""
    assert "og:" not in page(guest, there(share(ana)))
    settings.PUBLIC_URL = "https://studio.example.com"
    link = share(ana, title="Kites", password="kestrel")
    closed = guest.get(there(link)).content.decode()
    assert "og:" not in closed
    assert "Kites" not in closed
    guest.post(there(link, "password"), {"password": "kestrel"})
    assert "og:" not in page(guest, there(link))
    assert guest.get(there(link, "preview")).status_code == 404
