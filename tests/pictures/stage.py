"""A site for the pictures: one web process and one worker, both fresh, as `make run` has them."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from tests.support.processes import accepts, free_port, process, python, wait_until
from tests.support.site import database_url
from webapp.serving.programs import LEAN_MEMORY, programs_to_run


@dataclass
class Watched:
    """A process and the most memory that it has taken since it began, in MB (resident)."""

    name: str
    pid: int
    peak: float = 0.0

    def lap(self) -> float:
        """The peak since the last lap; asks Linux itself."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        # A process that is gone has no memory any more
        assert found, f"The {self.name} has died"
        megabytes = int(found[1]) * 1024 / 1_000_000
        self.peak = max(self.peak, megabytes)
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")
        return megabytes


@dataclass
class Stage:
    """Where the pictures are sent."""

    url: str
    web: Watched
    worker: Watched


@contextmanager
def stage(folder: Path, *, provider: str) -> Iterator[Stage]:
    environment = {
        "DATABASE_URL": database_url(),
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "DEMO_BASE_URL": provider,
        # A download without a byte is tried again only for so long
        "DOWNLOAD_GIVE_UP_SECONDS": "1",
    }
    port = free_port()
    with ExitStack() as stack:
        log = folder / "web.log"
        command = python("-m", "uvicorn", "webapp.asgi:application", "--port", str(port))
        web = stack.enter_context(process(command, log=log, environment=environment | LEAN_MEMORY))
        wait_until(lambda: accepts(port), of=web, log=log, seconds=60)
        program = next(
            it for it in programs_to_run(host="", port=0, demo_port=None) if it.name == "worker"
        )
        log = folder / "worker.log"
        variables = environment | program.environment
        worker = stack.enter_context(process(program.command, log=log, environment=variables))
        wait_until(lambda: "ready." in log.read_text(errors="replace"), of=worker, log=log)
        yield Stage(
            url=f"http://127.0.0.1:{port}",
            web=Watched("web process", web.pid),
            worker=Watched("worker", worker.pid),
        )
