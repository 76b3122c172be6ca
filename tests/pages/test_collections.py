"""Collections: named sets of pictures of the team, in an order that people choose."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from generations.models import Bundle, Collection, CollectionItem, OutputImage
from generations.selectors.collections import behind, next_to
from generations.services.collections import add_images, create_collection, remove_images
from generations.services.trash import delete_images, trash_images
from tests.pages.delivering import many, picture
from tests.pages.test_gallery import frames

pytestmark = pytest.mark.django_db


@pytest.fixture
def kites(ana: Any) -> Collection:
    """A collection of ana's with three pictures, oldest first."""
    collection = create_collection(user=ana, name="Kites")
    add_images(user=ana, collection=collection, images=many(ana, 3))
    return collection


def page(client: Any, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def order(client: Any, collection: Collection) -> list[int]:
    html = page(client, f"/collections/{collection.pk}/")
    return [int(frame) for frame in re.findall(r'id="picture-(\d+)"', html)]


def do(client: Any, collection: Collection, act: str, **data: Any) -> Any:
    return client.post(f"/collections/{collection.pk}/{act}/", data)


def test_everybody_makes_names_and_sees_collections(as_ana: Any, as_ben: Any):
    answer = as_ana.post("/collections/", {"name": "  Kites & more "})
    made = Collection.objects.get()
    assert answer.url == f"/collections/{made.pk}/"
    assert "Kites &amp; more" in page(as_ben, "/collections/")
    as_ben.post(f"/collections/{made.pk}/", {"name": "Birds"})
    assert "Birds" in page(as_ana, "/collections/")


@pytest.mark.once
@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a\0b"])
def test_a_name_that_is_none_is_answered_in_words(as_ana: Any, kites: Collection, name: str):
    for address in ("/collections/", f"/collections/{kites.pk}/"):
        answer = as_ana.post(address, {"name": name})
        assert answer.status_code == 422
        assert "field__error" in answer.content.decode()
    assert Collection.objects.get().name == "Kites"


def test_pictures_go_in_by_a_selection_and_once(as_ben: Any, ana: Any, kites: Collection):
    first, second = picture(ana), picture(ana)
    ids = f"{first.uuid} {second.uuid}"
    before = order(as_ben, kites)
    for _ in range(2):
        as_ben.post("/collections/additions/", {"images": ids, "collection": kites.pk})
    assert order(as_ben, kites) == [*before, second.pk, first.pk]


def test_a_picture_goes_into_a_new_collection_from_its_page(as_ben: Any, ana: Any):
    image = picture(ana)
    there = f"/images/{image.uuid}/"
    form = {"images": image.uuid, "collection": "", "name": "Red", "next": there}
    assert as_ben.post("/collections/additions/", form).url == there
    html = page(as_ben, there)
    assert f"/collections/{Collection.objects.get().pk}/" in html
    assert "1 picture added to “Red”." in html


@pytest.mark.once
def test_what_is_to_be_added_must_say_where_and_what(as_ana: Any, ana: Any, kites: Collection):
    image = picture(ana)
    trash_images(user=ana, images=OutputImage.objects.filter(pk=image.pk))
    for data, status in [
        ({"images": image.uuid}, 422),
        ({"images": image.uuid, "collection": "11111111-1111-4111-8111-111111111111"}, 422),
        ({"images": "", "collection": kites.pk}, 422),
        ({"images": image.uuid, "collection": kites.pk}, 404),
    ]:
        assert as_ana.post("/collections/additions/", data).status_code == status
    damaged = as_ana.post("/collections/additions/", {"images": image.uuid, "collection": "1-1"})
    assert "That collection is not there any more." in damaged.content.decode()
    assert CollectionItem.objects.count() == 3


def test_the_order_is_changed_step_by_step(as_ben: Any, kites: Collection):
    a, b, c = OutputImage.objects.order_by("pk")
    for image, move, expected in [
        (c, "earlier", [a, c, b]),
        (c, "earlier", [c, a, b]),
        (c, "earlier", [c, a, b]),
        (a, "later", [c, b, a]),
        (a, "later", [c, b, a]),
    ]:
        do(as_ben, kites, "order", image=image.uuid, move=move)
        assert order(as_ben, kites) == [it.pk for it in expected]


def test_the_order_is_changed_by_dropping(as_ben: Any, kites: Collection):
    a, b, c = OutputImage.objects.order_by("pk")
    do(as_ben, kites, "order", image=c.uuid, before=a.uuid)
    assert order(as_ben, kites) == [c.pk, a.pk, b.pk]
    do(as_ben, kites, "order", image=c.uuid, after=b.uuid)
    assert order(as_ben, kites) == [a.pk, b.pk, c.pk]
    do(as_ben, kites, "order", image=a.uuid, after=b.uuid)
    assert order(as_ben, kites) == [b.pk, a.pk, c.pk]


@pytest.mark.once
def test_a_picture_of_elsewhere_has_no_place(as_ben: Any, ana: Any, kites: Collection):
    inside, outside = OutputImage.objects.first(), picture(ana)
    assert do(as_ben, kites, "order", image=outside.uuid, move="later").status_code == 404
    assert do(as_ben, kites, "order", image=inside.uuid, before=outside.uuid).status_code == 404
    assert do(as_ben, kites, "cover", image=outside.uuid).status_code == 404
    assert do(as_ben, kites, "removals", images=outside.uuid).status_code == 404


def test_a_picture_that_is_taken_out_stays_in_the_gallery(as_ben: Any, kites: Collection):
    a, b, c = OutputImage.objects.order_by("pk")
    do(as_ben, kites, "cover", image=b.uuid)
    do(as_ben, kites, "removals", images=b.uuid)
    assert order(as_ben, kites) == [a.pk, c.pk]
    assert b.pk in frames(page(as_ben, "/gallery/"))
    kites.refresh_from_db()
    assert kites.cover is None


def test_the_cover_is_chosen_and_else_the_first(as_ben: Any, kites: Collection):
    first, _, last = OutputImage.objects.order_by("pk")
    assert f"/images/{first.uuid}/thumbnail/" in page(as_ben, "/collections/")
    do(as_ben, kites, "cover", image=last.uuid)
    assert f"/images/{last.uuid}/thumbnail/" in page(as_ben, "/collections/")


def test_who_made_it_and_staff_delete_it_and_pictures_stay(
    as_ana: Any, as_ben: Any, as_boss: Any, ana: Any, kites: Collection
):
    assert do(as_ben, kites, "deletion").status_code == 404
    assert do(as_ana, kites, "deletion").status_code == 303
    assert do(as_boss, create_collection(user=ana, name="Birds"), "deletion").status_code == 303
    assert not Collection.objects.exists()
    assert len(frames(page(as_ana, "/gallery/"))) == 3


def test_the_gallery_is_narrowed_to_a_collection(as_ben: Any, ana: Any, kites: Collection):
    picture(ana)
    html = page(as_ben, f"/gallery/?collection={kites.pk}")
    assert sorted(frames(html)) == sorted(order(as_ben, kites))
    assert "Kites" in html


def test_a_collection_is_taken_away_as_it_is(as_ben: Any, ana: Any, ben: Any, kites: Collection):
    picture(ana)
    answer = do(as_ben, kites, "bundles", form="original")
    made = Bundle.objects.get()
    assert (answer.status_code, answer.url) == (303, f"/bundles/{made.pk}/")
    assert (made.asked_by, len(made.pictures)) == (ben, 3)
    assert do(as_ben, kites, "bundles", form="none").status_code == 404


def test_what_is_removed_is_not_shown_and_comes_back_to_its_place(
    as_ana: Any, ana: Any, kites: Collection
):
    a, b, c = OutputImage.objects.order_by("pk")
    chosen = OutputImage.objects.filter(pk=a.pk)
    do(as_ana, kites, "cover", image=a.uuid)
    trash_images(user=ana, images=chosen)
    assert order(as_ana, kites) == [b.pk, c.pk]
    assert f"/images/{b.uuid}/thumbnail/" in page(as_ana, "/collections/")
    as_ana.post("/trash/restorations/", {"images": a.uuid})
    assert order(as_ana, kites) == [a.pk, b.pk, c.pk]
    trash_images(user=ana, images=chosen)
    delete_images(images=chosen)
    kites.refresh_from_db()
    assert (kites.cover, kites.items.count()) == (None, 2)


def test_more_pictures_and_collections_need_no_more_queries(
    as_ana: Any, ana: Any, kites: Collection
):
    def queries() -> list[int]:
        counts = []
        for address in ("/collections/", f"/collections/{kites.pk}/"):
            with CaptureQueriesContext(connection) as counted:
                page(as_ana, address)
            counts.append(len(counted))
        return counts

    # The first visit writes down that she was here
    queries()
    few = queries()
    add_images(user=ana, collection=kites, images=many(ana, 5))
    for name in ("Birds", "Boats"):
        other = create_collection(user=ana, name=name)
        add_images(user=ana, collection=other, images=OutputImage.objects.in_gallery()[:2])
    assert queries() == few


@pytest.mark.once
def test_a_picture_that_was_just_taken_out_has_no_place(kites: Collection):
    image = OutputImage.objects.order_by("pk")[0]
    remove_images(collection=kites, images=[image])
    assert behind(kites, image) is None
    assert [next_to(kites, image, is_later=later) for later in (True, False)] == [None, None]
