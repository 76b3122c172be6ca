"""English or Spanish: as the browser asks, or as somebody chose; programs read English."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import translation

from generations.forms.settlement import SettlementForm
from generations.models import Attempt, OutputImage
from tests.pages.composing import press, submitted
from tests.pages.delivering import picture
from tests.pages.sharing import share, there
from tests.pages.test_files import body

pytestmark = [pytest.mark.django_db, pytest.mark.once]

SPANISH = {"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"}
NUMBER = re.compile(r'\s((?:data-|aria-)?[a-z-]+)="(-?\d[\d.,  ]*)"')


def in_spanish(client: Client, address: str) -> Any:
    return client.get(address, headers=SPANISH)


@pytest.fixture
def image(ana: User) -> OutputImage:
    return picture(ana)


def choose(client: Client, language: str, **more: str) -> Any:
    return client.post("/language/", {"language": language} | more, headers=SPANISH)


def test_a_browser_that_asks_for_spanish_gets_it_before_anybody_signs_in(guest: Client):
    answer = in_spanish(guest, "/account/login/")
    page = answer.content.decode()
    assert '<html lang="es"' in page
    assert "Iniciar sesión" in page
    assert answer["Content-Language"] == "es"
    assert {"Accept-Language", "Cookie"} <= set(answer["Vary"].split(", "))


@pytest.mark.parametrize("asked", ["de", "fr-CH, it;q=0.5", "*", "x" * 600, "es;q=oops"])
def test_a_browser_that_asks_for_neither_gets_the_language_of_the_site(guest: Client, asked: str):
    page = guest.get("/account/login/", headers={"Accept-Language": asked}).content.decode()
    assert '<html lang="en"' in page


def test_a_choice_is_remembered_and_beats_the_browser(guest: Client):
    answer = choose(guest, "en", next="/account/login/?next=/gallery/")
    assert answer.url == "/account/login/?next=/gallery/"
    cookie = answer.cookies["language"]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (31536000, True, "Lax")
    assert '<html lang="en"' in in_spanish(guest, "/account/login/").content.decode()
    choose(guest, "es")
    assert '<html lang="es"' in guest.get("/account/login/").content.decode()


@pytest.mark.parametrize("wrong", ["", "de", "../en", "x" * 5000])
def test_a_language_that_there_is_not_changes_nothing(guest: Client, wrong: str):
    assert not choose(guest, wrong).cookies
    assert '<html lang="es"' in in_spanish(guest, "/account/login/").content.decode()


def test_who_comes_by_a_share_link_may_choose_without_leaving_its_prefix(guest: Client, ana: User):
    address = there(share(ana))
    page = in_spanish(guest, address).content.decode()
    assert '<html lang="es"' in page
    assert 'action="/s/language/"' in page
    answer = Client(enforce_csrf_checks=True).post(
        "/s/language/", {"language": "en", "next": address}
    )
    assert (answer.status_code, answer.url) == (302, address)
    guest.cookies = answer.cookies
    assert '<html lang="en"' in in_spanish(guest, address).content.decode()


@pytest.mark.parametrize(
    "next", ["", "/", "/gallery/", "//evil.example/s/", "https://evil.example/s/"]
)
def test_the_public_prefix_leads_back_to_itself_alone(guest: Client, db: None, next: str):
    asked = {"language": "es", "next": next}
    assert guest.post("/s/language/", asked).status_code == 404


def test_the_switch_says_which_language_it_is(as_ana: Client):
    page = in_spanish(as_ana, "/").content.decode()
    assert 'value="es" lang="es" aria-pressed="true">Español' in page
    assert 'value="en" lang="en" aria-pressed="false">English' in page


def test_parts_of_pages_and_refusals_come_in_the_language_of_the_person(as_ana: Client, ana: User):
    generation = submitted(press(as_ana))
    card = in_spanish(as_ana, f"/generations/{generation.id}/card/")
    assert "En espera aquí" in card.content.decode()
    refused = as_ana.post("/generations/", {"prompt": ""}, headers=SPANISH).content.decode()
    assert "Describe la imagen: el prompt está vacío." in refused
    assert "Esta página no está aquí" in in_spanish(as_ana, "/nothing/").content.decode()


def test_dates_follow_the_language_and_money_stays_as_it_is(as_ana: Client, image: OutputImage):
    OutputImage.objects.update(created_at="2024-05-08T10:30:00Z", cost="0.018")
    page = in_spanish(as_ana, f"/images/{image.uuid}/").content.decode()
    assert "8 de mayo de 2024, 10:30" in page
    assert "$0.018" in page


@pytest.mark.parametrize("address", ["/", "/gallery/", "/images/{}/"])
def test_numbers_for_scripts_and_forms_are_the_same_in_both(
    as_ana: Client, image: OutputImage, address: str
):
    """A comma in a data attribute or a number field would break it."""
    address = address.format(image.uuid)
    english, spanish = (
        NUMBER.findall(page.content.decode())
        for page in (as_ana.get(address), in_spanish(as_ana, address))
    )
    assert english == spanish
    assert english


def test_the_list_in_a_download_is_the_same_in_both(as_ana: Client, image: OutputImage):
    asked = {"images": str(image.uuid), "form": "original"}
    english, spanish = (
        as_ana.get(as_ana.post("/bundles/", asked, headers=headers).url, headers=headers)
        for headers in ({}, SPANISH)
    )
    assert body(english) == body(spanish)


def test_a_table_for_spreadsheets_is_in_english_whoever_asks(as_boss: Client):
    table = body(in_spanish(as_boss, "/team/audit-log/table/")).decode()
    assert "Time,Person,User name,Action" in table


@pytest.mark.parametrize(
    ("language", "typed", "understood"),
    [
        ("es", "0,009", Decimal("0.009")),
        ("es", "0.009", Decimal("0.009")),
        ("es", "1.234,5", None),
        ("en", "1,234", None),
    ],
)
def test_an_amount_takes_a_comma_where_the_language_writes_one(
    language: str, typed: str, understood: Decimal | None
):
    form = SettlementForm(
        {"charged": "yes", "amount": typed, "reason": "The bill"}, attempt=Attempt()
    )
    with translation.override(language):
        assert form.is_valid() == (understood is not None)
        assert form.cleaned_data.get("amount") == understood
