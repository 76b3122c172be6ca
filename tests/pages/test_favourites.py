"""Favourites: a person's own mark on a picture."""

from typing import Any

import pytest

from generations.models import Attempt, Favourite
from tests import factories
from tests.pages.delivering import picture
from tests.pages.test_gallery import frames

pytestmark = pytest.mark.django_db


def mark(client: Any, image: Any, word: str = "yes", **more: Any) -> Any:
    return client.post(f"/images/{image.uuid}/favourite/", {"is_favourite": word}, **more)


def pressed(client: Any, image: Any) -> bool:
    html = client.get(f"/images/{image.uuid}/").content.decode()
    return 'name="is_favourite" value="no" aria-pressed="true"' in html


def test_a_mark_is_ones_own(as_ana: Any, as_ben: Any, ana: Any):
    image = picture(ana)
    answer = mark(as_ben, image)
    assert (answer.status_code, answer.url) == (303, f"/images/{image.uuid}/")
    assert pressed(as_ben, image)
    assert not pressed(as_ana, image)


def test_a_mark_is_set_once_and_taken_away_once(as_ana: Any, ana: Any):
    image = picture(ana)
    mark(as_ana, image)
    mark(as_ana, image)
    assert Favourite.objects.count() == 1
    mark(as_ana, image, "no")
    mark(as_ana, image, "no")
    assert not Favourite.objects.exists()


@pytest.mark.once
def test_a_script_gets_the_button_as_it_is_now(as_ana: Any, ana: Any):
    answer = mark(as_ana, picture(ana), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert 'aria-pressed="true"' in answer.content.decode()
    assert "<form" not in answer.content.decode()


@pytest.mark.once
def test_after_a_mark_one_is_where_one_was_and_never_elsewhere(as_ana: Any, ana: Any):
    image = picture(ana)
    address = f"/images/{image.uuid}/favourite/"
    for place, reached in [
        ("/gallery/?q=kite", "/gallery/?q=kite"),
        ("https://elsewhere.example/", f"/images/{image.uuid}/"),
        ("//elsewhere.example/", f"/images/{image.uuid}/"),
    ]:
        assert as_ana.post(address, {"is_favourite": "yes", "next": place}).url == reached


def test_the_gallery_shows_ones_favourites_alone(as_ana: Any, as_ben: Any, ana: Any):
    marked, other = picture(ana), picture(ana)
    mark(as_ana, marked)
    mark(as_ben, other)
    html = as_ana.get("/gallery/?favourite=yes").content.decode()
    assert frames(html) == [marked.pk]
    assert "My favourites" in html


def test_the_gallery_says_what_one_has_marked(as_ana: Any, as_ben: Any, ana: Any):
    marked, other = picture(ana), picture(ana)
    mark(as_ana, marked)
    for address in ("/gallery/", f"/gallery/more/?before={other.pk + 1}"):
        html = as_ana.get(address).content.decode()
        assert html.count('aria-pressed="true" data-key="f"') == 1
        assert f'value="/gallery/?before={marked.pk + 1}#picture-{marked.pk}"' in html
    assert 'aria-pressed="true" data-key="f"' not in as_ben.get("/gallery/").content.decode()


@pytest.mark.once
def test_what_one_may_not_see_one_cannot_mark(as_ben: Any, ana: Any):
    attempt = factories.only_attempt(factories.submit(ana))
    image = factories.store_image(factories.put_at(attempt, Attempt.Status.COLLECTING))
    assert mark(as_ben, image).status_code == 404
    assert not Favourite.objects.exists()
