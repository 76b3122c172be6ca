"""What runs for a measurement: two web processes, two workers, and people's browsers."""

import argparse
import json
import os
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from tests.bench.memory import processor_seconds
from tests.support.environment import ROOT
from tests.support.processes import accepts, free_port, process, python, wait_until
from tests.support.site import database_url
from webapp.serving.programs import Program, programs_to_run

WORKERS = 2


@dataclass(frozen=True)
class Site:
    """The port of the web processes, the process ids by part, and how fast people come."""

    port: int
    ramp_seconds: float
    has_cards: bool
    parts: Mapping[str, Sequence[int]]


def start_site(stack: ExitStack, folder: Path, options: argparse.Namespace) -> Site:
    """Two web processes and two workers, as they run on one machine."""
    programs = {it.name: it for it in programs_to_run(host="127.0.0.1", port=0, demo_port=None)}
    port = free_port()
    listener = stack.enter_context(socket.create_server(("127.0.0.1", port), backlog=512))
    web = [_start(stack, folder, programs["web"], it, listener) for it in range(2)]
    workers = [_start(stack, folder, programs["worker"], it) for it in range(WORKERS)]
    wait_until(lambda: accepts(port), of=web[0], log=folder / "web-0.log")
    for place, worker in enumerate(workers):
        log = folder / f"worker-{place}.log"
        wait_until(lambda log=log: "ready." in log.read_text(), of=worker, log=log)
    parts = {"web": [it.pid for it in web], "worker": [it.pid for it in workers]}
    return Site(port, options.ramp, options.cards, parts)


def open_browsers(site: Site, people: Sequence[User]) -> "subprocess.Popen[str]":
    command = python("-m", "tests.bench.streams.browsers", "--port", str(site.port))
    command += ["--pages", str(len(people)), *(["--cards"] if site.has_cards else [])]
    pipe = subprocess.PIPE
    browsers = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)
    assert browsers.stdin
    for person in people:
        browsers.stdin.write(f"{_cookie(person)}\n")
    browsers.stdin.flush()
    time.sleep(2)
    return browsers


def ask_provider(path: str, order: object = None) -> Any:
    """Steers the provider, or asks it what it has seen."""
    port = os.environ["AIHUBMIX_BASE_URL"].rsplit(":", 1)[1].split("/")[0]
    headers = {"content-type": "application/json"}
    body = None if order is None else json.dumps(order).encode()
    with urlopen(Request(f"http://127.0.0.1:{port}{path}", body, headers)) as answer:
        return json.load(answer)


def used(site: Site) -> dict[str, float]:
    """The processor's seconds so far, by part."""
    return {name: sum(map(processor_seconds, pids)) for name, pids in site.parts.items()}


def _start(
    stack: ExitStack, folder: Path, program: Program, place: int, listener: Any = None
) -> "subprocess.Popen[bytes]":
    # One of the workers carries the beat
    command = [it for it in program.command if it != "-B" or place == 0]
    variables = program.environment | {"DATABASE_URL": database_url()}
    variables["PYTHONPATH"] = str(_without_test_tools(folder))
    log = folder / f"{program.name}-{place}.log"
    stdin = listener or subprocess.DEVNULL
    return stack.enter_context(process(command, log=log, environment=variables, stdin=stdin))


def _without_test_tools(folder: Path) -> Path:
    """A folder that hides what a team's server does not have, but would load: 4 MB a process.

    structlog loads rich where it is; nothing but import-linter brings it.
    """
    hidden = folder / "hidden"
    hidden.mkdir(exist_ok=True)
    (hidden / "rich.py").write_text("raise ImportError\n")
    return hidden


def _cookie(person: User) -> str:
    client = Client()
    client.force_login(person)
    session = client.cookies[settings.SESSION_COOKIE_NAME]
    return f"{session.key}={session.value}"
