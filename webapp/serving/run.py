"""One run on one machine: start everything, say where to click, wait, stop everything."""

import http.client
import os
import signal
import time
from collections.abc import Callable
from types import FrameType

from django.conf import settings
from django.db import DatabaseError, connection

from generations.models import Attempt
from webapp.serving import faults, preparation
from webapp.serving.error_lines import ErrorLines
from webapp.serving.faults import Fault
from webapp.serving.leash import parent_is_interrupted
from webapp.serving.ports import HeldPort
from webapp.serving.programs import needs_demo, programs_to_run
from webapp.serving.redis_server import NoProgram
from webapp.serving.supervisor import Supervisor

START_SECONDS = 60
LOOK_SECONDS = 0.05


class Run:
    """`say` prints a line for the person in front of the screen.

    `with_parent`: an interrupt of the parent process alone ends the run too.
    """

    def __init__(
        self, *, host: str, port: int, say: Callable[[str], None], with_parent: bool = False
    ) -> None:
        self._host, self._port, self._say = host, port, say
        self._with_parent = with_parent and not parent_is_interrupted()
        self._interrupts = 0
        self._is_ending = False
        self._is_up = self._failed = False

    def start_and_wait(self) -> int:
        """Returns the exit status when everything has ended. Raises `Fault` before the start."""
        self._held = [faults.take_address(self._host, self._port)]
        lock = faults.lock_data_folder(settings.DATA_DIR)
        faults.check_redis()
        link = preparation.prepare(origin=self.url)
        self._supervisor = self._make_supervisor()
        self._errors = ErrorLines(self._supervisor.logs)
        self._watch_signals()
        self._supervisor.start(lock=lock)
        try:
            self._wait(link)
        finally:
            self._stop()
            for held in self._held:
                held.give_up()
            lock.close()
        return 1 if self._failed else 0

    @property
    def url(self) -> str:
        """Where the site answers, as far as this machine knows."""
        host = "127.0.0.1" if self._host in ("0.0.0.0", "") else self._host
        return settings.PUBLIC_URL or f"http://{host}:{self._port}"

    def _make_supervisor(self) -> Supervisor:
        demo_port = self._take_demo_port() if needs_demo() else None
        try:
            programs = programs_to_run(host=self._host, port=self._port, demo_port=demo_port)
        except NoProgram:
            raise Fault(
                "REDIS_URL",
                "it is empty, and this machine has no Redis-compatible server",
                "Install redis-server or valkey, or name a server",
            ) from None
        return Supervisor(
            data_dir=settings.DATA_DIR, runtime_dir=settings.RUNTIME_DIR, programs=programs
        )

    def _take_demo_port(self) -> int:
        """Any that is free; where the demo provider is, its users learn from the environment."""
        held = HeldPort("127.0.0.1", 0)
        self._held.append(held)
        os.environ["DEMO_BASE_URL"] = f"http://127.0.0.1:{held.port}/v1"
        return held.port

    def _watch_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._is_ending = True
        self._interrupts += number == signal.SIGINT

    def _wait(self, link: str | None) -> None:
        if self._wait_until(self._answers, seconds=START_SECONDS):
            self._is_up = True
            self._say_where(link)
            self._wait_until(lambda: False)
        elif not self._is_ending:
            self._fail(f"Nothing answers at {self.url} after {START_SECONDS} s.")

    def _wait_until(self, is_so: Callable[[], bool], *, seconds: float = float("inf")) -> bool:
        """False when the run ends before it is so."""
        deadline = time.monotonic() + seconds
        looked = 0
        while not self._is_ending and time.monotonic() < deadline:
            if is_so():
                return True
            if looked % 20 == 0:
                self._look()
            looked += 1
            time.sleep(LOOK_SECONDS)
        return False

    def _look(self) -> None:
        """Shows new errors, and sees to the parts that do not stay up."""
        for line in self._errors.new():
            self._say(line)
        if not self._supervisor.is_alive():
            self._fail("The supervisor ended unexpectedly.")
        for name in self._supervisor.given_up():
            self._see_to(name)
        if self._with_parent and parent_is_interrupted():
            self._is_ending = True

    def _see_to(self, name: str) -> None:
        """A part that fails from the start ends the run; later it may only lack its database."""
        if not self._is_up:
            self._fail(f"{name.rpartition(':')[2]} does not start.")
            return
        self._say(f"{name.rpartition(':')[2]} does not stay up, and is started again.")
        self._supervisor.start_again(name)

    def _fail(self, why: str) -> None:
        self._say(f"{why} The logs are in {self._supervisor.logs}")
        self._failed = self._is_ending = True

    def _answers(self) -> bool:
        host = "127.0.0.1" if self._host in ("0.0.0.0", "") else self._host
        try:
            client = http.client.HTTPConnection(host, self._port, timeout=5)
            client.request("GET", "/healthz/", headers={"Host": "localhost"})
            return client.getresponse().status == 200
        except OSError:
            return False

    def _say_where(self, link: str | None) -> None:
        self._say(f"\nProofsheet is running: {self.url}/\n")
        if link:
            self._say(f"Create the first staff account (this link works once):\n  {link}\n")
        if all(it.is_demo for it in settings.PROVIDERS.values()):
            self._say("No provider key is set: the demo provider draws the pictures, for free.")
        self._say(f"Data and logs are in {settings.DATA_DIR}. Ctrl-C stops everything.")

    def _stop(self) -> None:
        """First the worker, which finishes its calls; then the pages; at last their servers."""
        supervisor = self._supervisor
        self._say("Stopping." + _what_is_waited_for())
        for groups in (("worker",), ("web", "demo"), ("redis",)):
            supervisor.ask_to_stop(*groups)
            while supervisor.is_alive() and not supervisor.has_stopped(*groups):
                if self._interrupts > 1:
                    supervisor.kill()
                time.sleep(LOOK_SECONDS)
        supervisor.end(seconds=5)
        self._say("Stopped.")


def _what_is_waited_for() -> str:
    """A sentence about the calls that are under way; empty when there are none."""
    try:
        busy = [Attempt.Status.CALLING, Attempt.Status.COLLECTING]
        calls = Attempt.objects.filter(status__in=busy).count()
    except DatabaseError:
        return ""
    finally:
        connection.close()
    if not calls:
        return ""
    return (
        f" Waiting for {calls} running call{'s' if calls > 1 else ''}; nothing new is begun."
        " Ctrl-C again stops at once and leaves what is running unconfirmed."
    )
