"""Who gets what at which address: a table with a line for each; a new address needs a line.

Each line says what a guest, ana (who asked for the generation), ben (another member) and boss
(staff) are answered. GET is asked of every address, POST of those that take it.
"""

import uuid
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from generations import urls
from generations.models import Attempt, Generation, OutputImage, PriceListItem, ReferenceImage
from generations.services.budgets.passes import give_pass
from generations.services.bundles.bundles import create_bundle
from generations.services.collections import create_collection
from generations.services.copies.choices import Choice
from generations.services.projects import create_project
from generations.services.references import store_reference
from generations.services.team.invitations import invite
from generations.services.team.tokens import make_token
from generations.services.usage_imports.columns import Columns
from generations.services.usage_imports.imports import keep_export, read_export
from tests.factories import preset
from tests.pages.delivering import picture, png
from tests.pages.sharing import review, share
from tests.support.cast import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PEOPLE = ("guest", "ana", "ben", "boss")
EVERYBODY = (200, 200, 200, 200)
MEMBERS = (302, 200, 200, 200)
TO_THE_STUDIO = (302, 302, 302, 302)
TO_ELSEWHERE = (302, 302, 302, 302)
OWNER_AND_STAFF = (302, 200, 404, 200)
OWNER_ALONE = (302, 200, 404, 404)
STAFF = (302, 404, 404, 200)
NOBODY = (404, 404, 404, 404)
ONLY_POST = (302, 405, 405, 405)
NOTHING_CHOSEN = (302, 422, 422, 422)
ONLY_POST_FOR_STAFF = (302, 404, 404, 405)
ONLY_POST_FOR_ALL = (405, 405, 405, 405)
NO_WORKER_HERE = (503, 503, 503, 503)

