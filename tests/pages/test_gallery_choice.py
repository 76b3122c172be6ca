"""The gallery's pictures, offered as references."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from generations.models import OutputImage
from generations.services.trash import trash_images
from tests.pages.delivering import picture

pytestmark = pytest.mark.django_db


def offered(client: Client, query: str = "") -> list[str]:
    html = client.get(f"/gallery/choice/?{query}").content.decode()
    return re.findall(r'data-take="/images/([0-9a-f-]+)/references/"', html)


def test_mine_or_the_whole_teams_newest_first_and_nothing_from_the_trash(
    as_ana: Client, ana: Any, ben: Any
) -> None:
    first, theirs, gone = picture(ana), picture(ben), picture(ana)
    trash_images(user=ana, images=OutputImage.objects.filter(pk=gone.pk))
    assert offered(as_ana) == [str(theirs.uuid), str(first.uuid)]
    assert offered(as_ana, "whose=mine") == [str(first.uuid)]


def test_older_ones_follow_by_cursor(as_ana: Client, ana: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("generations.selectors.gallery.PAGE_SIZE", 2)
    frames = [picture(ana) for _ in range(3)]
    html = as_ana.get("/gallery/choice/?whose=mine").content.decode()
    query = re.search(r'data-older="/gallery/choice/\?([^"]*)"', html)
    assert query
    assert offered(as_ana, query[1].replace("&amp;", "&")) == [str(frames[0].uuid)]


def test_a_cursor_that_is_none_is_the_404_page(as_ana: Client) -> None:
    assert as_ana.get("/gallery/choice/?before=x").status_code == 404
    assert "No pictures of yours yet." in as_ana.get("/gallery/choice/?whose=mine").content.decode()


def test_more_pictures_need_no_more_queries(as_ana: Client, ana: Any) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            offered(as_ana)
        return len(counted)

    picture(ana)
    few = queries()
    picture(ana), picture(ana)
    assert queries() == few
