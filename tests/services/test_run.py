"""A prompt becomes pictures with a receipt, over real HTTP; and every way in which it does not."""

from decimal import Decimal

import pytest
from django.core.files.storage import default_storage

from generations.providers.registry import read_endpoints
from generations.services.originals import read_bytes
from generations.services.references import store_mask, store_reference
from generations.services.thumbnails import small_thumbnail_of
from tests.factories import IMAGES, ledger_lines, only_attempt, png, submit, transparent_png

pytestmark = pytest.mark.django_db(transaction=True)

PRICE = Decimal("0.009")
FREE = [("hold", PRICE), ("release", -PRICE)]
CHARGED = [*FREE, ("charge", PRICE)]


def _run(generation, work):
    work()
    generation.refresh_from_db()
    return only_attempt(generation)


def test_a_chat_call_becomes_a_picture_with_its_receipt(ana, demo, work):
    generation = submit(ana, size="1024x1536")
    attempt = _run(generation, work)
    image = generation.images.get()
    kept = (image.file, image.thumbnail, small_thumbnail_of(image.thumbnail))
    assert all(default_storage.exists(name) for name in kept)
    assert (generation.status, attempt.status, attempt.charged) == ("succeeded", "succeeded", "yes")
    assert ledger_lines(generation) == CHARGED
    assert (image.cost, attempt.cost) == (PRICE, PRICE)
    assert image.width < image.height
    assert len(read_bytes(image.file)) == image.byte_size
    assert len(demo.generation_requests) == 1


def test_an_images_call_is_priced_by_its_usage(ana, demo, work):
    generation = submit(ana, model=IMAGES, size="1024x1024", quality="low")
    attempt = _run(generation, work)
    assert attempt.usage["image_out"] >= 196
    assert generation.images.get().cost == attempt.cost != attempt.estimate
    lines = dict(ledger_lines(generation))
    assert lines["charge"] == attempt.cost
    assert lines["hold"] + lines["release"] == 0


def test_a_call_that_brings_two_pictures_shares_its_cost(ana, demo, work):
    demo.next_faults("pictures 2")
    generation = submit(ana)
    _run(generation, work)
    assert [image.cost for image in generation.images.all()] == [Decimal("0.0045")] * 2


@pytest.mark.parametrize("model", ["demo/gpt-4o-image-vip", IMAGES])
def test_references_reach_the_provider(ana, demo, work, model):
    reference = store_reference(user=ana, name="a.png", content=png())
    generation = submit(ana, model=model, references=[reference], size="1024x1024")
    assert _run(generation, work).status == "succeeded"
    request = demo.generation_requests[0]
    assert ("/edits" in request.path) == (model == IMAGES)


def test_one_refused_slot_does_not_kill_the_others(ana, demo, work):
    demo.next_faults("moderation", "none")
    generation = submit(ana, count=2)
    work()
    generation.refresh_from_db()
    assert generation.status == "succeeded"
    assert sorted(a.status for a in generation.attempts.all()) == ["failed", "succeeded"]


def test_a_plain_429_waits_and_is_sent_again_within_the_attempt(ana, demo, work):
    demo.next_faults("rate-limit")
    generation = submit(ana)
    attempt = _run(generation, work)
    assert (attempt.status, attempt.sends) == ("queued", 1)
    assert attempt.not_before is not None
    generation.attempts.update(not_before=None)
    assert _run(generation, work).status == "succeeded"
    assert ledger_lines(generation) == CHARGED
    assert len(demo.generation_requests) == 2


@pytest.mark.parametrize(("seconds", "outcome"), [(300, "queued"), (3600, "failed")])
def test_who_is_told_to_wait_for_long_is_not_sent_again_sooner(ana, demo, work, seconds, outcome):
    demo.next_faults(f"rate-limit 1 {seconds}")
    generation = submit(ana)
    attempt = _run(generation, work)
    assert (attempt.status, attempt.code) == (outcome, "rate_limited")
    if outcome == "failed":
        assert ledger_lines(generation) == FREE


def test_a_provider_that_is_always_busy_ends_it_for_free(ana, demo, work):
    demo.always_faults("rate-limit")
    generation = submit(ana)
    for _ in range(4):
        work()
        generation.attempts.update(not_before=None)
    attempt = _run(generation, work)
    assert (attempt.status, attempt.code, attempt.sends) == ("failed", "rate_limited", 3)
    assert ledger_lines(generation) == FREE


@pytest.mark.parametrize("model", ["aihubmix/gpt-4o-image", "aihubmix/gpt-image-1"])
def test_any_server_of_the_same_wire_format_serves(ana, demo, work, settings, model):
    environ = {"AIHUBMIX_API_KEY": "sk-any", "AIHUBMIX_BASE_URL": demo.base_url}
    settings.PROVIDERS = read_endpoints(environ)
    generation = submit(ana, model=model, size="1024x1024")
    assert _run(generation, work).status == "succeeded"
    assert not generation.is_demo
    assert demo.generation_requests[0].headers["authorization"] == "Bearer sk-any"


def test_gpt_image_1_gets_every_parameter_that_it_took(ana, demo, work):
    reference = store_reference(user=ana, name="a.png", content=png())
    mask = store_mask(user=ana, name="m.png", content=transparent_png(), mask_of=reference)
    asked = {
        "size": "1536x1024",
        "quality": "high",
        "background": "opaque",
        "output_format": "jpeg",
        "output_compression": 80,
        "input_fidelity": "high",
    }
    model = "demo/gpt-image-1"
    generation = submit(ana, model=model, references=[reference], mask=mask, **asked)
    assert _run(generation, work).status == "succeeded"
    request = demo.generation_requests[0]
    assert {name: request.form[name] for name in asked} == {
        name: [str(value)] for name, value in asked.items()
    }
    assert {file.field for file in request.files} == {"image", "mask"}


def test_a_provider_without_a_key_costs_nothing(ana, demo, work):
    generation = submit(ana, model="aihubmix/gpt-4o-image-vip")
    attempt = _run(generation, work)
    assert (attempt.status, attempt.code) == ("failed", "provider_not_set")
    assert ledger_lines(generation) == FREE
