"""One measurement: rounds of so many calls at once, and what the browsers heard of them."""

import argparse
import json
import logging
import os
import sys
import time
import uuid
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from django.contrib.auth.models import User

from generations.models import Generation, ImageModel
from generations.selectors.progress import cards
from generations.services.generation_settings import GenerationSettings
from generations.services.generations import submit_generation
from tests.bench.figures import p95
from tests.bench.measure import database, database_name, start_provider
from tests.bench.streams.memory import PeakShares
from tests.bench.streams.site import Site, ask_provider, open_browsers, start_site, used

MODEL = "gpt-4o-image-vip"
LONGEST_SECONDS = 240
SETTLES_SECONDS = 3
WARM_SECONDS = 3
AIM_MILLISECONDS, AIM_MEGABYTES = 150, 600
RUNNING = (Generation.Status.QUEUED, Generation.Status.RUNNING)


@dataclass(frozen=True)
class Round:
    """The figures of one round; latencies in milliseconds, memory in megabytes."""

    latencies: Sequence[float]
    unheard: int
    wrong: int
    in_flight: int
    seconds: float
    memory: Mapping[str, float]
    processor: Mapping[str, float]
    fetches: int
    snapshots: int


def measure(options: argparse.Namespace, *, folder: Path, provider_port: int) -> int:
    """Starts everything, measures, prints the figures; 1 where a browser ends up wrong."""
    logging.getLogger().setLevel(logging.WARNING)
    with ExitStack() as stack:
        stack.enter_context(database())
        start_provider(stack, folder, port=provider_port, seconds=options.seconds)
        site = start_site(stack, folder, options)
        people = [User.objects.create(username=f"bench-{it}") for it in range(options.people)]
        _say_what_runs(options)
        _run_round(site, people, count=options.people, seconds=WARM_SECONDS)
        rounds = []
        for number in range(options.rounds):
            rounds.append(_run_round(site, people, count=options.count, seconds=options.seconds))
            _say_round(number + 1, rounds[-1])
        _say_result(rounds)
    return int(any(it.wrong for it in rounds))


def _say_what_runs(options: argparse.Namespace) -> None:
    pages = "with their cards" if options.cards else "streams alone"
    calls = f"{options.count} calls of {options.seconds:g} s at once"
    _say(f"{calls}, {options.people} browsers, {pages}")
    _say(f"{database_name()}; {os.cpu_count()} cores; load {os.getloadavg()[0]:.1f}")


def _run_round(site: Site, people: Sequence[User], *, count: int, seconds: float) -> Round:
    ask_provider("/demo/reset", {})
    ask_provider("/demo/faults", {"pace": seconds})
    browsers = open_browsers(site, people)
    used_before = used(site)
    with PeakShares(site.parts) as memory:
        start = time.monotonic()
        mine = _submit_all(people, count=count, within=site.ramp_seconds)
        _wait_for(mine)
        took = time.monotonic() - start
        time.sleep(SETTLES_SECONDS)
    pages = json.loads(browsers.communicate()[0])
    processor = {name: after - used_before[name] for name, after in used(site).items()}
    latencies, unheard = _latencies(pages, {str(it.id): it.prompt for it in mine})
    assert latencies, "No browser heard a word"
    return Round(
        latencies=latencies,
        unheard=unheard,
        wrong=_count_wrong(mine, pages) if site.has_cards else _count_untold(mine, pages),
        in_flight=ask_provider("/demo/requests")["most_in_flight"],
        seconds=took,
        memory=memory.at_peak,
        processor=processor,
        fetches=sum(page["fetches"] for page in pages),
        snapshots=sum(page["snapshots"] for page in pages) - len(pages),
    )


def _latencies(pages: Sequence[Any], prompts: Mapping[str, str]) -> tuple[list[float], int]:
    """From the provider's writing of each percent to a browser; and how many never came."""
    mine = set(prompts.values())
    words = ask_provider("/bench/words")
    said = {(prompt, it): at for prompt, it, at in words if prompt in mine}
    heard = {
        (prompts[id_], it): at for page in pages for id_, it, at in page["heard"] if id_ in prompts
    }
    waits = [1000 * (heard[word] - at) for word, at in said.items() if word in heard]
    return waits, len(said) - len(waits)


def _count_wrong(mine: Sequence[Generation], pages: Sequence[Any]) -> int:
    """How many cards do not say what the database says."""
    known = {id_: state for page in pages for id_, state in page["states"].items()}
    truth = cards(Generation.objects.filter(id__in=[it.id for it in mine]))
    return sum(known.get(str(card.generation.id)) != card.state for card in truth)


def _count_untold(mine: Sequence[Generation], pages: Sequence[Any]) -> int:
    """Of how many no browser was told after their end that they had changed."""
    told = {id_: at for page in pages for id_, at in page["told"].items()}
    rows = Generation.objects.filter(id__in=[it.id for it in mine])
    ended = rows.values_list("id", "finished_at")
    return sum(told.get(str(id_), 0) < at.timestamp() for id_, at in ended if at)


def _submit_all(people: Sequence[User], *, count: int, within: float) -> list[Generation]:
    """As people come: evenly over some seconds."""
    start, mine = time.monotonic(), []
    for number in range(count):
        time.sleep(max(0.0, start + within * number / count - time.monotonic()))
        mine.append(_submit(people[number % len(people)]))
    return mine


def _submit(person: User) -> Generation:
    return submit_generation(
        user=person,
        submission_key=uuid.uuid4().hex,
        image_model=ImageModel.objects.get(provider="aihubmix", name=MODEL),
        prompt=f"A kite {uuid.uuid4().hex[:12]}",
        settings=GenerationSettings(),
    )


def _wait_for(mine: Sequence[Generation]) -> None:
    running = Generation.objects.filter(id__in=[it.id for it in mine], status__in=RUNNING)
    deadline = time.monotonic() + LONGEST_SECONDS
    while running.exists():
        assert time.monotonic() < deadline, "It does not come to its end"
        time.sleep(0.5)


def _say_round(number: int, done: Round) -> None:
    _say(f"round {number}: {done.in_flight} in flight at most, {done.seconds:.0f} s in all")
    _say(f"  provider to browser: {_latency(done)}")
    _say(f"  {done.unheard} words unheard, {done.wrong} ends unknown to the browsers")
    memory = ", ".join(f"{name} {megabytes:.0f}" for name, megabytes in done.memory.items())
    _say(f"  peak memory (PSS): {memory}; {sum(done.memory.values()):.0f} MB in all")
    processor = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in done.processor.items())
    _say(f"  processor: {processor}; {done.fetches} cards asked for, {done.snapshots} snapshots")


def _latency(done: Round) -> str:
    words = sorted(done.latencies)
    return f"{len(words)} words, p50 {median(words):.0f} ms, p95 {p95(words):.0f} ms"


def _say_result(rounds: Sequence[Round]) -> None:
    middle = sorted(rounds, key=lambda it: p95(list(it.latencies)))[len(rounds) // 2]
    memory = max(sum(it.memory.values()) for it in rounds)
    slow = p95(list(middle.latencies))
    _say(f"in the middle: {_latency(middle)} (aim: p95 under {AIM_MILLISECONDS} ms)")
    _say(f"most memory: {memory:.0f} MB (aim: under {AIM_MEGABYTES} MB)")
    reached = slow < AIM_MILLISECONDS and memory < AIM_MEGABYTES
    _say("Both aims are reached." if reached else "Not both aims are reached.")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
