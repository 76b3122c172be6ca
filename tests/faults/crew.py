"""Real worker processes, started by the product's own command and ended in every way."""

import os
import signal
import socket
import subprocess
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from django.conf import settings

from generations.models import Worker
from tests.support.environment import ROOT
from tests.support.processes import wait_until
from webapp.serving.programs import programs_to_run

QUICK = {"WORKER_LOST_SECONDS": "3", "SWEEP_SECONDS": "1", "WORKER_BEAT_SECONDS": "0.5"}


class RealWorker:
    """One worker process."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        program = next(
            it for it in programs_to_run(host="", port=0, demo_port=None) if it.name == "worker"
        )
        self.log = log
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                program.command,
                cwd=ROOT,
                env=os.environ | program.environment | environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def wait_until_ready(self) -> None:
        """Returns once it is registered and takes work."""
        name = f"{socket.gethostname()}:{self.process.pid}"
        wait_until(
            Worker.objects.filter(name=name, stopped_at=None).exists,
            of=self.process,
            log=self.log,
            seconds=60,
        )

    def kill(self) -> None:
        """Ends it at once, as a crash does (SIGKILL)."""
        self.process.kill()
        self.process.wait()

    def suspend(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def ask_to_stop(self) -> None:
        """As a supervisor or Ctrl-C does (SIGTERM): it finishes what it has begun."""
        self.process.terminate()

    def ends_within(self, seconds: float) -> bool:
        """Waits so long at most; says whether it has ended."""
        try:
            self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def end(self) -> None:
        """Ends it however it is, gently where that works."""
        with suppress(ProcessLookupError):
            self.resume()
        self.process.terminate()
        if not self.ends_within(5):
            self.kill()


class Crew:
    """All worker processes of one test; none is left at its end."""

    def __init__(self, *, environment: dict[str, str], folder: Path) -> None:
        self._environment = environment
        self._folder = folder
        self._workers: list[RealWorker] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in self._workers:
            if worker.process.poll() is None:
                worker.end()

    def start(self, *, is_quick: bool = True, wait: bool = True, **more: str) -> RealWorker:
        """A new worker; `is_quick` takes a lost one for lost after seconds."""
        pace = QUICK if is_quick else {}
        log = self._folder / f"worker-{len(self._workers)}.log"
        worker = RealWorker(self._environment | pace | more, log)
        self._workers.append(worker)
        if wait:
            worker.wait_until_ready()
        return worker

    def count_that_said(self, words: str) -> int:
        """How many of them wrote this."""
        return sum(words in it.log.read_text(errors="replace") for it in self._workers)

    def said(self) -> str:
        """What all of them wrote."""
        return "".join(it.log.read_text(errors="replace") for it in self._workers)


def worker_environment(base_url: str, database_url: str) -> dict[str, str]:
    """What a worker needs to serve the test database and the demo provider of a test."""
    return {
        "DATABASE_URL": database_url,
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "DEMO_BASE_URL": base_url,
        "PGAPPNAME": "worker",
    }
