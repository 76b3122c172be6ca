"""The staff pages: models are kept, prices are superseded, the record is only read."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.forms import model_to_dict
from django.test import Client

from generations.models import ImageModel, LedgerEntry, PriceListItem
from tests import factories
from tests.pages.delivering import picture

pytestmark = pytest.mark.django_db

MODELS = "/admin/generations/imagemodel/"
PRICES = "/admin/generations/pricelistitem/"


@pytest.fixture
def as_lead(client_of: Any, ben: User) -> Client:
    """Staff without any of Django's own permissions: being staff is enough."""
    ben.is_staff = True
    ben.save()
    return client_of(ben)


def written(image_model: ImageModel, **changes: Any) -> dict[str, Any]:
    """The form of a model as a browser sends it."""
    values = model_to_dict(image_model)
    lists = {name: " ".join(value) for name, value in values.items() if isinstance(value, list)}
    fields = values | lists | changes
    return {name: value for name, value in fields.items() if value not in (None, False)}


def test_staff_change_what_a_model_takes_by_writing_words(as_lead: Client):
    model = factories.image_model(factories.IMAGES)
    fields = written(model, sizes="1024X1024, auto  1536x1024 auto", qualities="low high")
    answer = as_lead.post(f"{MODELS}{model.pk}/change/", fields)
    assert answer.status_code == 302, answer.context["adminform"].errors
    model.refresh_from_db()
    assert model.sizes == ["1024x1024", "auto", "1536x1024"]
    assert model.qualities == ["low", "high"]


@pytest.mark.once
@pytest.mark.parametrize(
    ("field", "words"),
    [("sizes", "large"), ("sizes", "1024x"), ("sizes", "0x5"), ("qualities", '["low"]')],
)
def test_words_that_are_none_are_refused_at_their_field(as_lead: Client, field: str, words: str):
    model = factories.image_model(factories.IMAGES)
    answer = as_lead.post(f"{MODELS}{model.pk}/change/", written(model, **{field: words}))
    assert answer.status_code == 200
    assert field in answer.context["adminform"].errors
    assert getattr(ImageModel.objects.get(pk=model.pk), field) == getattr(model, field)


@pytest.mark.once
def test_a_password_is_changed_on_the_product_s_own_page(as_lead: Client):
    answer = as_lead.get("/admin/password_change/")
    assert (answer.status_code, answer.url) == (302, "/account/password/change/")


@pytest.mark.once
def test_a_price_is_read_and_entered_elsewhere(as_lead: Client):
    item = PriceListItem.objects.first()
    fields = model_to_dict(item, exclude=["id", "effective_from"])
    fields |= {"unit_price": "9.5", "source": "Letter of the provider"}
    fields |= {"effective_from_0": "2027-01-01", "effective_from_1": "00:00:00"}
    assert as_lead.post(f"{PRICES}add/", fields).status_code in (403, 404)
    assert not PriceListItem.objects.filter(source="Letter of the provider").exists()
    assert as_lead.get(f"{PRICES}{item.pk}/change/").status_code == 200
    assert as_lead.post(f"{PRICES}{item.pk}/change/", fields).status_code in (403, 404)
    assert as_lead.post(f"{PRICES}{item.pk}/delete/", {"post": "yes"}).status_code in (403, 404)
    unchanged = PriceListItem.objects.get(pk=item.pk)
    assert unchanged.unit_price == item.unit_price


@pytest.mark.parametrize("record", ["generation", "attempt", "ledgerentry"])
def test_the_record_is_read_and_not_touched(as_lead: Client, ana: User, record: str):
    image = picture(ana, "A red kite")
    rows = {
        "generation": image.generation,
        "attempt": image.attempt,
        "ledgerentry": LedgerEntry.objects.first(),
    }
    pages = f"/admin/generations/{record}/"
    listed = as_lead.get(pages)
    assert listed.status_code == 200
    assert f"/generations/{image.generation_id}/" in listed.content.decode()
    assert as_lead.get(f"{pages}{rows[record].pk}/change/").status_code == 200
    for page in ("add/", f"{rows[record].pk}/delete/"):
        assert as_lead.post(pages + page).status_code == 404
    assert as_lead.post(f"{pages}{rows[record].pk}/change/").status_code == 404


def test_staff_search_and_filter(as_lead: Client):
    found = as_lead.get(f"{MODELS}?q=sunburst&provider=demo").content.decode()
    assert "gpt-image-2.6-sunburst" in found
    assert "gpt-4o-image-vip" not in found
