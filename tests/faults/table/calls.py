"""All faults of single calls at once, on one running worker."""

import time
import uuid
from collections.abc import Sequence
from pathlib import Path

from generations.models import Attempt, Generation, PriceListItem
from tests.factories import image_model, submit
from tests.faults.checks import requests_of
from tests.faults.table.rogues import Rogue
from tests.faults.table.rows import Result, Row, outcome_of
from tests.faults.table.verdict import audit
from tests.faults.world import World

LIMIT_SECONDS = 240
# Short, since silence and dots for ever have to end; a breaker would hold back what comes after
PACE = {
    "PROVIDER_IDLE_SECONDS": "8",
    "PROVIDER_DEADLINE_SECONDS": "60",
    "PROVIDER_CONNECT_SECONDS": "4",
    "DOWNLOAD_GIVE_UP_SECONDS": "5",
    "PROVIDER_PAUSE_AFTER": "0",
    "RUNNING_PER_PERSON": "40",
    "WORKER_LOST_SECONDS": "60",
}


def run_calls(world: World, rows: Sequence[Row], folder: Path) -> list[Result]:
    """Submits them all, waits for each end, and says what came of each."""
    with Rogue(folder) as rogue:
        places = [row.place for row in rows if row.place]
        for place in places:
            _add_provider(place)
        world.crew.start(**PACE, **_providers(rogue, places))
        start = time.monotonic()
        submitted = [(row, _submit(world, row)) for row in rows]
        return [_result(world, rogue, row, generation, start) for row, generation in submitted]


def _submit(world: World, row: Row) -> Generation:
    words = "".join(f" [demo:{switch}]" for switch in row.switches.split(",") if switch)
    model = f"{row.place}/{row.place}" if row.place else row.model
    route = image_model(model).route
    size = {"size": "1024x1024", "quality": "low"} if route == "images" else {}
    return submit(world.user, prompt=f"A kite {uuid.uuid4().hex[:12]}{words}", model=model, **size)


def _result(world: World, rogue: Rogue, row: Row, generation: Generation, start: float) -> Result:
    result = Result(row)
    while not _is_over(generation):
        if time.monotonic() - start > LIMIT_SECONDS:
            result.found.append(f"not final after {LIMIT_SECONDS} s")
            break
        time.sleep(0.1)
    result.seconds = time.monotonic() - start
    asked = rogue.requests_for(generation.prompt) if row.place else 0
    found = outcome_of(generation, requests=asked + requests_of(world.demo)[generation.prompt])
    if found != row.expected:
        result.found.append(f"{found}, not {row.expected}")
    result.found += audit()
    return result


def _is_over(generation: Generation) -> bool:
    generation.refresh_from_db()
    unfinished = generation.attempts.filter(status__in=Attempt.UNFINISHED)
    return generation.is_finished and not unfinished.exists()


def _providers(rogue: Rogue, places: Sequence[str]) -> dict[str, str]:
    """Further providers, as the environment of a worker names them."""
    environment = {"PROVIDERS": ",".join(places), "DEMO_PROVIDER": "on"}
    for place in places:
        name = place.upper().replace("-", "_")
        environment[f"{name}_API_KEY"] = "sk-rogue"
        environment[f"{name}_BASE_URL"] = rogue.base_url(place)
    return environment


def _add_provider(name: str) -> None:
    """Its one model is the demo's chat model under another name."""
    model = image_model()
    prices = PriceListItem.objects.filter(provider=model.provider, model=model.name)
    for price in prices:
        price.pk, price.provider, price.model = None, name, name
        price.save(force_insert=True)
    model.pk, model.provider, model.name = None, name, name
    model.save(force_insert=True)
