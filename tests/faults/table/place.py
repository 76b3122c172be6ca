"""Where a disruption happens: the running parts, each started when a row first asks for it."""

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import redis
from django.conf import settings
from django.db import connections

from generations.models import Generation
from generations.services import queue
from generations.services.patience import patience
from tests.faults.broker import Broker
from tests.faults.crew import RealWorker, worker_environment
from tests.faults.web import WebProcess
from tests.faults.world import World
from tests.support.site import database_url


class Place:
    """One row's surroundings; `workers` are those of the product's own command."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.folder = world, folder
        self.media = Path(settings.MEDIA_ROOT)
        self.said = ""
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self.media.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    @cached_property
    def broker(self) -> Broker:
        """A Redis-compatible server of this row's own."""
        return self._stack.enter_context(Broker())

    @cached_property
    def web(self) -> WebProcess:
        """A web process, with that broker."""
        environment = worker_environment(self.world.demo.base_url, database_url())
        environment |= {"REDIS_URL": self.broker.url}
        return self._stack.enter_context(
            WebProcess(user=self.world.user, environment=environment, folder=self.folder)
        )

    def worker(self, *, on_broker: bool = False, **more: Any) -> RealWorker:
        """A worker, which takes a lost one for lost after seconds."""
        own = {"REDIS_URL": self.broker.url} if on_broker else {}
        return self.world.crew.start(**(own | more))

    def press(self, faults: str = "", *, key: str = "") -> Generation:
        """A generation that a person submits in the browser."""
        key = key or uuid.uuid4().hex
        prompt = f"A kite {uuid.uuid4().hex[:12]}" + (f" [demo:{faults}]" if faults else "")
        status = self.web.press(key=key, prompt=prompt)
        assert status in (302, 303), f"The site answered {status}"
        return Generation.objects.get(submission_key=key)

    def submit(self, faults: str = "", **more: Any) -> Generation:
        return self.world.submit(faults, **more)

    def all_reached(self, *generations: Generation) -> None:
        """Waits until the provider has every call."""
        self.world.wait_for(lambda: all(map(self.world.has_reached, generations)))

    def wait_for_status(self, status: str, *generations: Generation) -> None:
        self.wait_for(lambda: all(it.attempts.get().status == status for it in generations))

    def wait_for(self, is_so: Callable[[], object], *, seconds: float = 60) -> None:
        self.world.wait_for(is_so, seconds=seconds)

    def client(self) -> "redis.Redis":
        """A client of this row's broker."""
        client = redis.Redis.from_url(self.broker.url)
        self._stack.callback(client.close)
        return client

    def enter(self, context: Any) -> Any:
        """Keeps something up until the row is over."""
        return self._stack.enter_context(context)


def ring_again(times: int) -> None:
    """Messages for which there is nothing to do, or nothing any more."""
    patience._rests_until = 0.0
    for _ in range(times):
        queue.ring()


@contextmanager
def meanwhile(act: Callable[[threading.Event], None]) -> Iterator[None]:
    """Something that goes on beside the block, until it is told that it is over."""
    is_over = threading.Event()

    def run() -> None:
        try:
            act(is_over)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