GET = {
    "studio": MEMBERS,
    "composer": TO_THE_STUDIO,
    "draft": ONLY_POST,
    "estimate": MEMBERS,
    "prompt-check": ONLY_POST,
    "under-way": MEMBERS,
    "finished": MEMBERS,
    "events": MEMBERS,
    "generations": TO_THE_STUDIO,
    "generation": OWNER_AND_STAFF,
    "generation-card": OWNER_AND_STAFF,
    "generation-story": OWNER_AND_STAFF,
    "generation-status": OWNER_AND_STAFF,
    "generation-cancellation": ONLY_POST,
    "generation-retries": ONLY_POST,
    "generation-project": ONLY_POST,
    "partial-picture": OWNER_AND_STAFF,
    "references": TO_THE_STUDIO,
    "reference-masks": ONLY_POST,
    "reference-file": OWNER_AND_STAFF,
    "presets": MEMBERS,
    "preset": ONLY_POST,
    "preset-deletion": ONLY_POST,
    "budgets": STAFF,
    "budget-passes": ONLY_POST_FOR_STAFF,
    "budget-pass-withdrawal": ONLY_POST_FOR_STAFF,
    "budget": ONLY_POST_FOR_STAFF,
    "budget-ending": ONLY_POST_FOR_STAFF,
    "prices": STAFF,
    "prices-table": STAFF,
    "price-files": ONLY_POST_FOR_STAFF,
    "price-withdrawal": ONLY_POST_FOR_STAFF,
    "projects": STAFF,
    "project-rule": ONLY_POST_FOR_STAFF,
    "project-defaults": ONLY_POST_FOR_STAFF,
    "project-default": MEMBERS,
    "project": ONLY_POST_FOR_STAFF,
    "project-closing": ONLY_POST_FOR_STAFF,
    "project-reopening": ONLY_POST_FOR_STAFF,
    "gallery": MEMBERS,
    "gallery-more": MEMBERS,
    "gallery-news": MEMBERS,
    "gallery-choice": MEMBERS,
    "image": MEMBERS,
    "image-file": MEMBERS,
    "image-download": MEMBERS,
    "image-thumbnail": MEMBERS,
    "favourite": ONLY_POST,
    "favourites": ONLY_POST,
    "keys": MEMBERS,
    "image-references": ONLY_POST,
    "bundles": ONLY_POST,
    "bundle": OWNER_ALONE,
    "compare": NOTHING_CHOSEN,
    "collections": MEMBERS,
    "collection-additions": ONLY_POST,
    "collection": MEMBERS,
    "collection-deletion": ONLY_POST,
    "collection-removals": ONLY_POST,
    "collection-order": ONLY_POST,
    "collection-cover": ONLY_POST,
    "collection-bundles": ONLY_POST,
    "share-links": MEMBERS,
    "new-share-link": NOTHING_CHOSEN,
    "share-link-making": ONLY_POST,
    "share-link-limit": ONLY_POST_FOR_STAFF,
    "share-link-revocations": ONLY_POST,
    "share-link": OWNER_AND_STAFF,
    "share-link-address": ONLY_POST,
    "share-link-revocation": ONLY_POST,
    "share-reviews": OWNER_AND_STAFF,
    "share-review-hiding": ONLY_POST,
    "share-review-deletion": ONLY_POST,
    # Without a link; what links open stands in test_permissions_shared
    "shared": NOBODY,
    "shared-language": NOBODY,
    "shared-password": NOBODY,
    "shared-preview": NOBODY,
    "shared-archive": NOBODY,
    "shared-picture": NOBODY,
    "shared-thumbnail": NOBODY,
    "shared-large": NOBODY,
    "shared-download": NOBODY,
    "shared-review": NOBODY,
    "trash": MEMBERS,
    "trash-restorations": ONLY_POST,
    "trash-deletions": ONLY_POST_FOR_STAFF,
    "unconfirmed": STAFF,
    "settlement": ONLY_POST_FOR_STAFF,
    "settlements": ONLY_POST_FOR_STAFF,
    "usage-imports": STAFF,
    "usage-import": STAFF,
    "usage-columns": ONLY_POST_FOR_STAFF,
    "usage-bookings": ONLY_POST_FOR_STAFF,
    "usage-import-deletion": ONLY_POST_FOR_STAFF,
    "usage-differences": STAFF,
    "months": STAFF,
    "month": STAFF,
    "month-closing": ONLY_POST_FOR_STAFF,
    "sending": STAFF,
    "sending-stops": ONLY_POST_FOR_STAFF,
    "sending-resumption": ONLY_POST_FOR_STAFF,
    "provider-resumption": ONLY_POST_FOR_STAFF,
    "team": STAFF,
    "invitations": ONLY_POST_FOR_STAFF,
    "invitation-revocation": ONLY_POST_FOR_STAFF,
    "person": STAFF,
    "person-role": ONLY_POST_FOR_STAFF,
    "person-models": ONLY_POST_FOR_STAFF,
    "person-password-links": ONLY_POST_FOR_STAFF,
    "person-sign-out": ONLY_POST_FOR_STAFF,
    "person-deactivation": ONLY_POST_FOR_STAFF,
    "person-reactivation": ONLY_POST_FOR_STAFF,
    "account": MEMBERS,
    "second-factor": TO_ELSEWHERE,
    "second-factor-keys": TO_ELSEWHERE,
    "session-ends": ONLY_POST,
    "api-tokens": ONLY_POST,
    "api-token-revocation": ONLY_POST,
    "openid_connect_login": NOBODY,
    "openid_connect_callback": NOBODY,
    "socialaccount_login_cancelled": TO_ELSEWHERE,
    "session-end": ONLY_POST,
    "person-second-factor-reset": ONLY_POST_FOR_STAFF,
    "invitation": NOBODY,
    "new-password": NOBODY,
    "audit-log": STAFF,
    "audit-log-table": STAFF,
    "costs": STAFF,
    "cost-generations": STAFF,
    "cost-generations-table": STAFF,
    "cost-table": STAFF,
    "my-costs": MEMBERS,
    "my-cost-generations": MEMBERS,
    "my-cost-generations-table": MEMBERS,
    "my-cost-table": MEMBERS,
    "not-offered": NOBODY,
    "setup": NOBODY,
    "theme": ONLY_POST_FOR_ALL,
    "language": ONLY_POST_FOR_ALL,
    "alive": EVERYBODY,
    "ready": NO_WORKER_HERE,
}

