"""The trash: who may remove and restore, what is hidden meanwhile, and what receipts say."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.models import OutputImage
from generations.services.trash import delete_images, trash_images
from tests.pages.delivering import many, picture
from tests.pages.test_gallery import frames

pytestmark = pytest.mark.django_db


def remove(client: Any, *images: OutputImage, **more: Any) -> Any:
    ids = " ".join(str(image.uuid) for image in images)
    return client.post("/trash/", {"images": ids}, **more)


def page(client: Any, address: str = "/trash/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def statuses(client: Any, image: OutputImage) -> list[int]:
    ends = ["", "file/", "thumbnail/", "download/"]
    return [client.get(f"/images/{image.uuid}/{end}").status_code for end in ends]


def test_who_made_it_and_staff_may_remove_a_picture(
    as_ana: Any, as_ben: Any, as_boss: Any, ana: Any
):
    first, second = picture(ana), picture(ana)
    assert remove(as_ben, first).status_code == 404
    assert remove(as_ana, first).status_code == 303
    assert remove(as_boss, second).status_code == 303
    assert OutputImage.objects.in_trash().count() == 2


@pytest.mark.once
def test_the_page_of_a_picture_offers_it_to_those_who_may(as_ana: Any, as_ben: Any, ana: Any):
    image = picture(ana)
    form = 'action="/trash/"'
    assert form in page(as_ana, f"/images/{image.uuid}/")
    assert form not in page(as_ben, f"/images/{image.uuid}/")


def test_a_removed_picture_is_hidden_but_for_those_who_may_restore_it(
    as_ana: Any, as_ben: Any, as_boss: Any, ana: Any
):
    image = picture(ana)
    remove(as_ana, image)
    for client in (as_ana, as_ben, as_boss):
        assert frames(page(client, "/gallery/?q=kite")) == []
    assert statuses(as_ben, image) == [404, 404, 404, 404]
    assert statuses(as_ana, image) == statuses(as_boss, image) == [404, 200, 200, 404]
    assert as_ben.post("/bundles/", {"images": str(image.uuid)}).status_code == 404
    assert image.frame_number in page(as_ana)
    assert image.frame_number not in page(as_ben)


def test_undo_stands_in_the_message(as_ana: Any, ana: Any):
    image = picture(ana)
    html = remove(as_ana, image, follow=True).content.decode()
    assert f"Picture {image.frame_number} is in the trash." in html
    assert f'name="images" value="{image.uuid}"' in html
    answer = as_ana.post("/trash/restorations/", {"images": image.uuid, "next": "/gallery/"})
    assert answer.url == "/gallery/"
    assert frames(page(as_ana, "/gallery/")) == [image.pk]


@pytest.mark.once
def test_of_a_selection_only_ones_own_go(as_ana: Any, ana: Any, ben: Any):
    mine, other = picture(ana), picture(ben)
    remove(as_ana, mine, other)
    assert frames(page(as_ana, "/gallery/")) == [other.pk]


@pytest.mark.once
def test_nobody_restores_what_is_anothers(as_ana: Any, as_ben: Any, ana: Any):
    image = picture(ana)
    remove(as_ana, image)
    answer = as_ben.post("/trash/restorations/", {"images": image.uuid})
    assert answer.status_code == 404
    assert OutputImage.objects.in_trash().exists()


def test_only_staff_delete_for_good(as_ana: Any, as_boss: Any, ana: Any):
    image = picture(ana)
    remove(as_ana, image)
    assert "Delete for good" not in page(as_ana)
    assert "Delete for good" in page(as_boss)
    assert as_ana.post("/trash/deletions/", {"images": image.uuid}).status_code == 404
    as_boss.post("/trash/deletions/", {"images": image.uuid})
    assert statuses(as_boss, image) == [404, 404, 404, 404]
    assert "Nothing here" in page(as_boss)


@pytest.mark.once
def test_the_days_that_are_left_are_said(as_ana: Any, ana: Any):
    image = picture(ana)
    remove(as_ana, image)
    assert "30 days left" in page(as_ana)
    almost = timezone.now() - timedelta(days=29, hours=12)
    OutputImage.objects.update(trashed_at=almost)
    assert "last day" in page(as_ana)


@pytest.mark.parametrize("is_deleted", [False, True])
def test_the_receipt_still_adds_up_and_says_that_the_picture_is_removed(
    as_ana: Any, ana: Any, is_deleted: bool
):
    image = picture(ana)
    generation = f"/generations/{image.generation_id}/"
    before = as_ana.get(f"{generation}status/").json()["total_cost"]
    trash_images(user=ana, images=OutputImage.objects.all())
    if is_deleted:
        delete_images(images=OutputImage.objects.all())
    html = page(as_ana, generation)
    assert "picture removed" in html
    assert "Picture removed" in html
    assert f"/images/{image.uuid}/" not in html
    status = as_ana.get(f"{generation}status/").json()
    assert (status["images"], status["total_cost"]) == ([], before)


@pytest.mark.once
def test_a_damaged_list_is_answered_in_words(as_ana: Any):
    answer = as_ana.post("/trash/", {"images": "no-id"})
    assert answer.status_code == 422
    assert "arrived damaged" in answer.content.decode()


def test_more_pictures_need_no_more_queries(as_ana: Any, ana: Any):
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            page(as_ana)
        return len(counted)

    trash_images(user=ana, images=OutputImage.objects.filter(pk=picture(ana).pk))
    # The first visit writes down that she was here
    queries()
    few = queries()
    many(ana, 12)
    trash_images(user=ana, images=OutputImage.objects.in_gallery())
    assert queries() == few
