"""Which programs run on one machine, in the order in which they start."""

import sys
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from webapp import env
from webapp.serving import redis_server

LEASH = Path(__file__).with_name("leash.py")
WEB_PROCESSES = 2
# Beyond the longest call and its download, after which a stop no longer waits
SPARE_SECONDS = 60
# An allocator arena for each thread would keep much memory; what pictures and answers took goes
# back at once, where it would otherwise stay for as long as small things lie behind it
LEAN_MEMORY = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "131072"}


@dataclass(frozen=True, kw_only=True)
class Program:
    """One supervised program; `listens` is "host:port" for those that share a socket."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    stop_seconds: int = 10
    processes: int = 1
    listens: str = ""


def programs_to_run(*, host: str, port: int, demo_port: int | None) -> list[Program]:
    """What the settings ask for: the embedded parts only where no others are named."""
    programs = [_web(host, port), _worker()]
    if demo_port:
        programs.insert(0, _demo(demo_port))
    if settings.REDIS_IS_EMBEDDED:
        programs.insert(0, _redis())
    return programs


def needs_demo() -> bool:
    """Whether the demo provider is used and nobody else runs it."""
    endpoints = settings.PROVIDERS.values()
    return any(it.is_demo for it in endpoints) and not env.text("DEMO_BASE_URL")


def _redis() -> Program:
    program = redis_server.find_program()
    if program is None:
        raise redis_server.NoProgram
    folder = settings.DATA_DIR / "redis"
    folder.mkdir(exist_ok=True)
    command = redis_server.command(program, socket=settings.REDIS_SOCKET, folder=folder)
    return Program(name="redis", command=_leashed(command))


def _demo(port: int) -> Program:
    module = "generations.providers.demo"
    command = [sys.executable, "-m", module, "--host", "127.0.0.1", "--port", str(port)]
    return Program(name="demo", command=_leashed(command))


def _web(host: str, port: int) -> Program:
    command = [sys.executable, "-m", "webapp.serving.web"]
    return Program(
        name="web",
        command=command,
        environment=LEAN_MEMORY,
        processes=WEB_PROCESSES,
        listens=f"{host}:{port}",
    )


def _worker() -> Program:
    command = [sys.executable, "-m", "celery", "-A", "webapp", "worker", "-B", "-P", "threads"]
    command += ["--without-gossip", "--without-mingle", "--loglevel", "INFO"]
    return Program(
        name="worker",
        command=_leashed(command),
        environment=LEAN_MEMORY,
        stop_seconds=int(settings.PROVIDER_DEADLINE_SECONDS) + SPARE_SECONDS,
    )


def _leashed(command: list[str]) -> list[str]:
    return [sys.executable, "-I", "-S", str(LEASH), *command]
