"""Every way in which a provider fails: the state, the code, whether it is charged, the ledger.

The rows follow provider-facts.md 2.4, 3.1, 3.2 and 3.3; each is one real request to the demo
provider with that fault. Whatever happens, there is exactly one request, and the ledger adds up.
"""

import pytest

from generations.models import Delivery
from generations.selectors.audit import ledger_faults
from tests.factories import CHAT, IMAGES, ledger_lines, only_attempt, submit

pytestmark = pytest.mark.django_db(transaction=True)

HELD, FREE, CHARGED = ["hold"], ["hold", "release"], ["hold", "release", "charge"]
UNKNOWN = ("unconfirmed", "unknown", HELD)
NOT_CHARGED = ("failed", "no", FREE)
PAID = ("failed", "yes", CHARGED)

# The demo's chat models charge failures, its GPT image models do not
CHAT_OUTCOMES = [
    ("moderation", "moderation", PAID),
    ("output-moderation", "output_moderation", PAID),
    ("provider-failed", "provider_failed", PAID),
    ("refusal", "moderation", PAID),
    ("outage", "provider_down", PAID),
    ("no-address", "no_image", PAID),
    ("no-text", "no_image", PAID),
    ("links-only", "no_image", PAID),
    ("queue-end", "queue_timeout", PAID),
    ("video", "no_image", PAID),
    ("queue-cut", "connection_lost", UNKNOWN),
    ("cut-stream", "connection_lost", UNKNOWN),
]
BOTH_OUTCOMES = [
    ("cut-before", "connection_lost", UNKNOWN),
    ("reset", "connection_lost", UNKNOWN),
    ("html-200", "unreadable_answer", UNKNOWN),
    ("empty-200", "unreadable_answer", UNKNOWN),
    ("server-error", "server_error", UNKNOWN),
    ("bad-gateway", "server_error", UNKNOWN),
    ("cloudflare-timeout", "server_error", UNKNOWN),
    ("bad-key", "key_wrong", NOT_CHARGED),
    ("relay-bad-key-zh", "key_wrong", NOT_CHARGED),
    ("no-money", "no_credit", NOT_CHARGED),
    ("no-quota", "no_credit", NOT_CHARGED),
    ("payment-required", "no_credit", NOT_CHARGED),
    ("hard-limit", "no_credit", NOT_CHARGED),
    ("verification", "no_permission", NOT_CHARGED),
    ("model-gone", "model_unavailable", NOT_CHARGED),
    ("wrong-model-503", "model_unavailable", NOT_CHARGED),
    ("bad-size", "bad_request", NOT_CHARGED),
    ("too-large", "request_too_large", NOT_CHARGED),
    ("bad-reference", "reference_refused", NOT_CHARGED),
]
DELIVERED_BADLY = [
    ("picture-html", "not_a_picture", PAID),
    ("picture-svg", "not_a_picture", PAID),
    ("address-metadata", "address_refused", PAID),
    ("picture-redirect-metadata", "address_refused", PAID),
    ("picture-declared-huge", "picture_too_large", PAID),
    ("bomb-picture", "picture_too_large", PAID),
    ("truncated-picture", "not_a_picture", PAID),
]
DELIVERED_ALL_THE_SAME = [
    "downloads-only",
    "hundred-only",
    "address-as-name",
    "signed-address",
    "data-address",
    "content-list",
    "message-images",
    "reasoning-progress",
    "empty-choices",
    "no-done",
    "short-form",
    "other-format",
    "picture-redirect",
    "picture-untyped",
]

TABLE = [
    *((CHAT, *row) for row in CHAT_OUTCOMES + BOTH_OUTCOMES + DELIVERED_BADLY),
    *((IMAGES, *row) for row in BOTH_OUTCOMES),
]


@pytest.mark.once
@pytest.mark.parametrize(("model", "fault", "code", "outcome"), TABLE)
def test_a_failure_says_what_happened_and_what_it_cost(
    ana, demo, work, model, fault, code, outcome
):
    demo.next_faults(fault)
    generation = submit(ana, model=model, size="1024x1024", quality=_quality(model))
    work()
    # What is no picture is downloaded twice more
    while only_attempt(generation).status == "collecting":
        generation.attempts.update(not_before=None)
        Delivery.objects.update(not_before=None)
        work()
    attempt = only_attempt(generation)
    kinds = [kind for kind, _ in ledger_lines(generation)]
    assert attempt.code == code
    assert (attempt.status, attempt.charged, kinds) == outcome
    assert len(demo.generation_requests) == 1
    assert list(ledger_faults()) == []


@pytest.mark.once
@pytest.mark.parametrize("fault", DELIVERED_ALL_THE_SAME)
def test_an_unusual_answer_is_a_picture_all_the_same(ana, demo, work, fault):
    demo.next_faults(fault)
    generation = submit(ana)
    work()
    generation.refresh_from_db()
    assert (generation.status, generation.images.count() > 0) == ("succeeded", True)
    assert list(ledger_faults()) == []


def test_a_download_that_fails_is_only_downloaded_again(ana, demo, work):
    demo.next_faults("picture-500")
    generation = submit(ana)
    work()
    attempt = only_attempt(generation)
    assert (attempt.status, attempt.worker) == ("collecting", None)
    generation.attempts.update(not_before=None)
    work()
    assert only_attempt(generation).status == "succeeded"
    assert len(demo.generation_requests) == 1


def _quality(model):
    return "low" if model == IMAGES else ""
