"""Two to four pictures side by side: what differs, and what that costs."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from generations.models import OutputImage
from generations.services.trash import trash_images
from tests import factories
from tests.pages.delivering import many, picture, png

pytestmark = pytest.mark.django_db


def compare(client: Any, *images: OutputImage) -> Any:
    ids = ",".join(str(image.uuid) for image in images)
    return client.get("/compare/", {"images": ids})


def differences(client: Any, *images: OutputImage) -> dict[str, list[str]]:
    """The table: the name of a setting, and what each picture has."""
    answer = compare(client, *images)
    assert answer.status_code == 200
    body = answer.content.decode().partition("<tbody>")[2]
    rows = re.findall(r'<th scope="row">([^<]+)</th>(.*?)</tr>', body, re.S)
    return {name: re.findall(r"<td>([^<]*)</td>", cells) for name, cells in rows}


@pytest.mark.once
def test_only_what_differs_is_told(as_ben: Any, ana: Any):
    model = {"model": factories.IMAGES, "output_format": "png"}
    low = picture(ana, quality="low", size="1024x1024", **model)
    high = picture(ana, quality="high", size="1024x1024", content=png((96, 64)), **model)
    told = differences(as_ben, low, high)
    assert told["Quality"] == ["low", "high"]
    assert "96 × 64" in told["Size"][1]
    assert not {"Model", "Format", "Person"} & set(told)


@pytest.mark.once
def test_another_model_and_another_person_are_told(as_ben: Any, ana: Any, ben: Any):
    told = differences(as_ben, picture(ana), picture(ben, model=factories.IMAGES))
    assert told["Model"] == [factories.CHAT, factories.IMAGES]
    assert told["Person"] == ["Ana", "Ben"]


def test_the_difference_in_price_is_told(as_ben: Any, ana: Any):
    first, second = picture(ana), picture(ana)
    assert "all cost the same" in compare(as_ben, first, second).content.decode()
    OutputImage.objects.filter(pk=second.pk).update(cost=first.cost + Decimal("0.02"))
    html = compare(as_ben, second, first).content.decode()
    assert "$0.020 between cheapest and dearest" in html
    assert "(+$0.020)" in html
    OutputImage.objects.filter(pk=second.pk).update(cost=None)
    html = compare(as_ben, first, second).content.decode()
    assert "price difference unknown" in html
    assert "between cheapest" not in html


@pytest.mark.once
@pytest.mark.parametrize("count", [0, 1, 5])
def test_two_to_four_are_compared(as_ana: Any, ana: Any, count: int):
    answer = compare(as_ana, *many(ana, 5)[:count])
    assert answer.status_code == 422
    assert "elect" in answer.content.decode()


@pytest.mark.once
def test_what_is_not_there_is_not_compared(as_ana: Any, ana: Any):
    first, second = picture(ana), picture(ana)
    trash_images(user=ana, images=OutputImage.objects.filter(pk=second.pk))
    assert compare(as_ana, first, second).status_code == 404


def test_four_need_no_more_queries_than_two(as_ana: Any, ana: Any):
    def queries(count: int) -> int:
        with CaptureQueriesContext(connection) as counted:
            compare(as_ana, *images[:count])
        return len(counted)

    images = [picture(ana) for _ in range(4)]
    assert queries(4) == queries(2)
