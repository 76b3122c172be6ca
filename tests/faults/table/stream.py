"""A browser's EventSource: reads the live stream, and comes back when it breaks."""

import contextlib
import http.client
import json
import threading
import time
from types import TracebackType
from typing import Any, Self

from generations.models import Generation
from tests.faults.web import WebProcess
from tests.support.processes import wait_until

RETRY_SECONDS = 0.2


class LiveStream:
    """Collects what is heard on `/events/` until the block ends."""

    def __init__(self, web: WebProcess) -> None:
        self._web = web
        self._heard: list[tuple[str, dict[str, Any]]] = []
        self._is_over = threading.Event()

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_over.set()

    def wait_for_snapshot(self, number: int) -> None:
        wait_until(lambda: len(self._snapshots()) >= number, seconds=30)

    def wait_for_word_of(self, generation: Generation) -> None:
        wait_until(lambda: str(generation.id) in json.dumps(self._heard), seconds=30)

    def is_running(self, generation: Generation) -> bool | None:
        """As the last snapshot has it; None where it does not know the generation."""
        shown = {it["generation"]: it for it in self._snapshots()[-1]["generations"]}
        state = shown.get(str(generation.id))
        return state and bool(state["is_running"])

    def _snapshots(self) -> list[dict[str, Any]]:
        return [data for name, data in self._heard if name == "snapshot"]

    def _listen(self) -> None:
        while not self._is_over.is_set():
            with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
                self._read()
            time.sleep(RETRY_SECONDS)

    def _read(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._web.port, timeout=60)
        connection.request("GET", "/events/", headers={"Cookie": self._web.cookie})
        answer = connection.getresponse()
        name = ""
        # An empty line ends an event; only the end of the stream is no line at all
        while line := answer.readline().decode():
            field, _, value = line.rstrip("\n").partition(": ")
            if field == "event":
                name = value
            elif field == "data":
                self._heard.append((name, json.loads(value)))
