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
from tests.bench.memory import PeakMemory, processor_seconds
from tests.bench.product import Product, Round
from tests.support import environment
from tests.support.environment import ROOT
from tests.support.processes import accepts, free_port, process, python, wait_until
from tests.support.site import database_url
from webapp.serving.programs import programs_to_run

MODELS = {"images": "gpt-image-2.5-flare", "chat": "gpt-4o-image-vip"}


class Measurement:
    """Everything that runs, and the routes that are measured on it."""

    def __init__(self, options: argparse.Namespace, *, folder: Path, provider_port: int) -> None:
        self._options, self._folder = options, folder
        self._provider_port = provider_port
        self._web_port = free_port() if options.web else None

    def run(self) -> None:
        """Starts everything, measures, prints the figures, stops everything."""
        logging.getLogger().setLevel(logging.WARNING)
        with ExitStack() as stack:
            stack.enter_context(database())
            self._start(stack)
            memory = stack.enter_context(PeakMemory(self._parts))
            self._say_what_runs()
            for route in [self._options.route] if self._options.route else MODELS:
                self._measure_route(route)
            for name, peak in memory.peaks.items():
                _say(f"\npeak memory of the {name}, with its children: {peak:.0f} MB")

    def _start(self, stack: ExitStack) -> None:
        seconds = self._options.seconds
        start_provider(stack, self._folder, port=self._provider_port, seconds=seconds)
        self._parts = {"worker": _start_worker(stack, self._folder)}
        if self._web_port:
            self._parts["web"] = _start_web(stack, self._folder, port=self._web_port)

    def _say_what_runs(self) -> None:
        count, seconds = self._options.count, self._options.seconds
        _say(f"{count} generations at once; a call takes {seconds:g} s")
        _say(f"{database_name()}; {os.cpu_count()} cores; load {os.getloadavg()[0]:.1f}")

    def _measure_route(self, route: str) -> None:
        _say(f"\n{route:12}{'bare':>9}{'product':>9}{'ratio':>7}   a second   cpu bare, worker")
        product = Product(model=f"aihubmix/{MODELS[route]}", web_port=self._web_port)
        product.run([f"{route} warm-up"])
        ratios, bares = [], []
        for number in range(self._options.rounds):
            bare, bare_cpu = self._bare(route, number)
            used = processor_seconds(self._parts["worker"])
            with live.listening(is_on=route == "chat") as heard:
                done = product.run(self._prompts(route, number))
            used = processor_seconds(self._parts["worker"]) - used
            bares.append(bare)
            ratios.append(done.seconds / bare)
            walls = f"{bare:7.2f} s{done.seconds:7.2f} s{ratios[-1]:7.2f}"
            speed = self._options.count / done.seconds
            _say(f"  round {number + 1:<4}{walls}{speed:11.1f}{bare_cpu:9.1f} s{used:6.1f} s")
        _say(f"  ratio in the middle: {median(ratios):.2f}")
        self._say_floor(route, median(bares))
        _say_steps(done)
        if route == "chat":
            _say_live(heard)

    def _bare(self, route: str, number: int) -> tuple[float, float]:
        command = python("-m", "tests.bench.bare", "--route", route, "--model", MODELS[route])
        command += ["--base-url", os.environ["AIHUBMIX_BASE_URL"]]
        command += ["--folder", str(self._bare_folder(route, number))]
        return _seconds([*command, "--count", str(self._options.count)])

    def _say_floor(self, route: str, bare: float) -> None:
        """What a bare script would take that looks at its pictures, too, before it is done."""
        folder = self._bare_folder(route, 0)
        seconds, used = _seconds(python("-m", "tests.bench.floor", str(folder)))
        _say(f"  decoding and thumbnails alone: {seconds:.2f} s, cpu {used:.1f} s")
        _say(f"  the bare script and then that: ratio {(bare + seconds) / bare:.2f}")

    def _bare_folder(self, route: str, number: int) -> Path:
        return self._folder / f"bare-{route}-{number}"

    def _prompts(self, route: str, number: int) -> list[str]:
        return [f"{route} {number} picture {it}" for it in range(self._options.count)]


def _seconds(command: list[str]) -> tuple[float, float]:
    """Of the wall and of the processor, as a script prints them."""
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    seconds, used = done.stdout.split()
    return float(seconds), float(used)


def _say_steps(done: Round) -> None:
    attempts = done.attempts()
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


def start_provider(stack: ExitStack, folder: Path, *, port: int, seconds: float) -> None:
    log = folder / "provider.log"
    command = python("-m", "tests.bench.provider", "--port", str(port), "--seconds", str(seconds))
    running = stack.enter_context(process(command, log=log))
    wait_until(lambda: accepts(port), of=running, log=log)


def _start_worker(stack: ExitStack, folder: Path) -> int:
    """The worker exactly as `make run` starts it."""
    log = folder / "worker.log"
    programs = programs_to_run(host="127.0.0.1", port=0, demo_port=None)
    program = next(it for it in programs if it.name == "worker")
    variables = program.environment | {"DATABASE_URL": database_url()}
    running = stack.enter_context(process(program.command, log=log, environment=variables))
    wait_until(lambda: "ready." in log.read_text(errors="replace"), of=running, log=log)
    return running.pid


def _start_web(stack: ExitStack, folder: Path, *, port: int) -> int:
    log = folder / "web.log"
    command = python("-m", "uvicorn", "webapp.asgi:application", "--port", str(port))
    command += ["--workers", "2", "--no-access-log"]
    variables = {"DATABASE_URL": database_url()}
    running = stack.enter_context(process(command, log=log, environment=variables))
    wait_until(lambda: accepts(port), of=running, log=log)
    return running.pid


@contextmanager
def database() -> Iterator[None]:
    """An empty database of our own."""
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db("", verbosity=0)


def database_name() -> str:
    database = "SQLite" if connection.vendor == "sqlite" else "PostgreSQL"
    server = "embedded" if environment.has_own_redis() else "named"
    return f"{database}, {server} Redis"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
