"""One place where things break: people, provider, workers, and what must hold afterwards."""

import os
import random
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from PIL import Image

from generations.models import Generation, ReferenceImage
from generations.providers.demo.server import DemoServer
from generations.services.originals import read_bytes
from generations.services.references import store_reference
from tests.factories import CHAT, submit
from tests.faults.checks import Drawn, breaches, wait_until_final
from tests.faults.crew import Crew, worker_environment
from tests.faults.report import Report
from tests.faults.stages import Left, count_stages
from tests.pictures.makers import encoded
from tests.support.site import database_url


class World:
    """What a fault happens to."""

    def __init__(
        self, *, user: User, demo: DemoServer, crew: Crew, report: Report, seed: int, media: Path
    ) -> None:
        self.user, self.demo, self.crew, self.report = user, demo, crew, report
        self.random = random.Random(seed)
        self.drawn = Drawn(demo)
        self.media = media

    def submit(self, faults: str = "", model: str = CHAT, **more: Any) -> Generation:
        """A generation whose prompt nobody else has; `faults` are switches of the demo."""
        words = f"A kite {uuid.uuid4().hex[:12]} [demo:{faults}]" if faults else ""
        prompt = words or f"A kite {uuid.uuid4().hex[:12]}"
        size = {} if model == CHAT else {"size": "1024x1024"}
        return submit(self.user, prompt=prompt, model=model, **(size | more))

    def reference(self) -> ReferenceImage:
        """A reference image with bytes of its own."""
        colour = tuple(self.random.randrange(256) for _ in range(3))
        content = encoded(Image.new("RGB", (64, 64), colour))
        return store_reference(user=self.user, name="kite.png", content=content)

    def sleep(self, least: float, most: float) -> None:
        """A random moment."""
        time.sleep(self.random.uniform(least, most))

    def wait_for(self, is_so: Callable[[], object], *, seconds: float = 60) -> None:
        """Looks very often, since a moment is to be caught."""
        deadline = time.monotonic() + seconds
        while not is_so():
            if time.monotonic() > deadline:
                raise AssertionError(f"Never came. {self.crew.said()[-3000:]}")
            time.sleep(0.001)

    def has_reached(self, generation: Generation) -> bool:
        """Whether the provider got the call."""
        return any(
            generation.prompt in str(request.json or request.form)
            for request in self.demo.generation_requests
        )

    def verify(
        self, what: str, generations: Sequence[Generation], left: Sequence[Left] = (), **facts: Any
    ) -> list[str]:
        """Waits for the end, asks every promise, and notes the figures. Answers the breaches."""
        limit = facts.pop("limit", 90)
        found = []
        try:
            seconds = wait_until_final(generations, seconds=limit)
        except AssertionError as error:
            seconds, found = limit, [str(error)]
        found += breaches(generations, left, self.demo, self.drawn)
        self.report.note(
            what, generations, self.demo, stages=count_stages(left), seconds=seconds, breaches=found
        )
        return found


@contextmanager
def made_world(
    *, user: User, demo: DemoServer, folder: Path, media: Path, report: Report, seed: int
) -> Iterator[World]:
    environment = worker_environment(demo.base_url, database_url())
    with Crew(environment=environment, folder=folder) as crew:
        world = World(user=user, demo=demo, crew=crew, report=report, seed=seed, media=media)
        try:
            yield world
        finally:
            demo.release()
            world.drawn.stop()


class Held:
    """A reference file that cannot be read: whoever opens it waits (a named pipe)."""

    def __init__(self, world: World, reference: ReferenceImage) -> None:
        self._path = world.media / reference.file
        self._content = read_bytes(reference.file)
        self._path.unlink()
        os.mkfifo(self._path)

    def let_go(self) -> None:
        """Puts the true file in its place, and lets go who waits at the pipe."""
        pipe = self._path.with_suffix(".pipe")
        self._path.rename(pipe)
        self._path.write_bytes(self._content)
        try:
            writer = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            # Nobody waits any more
            pipe.unlink()
            return
        os.write(writer, self._content)
        os.close(writer)
        pipe.unlink()
