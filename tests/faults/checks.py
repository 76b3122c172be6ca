"""The promises, asked of the database, the files and the demo provider after a fault."""

import hashlib
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from generations.models import Attempt, Generation
from generations.providers.demo.chat import prompt_of
from generations.providers.demo.drawing.recipe import Recipe
from generations.providers.demo.records import RecordedRequest
from generations.providers.demo.server import DemoServer
from generations.providers.demo.switches import without_switches
from generations.selectors.audit import ledger_faults
from generations.selectors.spend_check import differences
from generations.services.originals import exists, read_bytes
from tests.faults.stages import Left


class Drawn:
    """Which pictures the demo provider has drawn for each prompt, by their SHA-256."""

    def __init__(self, demo: DemoServer) -> None:
        self.of_prompt: dict[str, set[str]] = defaultdict(set)
        self._draw = demo.state.draw
        self._state = demo.state
        demo.state.draw = self._draw_and_note  # type: ignore[method-assign]

    def stop(self) -> None:
        self._state.draw = self._draw  # type: ignore[method-assign]

    async def _draw_and_note(self, recipe: Recipe) -> bytes:
        content = await self._draw(recipe)
        self.of_prompt[recipe.prompt].add(hashlib.sha256(content).hexdigest())
        return content


def requests_of(demo: DemoServer) -> "Counter[str]":
    """How many calls the provider got for each prompt."""
    return Counter(prompt_of_request(request) for request in demo.generation_requests)


def prompt_of_request(request: RecordedRequest) -> str:
    """The prompt of a call, switches included; empty where its body never came."""
    if request.form:
        return request.form["prompt"][0]
    if not request.json:
        return ""
    if request.path.endswith("/chat/completions"):
        return prompt_of(request.json)
    return str(request.json["prompt"])


def wait_until_final(generations: Iterable[Generation], *, seconds: float) -> float:
    """Waits for the end of every generation and attempt; answers how long it took."""
    ids = [generation.id for generation in generations]
    start = time.monotonic()
    while breach := _unfinished(ids):
        if time.monotonic() - start > seconds:
            raise AssertionError(f"Not final after {seconds:g} s: {breach}")
        time.sleep(0.05)
    return time.monotonic() - start


def breaches(
    generations: Sequence[Generation], left: Iterable[Left], demo: DemoServer, drawn: Drawn
) -> list[str]:
    """Every promise that does not hold for these generations; empty when all do."""
    sent = requests_of(demo)
    found = [f"ledger: {fault.where}: {fault.what}" for fault in ledger_faults()]
    found += [f"daily sums: {difference}" for difference in differences()]
    for generation in generations:
        attempts = list(generation.attempts.all())
        found += _breaches_of_requests(generation, attempts, sent[generation.prompt])
        for attempt in attempts:
            found += _breaches_of_pictures(attempt, drawn)
    for it in left:
        found += _breaches_of_recovery(it)
    return found


def _unfinished(ids: list[Any]) -> list[str]:
    rows = Generation.objects.filter(id__in=ids, status__in=("queued", "running"))
    attempts = Attempt.objects.filter(generation__in=ids, status__in=Attempt.UNFINISHED)
    return [f"generation {it.prompt}: {it.status}" for it in rows] + [
        f"attempt {it.id}: {it.status}, worker {it.worker_id}" for it in attempts
    ]


def _breaches_of_requests(
    generation: Generation, attempts: list[Attempt], sent: int
) -> Iterable[str]:
    """Each attempt is one request at most, and no picture came without one."""
    reached = [it for it in attempts if it.sent_at is not None]
    succeeded = [it for it in attempts if it.status == "succeeded"]
    if not len(succeeded) <= sent <= len(reached):
        yield f"{generation.prompt}: {sent} requests, {len(reached)} attempts sent"
    if any(it.sends > 1 for it in attempts):
        yield f"{generation.prompt}: an attempt was sent twice"


def _breaches_of_pictures(attempt: Attempt, drawn: Drawn) -> Iterable[str]:
    images = list(attempt.images.all())
    if attempt.status == "succeeded" and not images:
        yield f"{attempt.id}: succeeded without a picture"
    if images and attempt.status != "succeeded":
        yield f"{attempt.id}: {attempt.status} with a picture"
    known = drawn.of_prompt[without_switches(attempt.generation.prompt)]
    for image in images:
        if hashlib.sha256(read_bytes(image.file)).hexdigest() not in known & {image.sha256}:
            yield f"{attempt.id}: the picture's bytes are not those that came"
        if not exists(image.thumbnail):
            yield f"{attempt.id}: the thumbnail is missing"


def _breaches_of_recovery(left: Left) -> Iterable[str]:
    attempt = Attempt.objects.get(id=left.attempt.id)
    what = f"{attempt.id}: was “{left.stage}”, ended {attempt.status} {attempt.code}"
    if left.has_arrived and attempt.images.count() < left.deliveries:
        yield f"{what}, though {left.deliveries} pictures had arrived"
    if (left.has_arrived or left.must_be_sent) and attempt.status != "succeeded":
        yield what
    if left.stage == "in the stream" and attempt.status not in ("unconfirmed", "succeeded"):
        yield what
    if attempt.status == "unconfirmed" and attempt.deliveries.exists():
        yield f"{what}, though something arrived"
