"""One round of Proofsheet: submit everything at once, wait until every picture can be shown."""

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.core.files.storage import default_storage

from generations.models import Attempt, Generation, ImageModel, OutputImage
from generations.services.generation_settings import GenerationSettings
from generations.services.generations import submit_generation
from tests.bench.browsing import Browsing

LOOK_SECONDS = 0.03
LONGEST_SECONDS = 120
RUNNING = (Generation.Status.QUEUED, Generation.Status.RUNNING)


@dataclass(frozen=True)
class Round:
    """How long a round took, and which prompts it had."""

    seconds: float
    prompts: Sequence[str] = field(repr=False)

    def attempts(self) -> list[Attempt]:
        mine = Attempt.objects.filter(generation__prompt__in=self.prompts)
        return list(mine.prefetch_related("deliveries", "images"))


class Product:
    """Submits as one person: by the service, or to a web server by HTTP."""

    def __init__(self, *, model: str, web_port: int | None) -> None:
        provider, _, name = model.partition("/")
        self._model = ImageModel.objects.get(provider=provider, name=name)
        self._person, _ = User.objects.get_or_create(username="bench")
        self._browsing = Browsing(self._person, port=web_port) if web_port else None

    def run(self, prompts: Sequence[str]) -> Round:
        start = time.perf_counter()
        if self._browsing:
            self._browsing.submit(prompts, model=self._model)
        else:
            for prompt in prompts:
                self._submit(prompt)
        self._wait_for(prompts)
        seconds = time.perf_counter() - start
        self._check(prompts)
        return Round(seconds, prompts)

    def _submit(self, prompt: str) -> None:
        submit_generation(
            user=self._person,
            submission_key=uuid.uuid4().hex,
            image_model=self._model,
            prompt=prompt,
            settings=GenerationSettings(size=self._size),
        )

    @property
    def _size(self) -> str:
        return "1024x1024" if self._model.route == ImageModel.Route.IMAGES else ""

    def _wait_for(self, prompts: Sequence[str]) -> None:
        running = Generation.objects.filter(prompt__in=prompts, status__in=RUNNING)
        deadline = time.monotonic() + LONGEST_SECONDS
        while running.exists():
            assert time.monotonic() < deadline, "It does not come to its end"
            time.sleep(LOOK_SECONDS)

    def _check(self, prompts: Sequence[str]) -> None:
        """Every generation has its picture and its thumbnail, whole, on the disk."""
        images = list(OutputImage.objects.filter(generation__prompt__in=prompts))
        assert len(images) == len(prompts), f"{len(images)} pictures of {len(prompts)}"
        for image in images:
            assert default_storage.size(image.file) == image.byte_size
            assert default_storage.size(image.thumbnail) > 0
