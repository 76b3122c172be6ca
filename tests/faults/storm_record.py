"""The provider's own record of a storm: what left it, to the last byte, and when."""

import base64
import hashlib
import re
import time
from dataclasses import dataclass, field
from typing import Any

from generations.providers.demo.app import DemoApp
from generations.providers.demo.records import RecordedRequest
from generations.providers.demo.server import DemoServer
from tests.faults.checks import prompt_of_request

TOKEN = re.compile(rb"/(?:pictures/(?:download/|moved/)?|vg-assets/assets(?:%2F|/))([0-9a-f]{30})")
# With what ends it, so that half a picture is none. Each run is read once, whatever comes of it:
# tried anew from each of its characters, a megabyte that is cut held up the provider for seconds
ENCODED = re.compile(rb"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{400,}+={0,2}(?=[\")\\])")


@dataclass
class Answer:
    """One answer of the provider. Times are seconds since 1970.

    `tokens` are the addresses of pictures and `contents` the SHA-256 of pictures that it gave
    while somebody listened, each with the moment when it had left.
    """

    record: RecordedRequest
    began_at: float
    left_at: float = float("inf")
    tokens: dict[str, float] = field(default_factory=dict)
    contents: dict[str, float] = field(default_factory=dict)

    @property
    def pictures(self) -> int:
        return len(self.tokens) + len(self.contents)

    @property
    def given_at(self) -> float:
        """When the last of its pictures or addresses had left."""
        return max([*self.tokens.values(), *self.contents.values()], default=0.0)


class WatchedDemo(DemoServer):
    """A demo provider that notes what it gave; see `Watch`."""

    def __init__(self, *, pace: float) -> None:
        super().__init__(pace=pace)
        self.watch = Watch(DemoApp(self.state))
        self._server.config.app = self.watch


class Watch:
    """Notes every answer: `calls` by prompt, `fetched` (SHA-256) by the token of an address."""

    def __init__(self, app: DemoApp) -> None:
        self.calls: dict[str, list[Answer]] = {}
        self.fetched: dict[str, set[str]] = {}
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        number = len(self._app.state.requests)
        began_at, left_at = time.time(), float("inf")
        said: list[tuple[float, bytes]] = []

        async def noting_receive() -> Any:
            nonlocal left_at
            message = await receive()
            if message["type"] == "http.disconnect":
                left_at = min(left_at, time.time())
            return message

        async def noting_send(message: Any) -> None:
            await send(message)
            said.append((time.time(), message.get("body", b"")))

        try:
            await self._app(scope, noting_receive, noting_send)
        finally:
            answer = Answer(self._app.state.requests[number], began_at, left_at)
            self._note(answer, [(at, body) for at, body in said if at < left_at])

    def _note(self, answer: Answer, said: list[tuple[float, bytes]]) -> None:
        record = answer.record
        if record.is_generation:
            _read(answer, said)
            self.calls.setdefault(prompt_of_request(record), []).append(answer)
        elif (found := TOKEN.search(record.path.encode())) and record.status == 200:
            content = b"".join(body for _, body in said)
            digest = hashlib.sha256(content).hexdigest()
            self.fetched.setdefault(found[1].decode(), set()).add(digest)


def _read(answer: Answer, said: list[tuple[float, bytes]]) -> None:
    for at, body in said:
        if b'partial_image"' in body:
            continue
        for found in TOKEN.findall(body):
            answer.tokens.setdefault(found.decode(), at)
        for found in ENCODED.findall(body):
            content = base64.b64decode(found + b"=" * (-len(found) % 4))
            answer.contents.setdefault(hashlib.sha256(content).hexdigest(), at)