DONE_BY_STAFF = (302, 404, 404, 302)
SEEN_OTHER_BY_STAFF = (302, 404, 404, 303)
EMPTY_FORM_OF_STAFF = (302, 404, 404, 422)
EMPTY_FORM = (302, 422, 422, 422)
EMPTY_FORM_OF_OWNER_AND_STAFF = (302, 422, 404, 422)
DONE_BY_OWNER_AND_STAFF = (302, 303, 404, 303)
# Gone by the time that staff ask
DELETED_BY_ITS_MAKER = (302, 303, 404, 404)
NAMES_NO_PICTURE = (302, 404, 404, 404)
DONE_BY_MEMBERS = (302, 303, 303, 303)

POST = {
    "draft": (302, 204, 204, 204),
    "prompt-check": MEMBERS,
    "composer": MEMBERS,
    "generations": EMPTY_FORM,
    "generation-cancellation": DONE_BY_OWNER_AND_STAFF,
    "generation-retries": DONE_BY_OWNER_AND_STAFF,
    "generation-project": DONE_BY_OWNER_AND_STAFF,
    "references": EMPTY_FORM,
    "reference-masks": EMPTY_FORM_OF_OWNER_AND_STAFF,
    "presets": MEMBERS,
    "preset": (302, 422, 404, 422),
    "preset-deletion": (302, 303, 404, 404),
    "budgets": EMPTY_FORM_OF_STAFF,
    "budget-passes": EMPTY_FORM_OF_STAFF,
    "budget-pass-withdrawal": SEEN_OTHER_BY_STAFF,
    "budget": EMPTY_FORM_OF_STAFF,
    "budget-ending": SEEN_OTHER_BY_STAFF,
    "prices": EMPTY_FORM_OF_STAFF,
    "price-files": EMPTY_FORM_OF_STAFF,
    "price-withdrawal": SEEN_OTHER_BY_STAFF,
    "projects": EMPTY_FORM_OF_STAFF,
    "project-rule": SEEN_OTHER_BY_STAFF,
    "project-defaults": EMPTY_FORM_OF_STAFF,
    "project-default": DONE_BY_MEMBERS,
    "project": EMPTY_FORM_OF_STAFF,
    "project-closing": SEEN_OTHER_BY_STAFF,
    "project-reopening": SEEN_OTHER_BY_STAFF,
    "favourite": DONE_BY_MEMBERS,
    "favourites": EMPTY_FORM,
    "compare": EMPTY_FORM,
    "image-references": DONE_BY_MEMBERS,
    "bundles": EMPTY_FORM,
    "collections": EMPTY_FORM,
    "collection-additions": EMPTY_FORM,
    "collection": EMPTY_FORM,
    "collection-deletion": DELETED_BY_ITS_MAKER,
    "collection-removals": EMPTY_FORM,
    "collection-order": NAMES_NO_PICTURE,
    "collection-cover": NAMES_NO_PICTURE,
    "collection-bundles": NAMES_NO_PICTURE,
    "new-share-link": EMPTY_FORM,
    "share-link-making": EMPTY_FORM,
    "share-link-limit": (302, 404, 404, 303),
    "share-link-revocations": DONE_BY_MEMBERS,
    "share-link": EMPTY_FORM_OF_OWNER_AND_STAFF,
    "share-link-address": DONE_BY_OWNER_AND_STAFF,
    "share-link-revocation": DONE_BY_OWNER_AND_STAFF,
    "share-review-hiding": DONE_BY_OWNER_AND_STAFF,
    "share-review-deletion": DELETED_BY_ITS_MAKER,
    "trash": EMPTY_FORM,
    "trash-restorations": EMPTY_FORM,
    "trash-deletions": EMPTY_FORM_OF_STAFF,
    "settlement": (302, 404, 404, 422),
    "invitations": EMPTY_FORM_OF_STAFF,
    "invitation-revocation": SEEN_OTHER_BY_STAFF,
    "person": SEEN_OTHER_BY_STAFF,
    "person-role": EMPTY_FORM_OF_STAFF,
    "person-models": SEEN_OTHER_BY_STAFF,
    "person-password-links": SEEN_OTHER_BY_STAFF,
    "account": EMPTY_FORM,
    "session-ends": DONE_BY_MEMBERS,
    "api-tokens": EMPTY_FORM,
    "api-token-revocation": (302, 303, 404, 404),
    "session-end": (302, 404, 404, 404),
    "person-second-factor-reset": SEEN_OTHER_BY_STAFF,
    "person-sign-out": SEEN_OTHER_BY_STAFF,
    "person-deactivation": SEEN_OTHER_BY_STAFF,
    "person-reactivation": SEEN_OTHER_BY_STAFF,
    "invitation": NOBODY,
    "new-password": NOBODY,
    "settlements": EMPTY_FORM_OF_STAFF,
    "usage-imports": EMPTY_FORM_OF_STAFF,
    "usage-columns": EMPTY_FORM_OF_STAFF,
    "usage-bookings": EMPTY_FORM_OF_STAFF,
    "usage-import-deletion": DONE_BY_STAFF,
    "month-closing": EMPTY_FORM_OF_STAFF,
    "sending-stops": EMPTY_FORM_OF_STAFF,
    "sending-resumption": DONE_BY_STAFF,
    "provider-resumption": DONE_BY_STAFF,
    "not-offered": NOBODY,
    "setup": NOBODY,
    "theme": TO_THE_STUDIO,
    "language": TO_THE_STUDIO,
}


