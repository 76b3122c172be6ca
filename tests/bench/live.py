"""How soon a provider's word is on the live channel."""

import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit
from urllib.request import urlopen

import redis
from django.conf import settings

from generations.models import Generation
from generations.services.live import CHANNEL


class Heard:
    """When each percent of each generation was heard."""

    def __init__(self) -> None:
        self._heard: dict[tuple[str, int], float] = {}

    def hear(self, event: dict[str, object]) -> None:
        if event["kind"] == "progress":
            self._heard[str(event["generation"]), int(str(event["percent"]))] = time.time()

    def milliseconds(self) -> list[float]:
        """From the moment a provider sent a percent until it was heard, for each of them."""
        prompts = {str(it.id): it.prompt for it in Generation.objects.all()}
        heard = {(prompts[id_], percent): at for (id_, percent), at in self._heard.items()}
        said = {(prompt, percent): at for prompt, percent, at in _said()}
        return [1000 * (heard[word] - said[word]) for word in heard if word in said]


@contextmanager
def listening(*, is_on: bool) -> Iterator[Heard]:
    """Listens to the live channel during the block."""
    heard = Heard()
    if not is_on:
        yield heard
        return
    client = redis.Redis.from_url(settings.REDIS_URL)
    subscription = client.pubsub(ignore_subscribe_messages=True)
    subscription.subscribe(CHANNEL)
    stop = threading.Event()
    thread = threading.Thread(target=_listen, args=(subscription, heard, stop), daemon=True)
    thread.start()
    try:
        yield heard
    finally:
        stop.set()
        thread.join()
        subscription.close()
        client.close()


def _listen(subscription: "redis.client.PubSub", heard: Heard, stop: threading.Event) -> None:
    while not stop.is_set():
        message = subscription.get_message(timeout=0.2)
        if message:
            heard.hear(json.loads(message["data"]))


def _said() -> list[tuple[str, int, float]]:
    where = urlsplit(os.environ["AIHUBMIX_BASE_URL"])
    with urlopen(f"http://{where.netloc}/bench/words") as answer:
        return [tuple(word) for word in json.load(answer)]
