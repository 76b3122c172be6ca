"""The measurement: rounds of the bare script and of Proofsheet in turn, and what they say."""

import argparse
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from django.db import connection

from tests.bench import figures, live
from tests.bench.memory import PeakMemory
from tests.bench.product import Product, Round
from tests.support.environment import ROOT
from tests.support.processes import accepts, free_port, process, python, wait_until
from tests.support.site import database_url
from webapp.serving.programs import programs_to_run

MODELS = {"images": "gpt-image-2.5-flare", "chat": "gpt-4o-image-vip"}


def measure(options: argparse.Namespace, *, folder: Path, provider_port: int) -> None:
    """Runs everything and prints the figures."""
    logging.getLogger().setLevel(logging.WARNING)
    with ExitStack() as stack:
        stack.enter_context(_database())
        _start_provider(stack, folder, port=provider_port, seconds=options.seconds)
        parts = {"worker": _start_worker(stack, folder)}
        web_port = free_port() if options.web else None
        if web_port:
            parts["web"] = _start_web(stack, folder, port=web_port)
        memory = stack.enter_context(PeakMemory(parts))
        _say(f"{options.count} generations at once; a call takes {options.seconds:g} s")
        _say(f"{_database_name()}; {os.cpu_count()} cores; load {os.getloadavg()[0]:.1f}")
        for route in [options.route] if options.route else MODELS:
            _measure_route(route, options, folder=folder, web_port=web_port)
        for name, peak in memory.peaks.items():
            _say(f"\npeak memory of the {name}, with its children: {peak:.0f} MB")


def _measure_route(
    route: str, options: argparse.Namespace, *, folder: Path, web_port: int | None
) -> None:
    _say(f"\n{route} route     bare   product   ratio   generations a second")
    product = Product(model=f"aihubmix/{MODELS[route]}", web_port=web_port)
    product.run([f"{route} warm-up"])
    rounds, ratios = [], []
    for number in range(options.rounds):
        bare = _bare(route, options.count, folder / f"bare-{route}-{number}")
        prompts = [f"{route} {number} picture {it}" for it in range(options.count)]
        with live.listening(is_on=route == "chat") as heard:
            done = product.run(prompts)
        rounds.append(done)
        ratios.append(done.seconds / bare)
        walls = f"{bare:7.2f} s {done.seconds:7.2f} s {ratios[-1]:7.2f}"
        _say(f"  round {number + 1}  {walls} {options.count / done.seconds:7.1f}")
    _say(f"  ratio in the middle: {median(ratios):.2f}")
    _say_steps(rounds)
    if route == "chat":
        _say_live(heard)


def _say_steps(rounds: list[Round]) -> None:
    attempts = rounds[-1].attempts()
    _say("  last round, milliseconds   middle     p95     max")
    for name, values in figures.steps_of(attempts):
        _say(figures.line(name, values))
    _say("  from the first submission until")
    for name, values in figures.moments_of(attempts):
        _say(figures.line(name, values))


def _say_live(heard: "live.Heard") -> None:
    waits = heard.milliseconds()
    if waits:
        _say(f"  from the provider's word to the live channel: {len(waits)} words,")
        _say(f"  middle {median(waits):.1f} ms, p95 {figures.p95(waits):.1f} ms")


def _bare(route: str, count: int, folder: Path) -> float:
    command = python("-m", "tests.bench.bare", "--route", route, "--model", MODELS[route])
    command += ["--base-url", os.environ["AIHUBMIX_BASE_URL"], "--folder", str(folder)]
    command += ["--count", str(count)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return float(done.stdout)


def _start_provider(stack: ExitStack, folder: Path, *, port: int, seconds: float) -> None:
    log = folder / "provider.log"
    command = python("-m", "tests.bench.provider", "--port", str(port), "--seconds", str(seconds))
    running = stack.enter_context(process(command, log=log))
    wait_until(lambda: accepts(port), of=running, log=log)


def _start_worker(stack: ExitStack, folder: Path) -> int:
    """The worker exactly as `make run` starts it."""
    log = folder / "worker.log"
    programs = programs_to_run(host="127.0.0.1", port=0, demo_port=None)
    program = next(it for it in programs if it.name == "worker")
    environment = program.environment | {"DATABASE_URL": database_url()}
    running = stack.enter_context(process(program.command, log=log, environment=environment))
    wait_until(lambda: "ready." in log.read_text(errors="replace"), of=running, log=log)
    return running.pid


def _start_web(stack: ExitStack, folder: Path, *, port: int) -> int:
    log = folder / "web.log"
    command = python("-m", "uvicorn", "webapp.asgi:application", "--port", str(port))
    command += ["--workers", "2", "--no-access-log"]
    environment = {"DATABASE_URL": database_url()}
    running = stack.enter_context(process(command, log=log, environment=environment))
    wait_until(lambda: accepts(port), of=running, log=log)
    return running.pid


@contextmanager
def _database() -> Iterator[None]:
    """An empty database of our own."""
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db("", verbosity=0)


def _database_name() -> str:
    if connection.vendor == "sqlite":
        return "SQLite and the embedded Redis-compatible server"
    return "PostgreSQL and Redis"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