@pytest.fixture
def address_of(ana: Any, boss: Any, budget: Any) -> Callable[[str], str]:
    """The address of a name, for rows of ana's; each row is made when first asked for."""
    reference = cache(lambda: store_reference(user=ana, name="kite.png", content=png()))
    image = cache(lambda: _picture_with(reference()))
    link = cache(lambda: share(ana, image()))
    parts = {
        "generation_id": lambda: image().generation_id,
        "reference_id": lambda: reference().id,
        "image_id": lambda: image().uuid,
        "attempt_id": lambda: image().attempt_id,
        "bundle_id": lambda: create_bundle(user=ana, images=_all(image()), choice=Choice()).id,
        "collection_id": lambda: create_collection(user=ana, name="Kites").id,
        "preset_id": lambda: preset(ana, is_team=True).id,
        "budget_id": lambda: budget(limit=1000).id,
        "pass_id": lambda: give_pass(person=ana, reason="The fair", given_by=boss).pk,
        "price_id": lambda: PriceListItem.objects.latest("pk").pk,
        "project_id": lambda: create_project(by=boss, name="Autumn").id,
        "slot": lambda: image().attempt.slot,
        "link_id": lambda: link().pk,
        "review_id": lambda: review(link(), image()).pk,
        "token": lambda: "not-the-token",
        "provider": lambda: "demo",
        "month": lambda: "2026-01",
        "import_id": lambda: _read_export(boss),
        "invitation_id": lambda: invite(by=boss, days=7)[0].id,
        "person_id": lambda: make_person("eve").pk,
        "uid": lambda: "MQ",
        "session_id": lambda: 999,
        "token_id": lambda: make_token(person=ana, name="Night job")[0].id,
        "provider_id": lambda: "sso",
        "table": lambda: "model",
    }

    @cache
    def made(part: str) -> object:
        return parts[part]()

    def address_of(name: str) -> str:
        if name == "not-offered":
            return "/account/signup/"
        takes = _patterns()[name].pattern.converters
        return reverse(name, kwargs={part: made(part) for part in takes})

    return address_of


def _picture_with(reference: ReferenceImage) -> OutputImage:
    """Of the reference's owner, with all that a picture can have."""
    image = picture(reference.uploaded_by, references=[reference])
    partial = default_storage.save("partials/one.png", ContentFile(png()))
    Attempt.objects.update(partial_file=partial)
    return image


def _all(image: OutputImage) -> QuerySet[OutputImage]:
    return OutputImage.objects.filter(pk=image.pk)


def _read_export(boss: Any) -> uuid.UUID:
    content = b"time,cost\n2026-10-03 12:00:00,0.009\n"
    kept = keep_export(provider="demo", name="usage.csv", content=content, imported_by=boss)
    columns = Columns(time="time", amount="cost")
    return read_export(usage_import=kept, columns=columns, read_by=boss).id


@cache
def _patterns() -> dict[str, URLPattern]:
    """Every address of the product by its name."""
    return {pattern.name or "not-offered": pattern for pattern in _walk(urls.urlpatterns)}


def _walk(patterns: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns)
        else:
            yield pattern


