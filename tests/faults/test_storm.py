"""A thousand generations, a random fault for each, and workers that keep dying.

python -m tests.faults --storm 1000 [--fault-seed N]
"""

import io
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db.models import Count

from generations.models import Attempt, Generation
from generations.services.generations import cancel_generation
from tests.factories import CHAT, IMAGES
from tests.faults.checks import wait_until_final
from tests.faults.report import Report
from tests.faults.storm_faults import draw_fault
from tests.faults.storm_kills import Deaths
from tests.faults.storm_record import WatchedDemo
from tests.faults.storm_verdict import Verdict, judge
from tests.faults.world import World, made_world
from tests.support.world import demo_endpoint

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 5
WAITING = 30
CANCELED = 0.03
EDITED = 0.1
PACE_SECONDS = 1.0
# A download that drips is given up after three tries of 120 s, however short the hour is set
FINAL_SECONDS = 600
NAME = "storm"
ROUTES = {CHAT: "chat", IMAGES: "images"}


@pytest.fixture
def count(pytestconfig: pytest.Config) -> int:
    count = int(pytestconfig.getoption("--storm"))
    if not count:
        pytest.skip("takes minutes: --storm 1000")
    return count


@pytest.fixture
def stormy(
    count: int,
    report: Report,
    seed: int,
    transactional_db: None,
    redis_client: Any,
    ana: User,
    settings: Any,
    tmp_path: Path,
) -> Iterator[World]:
    with WatchedDemo(pace=PACE_SECONDS) as demo:
        settings.PROVIDERS = {"demo": demo_endpoint(demo)}
        with made_world(
            user=ana,
            demo=demo,
            folder=tmp_path,
            media=Path(settings.MEDIA_ROOT),
            report=report,
            seed=seed,
        ) as world:
            yield world


def test_a_storm_of_faults_while_workers_die(stormy: World, count: int) -> None:
    start = time.monotonic()
    deaths = Deaths(stormy.crew, Random(stormy.random.random()))
    generations = _submit_all(stormy, count, deaths)
    deaths.stop()
    found = _wait(generations)
    seconds = time.monotonic() - start
    verdict = judge(Generation.objects.all(), stormy.demo.watch, deaths.killed_at)
    audit, is_clean = _audit()
    _say(stormy, verdict, deaths, seconds=seconds, audit=audit)
    found += verdict.breaches + ([] if is_clean else [audit])
    for breach in found:
        stormy.report.say(NAME, f"BREACH {breach}")
    assert not found


def _submit_all(world: World, count: int, deaths: Deaths) -> list[Generation]:
    """As people do over some minutes: never very many wait, and a few change their minds."""
    people = [User.objects.create(username=f"person-{number}") for number in range(PEOPLE)]
    generations: list[Generation] = []
    while len(generations) < count:
        deaths.strike_if_due()
        if Attempt.objects.filter(status="queued", not_before=None).count() >= WAITING:
            time.sleep(0.05)
            continue
        world.user = world.random.choice(people)
        generations.append(_submit(world))
        if world.random.random() < CANCELED:
            cancel_generation(generation=world.random.choice(generations[-20:]))
    return generations


def _submit(world: World) -> Generation:
    model = world.random.choice((CHAT, IMAGES))
    fault = draw_fault(world.random, ROUTES[model])
    is_edit = world.random.random() < EDITED
    return world.submit(fault, model, references=[world.reference()] if is_edit else [])


def _wait(generations: list[Generation]) -> list[str]:
    try:
        wait_until_final(generations, seconds=FINAL_SECONDS)
    except AssertionError as error:
        return [str(error)[:2000]]
    return []


def _audit() -> tuple[str, bool]:
    out = io.StringIO()
    try:
        call_command("audit_ledger", stdout=out)
        call_command("check_rollups", stdout=out)
    except SystemExit:
        return out.getvalue().strip(), False
    return out.getvalue().strip(), True


def _say(world: World, verdict: Verdict, deaths: Deaths, *, seconds: float, audit: str) -> None:
    states = Generation.objects.values_list("status").annotate(Count("id")).order_by()
    lines = [
        f"{len(world.demo.watch.calls)} prompts called, {seconds:.0f} s",
        f"{len(deaths.killed_at)} times SIGKILL, {deaths.asked} times asked to stop (SIGTERM)",
        *(f"{name}: {number}" for name, number in verdict.figures.items()),
        f"generations: {_told(dict(states))}",
        f"attempts: {_told(verdict.states)}",
        f"codes: {_told(verdict.codes)}",
        f"audit_ledger: {audit}",
    ]
    for line in lines:
        world.report.say(NAME, line)


def _told(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in sorted(counts.items()))