def _answers(client_of: Callable[[str], Client], method: str, address: str) -> tuple[int, ...]:
    return tuple(getattr(client_of(who), method)(address).status_code for who in PEOPLE)


def test_every_address_has_a_line():
    assert set(GET) == set(_patterns())


def test_who_may_look(client_of: Any, ben: Any, address_of: Any):
    # So that every page has a picture to show
    address_of("image")
    assert {name: _answers(client_of, "get", address_of(name)) for name in GET} == GET


def test_who_may_press(client_of: Any, ben: Any, address_of: Any):
    """What takes no POST refuses it: with 405, or as if it were not there."""
    addresses = {name: address_of(name) for name in GET}
    found = {name: _pressed(client_of, address) for name, address in addresses.items()}
    assert {name: found[name] for name in POST} == POST
    refused = {name for name in GET if name not in {*POST, "alive", "ready"}}
    assert {name: found[name] for name in refused if set(found[name]) - {302, 404, 405}} == {}


def _pressed(client_of: Callable[[str], Client], address: str) -> tuple[int, ...]:
    """What all are answered; afterwards everything is as before."""
    with transaction.atomic():
        before = Generation.objects.count()
        answers = _answers(client_of, "post", address)
        assert Generation.objects.count() == before
        transaction.set_rollback(True)
    return answers


def test_what_is_not_yours_answers_like_what_is_not_there(
    as_ben: Client, ben: Any, address_of: Any
):
    pages = {"shared": as_ben.get("/s/nothing/"), "": as_ben.get("/nothing/here/")}
    for name in (name for name, answers in GET.items() if 404 in answers):
        hidden = as_ben.get(address_of(name))
        # Guests get a page of their own, the same for all that is not open to them
        missing = pages["shared" if name.startswith("shared") else ""]
        assert hidden.status_code == missing.status_code == 404
        assert _plain(hidden) == _plain(missing), name


def _plain(answer: Any) -> str:
    """The page without what differs on every page: tokens, and the address it is shown at."""
    lines = answer.content.decode().splitlines()
    return "\n".join(line for line in lines if 'type="hidden"' not in line)


@pytest.mark.parametrize(
    "name", ["generation", "generation-status", "image", "image-file", "reference-file"]
)
def test_an_id_that_nobody_has_is_not_there_for_staff_either(as_boss: Client, name: str):
    part = next(iter(_patterns()[name].pattern.converters))
    assert as_boss.get(reverse(name, kwargs={part: uuid.uuid4()})).status_code == 404


@pytest.mark.parametrize(
    "name", [name for name in GET if GET[name][0] == 302 and GET[name] != TO_ELSEWHERE]
)
def test_a_guest_is_sent_to_sign_in(guest: Client, address_of: Any, name: str):
    assert guest.get(address_of(name)).url.startswith("/account/login/?next=")


# The staff pages

STAFF_PAGES = [
    "/admin/",
    "/admin/generations/imagemodel/",
    "/admin/generations/imagemodel/add/",
    "/admin/generations/pricelistitem/",
    "/admin/generations/promptrule/",
    "/admin/generations/promptrule/add/",
    "/admin/generations/generation/",
    "/admin/generations/attempt/",
    "/admin/generations/ledgerentry/",
    "/admin/nothing/",
]


@pytest.mark.parametrize("address", STAFF_PAGES)
def test_staff_pages_are_for_staff(client_of: Any, ana: Any, ben: Any, boss: Any, address: str):
    there = 404 if "nothing" in address else 200
    assert _answers(client_of, "get", address) == (302, 404, 404, there)


def test_pages_without_an_answer_have_one(as_ana: Client, guest: Client):
    assert "This page is not here" in as_ana.get("/nothing/").content.decode()
    assert "This page is not here" in guest.get("/nothing/").content.decode()
    assert "Nothing to see at this address" in as_ana.get("/theme/").content.decode()
    assert as_ana.get("/theme/")["Allow"] == "POST"


def test_a_form_from_a_page_that_is_out_of_date_says_so(ana: Any):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ana)
    answer = client.post("/generations/", {"prompt": "A red kite"})
    assert answer.status_code == 403
    assert "That page was out of date" in answer.content.decode()
    assert not Generation.objects.exists()
